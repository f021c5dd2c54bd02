/* SPDX-License-Identifier: MIT */
/*
 * Physical memory while booting: which ranges are RAM, which of them are taken. It lives until
 * page_init() hands the rest to the page allocator.
 */
#ifndef MM_MEMBLOCK_H
#define MM_MEMBLOCK_H

#include <lib/types.h>

/*
 * Notes a range of RAM, or one that is taken (kernel, DTB, initrd, firmware). Ranges may overlap
 * and come in any order; what lies above 4 GiB is ignored. -ENOSPC when the table is full.
 */
int memblock_add(uint64_t base, uint64_t size);
int memblock_reserve(uint64_t base, uint64_t size);

/* Takes a range out of RAM altogether: not even the kernel may map it (no-map). -ENOSPC. */
int memblock_remove(uint64_t base, uint64_t size);

/* Cuts RAM to its first `limit` bytes (mem=). */
void memblock_limit(uint64_t limit);

/* Takes `size` free bytes below `below`, as high as possible, aligned; 0 if there are none. */
uint64_t memblock_take(uint64_t size, uint64_t align, uint64_t below);

/* First byte and end of RAM; both 0 if none is known. */
uint64_t memblock_start(void);
uint64_t memblock_end(void);

/* Calls fn for each RAM range, and for each maximal free (not reserved) range of RAM, ascending. */
void memblock_for_each_ram(void (*fn)(uint64_t start, uint64_t end));
void memblock_for_each_free(void (*fn)(uint64_t start, uint64_t end));

#endif
