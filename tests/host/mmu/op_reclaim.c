/* SPDX-License-Identifier: MIT */
/*
 * Taking memory back: clean pages of files, and everything of a process that is to die. Neither may be
 * seen by anybody else, so the model hears of the second only.
 */
#include <mm/pagecache.h>
#include <mm/reclaim.h>
#include "sim_race.h"
#include "world.h"

/* What reclaim has to leave as it is: locked pages, and those that only this space has. */
static pte_t kept(const struct space *s, uint32_t i)
{
	pte_t pte = s->pages[i].mapped ? world_pte(s, page_va(i)) : 0;

	if (!pte_valid(pte) || (pte & PTE_SPECIAL) || s->pages[i].locked)
		return pte;
	return phys_to_page(pte & PTE_BASE)->flags & PG_CACHED ? 0 : pte;
}

static void drop_one(struct page *page)
{
	bool clean = (page->flags & (PG_CACHED | PG_DIRTY)) == PG_CACHED;

	if (!pagecache_drop(page) || sim_racing()) /* somebody else may have it by now */
		return;
	if (!clean)
		sim_fail("page 0x%08x is dropped, with flags %x", page_to_phys(page), page->flags);
	if (page->refcount)
		sim_fail("page 0x%08x is dropped and not free", page_to_phys(page));
}

/* Mostly one of a file. */
static struct page *random_page(void)
{
	uint32_t at = sim_below(ram_frames);

	for (uint32_t n = 0; n < ram_frames && !sim_chance(2000); n++) {
		if (mem_map[at].flags & PG_CACHED)
			break;
		at = at + 1 < ram_frames ? at + 1 : 0;
	}
	return &mem_map[at];
}

void reclaim_some(void)
{
	if (sim_chance(16)) {
		reclaim_pages(sim_chance(4) ? UINT32_MAX : 1 + sim_below(8));
		return;
	}
	for (uint32_t n = 1 + sim_below(12); n; n--)
		drop_one(random_page());
}

void op_reclaim(void)
{
	static pte_t before[8][ARENA_PAGES];

	sim_note("reclaim");
	for (uint32_t n = 0; n < max_spaces && n < 8; n++) {
		for (uint32_t i = 0; spaces[n].mm && i < ARENA_PAGES; i++)
			before[n][i] = kept(&spaces[n], i);
	}
	reclaim_some();
	for (uint32_t n = 0; n < max_spaces && n < 8; n++) {
		for (uint32_t i = 0; spaces[n].mm && i < ARENA_PAGES; i++) {
			if (before[n][i] && world_pte(&spaces[n], page_va(i)) != before[n][i])
				sim_fail("0x%08x of space %u is taken", page_va(i),
				        spaces[n].serial);
		}
	}
}

/* The OOM killer's victim may still be running on a core. */
void op_reap(void)
{
	struct space *s = world_any();

	if (!s)
		return;
	sim_note("reaping of space %u", s->serial);
	sim_focus(page_va(sim_below(ARENA_PAGES)), 8 * PAGE_SIZE);
	s->reaped = true;
	if (!mm_reap(s->mm))
		sim_fail("does not get the lock");
	for (uint32_t i = 0; i < ARENA_PAGES; i++) {
		if (s->pages[i].mapped && !s->pages[i].shared && world_pte(s, page_va(i)))
			sim_fail("0x%08x is still there", page_va(i));
	}
	if (sim_chance(3))
		space_end(s);
}
