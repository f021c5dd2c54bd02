/* SPDX-License-Identifier: MIT */
/*
 * mlock, munlock, mlockall, munlockall: which regions keep their pages (mlock(2); Linux: mm/mlock.c).
 */
#include <lib/abi/resource.h>
#include <lib/errno.h>
#include <mm/hooks.h>
#include <mm/mm.h>
#include "region.h"
#include "table.h"

bool may_lock_at_all(void)
{
	return mm_privileged() || mm_limit(RLIMIT_MEMLOCK) != 0;
}

static int lock_part_locked(struct vma *vma, uint32_t start, uint32_t end, void *arg)
{
	uint32_t flags = (vma->flags & ~VM_LOCK_MASK) | *(uint32_t *)arg;

	if (vma->flags & VM_PFNMAP)
		return 0; /* a device is not in memory and can't leave it */
	return change_flags_locked(vma, start, end, flags);
}

static int lock_range_locked(struct mm *mm, uint32_t start, uint32_t end, uint32_t flags)
{
	uint32_t limit = mm_limit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
	uint32_t pages = ((end - start) >> PAGE_SHIFT) + mm->locked_vm;

	/* What is locked already does not count twice; only who is at the limit need look. */
	if (flags && pages > limit && !mm_privileged() &&
	        pages - overlap_locked(mm, start, end).locked > limit)
		return -ENOMEM;
	if (end < start) /* around the end of all addresses; the limit comes first, as in Linux */
		return -EINVAL;
	return for_each_part_locked(mm, start, end, STOP_AT_HOLE, lock_part_locked, &flags);
}

int mm_lock_range(struct mm *mm, uint32_t addr, uint32_t length, uint32_t flags)
{
	uint32_t start = addr & PAGE_MASK, end = start + PAGE_ALIGN(length + PAGE_OFFSET(addr));
	int err;

	if (flags && !may_lock_at_all())
		return -EPERM;
	if (end == start)
		return 0;
	mutex_lock(&mm->lock);
	err = lock_range_locked(mm, start, end, flags);
	mutex_unlock(&mm->lock);
	return err;
}

int mm_lock_all(struct mm *mm, bool current, bool future, uint32_t flags)
{
	int err = 0;

	if (flags && !may_lock_at_all())
		return -EPERM;
	mutex_lock(&mm->lock);
	if (flags && current && !mm_privileged() &&
	        mm->total_vm > mm_limit(RLIMIT_MEMLOCK) >> PAGE_SHIFT) {
		err = -ENOMEM;
	} else {
		mm->lock_future = future ? flags : 0;
		if (current) /* the holes between the regions are no error here */
			for_each_part_locked(mm, 0, USER_END, SKIP_HOLES, lock_part_locked, &flags);
	}
	mutex_unlock(&mm->lock);
	return err;
}
