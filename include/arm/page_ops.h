/* SPDX-License-Identifier: MIT */
/*
 * Clearing and copying pages and tables: nearly all the work of a page fault (mm/page_ops.S).
 */
#ifndef ARM_PAGE_OPS_H
#define ARM_PAGE_OPS_H

#include <lib/types.h>

/* Zeros `bytes` bytes, a multiple of 256, at a word-aligned address. */
void block_clear(void *p, size_t bytes);

/* One page; both are page aligned and do not overlap. */
void page_copy(void *to, const void *from);

#endif
