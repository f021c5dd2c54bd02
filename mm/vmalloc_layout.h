/* SPDX-License-Identifier: MIT */
/*
 * How the area for kernel mappings by page is divided.
 */
#ifndef MM_VMALLOC_LAYOUT_H
#define MM_VMALLOC_LAYOUT_H

#include <arm/layout.h>

#define KSTACK_AREA_END 0xf8000000u /* 8192 stacks from VMALLOC_BASE; ioremap and vmalloc above */

#endif
