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

/*
 * A page-aligned range, its length rounded up. -EINVAL, or `wraps` where its end is below its start. What lies above
 * the user's part of memory is a hole like others.
 */
static int check_range(uint32_t addr, uint32_t length, uint32_t *end, int wraps)
{
	if (addr & ~PAGE_MASK)
		return -EINVAL;
	*end = addr + PAGE_ALIGN(length);
	return *end < addr ? wraps : 0;
}

/* -- madvise -- */

/*
 * MADV_FREE lets the kernel take private pages when it likes: that may as well be now. DONTNEED of
 * a file's pages takes them from this space alone.
 */
static int drop_pages(struct vma *vma, uint32_t start, uint32_t end, int advice)
{
	if (vma->flags & (VM_PFNMAP | (advice == MADV_DONTNEED_LOCKED ? 0 : VM_LOCKED)))
		return -EINVAL;
	if (advice == MADV_FREE && vma->as)
		return -EINVAL;
	spin_lock(&vma->mm->table_lock);
	table_unmap(vma->mm, start, end);
	spin_unlock(&vma->mm->table_lock);
	return 0;
}

/* MADV_REMOVE: a hole in the file. */
static int remove_pages(struct vma *vma, uint32_t start, uint32_t end)
{
	uint32_t first = vma->pgoff + ((start - vma->start) >> PAGE_SHIFT);

	if ((vma->flags & VM_LOCKED) || !vma->as)
		return -EINVAL;
	if ((vma->flags & (VM_SHARED | VM_MAYWRITE)) != (VM_SHARED | VM_MAYWRITE))
		return -EACCES;
	pagecache_punch(vma->as, first, first + ((end - start) >> PAGE_SHIFT));
	return 0;
}

/* What is only kept as flags of the region: those that it clears and sets, and where that is refused. */
static const struct flag_advice {
	uint16_t advice, clear, set, refused;
} flag_advices[] = {
        {MADV_NORMAL, VM_SEQ_READ | VM_RAND_READ, 0, 0},
        {MADV_RANDOM, VM_SEQ_READ, VM_RAND_READ, 0},
        {MADV_SEQUENTIAL, VM_RAND_READ, VM_SEQ_READ, 0},
        {MADV_DONTFORK, 0, VM_DONTCOPY, 0},
        {MADV_DOFORK, VM_DONTCOPY, 0, VM_PFNMAP},
        {MADV_DONTDUMP, 0, VM_DONTDUMP, 0},
        {MADV_DODUMP, VM_DONTDUMP, 0, VM_PFNMAP},
        {MADV_WIPEONFORK, 0, VM_WIPEONFORK, VM_SHARED | VM_PFNMAP},
        {MADV_KEEPONFORK, VM_WIPEONFORK, 0, 0},
};

static int set_flags(struct vma *vma, uint32_t start, uint32_t end, int advice)
{
	const struct flag_advice *a = flag_advices;

	while (a->advice != advice)
		a++;
	/* Only anonymous memory can be wiped. */
	if ((vma->flags & a->refused) || (advice == MADV_WIPEONFORK && vma->as))
		return -EINVAL;
	return change_flags_locked(vma, start, end, (vma->flags & ~a->clear) | a->set)
	               ? -EAGAIN /* not -ENOMEM, which is a hole (madvise(2)) */
	               : 0;
}

static int advise_part_locked(struct vma *vma, uint32_t start, uint32_t end, void *arg)
{
	int advice = *(int *)arg;

	switch (advice) {
	case MADV_WILLNEED: /* files are in memory already */
		return 0;
	case MADV_COLD: /* nothing is taken from anybody by age, and there is no swap */
	case MADV_PAGEOUT:
		return vma->flags & (VM_LOCKED | VM_PFNMAP) ? -EINVAL : 0;
	case MADV_DONTNEED:
	case MADV_DONTNEED_LOCKED:
	case MADV_FREE:
		return drop_pages(vma, start, end, advice);
	case MADV_REMOVE:
		return remove_pages(vma, start, end);
	default:
		return set_flags(vma, start, end, advice);
	}
}

#define BIT(advice) (1u << (advice))
#define KNOWN                                                                                      \
	(BIT(MADV_NORMAL) | BIT(MADV_RANDOM) | BIT(MADV_SEQUENTIAL) | BIT(MADV_WILLNEED) |         \
	        BIT(MADV_DONTNEED) | BIT(MADV_FREE) | BIT(MADV_REMOVE) | BIT(MADV_DONTFORK) |      \
	        BIT(MADV_DOFORK) | BIT(MADV_DONTDUMP) | BIT(MADV_DODUMP) | BIT(MADV_WIPEONFORK) |  \
	        BIT(MADV_KEEPONFORK) | BIT(MADV_COLD) | BIT(MADV_PAGEOUT) |                        \
	        BIT(MADV_POPULATE_READ) | BIT(MADV_POPULATE_WRITE) | BIT(MADV_DONTNEED_LOCKED))

int mm_advise(struct mm *mm, uint32_t addr, uint32_t length, int advice)
{
	uint32_t end;
	int err;

	if ((uint32_t)advice > MADV_DONTNEED_LOCKED || !(KNOWN & BIT(advice)))
		return -EINVAL;
	err = check_range(addr, length, &end, -EINVAL);
	if (err)
		return err;
	if (length && end == addr)
		return -EINVAL;
	if (advice == MADV_POPULATE_READ || advice == MADV_POPULATE_WRITE)
		return mm_prefault(
		        mm, addr, end, advice == MADV_POPULATE_WRITE ? ACCESS_WRITE : ACCESS_READ);
	mutex_lock(&mm->lock);
	err = for_each_part_locked(mm, addr, end, SKIP_HOLES, advise_part_locked, &advice);
	mutex_unlock(&mm->lock);
	return err;
}

/* -- mincore -- */

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

int mm_incore(struct mm *mm, uint32_t addr, uint32_t pages, uint8_t *out)
{
	const struct vma *vma;
	uint32_t n = 0;

	mutex_lock(&mm->lock);
	vma = vma_find_locked(mm, addr);
	if (vma && vma->start <= addr) {
		for (; n < pages && addr < vma->end; addr += PAGE_SIZE)
			out[n++] = is_resident(vma, addr);
	}
	mutex_unlock(&mm->lock);
	return n ? (int)n : -ENOMEM;
}

/* -- msync -- */

/* The page cache is what read() sees, and there is no disk behind it; devices can't fsync(). */
static int sync_pages(struct vma *vma, uint32_t start, uint32_t end, void *arg)
{
	const uint32_t *flags = arg;

	(void)start, (void)end;
	if ((*flags & MS_INVALIDATE) && (vma->flags & VM_LOCKED))
		return -EBUSY;
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
