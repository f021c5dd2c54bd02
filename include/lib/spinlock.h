/* SPDX-License-Identifier: MIT */
/*
 * Spinlocks, for data that several cores or an interrupt handler share. The kernel does not
 * preempt itself, so holding one never lasts long. GCC's atomics become LDREX/STREX with DMB,
 * which work only in Normal cacheable memory with the MMU on (hardware.md).
 *
 * Data that an interrupt handler also takes needs the _irqsave form, or the handler would spin
 * on a lock that its own core holds.
 */
#ifndef LIB_SPINLOCK_H
#define LIB_SPINLOCK_H

#include <arm/irqflags.h>
#include <lib/types.h>

typedef struct {
	uint32_t locked;
} spinlock_t;

#define SPINLOCK_INIT                                                                              \
	{                                                                                          \
		0                                                                                  \
	}

static inline bool spin_trylock(spinlock_t *lock)
{
	return !__atomic_exchange_n(&lock->locked, 1, __ATOMIC_ACQUIRE);
}

/* Waits for a lock that another core holds, and takes it. */
void spin_lock_contended(spinlock_t *lock);

static inline void spin_lock(spinlock_t *lock)
{
	if (__builtin_expect(!spin_trylock(lock), 0))
		spin_lock_contended(lock);
}

static inline void spin_unlock(spinlock_t *lock)
{
	/*
	 * Waiters read the word again and again instead of sleeping in WFE: waking them would cost
	 * a DSB and an SEV at every unlock, and locks are held for a few hundred instructions.
	 */
	__atomic_store_n(&lock->locked, 0, __ATOMIC_RELEASE);
}

static inline bool spin_is_locked(const spinlock_t *lock)
{
	return __atomic_load_n(&lock->locked, __ATOMIC_RELAXED);
}

/* The same for callers that know interrupts to be on: no state is saved, and no function called. */
static inline void spin_lock_irq(spinlock_t *lock)
{
	irq_disable();
	spin_lock(lock);
}

static inline void spin_unlock_irq(spinlock_t *lock)
{
	spin_unlock(lock);
	irq_enable();
}

/* The same with interrupts masked; lock returns the state for unlock. */
uint32_t spin_lock_irqsave(spinlock_t *lock);
void spin_unlock_irqrestore(spinlock_t *lock, uint32_t flags);

#endif
