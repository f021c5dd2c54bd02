/* SPDX-License-Identifier: MIT */
/*
 * madvise, mincore, msync: what pages a range has, wants or gives back.
 */
#include <lib/abi/mman.h>
#include <lib/errno.h>
#include <mm/mm.h>
#include <mm/pagecache.h>
#include "region.h"
#include "table.h"

/* A page-aligned range, its length rounded up. -EINVAL, or `beyond` where it leaves user space. */
static int check_range(uint32_t addr, uint32_t length, uint32_t *end, int beyond)
{
	if (addr & ~PAGE_MASK)
		return -EINVAL;
	if (length && !PAGE_ALIGN(length))
		return beyond;
	length = PAGE_ALIGN(length);
	if (addr > USER_END || length > USER_END - addr)
		return beyond;
	*end = addr + length;
	return 0;
}

static int drop_pages(struct vma *vma, uint32_t start, uint32_t end, void *arg)
{
	(void)arg;
	if (vma->flags & (VM_LOCKED | VM_PFNMAP))
		return -EINVAL;
	spin_lock(&vma->mm->table_lock);
	table_unmap(vma->mm, start, end);
	spin_unlock(&vma->mm->table_lock);
	return 0;
}

/* MADV_FREE lets the kernel take private pages when it likes: that may as well be now. */
static int free_pages(struct vma *vma, uint32_t start, uint32_t end, void *arg)
{
	if (vma->as)
		return -EINVAL;
	return drop_pages(vma, start, end, arg);
}

/* Hints about reading ahead: files are in memory already. */
static int nothing(struct vma *vma, uint32_t start, uint32_t end, void *arg)
{
	(void)vma, (void)start, (void)end, (void)arg;
	return 0;
}

int mm_advise(struct mm *mm, uint32_t addr, uint32_t length, int advice)
{
	int (*fn)(struct vma *, uint32_t, uint32_t, void *) = nothing;
	uint32_t end;
	int err;

	switch (advice) {
	case MADV_NORMAL:
	case MADV_RANDOM:
	case MADV_SEQUENTIAL:
	case MADV_WILLNEED:
		break;
	case MADV_DONTNEED:
		fn = drop_pages;
		break;
	case MADV_FREE:
		fn = free_pages;
		break;
	default:
		return -EINVAL;
	}
	err = check_range(addr, length, &end, -EINVAL);
	if (err)
		return err;
	mutex_lock(&mm->lock);
	err = for_each_part_locked(mm, addr, end, SKIP_HOLES, fn, NULL);
	mutex_unlock(&mm->lock);
	return err;
}

/* Is there a page behind va: one that is mapped, or one of the file's that a touch would find? */
static bool is_resident(const struct vma *vma, uint32_t va)
{
	pte_t *slot = table_slot(vma->mm->l1, va);
	struct page *page;

	if (vma->flags & VM_PFNMAP)
		return false;
	if (slot && pte_valid(pte_read(slot)))
		return true;
	if (!vma->as)
		return false;
	page = pagecache_find(vma->as, vma->pgoff + ((va - vma->start) >> PAGE_SHIFT));
	if (page)
		page_put(page);
	return page;
}

struct residency {
	uint32_t first;
	uint8_t *out;
};

static int note_resident(struct vma *vma, uint32_t start, uint32_t end, void *arg)
{
	struct residency *r = arg;

	for (uint32_t va = start; va < end; va += PAGE_SIZE)
		r->out[(va - r->first) >> PAGE_SHIFT] = is_resident(vma, va);
	return 0;
}

int mm_incore(struct mm *mm, uint32_t addr, uint32_t length, uint8_t *out)
{
	struct residency r = {addr, out};
	uint32_t end;
	int err = check_range(addr, length, &end, -ENOMEM);

	if (err)
		return err;
	mutex_lock(&mm->lock);
	err = for_each_part_locked(mm, addr, end, SKIP_HOLES, note_resident, &r);
	mutex_unlock(&mm->lock);
	return err;
}

/* The page cache is what read() sees, and there is no disk behind it; devices can't fsync(). */
static int sync_pages(struct vma *vma, uint32_t start, uint32_t end, void *arg)
{
	const uint32_t *flags = arg;

	(void)start, (void)end;
	return (*flags & MS_SYNC) && (vma->flags & VM_SHARED) && (vma->flags & VM_PFNMAP) ? -EINVAL
	                                                                                  : 0;
}

int mm_sync(struct mm *mm, uint32_t addr, uint32_t length, uint32_t flags)
{
	uint32_t end;
	int err;

	if ((flags & ~(MS_ASYNC | MS_INVALIDATE | MS_SYNC)) ||
	        ((flags & MS_ASYNC) && (flags & MS_SYNC)))
		return -EINVAL;
	err = check_range(addr, length, &end, -ENOMEM);
	if (err)
		return err;
	mutex_lock(&mm->lock);
	err = for_each_part_locked(mm, addr, end, SKIP_HOLES, sync_pages, &flags);
	mutex_unlock(&mm->lock);
	return err;
}
