/* SPDX-License-Identifier: MIT */
/*
 * Kernel mappings by page, between 0xf0000000 and 0xff000000: device registers, kernel stacks,
 * large buffers. Each has an unmapped guard page below and above it.
 */
#ifndef MM_VMALLOC_H
#define MM_VMALLOC_H

#include <lib/types.h>

/*
 * Maps size bytes of device registers at physical address pa (any alignment; the offset in the
 * page is kept) as Device memory, never executable. NULL if the range touches RAM or wraps, or
 * without room. Sleepable context. iounmap() takes what ioremap() returned; the caller makes sure
 * that nobody uses it any more.
 */
void *ioremap(paddr_t pa, size_t size);
void iounmap(void *va);

/* size bytes of zeroed memory, mapped by page; NULL without memory. Sleepable context. */
void *vmalloc(size_t size);
void vfree(void *va);

#endif
