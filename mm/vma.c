/* SPDX-License-Identifier: MIT */
/*
 * Regions of an address space: the tree that holds them, and splitting and joining.
 */
#include <lib/errno.h>
#include <mm/kmalloc.h>
#include <mm/pagecache.h>
#include "region.h"
#include "table.h"

static struct kmem_cache vma_cache = KMEM_CACHE_INIT(vma_cache, "vma", sizeof(struct vma), 8);

static int vma_compare(const struct vma *a, const struct vma *b)
{
	return a->start < b->start ? -1 : a->start > b->start;
}

RB_GENERATE(vma_tree, vma, link, vma_compare)

/* A region like `template` in mm, not in the tree yet; takes its own reference to the object. */
struct vma *vma_create(struct mm *mm, const struct vma *template)
{
	struct vma *vma = kmem_cache_alloc(&vma_cache);

	if (!vma)
		return NULL;
	*vma = *template;
	vma->mm = mm;
	if (vma->ops && vma->ops->open)
		vma->ops->open(vma);
	return vma;
}

void vma_destroy(struct vma *vma)
{
	if (vma->ops && vma->ops->close)
		vma->ops->close(vma);
	kmem_cache_free(&vma_cache, vma);
}

static void enter_tree_locked(struct mm *mm, struct vma *vma)
{
	RB_INSERT(vma_tree, &mm->vmas, vma);
	mm->map_count++;
	count_pages_locked(mm, vma->flags, vma_pages(vma));
	note_peak_vm(mm);
}

void vma_insert_after_locked(struct mm *mm, struct vma *vma, struct vma *other)
{
	enter_tree_locked(mm, vma);
	if (vma->as) {
		spin_lock(&vma->as->mappings_lock);
		LIST_INSERT_AFTER(other, vma, mapping_link);
		spin_unlock(&vma->as->mappings_lock);
	}
}

void vma_insert_locked(struct mm *mm, struct vma *vma)
{
	enter_tree_locked(mm, vma);
	if (vma->as) {
		spin_lock(&vma->as->mappings_lock);
		LIST_INSERT_HEAD(&vma->as->mappings, vma, mapping_link);
		spin_unlock(&vma->as->mappings_lock);
	}
}

void vma_hide(struct vma *vma)
{
	if (!vma->as)
		return;
	spin_lock(&vma->as->mappings_lock);
	LIST_REMOVE(vma, mapping_link);
	spin_unlock(&vma->as->mappings_lock);
	vma->as = NULL;
}

void vma_remove_locked(struct mm *mm, struct vma *vma)
{
	vma_hide(vma);
	RB_REMOVE(vma_tree, &mm->vmas, vma);
	mm->map_count--;
	count_pages_locked(mm, vma->flags, -vma_pages(vma));
	if (mm->last_vma == vma)
		mm->last_vma = NULL;
}

struct vma *vma_find_locked(struct mm *mm, uint32_t addr)
{
	struct vma *vma = mm->last_vma, *found = NULL;

	if (vma && addr >= vma->start && addr < vma->end)
		return vma;
	vma = RB_ROOT(&mm->vmas);
	while (vma) {
		if (addr < vma->end) {
			found = vma;
			if (addr >= vma->start)
				break;
			vma = RB_LEFT(vma, link);
		} else {
			vma = RB_RIGHT(vma, link);
		}
	}
	if (found)
		mm->last_vma = found;
	return found;
}

struct vma *vma_next_locked(struct vma *vma)
{
	return RB_NEXT(vma_tree, NULL, vma);
}

struct vma *vma_prev_locked(struct vma *vma)
{
	return RB_PREV(vma_tree, NULL, vma);
}

/* Cuts a region in two at page address `at`; the upper part is new. -ENOMEM. */
int vma_split_locked(struct mm *mm, struct vma *vma, uint32_t at)
{
	struct vma *upper = vma_create(mm, vma);

	if (!upper)
		return -ENOMEM;
	upper->start = at;
	upper->pgoff += (at - vma->start) >> PAGE_SHIFT;
	count_pages_locked(mm, vma->flags, -((vma->end - at) >> PAGE_SHIFT));
	/* In one step for truncation, which would miss what is between the old end and the new. */
	if (vma->as)
		spin_lock(&vma->as->mappings_lock);
	vma->end = at;
	if (vma->as) {
		LIST_INSERT_AFTER(vma, upper, mapping_link);
		spin_unlock(&vma->as->mappings_lock);
	}
	enter_tree_locked(mm, upper);
	return 0;
}

int for_each_part_locked(struct mm *mm, uint32_t start, uint32_t end, enum holes holes,
        int (*fn)(struct vma *vma, uint32_t start, uint32_t end, void *arg), void *arg)
{
	int err, result = 0;

	while (start < end) {
		struct vma *vma = vma_find_locked(mm, start);
		uint32_t stop;

		if (!vma || vma->start >= end)
			return -ENOMEM;
		if (vma->start > start) {
			if (holes == STOP_AT_HOLE)
				return -ENOMEM;
			result = -ENOMEM;
			start = vma->start;
		}
		stop = vma->end < end ? vma->end : end;
		err = fn(vma, start, stop, arg);
		if (err)
			return err;
		start = stop;
	}
	return result;
}

void vma_set_flags_locked(struct mm *mm, struct vma *vma, uint32_t flags)
{
	if ((vma->flags ^ flags) & (VM_ACCOUNT | VM_LOCKED)) {
		count_pages_locked(mm, vma->flags, -vma_pages(vma));
		count_pages_locked(mm, flags, vma_pages(vma));
	}
	/* Reclaim, which may be at this page just now, is done with it or sees that it is locked. */
	if (vma->as)
		spin_lock(&vma->as->mappings_lock);
	vma->flags = flags;
	if (vma->as)
		spin_unlock(&vma->as->mappings_lock);
}

int change_flags_locked(struct vma *vma, uint32_t start, uint32_t end, uint32_t flags)
{
	struct mm *mm = vma->mm;
	int err;

	if (flags == vma->flags)
		return 0;
	err = split_part_locked(vma, start, end, flags);
	if (err)
		return err;
	vma = vma_find_locked(mm, start);
	vma_set_flags_locked(mm, vma, flags);
	vma_merge_locked(mm, vma);
	return 0;
}

bool continues(const struct vma *lower, const struct vma *upper)
{
	if (lower->as != upper->as || lower->object != upper->object)
		return false;
	return !lower->object || lower->pgoff + vma_pages(lower) == upper->pgoff;
}

static void join(struct mm *mm, struct vma *lower, struct vma *upper)
{
	uint32_t end = upper->end;

	count_pages_locked(mm, lower->flags, (end - lower->end) >> PAGE_SHIFT);
	/* First, so that truncation finds the upper part's pages at any time. */
	lower->end = end;
	vma_remove_locked(mm, upper);
	vma_destroy(upper);
}

/* Joins a region with its neighbours where nothing tells them apart. */
void vma_merge_locked(struct mm *mm, struct vma *vma)
{
	struct vma *next = vma_next_locked(vma), *prev = vma_prev_locked(vma);

	if (next && next->start == vma->end && next->flags == vma->flags && continues(vma, next))
		join(mm, vma, next);
	if (prev && prev->end == vma->start && prev->flags == vma->flags && continues(prev, vma))
		join(mm, prev, vma);
}
