/* SPDX-License-Identifier: MIT */
/*
 * Included before each of the kernel's mm sources: tells the simulation which lock is taken, by the
 * name that the source gives it. Around locks and references the other core may come first.
 */
#ifndef TESTS_HOST_MMU_SIM_LOCK_H
#define TESTS_HOST_MMU_SIM_LOCK_H

#include <lib/spinlock.h>
#include <lib/wait.h>
#include <mm/page.h>
#include "sim_race.h"

void sim_lock(const char *name, const void *lock, bool sleeps);
void sim_locked(const char *name, const void *lock, bool sleeps);
void sim_entered(const char *name, const void *lock);
void sim_unlock(const void *lock);

/* spin_lock_irqsave() waits in lib/spinlock.c, where nobody tells the simulation. */
static inline void sim_await(const spinlock_t *lock)
{
	while (spin_is_locked(lock))
		sim_wait("a spinlock");
}

#define spin_lock(l)                 (sim_yield(), sim_lock(#l, (l), false), spin_lock(l), sim_entered(#l, (l)))
#define spin_unlock(l)               (sim_unlock(l), spin_unlock(l), sim_yield())
#define spin_lock_irqsave(l)         (sim_await(l), sim_lock(#l, (l), false), spin_lock_irqsave(l))
#define spin_unlock_irqrestore(l, f) (sim_unlock(l), spin_unlock_irqrestore(l, f))
#define mutex_lock(l)                (sim_yield(), sim_lock(#l, (l), true), mutex_lock(l))
#define mutex_unlock(l)              (sim_unlock(l), mutex_unlock(l), sim_yield())
/* Who does not wait may take locks in any order. */
#define mutex_trylock(l)             (mutex_trylock(l) && (sim_locked(#l, (l), true), true))
#define page_get(p)                  (sim_yield(), page_get(p))

#endif
