/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own translation table. start.S built the first form of it; what is added later is
 * added here: single pages in the top MiBs and in the vmalloc area.
 */
#include <arm/tlb.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <lib/spinlock.h>
#include <mm/kernel_table.h>
#include <mm/stat.h>
#include <mm/page.h>
#include <string.h>
#include "l2.h"

pte_t *kernel_l1;
paddr_t kernel_empty_table;

static paddr_t image_base;
static spinlock_t kernel_table_lock; /* guards the descriptors at and above VMALLOC_BASE */

paddr_t image_to_phys(const void *p)
{
	return (paddr_t)(uintptr_t)p - KERNEL_BASE + image_base;
}

void kernel_table_init(pte_t *l1, paddr_t image)
{
	kernel_l1 = l1;
	image_base = image;
	kernel_empty_table = image_to_phys(l1);
}

/* The descriptors of the image's 16 MiB lie behind the first-level table, see boot/start.S. */
static pte_t *image_slot(uint32_t va)
{
	return kernel_l1 + L1_SIZE / sizeof(pte_t) + ((va - KERNEL_BASE) >> PAGE_SHIFT);
}

static pte_t *kernel_slot(uint32_t va)
{
	pte_t entry;

	if (va >= KERNEL_BASE)
		return image_slot(va);
	entry = pte_read(&kernel_l1[L1_INDEX(va)]);
	return l1_is_table(entry) ? (pte_t *)phys_to_virt(entry & L1_TABLE_BASE) + L2_INDEX(va)
	                          : NULL;
}

static int add_kernel_l2_locked(uint32_t va)
{
	pte_t *l2 = l2_alloc();

	if (!l2)
		return -ENOMEM;
	/* The empty table is in memory before a descriptor leads a walker to it. */
	dsb_ishst();
	pte_write(&kernel_l1[L1_INDEX(va)],
	        l1_table_encode(
	                (struct l1_table){.base = virt_to_phys(l2), .domain = DOMAIN_KERNEL}));
	return 0;
}

int kernel_map_page(uint32_t va, pte_t pte)
{
	uint32_t flags = spin_lock_irqsave(&kernel_table_lock);
	pte_t *slot = kernel_slot(va);
	int err = 0;

	if (!slot) {
		err = add_kernel_l2_locked(va);
		slot = err ? NULL : kernel_slot(va);
	}
	if (slot) {
		BUG_ON(pte_valid(pte_read(slot)));
		pte_write(slot, pte);
		table_sync(); /* seen by the walker before anyone uses the page */
	}
	spin_unlock_irqrestore(&kernel_table_lock, flags);
	return err;
}

paddr_t kernel_page_phys(uint32_t va)
{
	return pte_read(kernel_slot(va)) & PTE_BASE;
}

void kernel_unmap_pages(uint32_t va, uint32_t n)
{
	uint32_t flags = spin_lock_irqsave(&kernel_table_lock);

	for (uint32_t i = 0; i < n; i++) {
		pte_t *slot = kernel_slot(va + i * PAGE_SIZE);

		if (slot)
			pte_write(slot, 0);
	}
	table_sync_before_tlbi();
	for (uint32_t i = 0; i < n; i++)
		tlb_invalidate_page_all_asids(va + i * PAGE_SIZE);
	count_tlb(page, n);
	tlb_sync(); /* only now may the frames be reused */
	spin_unlock_irqrestore(&kernel_table_lock, flags);
}

void kernel_free_table(uint32_t va)
{
	uint32_t flags = spin_lock_irqsave(&kernel_table_lock);
	pte_t *entry = &kernel_l1[L1_INDEX(va)];
	pte_t old = pte_read(entry);

	if (l1_is_table(old)) {
		pte_write(entry, 0);
		table_sync_before_tlbi();
		/* By address: also what a core remembers of the walk through the first level. */
		tlb_invalidate_page_all_asids(va);
		count_tlb(page, 1);
		tlb_sync(); /* no walker is in the table any more: it may go */
		l2_free(phys_to_virt(old & L1_TABLE_BASE));
	}
	spin_unlock_irqrestore(&kernel_table_lock, flags);
}

const void *early_map(paddr_t pa, size_t size)
{
	uint32_t first = pa & PAGE_MASK;
	uint32_t pages = (PAGE_OFFSET(pa) + size + PAGE_SIZE - 1) >> PAGE_SHIFT;

	if (size > FIXMAP_DTB_SIZE || pages > FIXMAP_DTB_SIZE >> PAGE_SHIFT || pa + size < pa)
		return NULL;
	early_unmap();
	for (uint32_t i = 0; i < pages; i++) {
		struct small_page p = {
		        .base = first + i * PAGE_SIZE, .type = MT_NORMAL, .global = true};

		pte_write(image_slot(FIXMAP_DTB + i * PAGE_SIZE), small_page_encode(p));
	}
	table_sync(); /* seen by the walker before the caller reads the window */
	return (const void *)(uintptr_t)(FIXMAP_DTB + PAGE_OFFSET(pa));
}

void early_unmap(void)
{
	kernel_unmap_pages(FIXMAP_DTB, FIXMAP_DTB_SIZE >> PAGE_SHIFT);
}

void image_free(const void *start, const void *end)
{
	kernel_unmap_pages(
	        (uint32_t)(uintptr_t)start, ((uintptr_t)end - (uintptr_t)start) >> PAGE_SHIFT);
	page_add_ram(image_to_phys(start), image_to_phys(end));
}
