/* SPDX-License-Identifier: MIT */
/*
 * Overcommit: counting what has been promised, and refusing what may not be. The rules are those
 * of Linux's __vm_enough_memory() (mm/util.c).
 */
#include <lib/abi/mman.h>
#include <lib/errno.h>
#include <mm/commit.h>
#include <mm/hooks.h>
#include <mm/mm.h>

#define KB_TO_PAGES(kb) ((uint32_t)(kb) >> (PAGE_SHIFT - 10))

struct overcommit overcommit = {.memory = OVERCOMMIT_GUESS, .ratio = 50};

/* Atomic. Two cores at once may promise a little too much together, as in Linux. */
static uint32_t committed;

static uint32_t smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

void commit_init(void)
{
	uint32_t free_kb = page_free_count() << (PAGE_SHIFT - 10);

	/* init_admin_reserve() and init_user_reserve(), mm/mmap.c */
	overcommit.admin_reserve = smaller(free_kb / 32, 8 << 10);
	overcommit.user_reserve = smaller(free_kb / 32, 128 << 10);
}

uint32_t commit_limit(void)
{
	uint32_t kbytes = overcommit.kbytes;

	return kbytes ? KB_TO_PAGES(kbytes)
	              : (uint64_t)page_total_count() * (uint32_t)overcommit.ratio / 100;
}

uint32_t committed_pages(void)
{
	return __atomic_load_n(&committed, __ATOMIC_RELAXED);
}

/* Mode 2: is a total of `pages` within what this caller is allowed? */
static bool within_limit(const struct mm *mm, uint32_t pages)
{
	int64_t allowed = commit_limit();

	if (!mm_privileged())
		allowed -= KB_TO_PAGES(overcommit.admin_reserve);
	/* So that beside a process that has grown there is room for one that ends it. */
	if (mm)
		allowed -= smaller(mm->total_vm / 32, KB_TO_PAGES(overcommit.user_reserve));
	return pages < allowed;
}

int commit_charge(const struct mm *mm, uint32_t pages)
{
	uint32_t total = __atomic_add_fetch(&committed, pages, __ATOMIC_RELAXED);
	int mode = overcommit.memory;

	if (mode == OVERCOMMIT_GUESS ? pages <= page_total_count()
	                             : mode == OVERCOMMIT_ALWAYS || within_limit(mm, total))
		return 0;
	commit_uncharge(pages);
	return -ENOMEM;
}

void commit_uncharge(uint32_t pages)
{
	__atomic_fetch_sub(&committed, pages, __ATOMIC_RELAXED);
}
