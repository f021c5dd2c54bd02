/* SPDX-License-Identifier: MIT */
/*
 * Included before each of the kernel's mm sources: tells the simulation which lock is taken, by the
 * name that the source gives it.
 */
#ifndef TESTS_HOST_MMU_SIM_LOCK_H
#define TESTS_HOST_MMU_SIM_LOCK_H

#include <lib/spinlock.h>
#include <lib/wait.h>

void sim_lock(const char *name, const void *lock, bool sleeps);
void sim_unlock(const void *lock);

#define spin_lock(l)                 (sim_lock(#l, (l), false), spin_lock(l))
#define spin_unlock(l)               (sim_unlock(l), spin_unlock(l))
#define spin_lock_irqsave(l)         (sim_lock(#l, (l), false), spin_lock_irqsave(l))
#define spin_unlock_irqrestore(l, f) (sim_unlock(l), spin_unlock_irqrestore(l, f))
#define mutex_lock(l)                (sim_lock(#l, (l), true), mutex_lock(l))
#define mutex_unlock(l)              (sim_unlock(l), mutex_unlock(l))

#endif
