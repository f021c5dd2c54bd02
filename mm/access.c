/* SPDX-License-Identifier: MIT */
/*
 * User memory by way of the linear map, page by page.
 */
#include <arm/cache.h>
#include <lib/errno.h>
#include <mm/access.h>
#include <mm/mm.h>
#include <mm/pagecache.h>
#include <string.h>
#include "table.h"

struct page *mm_page_get(struct mm *mm, uint32_t addr, enum mm_access access, int *err)
{
	struct page *page = NULL;

	do {
		enum mm_fault_result r = mm_fault(mm, addr, access);
		pte_t *slot, pte;

		if (r != MM_FAULT_OK) {
			*err = r == MM_FAULT_OOM ? -ENOMEM : -EFAULT;
			return NULL;
		}
		mutex_lock(&mm->lock);
		/* Or truncation, or reclaim, frees the page before it is ours. */
		spin_lock(&mm->table_lock);
		slot = table_slot(mm->l1, addr);
		pte = slot ? pte_read(slot) : 0;
		if (pte_valid(pte) && !phys_is_ram(pte & PTE_BASE)) {
			spin_unlock(&mm->table_lock);
			mutex_unlock(&mm->lock);
			*err = -EFAULT; /* a device, which has no place in the linear map */
			return NULL;
		}
		if (pte_valid(pte) && (access != ACCESS_WRITE || pte_writable(pte))) {
			page = phys_to_page(pte & PTE_BASE);
			page_get(page);
		}
		spin_unlock(&mm->table_lock);
		mutex_unlock(&mm->lock);
	} while (!page); /* unmapped in between by truncation: look again */
	return page;
}

/* From the space into buf; without one, zeros into the space. */
static int move(struct mm *mm, uint32_t addr, void *buf, size_t n)
{
	while (n) {
		uint32_t offset = PAGE_OFFSET(addr);
		size_t part = PAGE_SIZE - offset < n ? PAGE_SIZE - offset : n;
		int err;
		struct page *page = mm_page_get(mm, addr, buf ? ACCESS_READ : ACCESS_WRITE, &err);
		uint8_t *bytes;

		if (!page)
			return err;
		bytes = (uint8_t *)page_address(page) + offset;
		if (buf) {
			memcpy(buf, bytes, part);
			buf = (char *)buf + part;
		} else {
			memset(bytes, 0, part);
			pagecache_dirtied(page);
		}
		page_put(page);
		addr += part;
		n -= part;
	}
	return 0;
}

int mm_read(struct mm *mm, uint32_t addr, void *to, size_t n)
{
	return move(mm, addr, to, n);
}

int mm_zero(struct mm *mm, uint32_t addr, size_t n)
{
	return move(mm, addr, NULL, n);
}

int mm_sync_instructions(struct mm *mm, uint32_t start, uint32_t end)
{
	while (start < end) {
		uint32_t stop = (start & PAGE_MASK) + PAGE_SIZE;
		struct page *page;
		int err;

		if (stop > end)
			stop = end;
		page = mm_page_get(mm, start, ACCESS_READ, &err);
		if (!page)
			return -EINVAL;
		sync_instructions((char *)page_address(page) + PAGE_OFFSET(start), stop - start);
		page_put(page);
		start = stop;
	}
	return 0;
}
