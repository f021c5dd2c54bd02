/* SPDX-License-Identifier: MIT */
/*
 * The CP15 system registers that Quire uses, one line each; the list makes read_NAME() and
 * write_NAME(). Encodings: ARM DDI 0406C, B3.17 (VMSA) and B8.1 (generic timer).
 *
 * A write takes effect for later instructions only after an ISB, which is left to the caller,
 * since several writes can share one.
 */
#ifndef ARM_SYSREG_H
#define ARM_SYSREG_H

#include <lib/types.h>

/* X(name, opc1, CRn, CRm, opc2) */
#define ARM_SYSREGS(X)                                                                             \
	X(midr, 0, c0, c0, 0)                                                                      \
	X(ctr, 0, c0, c0, 1)                                                                       \
	X(mpidr, 0, c0, c0, 5)                                                                     \
	X(sctlr, 0, c1, c0, 0)                                                                     \
	X(cpacr, 0, c1, c0, 2)                                                                     \
	X(ttbr0, 0, c2, c0, 0)                                                                     \
	X(ttbr1, 0, c2, c0, 1)                                                                     \
	X(ttbcr, 0, c2, c0, 2)                                                                     \
	X(dacr, 0, c3, c0, 0)                                                                      \
	X(dfsr, 0, c5, c0, 0)                                                                      \
	X(ifsr, 0, c5, c0, 1)                                                                      \
	X(dfar, 0, c6, c0, 0)                                                                      \
	X(ifar, 0, c6, c0, 2)                                                                      \
	X(par, 0, c7, c4, 0)                                                                       \
	X(vbar, 0, c12, c0, 0)                                                                     \
	X(contextidr, 0, c13, c0, 1)                                                               \
	X(tpidrurw, 0, c13, c0, 2)                                                                 \
	X(tpidruro, 0, c13, c0, 3)                                                                 \
	X(tpidrprw, 0, c13, c0, 4)                                                                 \
	X(cntfrq, 0, c14, c0, 0)                                                                   \
	X(cntkctl, 0, c14, c1, 0)                                                                  \
	X(cntp_ctl, 0, c14, c2, 1)                                                                 \
	X(cntv_tval, 0, c14, c3, 0)                                                                \
	X(cntv_ctl, 0, c14, c3, 1)

#define ARM_SYSREG_ACCESSORS(name, opc1, crn, crm, opc2)                                           \
	static inline uint32_t read_##name(void)                                                   \
	{                                                                                          \
		uint32_t v;                                                                        \
                                                                                                   \
		__asm__ volatile("mrc p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2              \
		                 : "=r"(v)::"memory");                                             \
		return v;                                                                          \
	}                                                                                          \
	static inline void write_##name(uint32_t v)                                                \
	{                                                                                          \
		__asm__ volatile("mcr p15, " #opc1 ", %0, " #crn ", " #crm ", " #opc2 ::"r"(v)     \
		                 : "memory");                                                      \
	}

ARM_SYSREGS(ARM_SYSREG_ACCESSORS)

#undef ARM_SYSREG_ACCESSORS

/*
 * The virtual counter. ISB: the read is not ordered with earlier instructions without one
 * (B8.1.2), and time would seem to run backwards between two cores.
 */
static inline uint64_t read_cntvct(void)
{
	uint64_t v;

	__asm__ volatile("isb\n\tmrrc p15, 1, %Q0, %R0, c14" : "=r"(v)::"memory");
	return v;
}

static inline void write_cntv_cval(uint64_t v)
{
	__asm__ volatile("mcrr p15, 3, %Q0, %R0, c14" ::"r"(v) : "memory");
}

#define CNTV_ENABLE (1u << 0)
#define CNTV_IMASK  (1u << 1)

#endif
