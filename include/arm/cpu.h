/* SPDX-License-Identifier: MIT */
/*
 * Which core is this, and what runs on it.
 */
#ifndef ARM_CPU_H
#define ARM_CPU_H

#include <arm/sysreg.h>

#define MAX_CPUS 4

struct task;

/* The number of this core: MPIDR.Aff0, 0 to 3 on the boards that Quire knows. */
static inline unsigned int cpu_id(void)
{
	return read_mpidr() & (MAX_CPUS - 1);
}

/* The running task: kept in TPIDRPRW, a register that only the kernel can read. */
static inline struct task *current_task(void)
{
	struct task *t;

	/* Not volatile: within a function it never changes, so the compiler may keep it. */
	__asm__("mrc p15, 0, %0, c13, c0, 4" : "=r"(t));
	return t;
}

static inline void set_current_task(struct task *t)
{
	write_tpidrprw((uint32_t)t);
}

#endif
