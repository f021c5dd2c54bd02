/* SPDX-License-Identifier: MIT */
/*
 * mremap and madvise against the model.
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

/* Moves a range to another place of the same size, whatever is mapped there. */
void op_move(void)
{
	struct space *s = world_current();
	struct range from = random_range(), to = {random_range().first, from.count};
	long got;

	if (!s || !in_one_window(to) || !is_one_region(s, from))
		return;
	if (from.first < to.first + to.count && to.first < from.first + from.count)
		return;
	sim_note("move 0x%08x, %u pages, to 0x%08x", range_va(from), from.count, range_va(to));
	sim_focus(range_va(from), range_bytes(from));
	got = mm_remap(s->mm, range_va(from), range_bytes(from), range_bytes(from),
	        MREMAP_MAYMOVE | MREMAP_FIXED, range_va(to));
	if (got != (long)range_va(to))
		sim_fail("gives %ld", got);
	for (uint32_t i = 0; i < from.count; i++) {
		s->pages[to.first + i] = s->pages[from.first + i];
		page_unmapped(&s->pages[from.first + i]);
	}
}

/* Gives pages back: private ones read as their file again, or as zeros. */
void op_discard(void)
{
	struct space *s = world_current();
	struct range r = random_range();
	int want = 0, got;

	if (!s)
		return;
	for (uint32_t i = r.first; i < r.first + r.count; i++) {
		if (!s->pages[i].mapped)
			want = -ENOMEM;
		if (page_is_device(&s->pages[i])) {
			want = -EINVAL; /* and what lies behind is left alone */
			break;
		}
		s->pages[i].own = false;
	}
	sim_note("discard 0x%08x, %u pages", range_va(r), r.count);
	sim_focus(range_va(r), range_bytes(r));
	got = mm_advise(s->mm, range_va(r), range_bytes(r), MADV_DONTNEED);
	if (got != want)
		sim_fail("gives %d, not %d", got, want);
}
