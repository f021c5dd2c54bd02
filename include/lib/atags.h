/* SPDX-License-Identifier: MIT */
/* ATAGs: the list of tagged records that ARM boot loaders passed in r2 before there were
 * devicetrees. Source: Linux 6.1, arch/arm/include/uapi/asm/setup.h,
 * Documentation/arm/booting.rst. */
#ifndef LIB_ATAGS_H
#define LIB_ATAGS_H

#include <lib/types.h>

#define ATAGS_MAX_MEM     8
#define ATAGS_CMDLINE_MAX 1024

struct atags_info {
	int nmem;
	struct {
		uint32_t start; /* physical */
		uint32_t size;  /* bytes, never 0 */
	} mem[ATAGS_MAX_MEM];
	uint32_t initrd_start;           /* physical */
	uint32_t initrd_size;            /* 0: none */
	uint32_t revision;               /* board revision; 0: not given */
	char cmdline[ATAGS_CMDLINE_MAX]; /* "" if not given; cut to fit */
};

/*
 * Parse the list at p, of which max bytes may be read. p: 4-byte aligned. Returns 0; -EINVAL if it
 * does not start with ATAG_CORE, a record's size is impossible, or the list does not end within max
 * bytes; -E2BIG for more than ATAGS_MAX_MEM memory ranges. On failure *info is all zero.
 */
int atags_parse(const void *p, size_t max, struct atags_info *info);

#endif
