/* SPDX-License-Identifier: MIT */
/*
 * mremap against the model.
 */
#include <lib/abi/mman.h>
#include <lib/errno.h>
#include "world.h"

/* Is the whole range one region, so that mremap() takes it? */
static bool is_one_region(struct space *s, struct range r)
{
	struct vma *vma = vma_find_locked(s->mm, range_va(r));

	return vma && vma->start <= range_va(r) && vma->end >= range_va(r) + range_bytes(r);
}

/* Neighbouring windows are far apart in memory. */
static bool in_one_window(struct range r)
{
	return r.first / WINDOW_PAGES == (r.first + r.count - 1) / WINDOW_PAGES;
}

static void model_unmap(struct space *s, uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end; i++)
		page_unmapped(&s->pages[i]);
}

/* Pages that are new at the end of a moved or grown region. */
static void model_grow(struct space *s, struct range r, uint32_t old)
{
	for (uint32_t i = r.first + old; i < r.first + r.count; i++) {
		s->pages[i] = s->pages[i - 1];
		s->pages[i].own = false;
		s->pages[i].index++;
	}
	if (r.count > old && s->pages[r.first].locked)
		world_populated(s, (struct range){r.first + old, r.count - old},
		        !hooks_failed() && !s->reaped);
}

/* Moves a range to another place, whatever is mapped there, and makes it longer or shorter. */
void op_move(void)
{
	struct space *s = world_current();
	struct range from = random_range(), to = {random_range().first, from.count};
	struct ref_page page;
	uint32_t kept;
	long got, want = 0;

	if (sim_chance(3))
		to.count = 1 + sim_below(2 * from.count);
	if (!s || !in_one_window(to) || !is_one_region(s, from))
		return;
	if (from.first < to.first + to.count && to.first < from.first + from.count)
		return;
	kept = to.count < from.count ? to.count : from.count;
	page = s->pages[from.first];
	sim_note("move 0x%08x, %u pages, to 0x%08x, %u pages", range_va(from), from.count,
	        range_va(to), to.count);
	sim_focus(range_va(from), range_bytes(from));
	hooks_maybe_fail(6, 6);
	got = mm_remap(s->mm, range_va(from), range_bytes(from), range_bytes(to),
	        MREMAP_MAYMOVE | MREMAP_FIXED, range_va(to));
	if (got == -ENOMEM && hooks_failed()) {
		world_relearn_mapped(s, to);
		world_relearn_mapped(s, from);
		hooks_fail_at(0, false);
		return;
	}
	model_unmap(s, to.first, to.first + to.count);
	model_unmap(s, from.first + kept, from.first + from.count);
	if (to.count > from.count && got < 0) /* what was at the target is gone in any case */
		want = promise_admit(s, &page, to.count - kept, (struct range){0, 0});
	if (got != (want ? want : (long)range_va(to)))
		sim_fail("gives %ld", got);
	for (uint32_t i = 0; got > 0 && i < kept; i++) {
		s->pages[to.first + i] = s->pages[from.first + i];
		page_unmapped(&s->pages[from.first + i]);
	}
	if (got > 0)
		model_grow(s, to, kept);
	hooks_fail_at(0, false);
}

/* Makes a region longer where it is. */
void op_grow(void)
{
	struct space *s = world_current();
	struct range r = random_range();
	uint32_t more = 1 + sim_below(4);
	long got, want;
	bool free = true;

	if (!s || !is_one_region(s, r) || !in_one_window((struct range){r.first, r.count + more}))
		return;
	for (uint32_t i = r.first + r.count; i < r.first + r.count + more; i++)
		free &= !s->pages[i].mapped; /* stacks above keep no gap to it */
	want = promise_admit(s, &s->pages[r.first], more, (struct range){0, 0});
	if (!want)
		want = free ? (long)range_va(r) : -ENOMEM;
	sim_note("grow 0x%08x, %u pages, by %u", range_va(r), r.count, more);
	sim_focus(range_va(r), range_bytes(r));
	hooks_maybe_fail(6, 4);
	got = mm_remap(s->mm, range_va(r), range_bytes(r), range_bytes(r) + more * PAGE_SIZE, 0, 0);
	if (got != want)
		sim_fail("gives %ld, not %ld", got, want);
	if (got > 0)
		model_grow(s, (struct range){r.first, r.count + more}, r.count);
	hooks_fail_at(0, false);
}

