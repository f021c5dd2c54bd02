/* SPDX-License-Identifier: MIT */
/*
 * Clearing and copying pages and tables: nearly all the work of a page fault (mm/page_ops.S).
 */
#ifndef ARM_PAGE_OPS_H
#define ARM_PAGE_OPS_H

#include <lib/types.h>

/* Zeros `bytes` bytes, a multiple of 256, at a word-aligned address. */
void block_clear(void *p, size_t bytes);

/* Copies as many (a multiple of 256, word-aligned both), or one page; they do not overlap. */
void block_copy(void *to, const void *from, size_t bytes);
void page_copy(void *to, const void *from);

#endif
