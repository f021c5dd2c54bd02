/* SPDX-License-Identifier: MIT */
#ifndef MM_RECLAIM_H
#define MM_RECLAIM_H

#include <lib/types.h>

/*
 * Drops clean pages of files that nobody has locked until `want` are free (UINT32_MAX: all of them).
 * Returns how many. Passes over what is locked at the moment, so it may be called with any mutex
 * held, but no spinlock.
 */
uint32_t reclaim_pages(uint32_t want);

#endif
