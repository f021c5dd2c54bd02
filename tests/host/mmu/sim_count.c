/* SPDX-License-Identifier: MIT */
/*
 * The counters of a space that change under its table_lock alone: whoever takes the lock finds them as
 * they were when it was released, or else somebody changed them without, and will one day lose an
 * addition of another core's.
 */
#include <mm/mm.h>
#include <stddef.h>
#include "sim.h"
#include "sim_locks.h"

/* By the place of the lock; where two spaces share one, only the last is followed. */
static struct count {
	const spinlock_t *lock;
	uint32_t anon, file, peak;
} counts[1021];

static struct count *count_at(const void *lock)
{
	return &counts[(uintptr_t)lock / sizeof(uint32_t) % 1021];
}

static struct count count_of(const spinlock_t *lock)
{
	const struct mm *mm =
	        (const struct mm *)((const char *)lock - offsetof(struct mm, table_lock));

	return (struct count){lock, mm->anon_pages, mm->file_pages, mm->peak_rss};
}

void sim_counts_locked(const void *lock)
{
	const struct count *was = count_at(lock), now = count_of(lock);

	if (was->lock == lock &&
	        (was->anon != now.anon || was->file != now.file || was->peak != now.peak))
		sim_fail("a space counts %u anonymous and %u file pages, and had %u and %u when "
		         "its table_lock was released",
		        now.anon, now.file, was->anon, was->file);
}

void sim_counts_unlocked(const void *lock)
{
	*count_at(lock) = count_of(lock);
}

void sim_counts_forget(const struct mm *mm)
{
	if (count_at(&mm->table_lock)->lock == &mm->table_lock)
		count_at(&mm->table_lock)->lock = NULL;
}
