/* SPDX-License-Identifier: MIT */
/*
 * Regions that grow down (MAP_GROWSDOWN) against the model.
 */
#include <lib/abi/resource.h>
#include "world.h"

/* The mapped page next to page i, above it or below; -1: none. */
static int32_t neighbour(const struct space *s, int32_t i, int32_t step)
{
	do
		i += step;
	while (i >= 0 && i < ARENA_PAGES && !s->pages[i].mapped);
	return i < ARENA_PAGES ? i : -1;
}

/* May the region that begins at page `top` begin at page i instead? */
static bool may_grow_down(const struct space *s, int32_t i, int32_t top)
{
	const struct vma *vma = vma_find_locked(s->mm, page_va(top));
	int32_t below = neighbour(s, i, -1);

	if (vma->end - page_va(i) > task_limit(RLIMIT_STACK))
		return false;
	if (below >= 0 && s->pages[below].prot && !s->pages[below].grows &&
	        page_va(i) - (page_va(below) + PAGE_SIZE) < STACK_GAP)
		return false;
	return !promise_admit(s, &s->pages[top], top - i, (struct range){0, 0});
}

void model_grow_down(struct space *s, uint32_t i)
{
	int32_t top = neighbour(s, i, 1);

	if (s->pages[i].mapped || s->reaped || top < 0 || !s->pages[top].grows ||
	        !may_grow_down(s, i, top))
		return;
	for (int32_t n = i; n < top; n++) {
		s->pages[n] = s->pages[top];
		s->pages[n].own = false;
	}
}

/* Touches what lies below such a region, near and far. */
void op_grow_down(void)
{
	struct space *s = world_current();
	uint32_t start = sim_below(ARENA_PAGES), top = ARENA_PAGES,
	         down = 1 + sim_below(WINDOW_PAGES / 2);

	for (uint32_t n = 0; s && n < ARENA_PAGES; n++) {
		uint32_t i = (start + n) % ARENA_PAGES;

		if (i && s->pages[i].grows && !s->pages[i - 1].mapped)
			top = i;
	}
	if (top == ARENA_PAGES || top < down)
		return;
	sim_note("touch 0x%08x, below 0x%08x", page_va(top - down), page_va(top));
	sim_focus(page_va(top), PAGE_SIZE);
	hooks_maybe_fail(8, 4);
	world_touch(top - down, (enum sim_access)sim_below(3));
	hooks_fail_at(0, false);
}
