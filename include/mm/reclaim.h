/* SPDX-License-Identifier: MIT */
#ifndef MM_RECLAIM_H
#define MM_RECLAIM_H

#include <lib/types.h>

/*
 * Gives back what the kernel keeps for itself, though nothing is in it: stacks for the next forks, empty pages of
 * small objects. Returns how many frames. No spinlock may be held.
 */
uint32_t reclaim_kernel(void);

/*
 * The same, and drops clean pages of files that nobody has locked until `want` are free (UINT32_MAX: all of them).
 * Returns how many. Passes over what is locked at the moment, so it may be called with any mutex
 * held, but no spinlock.
 */
uint32_t reclaim_pages(uint32_t want);

#endif
