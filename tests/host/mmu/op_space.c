/* SPDX-License-Identifier: MIT */
/*
 * fork, exit, switching, and two cores in one space.
 */
#include <string.h>
#include "world.h"

void op_fork(void)
{
	struct space *parent = world_current(), *child = space_slot();
	struct mm *mm;
	bool allowed;

	if (!parent || !child)
		return;
	hooks_maybe_fail(4, 12);
	/* Whoever has nothing to be promised is not refused for what others were promised. */
	allowed = !parent->reaped &&
	          (!parent->mm->committed || promise_allowed(parent, parent->mm->committed));
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
		child->pages[i].locked = child->pages[i].onfault = false;
	space_adopt(child, mm);
	if (sim_chance(2))
		world_run(sim_below(CORES), child);
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
