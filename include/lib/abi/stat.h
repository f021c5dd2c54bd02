/* SPDX-License-Identifier: MIT */
/* File status as stat64(), statx() and friends hand it out, file modes, and device numbers.
 * Sources: Linux 6.1, arch/arm/include/uapi/asm/stat.h, include/uapi/linux/stat.h,
 * include/linux/kdev_t.h. */
#ifndef LIB_ABI_STAT_H
#define LIB_ABI_STAT_H

#include <lib/types.h>

#define S_IFMT      0170000
#define S_IFSOCK    0140000
#define S_IFLNK     0120000
#define S_IFREG     0100000
#define S_IFBLK     0060000
#define S_IFDIR     0040000
#define S_IFCHR     0020000
#define S_IFIFO     0010000
#define S_ISUID     0004000
#define S_ISGID     0002000
#define S_ISVTX     0001000

#define S_ISLNK(m)  (((m)&S_IFMT) == S_IFLNK)
#define S_ISREG(m)  (((m)&S_IFMT) == S_IFREG)
#define S_ISDIR(m)  (((m)&S_IFMT) == S_IFDIR)
#define S_ISCHR(m)  (((m)&S_IFMT) == S_IFCHR)
#define S_ISBLK(m)  (((m)&S_IFMT) == S_IFBLK)
#define S_ISFIFO(m) (((m)&S_IFMT) == S_IFIFO)
#define S_ISSOCK(m) (((m)&S_IFMT) == S_IFSOCK)

#define S_IRWXU     00700
#define S_IRUSR     00400
#define S_IWUSR     00200
#define S_IXUSR     00100
#define S_IRWXG     00070
#define S_IRGRP     00040
#define S_IWGRP     00020
#define S_IXGRP     00010
#define S_IRWXO     00007
#define S_IROTH     00004
#define S_IWOTH     00002
#define S_IXOTH     00001

/* stat64(), lstat64(), fstat64(), fstatat64(). All bytes, padding too, must be written. */
struct stat64 {
	uint64_t st_dev;
	uint32_t __pad0;
	uint32_t __st_ino; /* low half of st_ino */
	uint32_t st_mode;
	uint32_t st_nlink;
	uint32_t st_uid;
	uint32_t st_gid;
	uint64_t st_rdev;
	uint64_t __pad3; /* 4 bytes of Linux's padding, 4 of alignment */
	int64_t st_size;
	uint32_t st_blksize;
	uint32_t __pad4;    /* alignment */
	uint64_t st_blocks; /* in units of 512 bytes */
	uint32_t st_atime_sec;
	uint32_t st_atime_nsec;
	uint32_t st_mtime_sec;
	uint32_t st_mtime_nsec;
	uint32_t st_ctime_sec;
	uint32_t st_ctime_nsec;
	uint64_t st_ino;
};
_Static_assert(sizeof(struct stat64) == 104, "user space counts on this size");

/* The old stat(), lstat() and fstat(). */
struct stat {
	uint32_t st_dev;
	uint32_t st_ino;
	uint16_t st_mode;
	uint16_t st_nlink;
	uint16_t st_uid;
	uint16_t st_gid;
	uint32_t st_rdev;
	uint32_t st_size;
	uint32_t st_blksize;
	uint32_t st_blocks;
	uint32_t st_atime_sec;
	uint32_t st_atime_nsec;
	uint32_t st_mtime_sec;
	uint32_t st_mtime_nsec;
	uint32_t st_ctime_sec;
	uint32_t st_ctime_nsec;
	uint32_t __unused4;
	uint32_t __unused5;
};
_Static_assert(sizeof(struct stat) == 64, "user space counts on this size");

struct statx_timestamp {
	int64_t tv_sec;
	uint32_t tv_nsec;
	int32_t __reserved;
};

struct statx {
	uint32_t stx_mask; /* STATX_*: which fields hold something */
	uint32_t stx_blksize;
	uint64_t stx_attributes;
	uint32_t stx_nlink;
	uint32_t stx_uid;
	uint32_t stx_gid;
	uint16_t stx_mode;
	uint16_t __spare0;
	uint64_t stx_ino;
	uint64_t stx_size;
	uint64_t stx_blocks; /* in units of 512 bytes */
	uint64_t stx_attributes_mask;
	struct statx_timestamp stx_atime;
	struct statx_timestamp stx_btime;
	struct statx_timestamp stx_ctime;
	struct statx_timestamp stx_mtime;
	uint32_t stx_rdev_major;
	uint32_t stx_rdev_minor;
	uint32_t stx_dev_major;
	uint32_t stx_dev_minor;
	uint64_t stx_mnt_id;
	uint32_t stx_dio_mem_align;
	uint32_t stx_dio_offset_align;
	uint64_t __spare3[12];
};
_Static_assert(sizeof(struct statx) == 256, "user space counts on this size");

#define STATX_TYPE        0x00000001u
#define STATX_MODE        0x00000002u
#define STATX_NLINK       0x00000004u
#define STATX_UID         0x00000008u
#define STATX_GID         0x00000010u
#define STATX_ATIME       0x00000020u
#define STATX_MTIME       0x00000040u
#define STATX_CTIME       0x00000080u
#define STATX_INO         0x00000100u
#define STATX_SIZE        0x00000200u
#define STATX_BLOCKS      0x00000400u
#define STATX_BASIC_STATS 0x000007ffu
#define STATX_BTIME       0x00000800u
#define STATX_MNT_ID      0x00001000u
#define STATX__RESERVED   0x80000000u

/* A device number as st_rdev, mknod() and /proc carry it: minor 0-7, major 8-19, minor 8-19 at bit
 * 20. */
static inline uint32_t dev_make(uint32_t major, uint32_t minor)
{
	return (minor & 0xff) | (major & 0xfff) << 8 | (minor & 0xfff00) << 12;
}

static inline uint32_t dev_major(uint32_t dev)
{
	return dev >> 8 & 0xfff;
}

static inline uint32_t dev_minor(uint32_t dev)
{
	return (dev & 0xff) | (dev >> 12 & 0xfff00);
}

#endif
