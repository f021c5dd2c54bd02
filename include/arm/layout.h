/* SPDX-License-Identifier: MIT */
/*
 * The address map, and the values of the system registers that go with it. Read by assembly and C.
 *
 *	0x00010000  user, one table per address space (TTBR0)
 *	0x80000000  linear map of RAM
 *	0xf0000000  kernel mappings by page: devices, kernel stacks
 *	0xff000000  kernel image
 *	0xffc00000  window for the DTB while booting
 *	0xfffd0000  boot UART and GPIO
 *	0xffff0000  user-helper page
 */
#ifndef ARM_LAYOUT_H
#define ARM_LAYOUT_H

#define USER_BASE           0x00010000
#define USER_END            0x80000000
#define LINEAR_BASE         0x80000000
#define LINEAR_END          0xf0000000
/* While booting, the linear map begins with the 128 MiB that the image is in. */
#define BOOT_LINEAR_MASK    0xf8000000
#define VMALLOC_BASE        0xf0000000
#define VMALLOC_END         0xff000000
#define KERNEL_BASE         0xff000000
#define FIXMAP_DTB          0xffc00000
#define FIXMAP_DTB_SIZE     0x00200000
#define FIXMAP_UART         0xfffd0000
#define FIXMAP_GPIO         0xfffd1000
#define KUSER_PAGE          0xffff0000

/* A kernel stack: KSTACK_SIZE bytes whose addresses have this bit set; the same amount below is unmapped. */
#define KSTACK_SIZE         8192

#define L1_SIZE             16384 /* 4096 descriptors; TTBR0's table has 2048 */
#define L2_SIZE             1024  /* 256 descriptors */

/* Memory types: with TEX remap, TEX[0]:C:B is a number that PRRR and NMRR give a meaning (B4.1.127, B4.1.123). */
#define MT_STRONGLY_ORDERED 0
#define MT_DEVICE           1
#define MT_NORMAL_NC        2
#define MT_NORMAL           3

/*
 * PRRR: types 0..3 are strongly-ordered (00), Device (01), Normal (10), Normal (10); DS1, DS0 = 1:
 * Device is shareable either way; NS1 = 1: Normal memory is shareable where S is set; NOS0..7 = 1:
 * shareable means inner shareable.
 */
#define PRRR_VALUE          0xff0b00a4
/* NMRR: type 3 is write-back write-allocate (01) inner and outer; type 2 is non-cacheable. */
#define NMRR_VALUE          0x00400040

/* Walks: IRGN = RGN = write-back write-allocate, S, NOS (B4.1.154, with multiprocessing extensions). */
#define TTBR_FLAGS          0x6a

#define DOMAIN_KERNEL       0
#define DOMAIN_USER         1
#define DACR_KERNEL         0x1 /* domain 0 checked, domain 1 closed */
#define DACR_USER           0x5 /* both checked */

/*
 * The bits that read as one on ARMv7-A (B4.1.130), which on ARMv8 are nTWE, nTWI and CP15BEN: users may
 * wait in WFE and WFI, and use the CP15 barriers. The rest off: MMU, caches, ITD, SED, AFE, ...
 */
#define SCTLR_RESET         0x00c50078

#define SCTLR_M             (1 << 0)
#define SCTLR_C             (1 << 2)
#define SCTLR_Z             (1 << 11)
#define SCTLR_I             (1 << 12)
#define SCTLR_TRE           (1 << 28)

/*
 * The descriptors that boot/start.S writes. C builds its own from fields (arm/pte.h), and a test
 * holds the two together.
 */
#define L1_TABLE_KERNEL     0x00000001 /* page table, domain 0 */
#define L1_TABLE_PXN        0x00000004 /* nothing below it executes in SVC */
#define PTE_KERNEL_TEXT     0x0000061e /* small page, S, AP 101 (read-only), Normal */
#define PTE_KERNEL_RODATA   0x0000061f /* the same, XN */
#define PTE_KERNEL_DATA     0x0000041f /* S, AP 001 (read-write), Normal, XN */
#define PTE_KERNEL_DEVICE   0x00000417 /* S, AP 001, Device, XN */
#define SECTION_KERNEL_DATA 0x0001041e /* section, S, AP 001, Normal, XN */
#define SECTION_IDENTITY    0x0001840e /* section, S, AP 101, Normal */

#endif
