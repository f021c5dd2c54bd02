/* SPDX-License-Identifier: MIT */
/*
 * File attributes: from the kernel's struct stat64 to newlib's struct stat.
 */
#include <string.h>
#include <quire.h>
#include "glue.h"

int _fstat(int fd, struct stat *st);
int _stat(const char *path, struct stat *st);

/* Linux v6.1, arch/arm/include/uapi/asm/stat.h, struct stat64: 104 bytes. */
struct linux_stat64 {
	uint64_t dev;
	uint32_t pad0;
	uint32_t short_ino;
	uint32_t mode;
	uint32_t nlink;
	uint32_t uid;
	uint32_t gid;
	uint64_t rdev;
	uint32_t pad1;
	int64_t size; /* at 48: aligned to 8 */
	uint32_t blksize;
	uint64_t blocks; /* of 512 bytes; at 64 */
	uint32_t atime, atime_nsec;
	uint32_t mtime, mtime_nsec;
	uint32_t ctime, ctime_nsec;
	uint64_t ino;
};

_Static_assert(sizeof(struct linux_stat64) == 104, "struct stat64 of the ARM EABI");

/* newlib's dev_t and ino_t have 16 bits: enough for major:8 minor:8. */
static int convert(long result, const struct linux_stat64 *from, struct stat *to)
{
	if (answer(result) < 0)
		return -1;
	memset(to, 0, sizeof(*to));
	to->st_dev = (dev_t)from->dev;
	to->st_ino = (ino_t)from->ino;
	to->st_mode = (mode_t)from->mode;
	to->st_nlink = (nlink_t)from->nlink;
	to->st_uid = (uid_t)from->uid;
	to->st_gid = (gid_t)from->gid;
	to->st_rdev = (dev_t)from->rdev;
	to->st_size = (off_t)from->size;
	to->st_blksize = (blksize_t)from->blksize;
	to->st_blocks = (blkcnt_t)from->blocks;
	to->st_atim.tv_sec = from->atime;
	to->st_atim.tv_nsec = (long)from->atime_nsec;
	to->st_mtim.tv_sec = from->mtime;
	to->st_mtim.tv_nsec = (long)from->mtime_nsec;
	to->st_ctim.tv_sec = from->ctime;
	to->st_ctim.tv_nsec = (long)from->ctime_nsec;
	return 0;
}

int _fstat(int fd, struct stat *st)
{
	struct linux_stat64 raw;

	return convert(syscall(SYS_fstat64, fd, &raw), &raw, st);
}

int _stat(const char *path, struct stat *st)
{
	struct linux_stat64 raw;

	return convert(syscall(SYS_stat64, path, &raw), &raw, st);
}

int lstat(const char *path, struct stat *st)
{
	struct linux_stat64 raw;

	return convert(syscall(SYS_lstat64, path, &raw), &raw, st);
}
