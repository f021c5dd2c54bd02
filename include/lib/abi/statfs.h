/* SPDX-License-Identifier: MIT */
/* What statfs64() and fstatfs64() report. Sources: Linux 6.1, include/uapi/asm-generic/statfs.h,
 * arch/arm/include/uapi/asm/statfs.h (packed to 4), include/uapi/linux/magic.h. */
#ifndef LIB_ABI_STATFS_H
#define LIB_ABI_STATFS_H

#include <lib/types.h>

struct statfs64 {
	uint32_t f_type;
	uint32_t f_bsize;
	uint64_t f_blocks;
	uint64_t f_bfree;
	uint64_t f_bavail;
	uint64_t f_files;
	uint64_t f_ffree;
	uint32_t f_fsid[2];
	uint32_t f_namelen;
	uint32_t f_frsize;
	uint32_t f_flags;
	uint32_t f_spare[4];
} __attribute__((packed, aligned(4)));
_Static_assert(sizeof(struct statfs64) == 84, "statfs64() is told this size by user space");

#define TMPFS_MAGIC      0x01021994
#define RAMFS_MAGIC      0x858458f6
#define PROC_SUPER_MAGIC 0x9fa0
#define SYSFS_MAGIC      0x62656572
#define PIPEFS_MAGIC     0x50495045

#define ST_RDONLY        0x0001
#define ST_VALID         0x0020

#endif
