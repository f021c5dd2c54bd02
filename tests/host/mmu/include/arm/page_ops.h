/* SPDX-License-Identifier: MIT */
/* The host's form of arm/page_ops.h. */
#ifndef ARM_PAGE_OPS_H
#define ARM_PAGE_OPS_H

#include <string.h>

static inline void block_clear(void *p, size_t bytes)
{
	memset(p, 0, bytes);
}

static inline void page_copy(void *to, const void *from)
{
	memcpy(to, from, 4096);
}

#endif
