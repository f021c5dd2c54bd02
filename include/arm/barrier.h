/* SPDX-License-Identifier: MIT */
/*
 * Memory barriers and event instructions (ARM DDI 0406C, A3.8.3 and A8.8.43).
 *
 * DMB orders memory accesses; DSB also waits for them, and for cache and TLB maintenance, to
 * finish; ISB makes the instructions after it see every earlier change of system state.
 * "ish" limits a barrier to the inner shareable domain: all the cores of these boards.
 */
#ifndef ARM_BARRIER_H
#define ARM_BARRIER_H

static inline void dmb_ish(void)
{
	__asm__ volatile("dmb ish" ::: "memory");
}

/* Stores before it are seen before stores after it. */
static inline void dmb_ishst(void)
{
	__asm__ volatile("dmb ishst" ::: "memory");
}

static inline void dmb_sy(void)
{
	__asm__ volatile("dmb sy" ::: "memory");
}

static inline void dsb_ish(void)
{
	__asm__ volatile("dsb ish" ::: "memory");
}

static inline void dsb_ishst(void)
{
	__asm__ volatile("dsb ishst" ::: "memory");
}

static inline void dsb_nsh(void)
{
	__asm__ volatile("dsb nsh" ::: "memory");
}

static inline void dsb_sy(void)
{
	__asm__ volatile("dsb sy" ::: "memory");
}

static inline void isb(void)
{
	__asm__ volatile("isb" ::: "memory");
}

static inline void sev(void)
{
	__asm__ volatile("sev" ::: "memory");
}

static inline void wfe(void)
{
	__asm__ volatile("wfe" ::: "memory");
}

/* Sleep until an interrupt is pending, even a masked one. DSB: what we wait for may depend on our stores. */
static inline void wait_for_interrupt(void)
{
	__asm__ volatile("dsb sy\n\twfi" ::: "memory");
}

#endif
