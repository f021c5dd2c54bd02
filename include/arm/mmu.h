/* SPDX-License-Identifier: MIT */
/*
 * Which translation table and which ASID a core uses.
 */
#ifndef ARM_MMU_H
#define ARM_MMU_H

#include <arm/barrier.h>
#include <arm/layout.h>
#include <arm/sysreg.h>

/*
 * Switches this core to the user table at physical address `table` (0x2000 aligned) with `asid`.
 *
 * TTBR0 and the ASID cannot be written at once. In between, a speculative walk could put pages of
 * the old table into the TLB under the new ASID. So TTBR0 first points to `empty`, a table
 * without a single user entry. The ISBs keep the three steps apart (ARM DDI 0406C, B3.10.4).
 * Interrupts off.
 */
static inline void mmu_switch(paddr_t table, uint8_t asid, paddr_t empty)
{
	write_ttbr0(empty | TTBR_FLAGS);
	isb();
	write_contextidr(asid);
	isb();
	write_ttbr0(table | TTBR_FLAGS);
	isb();
}

/* Leaves user space: the empty table with ASID 0, which is nobody's. Interrupts off. */
static inline void mmu_switch_to_kernel(paddr_t empty)
{
	write_ttbr0(empty | TTBR_FLAGS);
	isb();
	write_contextidr(0);
	isb();
}

#endif
