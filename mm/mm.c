/* SPDX-License-Identifier: MIT */
/*
 * The life of an address space: made empty by execve, copied by fork, taken apart when its last
 * task leaves.
 */
#include <arm/cache.h>
#include <arm/tlb.h>
#include <lib/errno.h>
#include <mm/commit.h>
#include <mm/kmalloc.h>
#include <mm/mm.h>
#include <mm/pagecache.h>
#include <mm/stat.h>
#include <string.h>
#include "table.h"

#define L1_USER_ORDER 1 /* 2048 descriptors: two pages, aligned to 8 KiB by the buddy system */

static struct kmem_cache mm_cache = KMEM_CACHE_INIT(mm_cache, "mm", sizeof(struct mm), 8);

struct mm *mm_create(void)
{
	struct mm *mm = kmem_cache_alloc(&mm_cache);
	struct page *table;

	if (!mm)
		return NULL;
	table = page_alloc(L1_USER_ORDER, ALLOC_ZERO);
	if (!table) {
		kmem_cache_free(&mm_cache, mm);
		return NULL;
	}
	memset(mm, 0, sizeof(*mm));
	mm->users = 1;
	mm->l1 = page_address(table);
	mm->table_bytes = PAGE_SIZE << L1_USER_ORDER;
	mutex_init(&mm->lock);
	RB_INIT(&mm->vmas);
	mm->mmap_base = STACK_TOP & SECTION_BASE;
	/* The zeros are in memory before a walker is led to the table (mm_switch()). */
	dsb_ishst();
	return mm;
}

/*
 * Every second-level table lies under some region (table_free_range() sees to that), so the
 * regions lead to all of them; looking at 2048 descriptors would cost more than all the rest.
 */
static void free_regions(struct mm *mm)
{
	struct vma *vma;

	commit_uncharge(mm->committed);

	/* First: whoever truncates or reclaims a file's pages must not be led to tables that go. */
	RB_FOREACH (vma, vma_tree, &mm->vmas)
		vma_hide(vma);
	RB_FOREACH (vma, vma_tree, &mm->vmas)
		table_discard(mm, vma->start, vma->end);
	while ((vma = RB_MIN(vma_tree, &mm->vmas))) {
		table_discard_tables(mm, vma->start, vma->end);
		vma_remove_locked(mm, vma);
		vma_destroy(vma);
	}
}

void mm_put(struct mm *mm)
{
	if (__atomic_sub_fetch(&mm->users, 1, __ATOMIC_ACQ_REL))
		return;
	/*
	 * No core runs on the space, so nothing refills its entries: one invalidation by ASID
	 * covers the pages and the tables that are freed below, and the number's next owner.
	 */
	table_sync_before_tlbi();
	tlb_invalidate_asid(mm->context.asid);
	count_tlb(asid, 1);
	branch_predictor_invalidate(); /* predictions are not tagged by ASID on every core */
	tlb_sync();
	free_regions(mm);
	page_free(virt_to_page(mm->l1), L1_USER_ORDER);
	asid_free(&mm->context);
	kmem_cache_free(&mm_cache, mm);
}

static void copy_layout(struct mm *to, const struct mm *from)
{
	to->start_code = from->start_code;
	to->end_code = from->end_code;
	to->start_data = from->start_data;
	to->end_data = from->end_data;
	to->brk_start = from->brk_start;
	to->brk = from->brk;
	to->start_stack = from->start_stack;
	to->arg_start = from->arg_start;
	to->arg_end = from->arg_end;
	to->env_start = from->env_start;
	to->env_end = from->env_end;
	to->mmap_base = from->mmap_base;
}

/*
 * Promises the child's regions all at once, and where that is too much one by one: mode 0 refuses single
 * requests, and what is not copied needs no promise. *charged says how much that was.
 */
static int charge_regions_locked(struct mm *parent, uint32_t *charged)
{
	struct vma *vma;

	*charged = parent->committed;
	if (!commit_charge(parent, *charged))
		return 0;
	*charged = 0;
	for (vma = vma_find_locked(parent, 0); vma; vma = vma_next_locked(vma)) {
		if ((vma->flags & (VM_ACCOUNT | VM_DONTCOPY)) != VM_ACCOUNT)
			continue;
		if (commit_charge(parent, vma_pages(vma))) {
			commit_uncharge(*charged);
			return -ENOMEM;
		}
		*charged += vma_pages(vma);
	}
	return 0;
}

static int copy_regions_locked(struct mm *child, struct mm *parent)
{
	struct vma *vma = vma_find_locked(parent, 0);

	for (; vma; vma = vma_next_locked(vma)) {
		struct vma *copy;
		int err;

		if (vma->flags & VM_DONTCOPY)
			continue;
		copy = vma_create(child, vma);
		if (!copy)
			return -ENOMEM;
		copy->flags &= ~VM_LOCK_MASK; /* mlock(2): locks are not inherited */
		/*
		 * Not under table_lock: truncation takes the file's mappings_lock before that. It
		 * takes pages from the parent first and from the child then, so that none slips
		 * through by being copied in between.
		 */
		vma_insert_after_locked(child, copy, vma);
		if (vma->flags & VM_WIPEONFORK)
			continue;
		spin_lock(&parent->table_lock);
		spin_lock(&child->table_lock);
		err = table_copy(child, parent, vma);
		spin_unlock(&child->table_lock);
		spin_unlock(&parent->table_lock);
		if (err)
			return err;
	}
	return 0;
}

struct mm *mm_fork(struct mm *parent)
{
	struct mm *child = mm_create();
	uint32_t charged;
	int err;

	if (!child)
		return NULL;
	mutex_lock(&parent->lock);
	copy_layout(child, parent);
	/* What the OOM killer took from the parent would read as zeros in the child. */
	err = parent->reaped ? -ENOMEM : charge_regions_locked(parent, &charged);
	if (!err) {
		err = copy_regions_locked(child, parent);
		/* What was charged for regions that did not come to be; mm_put() gives back the rest. */
		commit_uncharge(charged - child->committed);
	}
	/* The parent's writable pages have become read-only; the stores to the child's table precede. */
	table_sync_before_tlbi();
	tlb_invalidate_asid(parent->context.asid);
	count_tlb(asid, 1);
	tlb_sync(); /* the parent's next write to a shared page faults */
	mutex_unlock(&parent->lock);
	if (err) {
		mm_put(child);
		return NULL;
	}
	return child;
}
