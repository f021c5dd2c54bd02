/* SPDX-License-Identifier: MIT */
/*
 * The parts of spinlocks that are not worth repeating in every caller.
 */
#include <lib/spinlock.h>

void spin_lock_contended(spinlock_t *lock)
{
	do {
		/* Plain reads, which hit this core's cache until the holder's store takes the line. */
		while (spin_is_locked(lock))
			;
	} while (!spin_trylock(lock));
}

uint32_t spin_lock_irqsave(spinlock_t *lock)
{
	uint32_t flags = irq_save();

	spin_lock(lock);
	return flags;
}

void spin_unlock_irqrestore(spinlock_t *lock, uint32_t flags)
{
	spin_unlock(lock);
	irq_restore(flags);
}
