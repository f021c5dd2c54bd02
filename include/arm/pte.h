/* SPDX-License-Identifier: MIT */
/*
 * Short-descriptor translation table entries (ARM DDI 0406C, B3.5): what each bit means, and
 * encoders and decoders that name the fields. Nothing here touches hardware.
 *
 *	virtual address  [31:20] index in the first-level table (1 MiB each)
 *			 [19:12] index in the second-level table (4 KiB each)
 *			 [11:0]  byte in the page
 */
#ifndef ARM_PTE_H
#define ARM_PTE_H

#include <arm/layout.h>
#include <lib/types.h>

/* A descriptor of either level. Written only through pte_write() (arm/tlb.h). */
typedef uint32_t pte_t;

#define SECTION_SHIFT   20
#define SECTION_BYTES   (1u << SECTION_SHIFT)

#define L1_INDEX(va)    ((uint32_t)(va) >> SECTION_SHIFT)
#define L2_INDEX(va)    (((uint32_t)(va) >> 12) & 0xff)

#define L1_USER_ENTRIES (USER_END >> SECTION_SHIFT)
#define L2_ENTRIES      256

/* First level: bits [1:0] say what it is. */
#define L1_TYPE_MASK    3u
#define L1_TYPE_TABLE   1u
#define L1_TABLE_BASE   0xfffffc00u
#define L1_DOMAIN_SHIFT 5
/* A section has bit 1 set and bit 0 is its PXN; bit 18 would make it a supersection. */
#define SECTION_VALID   2u
#define SECTION_PXN     (1u << 0)
#define SECTION_XN      (1u << 4)
#define SECTION_AP0     (1u << 10)
#define SECTION_AP1     (1u << 11)
#define SECTION_AP2     (1u << 15)
#define SECTION_S       (1u << 16)
#define SECTION_NG      (1u << 17)
#define SECTION_BASE    0xfff00000u

/* Small page. TEX[2:1] (bits 8 and 7) mean nothing to the MMU under TEX remap: ours to use (B3.8.3). */
#define PTE_XN          (1u << 0)
#define PTE_VALID       (1u << 1)
#define PTE_B           (1u << 2)
#define PTE_C           (1u << 3)
#define PTE_AP0         (1u << 4)
#define PTE_AP1         (1u << 5) /* users may access */
#define PTE_TEX0        (1u << 6)
#define PTE_SPECIAL     (1u << 7) /* ours: the frame is not counted (zero page, device) */
#define PTE_AP2         (1u << 9) /* read-only */
#define PTE_S           (1u << 10)
#define PTE_NG          (1u << 11)
#define PTE_BASE        0xfffff000u

/* A small page by its fields. `type` is an MT_ number. */
struct small_page {
	paddr_t base;
	uint8_t type;
	bool user; /* accessible to users (with the same rights as for the kernel) */
	bool writable;
	bool executable;
	bool global; /* false: tagged with the ASID */
	bool special;
};

static inline pte_t small_page_encode(struct small_page p)
{
	return (p.base & PTE_BASE) | PTE_VALID | PTE_AP0 | PTE_S | (p.executable ? 0 : PTE_XN) |
	       (p.type & 1 ? PTE_B : 0) | (p.type & 2 ? PTE_C : 0) | (p.type & 4 ? PTE_TEX0 : 0) |
	       (p.user ? PTE_AP1 : 0) | (p.writable ? 0 : PTE_AP2) | (p.global ? 0 : PTE_NG) |
	       (p.special ? PTE_SPECIAL : 0);
}

static inline struct small_page small_page_decode(pte_t pte)
{
	return (struct small_page){
	        .base = pte & PTE_BASE,
	        .type = (pte & PTE_B ? 1 : 0) | (pte & PTE_C ? 2 : 0) | (pte & PTE_TEX0 ? 4 : 0),
	        .user = pte & PTE_AP1,
	        .writable = !(pte & PTE_AP2),
	        .executable = !(pte & PTE_XN),
	        .global = !(pte & PTE_NG),
	        .special = pte & PTE_SPECIAL,
	};
}

static inline bool pte_valid(pte_t pte)
{
	return pte & PTE_VALID;
}

static inline bool pte_writable(pte_t pte)
{
	return !(pte & PTE_AP2);
}

static inline bool pte_user(pte_t pte)
{
	return pte & PTE_AP1;
}

/* A 1 MiB section of the kernel: global, domain DOMAIN_KERNEL. */
struct section {
	paddr_t base;
	uint8_t type;
	bool writable;
	bool executable;
};

static inline pte_t section_encode(struct section s)
{
	return (s.base & SECTION_BASE) | SECTION_VALID | SECTION_AP0 | SECTION_S |
	       (s.executable ? 0 : SECTION_XN) | (s.type & 1 ? PTE_B : 0) |
	       (s.type & 2 ? PTE_C : 0) | (s.writable ? 0 : SECTION_AP2) |
	       DOMAIN_KERNEL << L1_DOMAIN_SHIFT;
}

static inline struct section section_decode(pte_t pte)
{
	return (struct section){
	        .base = pte & SECTION_BASE,
	        .type = (pte & PTE_B ? 1 : 0) | (pte & PTE_C ? 2 : 0),
	        .writable = !(pte & SECTION_AP2),
	        .executable = !(pte & SECTION_XN),
	};
}

/* A first-level descriptor that points to a second-level table. PXN: the kernel executes nothing in it. */
struct l1_table {
	paddr_t base;
	uint8_t domain;
	bool pxn;
};

static inline pte_t l1_table_encode(struct l1_table t)
{
	return (t.base & L1_TABLE_BASE) | L1_TYPE_TABLE | (pte_t)t.domain << L1_DOMAIN_SHIFT |
	       (t.pxn ? L1_TABLE_PXN : 0);
}

static inline struct l1_table l1_table_decode(pte_t pte)
{
	return (struct l1_table){
	        .base = pte & L1_TABLE_BASE,
	        .domain = pte >> L1_DOMAIN_SHIFT & 0xf,
	        .pxn = pte & L1_TABLE_PXN,
	};
}

static inline bool l1_is_table(pte_t pte)
{
	return (pte & L1_TYPE_MASK) == L1_TYPE_TABLE;
}

static inline bool l1_is_section(pte_t pte)
{
	return pte & SECTION_VALID;
}

#endif
