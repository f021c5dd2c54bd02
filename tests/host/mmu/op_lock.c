/* SPDX-License-Identifier: MIT */
/*
 * mlock and its kin, and paging in ahead of use, against the model.
 */
#include <lib/abi/mman.h>
#include <lib/abi/resource.h>
#include <lib/errno.h>
#include <string.h>
#include "world.h"

static uint32_t random_lock(void)
{
	return sim_chance(3) ? 0 : sim_chance(4) ? VM_LOCKED | VM_LOCKONFAULT : VM_LOCKED;
}

static void model_lock_page(struct ref_page *p, uint32_t flags)
{
	if (page_is_device(p)) /* is not in memory and can't leave it */
		return;
	p->locked = flags & VM_LOCKED;
	p->onfault = flags & VM_LOCKONFAULT;
}

/* May so many bytes be locked in all? */
static bool within(uint32_t pages)
{
	return task_privileged || pages <= task_limit(RLIMIT_MEMLOCK) / PAGE_SIZE;
}

static bool forbidden(uint32_t flags)
{
	return flags && !task_privileged && !task_limit(RLIMIT_MEMLOCK);
}

/* What mlock2(2) does to the model up to its first error. */
static int model_lock(struct space *s, struct range r, uint32_t flags)
{
	uint32_t locked = r.count;

	if (forbidden(flags))
		return -EPERM;
	for (uint32_t i = 0; i < ARENA_PAGES; i++)
		locked += s->pages[i].locked && (i < r.first || i >= r.first + r.count);
	if (flags && !within(locked))
		return -ENOMEM;
	for (uint32_t i = r.first; i < r.first + r.count; i++) {
		if (!s->pages[i].mapped)
			return -ENOMEM;
		model_lock_page(&s->pages[i], flags);
	}
	return 0;
}

/* The part of mlock() that faults in. */
static void populate(struct space *s, struct range r, bool pass_over)
{
	int err = mm_populate(s->mm, range_va(r), range_bytes(r), pass_over);

	world_populated(s, r, !err && !hooks_failed() && !s->reaped);
}

void op_lock(void)
{
	static struct ref_page before[ARENA_PAGES];
	struct space *s = world_current();
	struct range r = random_range();
	uint32_t flags = random_lock();
	int got, want;

	if (!s)
		return;
	sim_note("lock 0x%08x, %u pages, flags %x", range_va(r), r.count, flags);
	sim_focus(range_va(r), range_bytes(r));
	memcpy(before, s->pages, sizeof(before));
	want = model_lock(s, r, flags);
	hooks_maybe_fail(6, 6);
	got = mm_lock_range(
	        s->mm, range_va(r) + sim_below(PAGE_SIZE), range_bytes(r) - PAGE_SIZE + 1, flags);
	if (got == -ENOMEM && hooks_failed())
		world_relearn_flags(s, r, before);
	else if (got != want)
		sim_fail("gives %d, not %d", got, want);
	if (!got && flags)
		populate(s, r, false);
	hooks_fail_at(0, false);
}

void op_lock_all(void)
{
	struct space *s = world_current();
	uint32_t flags = random_lock();
	bool current = sim_chance(2) || !flags, future = sim_chance(2) && flags;
	int got, want = 0;

	if (!s)
		return;
	sim_note("lock all: flags %x, %d, %d", flags, current, future);
	if (forbidden(flags))
		want = -EPERM;
	else if (flags && current && !within(s->mm->total_vm))
		want = -ENOMEM;
	got = mm_lock_all(s->mm, current, future, flags);
	if (got != want)
		sim_fail("gives %d, not %d", got, want);
	if (got)
		return;
	s->lock_future = future ? flags : 0;
	for (uint32_t i = 0; current && i < ARENA_PAGES; i++) {
		if (s->pages[i].mapped)
			model_lock_page(&s->pages[i], flags);
	}
	if (!flags || !current)
		return;
	hooks_maybe_fail(6, 20);
	got = mm_populate(s->mm, 0, USER_END, true);
	world_populated(s, (struct range){0, ARENA_PAGES}, !got && !hooks_failed() && !s->reaped);
	hooks_fail_at(0, false);
}

void op_populate(void)
{
	struct space *s = world_current();
	struct range r = random_range();

	if (!s)
		return;
	sim_note("populate 0x%08x, %u pages", range_va(r), r.count);
	sim_focus(range_va(r), range_bytes(r));
	hooks_maybe_fail(6, 6);
	populate(s, r, true);
	hooks_fail_at(0, false);
}
