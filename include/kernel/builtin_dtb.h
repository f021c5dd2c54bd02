/* SPDX-License-Identifier: MIT */
/*
 * Devicetrees of our own, for boards whose firmware gives only ATAGs. Built from boot/dts.
 */
#ifndef KERNEL_BUILTIN_DTB_H
#define KERNEL_BUILTIN_DTB_H

#include <lib/types.h>

struct builtin_dtb {
	uint32_t machine; /* ARM machine number (r1) */
	const char *name;
	const uint8_t *start, *end;
};

/* NULL if there is none for that machine. */
const struct builtin_dtb *builtin_dtb_find(uint32_t machine);

#endif
