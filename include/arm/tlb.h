/* SPDX-License-Identifier: MIT */
/*
 * Writing descriptors and forgetting cached ones (ARM DDI 0406C, B3.10). The sequences:
 *
 *	invalid -> valid	pte_write, table_sync
 *	less or more rights	pte_write, table_sync, tlb_invalidate_*, tlb_sync
 *	another page, type	pte_write 0, table_sync, tlb_invalidate_*, tlb_sync,
 *				pte_write new, table_sync	(break before make)
 *	valid -> invalid	pte_write 0, table_sync, tlb_invalidate_*, tlb_sync; only
 *				then may the page or the table be reused
 *
 * All TLB operations are the inner-shareable forms: every core obeys them. (Cortex-A15 up to r3p2
 * needs more for that, erratum 798181; see docs/porting.md.)
 */
#ifndef ARM_TLB_H
#define ARM_TLB_H

#include <arm/barrier.h>
#include <arm/pte.h>

static inline pte_t pte_read(const pte_t *slot)
{
	return *(const volatile pte_t *)slot;
}

/* The only way to store a descriptor: one 32-bit store, since the walker may read it at any moment. */
static inline void pte_write(pte_t *slot, pte_t value)
{
	*(volatile pte_t *)slot = value;
}

/*
 * Makes descriptors written before visible to the table walkers (DSB ISHST), and to the
 * instructions that follow here (ISB: without it one fetched earlier may fault on a new page).
 */
static inline void table_sync(void)
{
	dsb_ishst();
	isb();
}

/*
 * Orders descriptor stores before a TLB invalidation: without it a walker could cache the old
 * descriptor again after the invalidation.
 */
static inline void table_sync_before_tlbi(void)
{
	dsb_ishst();
}

/* Forgets a non-global page of one ASID, and what was cached of the walk to it. */
static inline void tlb_invalidate_page(uint32_t va, uint8_t asid)
{
	__asm__ volatile("mcr p15, 0, %0, c8, c3, 1" ::"r"((va & PTE_BASE) | asid)
	                 : "memory"); /* TLBIMVAIS */
}

/* The same for a global (kernel) page, or whatever the ASID. */
static inline void tlb_invalidate_page_all_asids(uint32_t va)
{
	__asm__ volatile("mcr p15, 0, %0, c8, c3, 3" ::"r"(va & PTE_BASE)
	                 : "memory"); /* TLBIMVAAIS */
}

/* Forgets every non-global entry of an ASID. */
static inline void tlb_invalidate_asid(uint8_t asid)
{
	__asm__ volatile("mcr p15, 0, %0, c8, c3, 2" ::"r"((uint32_t)asid)
	                 : "memory"); /* TLBIASIDIS */
}

/* Forgets everything, on all cores. */
static inline void tlb_invalidate_all(void)
{
	__asm__ volatile("mcr p15, 0, %0, c8, c3, 0" ::"r"(0) : "memory"); /* TLBIALLIS */
}

/* Forgets everything, on this core only. */
static inline void tlb_invalidate_all_local(void)
{
	__asm__ volatile("mcr p15, 0, %0, c8, c7, 0" ::"r"(0) : "memory"); /* TLBIALL */
}

/*
 * Waits until invalidations issued before have finished on every core (DSB ISH), and keeps this
 * core's later instructions from having used an old entry (ISB).
 */
static inline void tlb_sync(void)
{
	dsb_ish();
	isb();
}

#endif
