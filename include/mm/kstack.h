/* SPDX-License-Identifier: MIT */
/*
 * Kernel stacks: 8 KiB each, mapped by page, with 8 KiB of nothing below. Both parts are aligned so
 * that one bit of an address (KSTACK_SIZE) tells stack from guard.
 */
#ifndef MM_KSTACK_H
#define MM_KSTACK_H

#include <lib/types.h>

/* Returns the top (first byte above) of a new stack, contents undefined; NULL without memory. */
void *kstack_alloc(void);

/* Frees a stack by its top. Not the one the caller stands on. */
void kstack_free(void *top);

/*
 * Gives back the stacks that are kept for the next fork, and the kernel's tables that map no stack any more.
 * Returns the frames of the stacks. Any context.
 */
uint32_t kstack_shrink(void);

/* Lowest byte of the stack that ends at `top`. */
static inline void *kstack_bottom(void *top)
{
	return (char *)top - 8192;
}

#endif
