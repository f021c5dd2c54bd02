/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own translation table (TTBR1), the same in every address space, and the steps that
 * bring memory management up.
 */
#ifndef MM_KERNEL_TABLE_H
#define MM_KERNEL_TABLE_H

#include <arm/pte.h>
#include <lib/types.h>

/*
 * The first-level table that start.S built: 4096 descriptors. The lower 2048 are all invalid; that
 * half is the "empty table" of mmu_switch().
 */
extern pte_t *kernel_l1;
extern paddr_t kernel_empty_table;

/* Once, first: takes over the table of start.S, for an image loaded at physical `image`. */
void kernel_table_init(pte_t *l1, paddr_t image);

/* Physical address of a byte of the kernel image. */
paddr_t image_to_phys(const void *p);

/*
 * Maps size bytes of physical memory read-only at FIXMAP_DTB, to read the DTB or the ATAGs before
 * RAM is known; returns a pointer to byte `pa`. NULL if it does not fit. early_unmap() ends it.
 */
const void *early_map(paddr_t pa, size_t size);
void early_unmap(void);

/*
 * Once: from the ranges in memblock makes the linear map, mem_map and the page allocator. RAM that
 * the map cannot hold is left out with a message. The image may lie in what is left out.
 */
void page_init(void);

/* Hands the whole pages of [start, end) to the allocator, but for what the linear map does not hold. */
void page_add_ram(uint64_t start, uint64_t end);

/* Is this whole physical range in the linear map, so that phys_to_virt() is good for it? */
bool phys_is_linear(paddr_t start, size_t size);

/* Stores a descriptor for the kernel page at va (one of FIXMAP, vmalloc area, image). -ENOMEM. */
int kernel_map_page(uint32_t va, pte_t pte);

/* The frame behind a mapped kernel page. */
paddr_t kernel_page_phys(uint32_t va);

/* Takes n kernel pages out of the table and the TLBs. Returns when no core can reach them. */
void kernel_unmap_pages(uint32_t va, uint32_t n);

/* Gives back the second-level table, if there is one, of the MiB at va, in which nothing is mapped or being mapped. */
void kernel_free_table(uint32_t va);

/*
 * Gives [start, end) of the kernel image back to the page allocator: memory that only booting
 * needed. Page aligned. The pages are unmapped at their image addresses.
 */
void image_free(const void *start, const void *end);

#endif
