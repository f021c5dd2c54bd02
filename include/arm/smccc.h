/* SPDX-License-Identifier: MIT */
/*
 * Calls to firmware above the kernel (SMC Calling Convention, ARM DEN 0028): function number in
 * r0, arguments in r1-r3, answer in r0. HVC reaches Hyp mode, SMC the secure monitor; which one a
 * board wants is in its devicetree, and the other is an undefined instruction.
 */
#ifndef ARM_SMCCC_H
#define ARM_SMCCC_H

#include <lib/types.h>

#define SMCCC_CALL(instruction)                                                                    \
	register uint32_t r0 __asm__("r0") = function;                                             \
	register uint32_t r1 __asm__("r1") = a1;                                                   \
	register uint32_t r2 __asm__("r2") = a2;                                                   \
	register uint32_t r3 __asm__("r3") = a3;                                                   \
                                                                                                   \
	__asm__ volatile(instruction                                                               \
	                 : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)                                  \
	                 :                                                                         \
	                 : "r12", "memory");                                                       \
	return (int32_t)r0

static inline int32_t smccc_hvc(uint32_t function, uint32_t a1, uint32_t a2, uint32_t a3)
{
	SMCCC_CALL(".arch_extension virt\n\thvc #0");
}

static inline int32_t smccc_smc(uint32_t function, uint32_t a1, uint32_t a2, uint32_t a3)
{
	SMCCC_CALL(".arch_extension sec\n\tsmc #0");
}

#undef SMCCC_CALL

#endif
