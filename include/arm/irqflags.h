/* SPDX-License-Identifier: MIT */
/*
 * Masking interrupts on the current core (CPSR.I).
 */
#ifndef ARM_IRQFLAGS_H
#define ARM_IRQFLAGS_H

#include <lib/types.h>

#define CPSR_I (1u << 7)

static inline void irq_enable(void)
{
	__asm__ volatile("cpsie i" ::: "memory");
}

static inline void irq_disable(void)
{
	__asm__ volatile("cpsid i" ::: "memory");
}

static inline uint32_t irq_flags(void)
{
	uint32_t cpsr;

	__asm__ volatile("mrs %0, cpsr" : "=r"(cpsr)::"memory");
	return cpsr;
}

static inline bool irqs_disabled(void)
{
	return irq_flags() & CPSR_I;
}

/* Masks interrupts and returns the state before, for irq_restore(). Nests. */
static inline uint32_t irq_save(void)
{
	uint32_t flags = irq_flags();

	irq_disable();
	return flags;
}

static inline void irq_restore(uint32_t flags)
{
	if (!(flags & CPSR_I))
		irq_enable();
}

#endif
