/* SPDX-License-Identifier: MIT */
/*
 * Reading and writing the memory of an address space that need not be the current one, through the
 * linear map: for execve, and for /proc/PID files.
 */
#ifndef MM_ACCESS_H
#define MM_ACCESS_H

#include <mm/mm.h>

/*
 * The page at addr, paged in for `access` if the region allows that, with a reference; NULL with *err -EFAULT or
 * -ENOMEM. Who writes to it says pagecache_dirtied() if anybody could know its bytes already. Sleepable context; mm is
 * not locked.
 */
struct page *mm_page_get(struct mm *mm, uint32_t addr, enum mm_access access, int *err);

/*
 * Move n bytes at user address addr, paging in on the way; regions must allow the access.
 * 0, -EFAULT or -ENOMEM (a part may have been moved). Sleepable context; mm is not locked.
 */
int mm_read(struct mm *mm, uint32_t addr, void *to, size_t n);
/* Writes zeros. */
int mm_zero(struct mm *mm, uint32_t addr, size_t n);

/*
 * Makes instructions executable that a program wrote to [start, end) of its memory
 * (ARM cacheflush). -EINVAL if a part of it is not mapped.
 */
int mm_sync_instructions(struct mm *mm, uint32_t start, uint32_t end);

#endif
