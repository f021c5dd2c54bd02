/* SPDX-License-Identifier: MIT */
/*
 * Faulting pages in before they are touched: MAP_POPULATE and locked memory. And the other way
 * round, taking everything from a process that the OOM killer has chosen.
 */
#include <arm/tlb.h>
#include <lib/errno.h>
#include <mm/hooks.h>
#include <mm/mm.h>
#include <mm/stat.h>
#include "region.h"
#include "table.h"

#define BLOCK_ORDER 4
#define BLOCK_PAGES (1u << BLOCK_ORDER)
#define BLOCK_BYTES (BLOCK_PAGES * PAGE_SIZE)

static int fault_error(enum mm_fault_result result)
{
	return result == MM_FAULT_OOM ? -ENOMEM : -EFAULT;
}

/* Are the descriptors of a block all empty? */
static bool block_is_empty(const pte_t *slot)
{
	pte_t any = 0;

	for (uint32_t i = 0; i < BLOCK_PAGES; i++)
		any |= pte_read(slot + i);
	return !any;
}

/*
 * Fills the 64 KiB at va, aligned and all in one region, with zeroed pages at one go. False if that
 * can't be done there, or not now: then fault_in_locked() can do it page by page, or say why not.
 */
static bool fill_block_locked(struct mm *mm, uint32_t va)
{
	/* Code takes the long way: the instruction caches have to be told of each page. */
	const uint32_t own = VM_WRITE, others = VM_EXEC | VM_SHARED | VM_PFNMAP;
	struct vma *vma = vma_find_locked(mm, va);
	struct page *page;
	pte_t *slot;
	pte_t pte;

	if (vma->as || (vma->flags & (own | others)) != own || mm->reaped)
		return false;
	slot = table_slot_alloc(mm, va);
	if (!slot || !block_is_empty(slot))
		return false;
	page = page_alloc(BLOCK_ORDER, ALLOC_ZERO | ALLOC_EASY);
	if (!page)
		return false;
	pte = (page_to_phys(page) | vma->prot) & ~PTE_AP2;
	dmb_ishst(); /* the zeros before the descriptors, for other cores of the same space */
	for (uint32_t i = 0; i < BLOCK_PAGES; i++, page++, pte += PAGE_SIZE) {
		page->flags = PG_ANON; /* from here on each is a page of its own */
		page->order = 0;
		page->refcount = 1;
		pte_write(slot + i, pte);
	}
	table_sync(); /* one for all */
	spin_lock(&mm->table_lock);
	mm->anon_pages += BLOCK_PAGES;
	spin_unlock(&mm->table_lock);
	mm->minor_faults += BLOCK_PAGES;
	page_faults[cpu_id()] += BLOCK_PAGES;
	return true;
}

/* At an error *failed is the page. */
static int touch_pages_locked(
        struct mm *mm, uint32_t start, uint32_t end, enum mm_access access, uint32_t *failed)
{
	for (uint32_t va = start; va < end; va += PAGE_SIZE) {
		enum mm_fault_result result;

		if (access == ACCESS_WRITE && !(va & (BLOCK_BYTES - 1)) &&
		        end - va >= BLOCK_BYTES && fill_block_locked(mm, va)) {
			va += BLOCK_BYTES - PAGE_SIZE;
			continue;
		}
		result = fault_in_locked(mm, va, access);
		if (result != MM_FAULT_OK) {
			*failed = va;
			return fault_error(result);
		}
	}
	return 0;
}

int populate_part_locked(struct vma *vma, uint32_t start, uint32_t end, void *arg)
{
	uint32_t *reached = arg;
	enum mm_access access = ACCESS_READ;
	int err;

	if (vma->flags & (VM_LOCKONFAULT | VM_PFNMAP))
		return 0;
	/* What is private and writable is going to be written: its copies are made now. */
	if ((vma->flags & (VM_WRITE | VM_SHARED)) == VM_WRITE)
		access = ACCESS_WRITE;
	err = touch_pages_locked(vma->mm, start, end, access, reached);
	if (err == -EFAULT)
		*reached = end;
	return err;
}

int mm_populate(struct mm *mm, uint32_t addr, uint32_t length, bool pass_over)
{
	uint32_t end = addr + length, reached;
	int err;

	do {
		reached = end;
		mutex_lock(&mm->lock);
		err = for_each_part_locked(
		        mm, addr, end, SKIP_HOLES, populate_part_locked, &reached);
		mutex_unlock(&mm->lock);
		if (!err || reached == end)
			return pass_over ? 0 : err;
		addr = reached; /* the next region; or again, if somebody made room */
	} while (err == -EFAULT ? pass_over : !mm->reaped && out_of_memory());
	return err;
}

struct prefault {
	enum mm_access access;
	uint32_t failed; /* the page for which there was no memory; 0: that was not it */
};

static int prefault_part_locked(struct vma *vma, uint32_t start, uint32_t end, void *arg)
{
	struct prefault *p = arg;

	if ((vma->flags & VM_PFNMAP) ||
	        !(vma->flags & (p->access == ACCESS_WRITE ? VM_WRITE : VM_READ)))
		return -EINVAL;
	return touch_pages_locked(vma->mm, start, end, p->access, &p->failed);
}

int mm_prefault(struct mm *mm, uint32_t addr, uint32_t end, enum mm_access access)
{
	struct prefault p = {.access = access};
	int err = 0;

	do {
		p.failed = 0;
		mutex_lock(&mm->lock);
		err = for_each_part_locked(mm, addr, end, SKIP_HOLES, prefault_part_locked, &p);
		mutex_unlock(&mm->lock);
		/* Without memory again from the start, for the sake of holes, which are -ENOMEM too. */
	} while (err == -ENOMEM && p.failed && !mm->reaped && out_of_memory());
	return err;
}

bool mm_reap(struct mm *mm)
{
	struct vma *vma;

	if (!mutex_trylock(&mm->lock))
		return false;
	mm->reaped = true;
	for (vma = vma_find_locked(mm, 0); vma; vma = vma_next_locked(vma)) {
		if (vma->flags & VM_SHARED)
			continue;
		spin_lock(&mm->table_lock);
		table_unmap(mm, vma->start, vma->end);
		spin_unlock(&mm->table_lock);
	}
	mutex_unlock(&mm->lock);
	return true;
}
