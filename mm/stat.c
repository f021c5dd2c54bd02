/* SPDX-License-Identifier: MIT */
/*
 * Counting what is in use. Most is found by looking, so that nothing has to be kept up to date
 * where memory is mapped and freed.
 */
#include <mm/mm.h>
#include <mm/stat.h>
#include <string.h>
#include "table.h"

uint32_t page_faults[MAX_CPUS];

static void add_region(struct mm_usage *usage, const struct vma *vma)
{
	uint32_t pages = (vma->end - vma->start) >> PAGE_SHIFT;

	if (vma->flags & VM_GROWSDOWN)
		usage->stack += pages;
	else if ((vma->flags & (VM_WRITE | VM_SHARED)) == VM_WRITE)
		usage->data += pages;
	else if ((vma->flags & (VM_EXEC | VM_WRITE)) == VM_EXEC)
		usage->exec += pages;
}

void mm_usage(struct mm *mm, struct mm_usage *usage)
{
	struct vma *vma;

	memset(usage, 0, sizeof(*usage));
	mutex_lock(&mm->lock);
	for (vma = vma_find_locked(mm, 0); vma; vma = vma_next_locked(vma))
		add_region(usage, vma);
	usage->total = mm->total_vm;
	usage->peak_total = mm->peak_vm;
	usage->locked = mm->locked_vm;
	usage->anon = mm->anon_pages;
	usage->file = mm->file_pages;
	usage->peak_rss = mm_peak_rss(mm);
	usage->code_bytes = PAGE_ALIGN(mm->end_code) - (mm->start_code & PAGE_MASK);
	if (usage->code_bytes > usage->exec << PAGE_SHIFT)
		usage->code_bytes = usage->exec << PAGE_SHIFT;
	usage->table_bytes = mm->table_bytes;
	mutex_unlock(&mm->lock);
}

void table_for_each_locked(struct mm *mm, uint32_t start, uint32_t end,
        void (*fn)(uint32_t va, pte_t pte, void *arg), void *arg)
{
	struct table_run run = {.stop = start};

	if (end > USER_END)
		end = USER_END;
	spin_lock(&mm->table_lock);
	while (table_next_run(mm->l1, &run, end)) {
		for (uint32_t va = run.va; va < run.stop; va += PAGE_SIZE, run.slot++) {
			pte_t pte = pte_read(run.slot);

			if (pte_valid(pte))
				fn(va, pte, arg);
		}
	}
	spin_unlock(&mm->table_lock);
}

void mm_count_locked_begin(void)
{
	for (struct page *page = mem_map; page < mem_map + ram_frames; page++) {
		if (page->flags & PG_COUNTED)
			__atomic_and_fetch(&page->flags, (uint16_t)~PG_COUNTED, __ATOMIC_RELAXED);
	}
}

static void count_page(uint32_t va, pte_t pte, void *arg)
{
	struct page *page = phys_to_page(pte & PTE_BASE);

	(void)va;
	if (!(pte & PTE_SPECIAL) && !(page->flags & PG_COUNTED)) {
		__atomic_or_fetch(&page->flags, PG_COUNTED, __ATOMIC_RELAXED);
		++*(uint32_t *)arg;
	}
}

uint32_t mm_count_locked(struct mm *mm)
{
	struct vma *vma;
	uint32_t n = 0;

	mutex_lock(&mm->lock);
	for (vma = vma_find_locked(mm, 0); vma; vma = vma_next_locked(vma)) {
		if (vma->flags & VM_LOCKED)
			table_for_each_locked(mm, vma->start, vma->end, count_page, &n);
	}
	mutex_unlock(&mm->lock);
	return n;
}

static void add_page(struct page_usage *usage, const struct page *page)
{
	if (page->flags & PG_ANON) {
		usage->anon++;
	} else if (page->flags & PG_SLAB) {
		usage->slab++;
	} else if (page->flags & PG_CACHED) {
		usage->cached++;
		usage->mapped += page_map_count(page) > 0;
	}
}

void page_usage(struct page_usage *usage)
{
	const struct page *end = mem_map + ram_frames;

	memset(usage, 0, sizeof(*usage));
	for (const struct page *page = mem_map; page < end; page++) {
		uint32_t order = page->order;

		if ((page->flags & PG_BUDDY) && order < MAX_ORDER) {
			usage->blocks[order]++;
			page += (1u << order) - 1;
		} else if (page->refcount) {
			add_page(usage, page);
		}
	}
}