/* A target for as many pages that does not touch them; false where chance gives none. */
static bool random_target(struct range from, struct range *to)
{
	*to = (struct range){random_range().first, from.count};
	return in_one_window(*to) &&
	       (from.first >= to->first + to->count || to->first >= from.first + from.count);
}

/* What a call that leaves the old pages mapped has to give once the target is free. */
static long expected_keep(const struct space *s, struct ref_page page, struct range to)
{
	int err;

	if (page_is_device(&page))
		return -EINVAL;
	page.locked = false; /* as many are locked afterwards as before */
	err = promise_admit(s, &page, to.count, (struct range){0, 0});
	return err ? err : (long)range_va(to);
}

static void model_keep(struct space *s, struct range from, struct range to)
{
	for (uint32_t i = 0; i < from.count; i++) {
		struct ref_page *old = &s->pages[from.first + i];

		s->pages[to.first + i] = *old;
		old->own = old->locked = old->onfault = false;
	}
}

/* MREMAP_DONTUNMAP: the pages move, and what they were in stays, as if never touched. */
void op_keep(void)
{
	struct space *s = world_current();
	struct range from = random_range(), to;
	bool fixed = sim_chance(2);
	struct ref_page page;
	long got, want;

	if (!s || !random_target(from, &to) || !is_one_region(s, from))
		return;
	if (!fixed && !range_is_free(s, to))
		return;
	page = s->pages[from.first];
	sim_note("move the pages of 0x%08x, %u pages, to 0x%08x, fixed %d", range_va(from),
	        from.count, range_va(to), fixed);
	sim_focus(range_va(from), range_bytes(from));
	hooks_maybe_fail(6, 6);
	want = range_is_free(s, to) ? expected_keep(s, page, to) : 0;
	got = mm_remap(s->mm, range_va(from), range_bytes(from), range_bytes(from),
	        MREMAP_MAYMOVE | MREMAP_DONTUNMAP | (fixed ? MREMAP_FIXED : 0), range_va(to));
	if (got == -ENOMEM && hooks_failed()) {
		world_relearn_mapped(s, to);
		hooks_fail_at(0, false);
		return;
	}
	hooks_fail_at(0, false);
	model_unmap(s, to.first, to.first + to.count);
	if (!want) /* now that the target is free; a success has been counted already */
		want = got > 0 ? (long)range_va(to) : expected_keep(s, page, to);
	if (got != want)
		sim_fail("gives %ld, not %ld", got, want);
	if (got > 0)
		model_keep(s, from, to);
}

/* An old length of 0: shared memory a second time. */
void op_duplicate(void)
{
	struct space *s = world_current();
	struct range from = random_range(), to;
	struct ref_page page;
	long got, want;

	if (!s || !random_target(from, &to) || !is_one_region(s, from))
		return;
	page = s->pages[from.first];
	sim_note("duplicate 0x%08x, %u pages, at 0x%08x", range_va(from), from.count, range_va(to));
	sim_focus(range_va(to), range_bytes(to));
	hooks_maybe_fail(6, 6);
	got = mm_remap(s->mm, range_va(from), 0, range_bytes(to), MREMAP_MAYMOVE | MREMAP_FIXED,
	        range_va(to));
	if (got == -ENOMEM && hooks_failed()) {
		world_relearn_mapped(s, to);
		hooks_fail_at(0, false);
		return;
	}
	model_unmap(s, to.first, to.first + to.count);
	want = !page.shared ? -EINVAL
	       : got > 0    ? 0
	                    : promise_admit(s, &page, to.count, (struct range){0, 0});
	if (got != (want ? want : (long)range_va(to)))
		sim_fail("gives %ld, not %ld", got, want);
	page.index--;
	for (uint32_t i = to.first; got > 0 && i < to.first + to.count; i++) {
		page.index++;
		s->pages[i] = page;
	}
	if (got > 0 && page.locked)
		world_populated(s, to, !hooks_failed() && !s->reaped);
	hooks_fail_at(0, false);
}
