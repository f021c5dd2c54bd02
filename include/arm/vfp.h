/* SPDX-License-Identifier: MIT */
/*
 * The VFP/NEON unit: its enable bit and its registers (ARM DDI 0406C, B1.11 and B4.1.58).
 */
#ifndef ARM_VFP_H
#define ARM_VFP_H

#include <arm/barrier.h>
#include <lib/types.h>

#define FPEXC_EN (1u << 30)
#define FPEXC_EX (1u << 31)

static inline uint32_t read_fpexc(void)
{
	uint32_t v;

	__asm__ volatile(".fpu neon\n\tvmrs %0, fpexc" : "=r"(v));
	return v;
}

static inline void write_fpexc(uint32_t v)
{
	__asm__ volatile(".fpu neon\n\tvmsr fpexc, %0" ::"r"(v) : "memory");
	isb(); /* on or off before the next instruction of the unit */
}

/* Both need FPEXC.EN. d points to 32 doublewords. */
static inline void vfp_store(uint64_t *d, uint32_t *fpscr)
{
	uint32_t v;

	__asm__ volatile(".fpu neon\n\tvstmia %1!, {d0-d15}\n\tvstmia %1!, {d16-d31}\n\t"
	                 "vmrs %0, fpscr"
	                 : "=r"(v), "+r"(d)
	                 :
	                 : "memory");
	*fpscr = v;
}

static inline void vfp_load(const uint64_t *d, uint32_t fpscr)
{
	__asm__ volatile(".fpu neon\n\tvldmia %0!, {d0-d15}\n\tvldmia %0!, {d16-d31}\n\t"
	                 "vmsr fpscr, %1"
	                 : "+r"(d)
	                 : "r"(fpscr)
	                 : "memory");
}

#endif
