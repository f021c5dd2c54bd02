/* SPDX-License-Identifier: MIT */
/* What the simulation asks about locks (sim_lock.c). */
#ifndef TESTS_HOST_MMU_SIM_LOCKS_H
#define TESTS_HOST_MMU_SIM_LOCKS_H

#include <stdbool.h>

void sim_lock(const char *name, const void *lock, bool sleeps);
void sim_locked(const char *name, const void *lock, bool sleeps);
void sim_unlock(const void *lock);

/* A lock is had, now that it has been waited for; `name` as for sim_lock(). */
void sim_entered(const char *name, const void *lock);

/* sim_count.c: what a table_lock guards. */
struct mm;
void sim_counts_locked(const void *lock);
void sim_counts_unlocked(const void *lock);
void sim_counts_forget(const struct mm *mm);

/* Which of two cores that run at once is meant from here on (sim_race.c). */
void sim_locks_of(unsigned int side);

/* At the end of an operation: is every lock free? */
void sim_check_locks(void);

/* Something that may sleep is called: no spinlock may be held. */
void sim_may_sleep(const char *what);

#endif
