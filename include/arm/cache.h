/* SPDX-License-Identifier: MIT */
/*
 * Instructions that were written as data. The instruction cache and the branch predictor do not
 * see stores (ARM DDI 0406C, A3.8.4 and B2.2.9).
 */
#ifndef ARM_CACHE_H
#define ARM_CACHE_H

#include <arm/barrier.h>
#include <arm/sysreg.h>

/* Bytes in the smallest data cache line: CTR.DminLine. */
static inline uint32_t dcache_line_size(void)
{
	return 4u << (read_ctr() >> 16 & 0xf);
}

/* Branch predictors of all cores forget: an instruction address has got another meaning. DSB follows. */
static inline void branch_predictor_invalidate(void)
{
	__asm__ volatile("mcr p15, 0, %0, c7, c1, 6" ::"r"(0) : "memory"); /* BPIALLIS */
}

/* This core's branch predictor only. */
static inline void branch_predictor_invalidate_local(void)
{
	__asm__ volatile("mcr p15, 0, %0, c7, c5, 6" ::"r"(0) : "memory"); /* BPIALL */
}

/*
 * Makes n bytes at va, written as data, executable. The data reach the point of unification
 * (DCCMVAU), then every core drops its whole instruction cache: on Cortex-A7 and -A53 it is
 * indexed by virtual address and the page may be cached under other addresses than va.
 */
static inline void sync_instructions(const void *va, size_t n)
{
	uint32_t line = dcache_line_size();
	uintptr_t p = (uintptr_t)va & ~(uintptr_t)(line - 1);

	for (; p < (uintptr_t)va + n; p += line)
		__asm__ volatile("mcr p15, 0, %0, c7, c11, 1" ::"r"(p) : "memory"); /* DCCMVAU */
	dsb_ish(); /* the data are there before the instruction cache asks for them again */
	__asm__ volatile("mcr p15, 0, %0, c7, c1, 0" ::"r"(0) : "memory"); /* ICIALLUIS */
	branch_predictor_invalidate();
	dsb_ish(); /* the invalidations have finished ... */
	isb();     /* ... and nothing fetched earlier is executed */
}

#endif
