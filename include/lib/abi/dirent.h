/* SPDX-License-Identifier: MIT */
/* Directory entries as getdents64() writes them. Source: Linux 6.1, include/linux/dirent.h,
 * include/linux/fs_types.h. */
#ifndef LIB_ABI_DIRENT_H
#define LIB_ABI_DIRENT_H

#include <lib/types.h>

#define DT_UNKNOWN 0
#define DT_FIFO    1
#define DT_CHR     2
#define DT_DIR     4
#define DT_BLK     6
#define DT_REG     8
#define DT_LNK     10
#define DT_SOCK    12

struct linux_dirent64 {
	uint64_t d_ino;
	int64_t d_off;     /* where the next getdents64() goes on */
	uint16_t d_reclen; /* of the whole record, a multiple of 8 */
	uint8_t d_type;
	char d_name[]; /* starts at byte 19, ends in NUL */
};
_Static_assert(offsetof(struct linux_dirent64, d_name) == 19, "user space counts on this place");

#endif
