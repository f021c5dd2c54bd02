/* SPDX-License-Identifier: MIT */
/*
 * What this core can do, in the words of AT_HWCAP (Linux: arch/arm/include/uapi/asm/hwcap.h).
 */
#ifndef ARM_HWCAP_H
#define ARM_HWCAP_H

#include <lib/abi/auxv.h>
#include <lib/types.h>

/* ID_ISAR0[27:24]: divide instructions; 1: Thumb, 2: ARM too. ID_MMFR0[3:0] 5: LPAE (B4.1.82, B4.1.89). */
static inline uint32_t arm_hwcap(void)
{
	uint32_t isar0, mmfr0, mvfr1, divide;
	uint32_t caps = HWCAP_HALF | HWCAP_THUMB | HWCAP_FAST_MULT | HWCAP_EDSP | HWCAP_TLS |
	                HWCAP_VFP | HWCAP_VFPv3 | HWCAP_VFPD32 | HWCAP_NEON;

	__asm__("mrc p15, 0, %0, c0, c2, 0" : "=r"(isar0));
	__asm__("mrc p15, 0, %0, c0, c1, 4" : "=r"(mmfr0));
	__asm__(".fpu neon\n\tvmrs %0, mvfr1" : "=r"(mvfr1));
	divide = isar0 >> 24 & 0xf;
	if (divide >= 1)
		caps |= HWCAP_IDIVT;
	if (divide >= 2)
		caps |= HWCAP_IDIVA;
	if ((mmfr0 & 0xf) >= 5)
		caps |= HWCAP_LPAE;
	if (mvfr1 >> 28) /* fused multiply-add: VFPv4 */
		caps |= HWCAP_VFPv4;
	return caps; /* without HWCAP_SWP: the instruction is off in SCTLR */
}

#endif
