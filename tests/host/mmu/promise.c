/* SPDX-License-Identifier: MIT */
/*
 * What a task may have: a model of the limits (mm/account.c) and of overcommit (mm/commit.c), and the
 * hooks by which mm/ asks for them.
 */
#include <lib/abi/mman.h>
#include <lib/abi/resource.h>
#include <lib/errno.h>
#include <mm/commit.h>
#include <mm/hooks.h>
#include "world.h"

/* No stack reaches from one window into another, where nobody follows it. */
#define STACK_PAGES 100

static struct rlimit task_limits[RLIM_NLIMITS];
bool task_privileged;

uint32_t task_limit(unsigned int resource)
{
	return task_limits[resource].rlim_cur;
}

static const struct rlimit *limits(void)
{
	return task_limits;
}

static bool privileged(void)
{
	return task_privileged;
}

/* As if a process had been killed, or as if it was this one. */
static bool make_room(void)
{
	return !hooks_fail_for_good() && sim_chance(2);
}

static const struct mm_hooks hooks = {
        .limits = limits,
        .privileged = privileged,
        .out_of_memory = make_room,
};

static void no_limits(void)
{
	for (int i = 0; i < RLIM_NLIMITS; i++)
		task_limits[i].rlim_cur = RLIM_INFINITY;
	task_limits[RLIMIT_STACK].rlim_cur = STACK_PAGES * PAGE_SIZE;
	task_privileged = true;
	overcommit = (struct overcommit){.memory = OVERCOMMIT_GUESS, .ratio = 50};
}

void promise_start(void)
{
	no_limits();
	mm_hooks_register(&hooks);
}

/* Limits a little above what is there now, so that they are soon met; or none. */
void op_limits(void)
{
	const struct space *s = world_any();
	uint32_t mapped = s ? s->mm->total_vm : 0, locked = s ? s->mm->locked_vm : 0;

	no_limits();
	task_privileged = sim_chance(2);
	if (sim_chance(4))
		task_limits[RLIMIT_STACK].rlim_cur = sim_below(WINDOW_PAGES) * PAGE_SIZE;
	switch (sim_below(5)) {
	case 0:
		break;
	case 1:
		task_limits[RLIMIT_AS].rlim_cur = (mapped + sim_below(30)) * PAGE_SIZE;
		break;
	case 2:
		task_limits[RLIMIT_DATA].rlim_cur = (mapped / 2 + sim_below(30)) * PAGE_SIZE;
		break;
	case 3:
		task_limits[RLIMIT_MEMLOCK].rlim_cur =
		        sim_chance(4) ? 0 : (locked + sim_below(20)) * PAGE_SIZE;
		break;
	default:
		overcommit.memory = sim_below(3);
		overcommit.kbytes = (committed_pages() + sim_below(40)) * 4;
		overcommit.admin_reserve = sim_below(40);
		overcommit.user_reserve = sim_below(40);
	}
	sim_note("limits: address space 0x%x, data 0x%x, locked 0x%x, overcommit %d, %d KiB",
	        task_limits[RLIMIT_AS].rlim_cur, task_limits[RLIMIT_DATA].rlim_cur,
	        task_limits[RLIMIT_MEMLOCK].rlim_cur, overcommit.memory, overcommit.kbytes);
}

bool promise_needed(const struct ref_page *p)
{
	return (p->prot & PROT_WRITE) && !p->shared && !p->noreserve && !page_is_device(p);
}

bool promise_allowed(const struct space *s, uint32_t pages)
{
	int64_t allowed = overcommit.kbytes ? overcommit.kbytes / 4
	                                    : (int)page_total_count() * overcommit.ratio / 100;
	int64_t for_others = s ? s->mm->total_vm / 32 : 0;

	if (overcommit.memory != OVERCOMMIT_NEVER)
		return overcommit.memory == OVERCOMMIT_ALWAYS || pages <= page_total_count();
	if (!task_privileged)
		allowed -= overcommit.admin_reserve / 4;
	if (for_others > overcommit.user_reserve / 4)
		for_others = overcommit.user_reserve / 4;
	return committed_pages() + pages < allowed - for_others;
}

bool promise_tight(void)
{
	return overcommit.memory == OVERCOMMIT_NEVER ||
	       task_limits[RLIMIT_DATA].rlim_cur != RLIM_INFINITY;
}

bool promise_lacking(const struct ref_page *p)
{
	return p->object && p->object->noreserve && overcommit.memory == OVERCOMMIT_NEVER;
}

static bool is_data(const struct ref_page *p)
{
	return p->mapped && (p->prot & PROT_WRITE) && !p->shared && !p->grows;
}

int promise_admit(const struct space *s, const struct ref_page *p, uint32_t more, struct range r)
{
	uint32_t all = 0, data = 0, locked = 0, old = 0, promised = 0;

	for (uint32_t i = 0; i < ARENA_PAGES; i++) {
		all += s->pages[i].mapped;
		data += is_data(&s->pages[i]);
		locked += s->pages[i].locked;
	}
	for (uint32_t i = r.first; i < r.first + r.count; i++) {
		old += s->pages[i].mapped;
		promised += s->pages[i].account;
	}
	if (page_is_device(p) && !r.count) /* does not grow */
		return -EFAULT;
	if (p->locked && !task_privileged &&
	        locked + more > task_limits[RLIMIT_MEMLOCK].rlim_cur / PAGE_SIZE)
		return -EAGAIN;
	if (all + more - old > task_limits[RLIMIT_AS].rlim_cur / PAGE_SIZE)
		return -ENOMEM;
	if (is_data(p) && data + more - old > task_limits[RLIMIT_DATA].rlim_cur / PAGE_SIZE)
		return -ENOMEM;
	if (p->account && !promise_allowed(s, more - promised))
		return -ENOMEM;
	return 0;
}

void promise_check(void)
{
	static uint32_t stamp;
	uint32_t least = 0, by_page = 0;

	stamp++;
	for (uint32_t n = 0; n < max_spaces; n++) {
		for (uint32_t i = 0; spaces[n].mm && i < ARENA_PAGES; i++) {
			const struct ref_page *p = &spaces[n].pages[i];
			struct object *object = p->object;

			least += p->account;
			if (!object || object->is_file || object->is_device ||
			        object->stamp == stamp)
				continue;
			object->stamp = stamp;
			*(object->noreserve ? &by_page : &least) += object->size / PAGE_SIZE;
		}
	}
	/* What is promised page by page is promised when it is first touched. */
	if (committed_pages() < least || committed_pages() > least + by_page)
		sim_fail("%u pages are promised, not %u to %u", committed_pages(), least,
		        least + by_page);
}
