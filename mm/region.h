/* SPDX-License-Identifier: MIT */
/*
 * What mmap.c, mremap.c and madvise.c share: changing the regions of a locked space.
 */
#ifndef MM_REGION_H
#define MM_REGION_H

#include <mm/mm.h>
#include "table.h"

/* Is nothing mapped in [addr, addr + length), nor so near above that a stack grows into it? */
bool range_free_locked(struct mm *mm, uint32_t addr, uint32_t length);

/* The highest hole of `length` bytes below mmap_base, else the lowest above it; 0 if there is none. */
uint32_t find_hole_locked(struct mm *mm, uint32_t length);

/* Makes both ends of a range ends of regions. -ENOMEM with nothing lost but a join. */
int split_at_ends_locked(struct mm *mm, uint32_t start, uint32_t end);

/* The same for a part of a region that is about to get these flags; -ENOMEM also beyond max_map_count. */
int split_part_locked(struct vma *vma, uint32_t start, uint32_t end, uint32_t flags);

/*
 * May the calling task's space have so many pages more, in a region with these VM_ flags, under its
 * RLIMIT_AS and RLIMIT_DATA? May they be locked, if the flags say so, under its RLIMIT_MEMLOCK?
 */
bool may_expand_locked(struct mm *mm, uint32_t flags, uint32_t pages);
bool may_lock_locked(const struct mm *mm, uint32_t flags, uint32_t pages);

/* What lies in a range now, in pages: in all, with VM_ACCOUNT, with VM_LOCKED. */
struct overlap {
	uint32_t pages, committed, locked;
};

struct overlap overlap_locked(struct mm *mm, uint32_t start, uint32_t end);

/* Do the pages of such a region have to be promised? (Linux: accountable_mapping()) */
static inline bool accountable(uint32_t flags)
{
	return (flags & (VM_WRITE | VM_SHARED | VM_NORESERVE)) == VM_WRITE;
}

enum holes {
	STOP_AT_HOLE,
	SKIP_HOLES,
};

/*
 * Calls fn for the part of each region in [start, end), from below; fn may split and join regions.
 * Ends at an error of fn's. -ENOMEM if there was a hole, from there on or in the end.
 */
int for_each_part_locked(struct mm *mm, uint32_t start, uint32_t end, enum holes holes,
        int (*fn)(struct vma *vma, uint32_t start, uint32_t end, void *arg), void *arg);

/* Changes a region's VM_ flags and what is counted by them, nothing else. */
void vma_set_flags_locked(struct mm *mm, struct vma *vma, uint32_t flags);

/*
 * Gives a part of a region other flags, of those that nothing but /proc, fork and reclaim look at. -ENOMEM with
 * nothing changed.
 */
int change_flags_locked(struct vma *vma, uint32_t start, uint32_t end, uint32_t flags);

/* May the calling task lock any memory? */
bool may_lock_at_all(void);

/*
 * mm_populate() of the part of one region, for for_each_part_locked(). At an error *arg, a uint32_t, is
 * the address to go on from.
 */
int populate_part_locked(struct vma *vma, uint32_t start, uint32_t end, void *arg);

/* mm_fault() in a locked space (mm/fault.c). */
enum mm_fault_result fault_in_locked(struct mm *mm, uint32_t addr, enum mm_access access);

/* munmap() of whole pages. -ENOMEM with nothing changed. */
int unmap_locked(struct mm *mm, uint32_t start, uint32_t end);

#endif
