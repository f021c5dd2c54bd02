/* SPDX-License-Identifier: MIT */
/*
 * What mmap.c, mremap.c and madvise.c share: changing the regions of a locked space.
 */
#ifndef MM_REGION_H
#define MM_REGION_H

#include <mm/mm.h>

/* Is nothing mapped in [addr, addr + length), nor so near above that a stack grows into it? */
bool range_free_locked(struct mm *mm, uint32_t addr, uint32_t length);

/* The highest hole of `length` bytes below mmap_base, else the lowest above it; 0 if there is none. */
uint32_t find_hole_locked(struct mm *mm, uint32_t length);

/* Makes both ends of a range ends of regions. -ENOMEM with nothing lost but a join. */
int split_at_ends_locked(struct mm *mm, uint32_t start, uint32_t end);

/* munmap() of whole pages. -ENOMEM with nothing changed. */
int unmap_locked(struct mm *mm, uint32_t start, uint32_t end);

#endif
