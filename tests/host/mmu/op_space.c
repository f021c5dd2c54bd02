/* SPDX-License-Identifier: MIT */
/*
 * fork, exit, switching, and two cores in one space.
 */
#include <string.h>
#include "world.h"

/* Pages for which a child needs a promise. */
static uint32_t promised_to_child(const struct space *parent)
{
	uint32_t pages = 0;

	for (uint32_t i = 0; i < ARENA_PAGES; i++)
		pages += parent->pages[i].account && !parent->pages[i].dontcopy;
	return pages;
}

/* What becomes of a page in a child. */
static void model_inherit(struct ref_page *p)
{
	p->locked = p->onfault = false;
	if (p->wipe)
		p->own = false;
	if (p->dontcopy)
		page_unmapped(p);
}

void op_fork(void)
{
	struct space *parent = world_current(), *child = space_slot();
	struct mm *mm;
	uint32_t promised;
	bool allowed;

	if (!parent || !child)
		return;
	hooks_maybe_fail(4, 12);
	/* Whoever has nothing to be promised is not refused for what others were promised. */
	promised = promised_to_child(parent);
	allowed = !parent->reaped && (!promised || promise_allowed(parent, promised));
	sim_note("fork of space %u", parent->serial);
	sim_focus(page_va(sim_below(ARENA_PAGES)), 1);
	mm = mm_fork(parent->mm);
	if (mm ? !allowed : allowed && !hooks_failed())
		sim_fail("fork gives %p", (void *)mm);
	hooks_fail_at(0, false);
	if (!mm)
		return;
	memcpy(child->pages, parent->pages, sizeof(child->pages));
	child->lock_future = 0;
	child->reaped = false;
	for (uint32_t i = 0; i < ARENA_PAGES; i++)
		model_inherit(&child->pages[i]);
	space_adopt(child, mm);
	if (sim_chance(2)) {
		world_run(sim_below(CORES), child);
		if (running[sim_core()] == child)
			world_verify();
	}
}

void op_end(void)
{
	struct space *s = world_any();

	if (!s)
		return;
	sim_note("end of space %u", s->serial);
	space_end(s);
}

void op_switch(void)
{
	struct space *s = sim_chance(8) ? NULL : sim_chance(3) ? space_create() : world_any();

	sim_note("switch to space %u", s ? s->serial : 0);
	world_run(sim_core(), s);
}

/* The other core runs the same space. */
void op_thread(void)
{
	sim_note("a thread on the other core");
	world_run(sim_core(), running[(sim_core() + 1) % CORES]);
}
