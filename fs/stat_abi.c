/* SPDX-License-Identifier: MIT */
/*
 * struct kstat in the three shapes that the ARM ABI has for it.
 */
#include <fs/vfs.h>
#include <lib/abi/time.h>
#include <lib/errno.h>
#include <string.h>

/* How a 16-bit field shows a larger user or group: Documentation/admin-guide/sysctl/kernel.rst. */
#define OVERFLOW_ID 65534

/* Rounds down, so that the nanoseconds are never negative. */
static int64_t seconds(int64_t ns)
{
	int64_t sec = ns / NSEC_PER_SEC;

	return ns % NSEC_PER_SEC < 0 ? sec - 1 : sec;
}

static uint32_t nanoseconds(int64_t ns)
{
	return ns - seconds(ns) * NSEC_PER_SEC;
}

void kstat_to_stat64(const struct kstat *st, struct stat64 *out)
{
	memset(out, 0, sizeof(*out));
	out->st_dev = st->dev;
	out->__st_ino = st->ino;
	out->st_ino = st->ino;
	out->st_mode = st->mode;
	out->st_nlink = st->nlink;
	out->st_uid = st->uid;
	out->st_gid = st->gid;
	out->st_rdev = st->rdev;
	out->st_size = st->size;
	out->st_blksize = st->blksize;
	out->st_blocks = st->blocks;
	out->st_atime_sec = seconds(st->atime);
	out->st_atime_nsec = nanoseconds(st->atime);
	out->st_mtime_sec = seconds(st->mtime);
	out->st_mtime_nsec = nanoseconds(st->mtime);
	out->st_ctime_sec = seconds(st->ctime);
	out->st_ctime_nsec = nanoseconds(st->ctime);
}

int kstat_to_stat(const struct kstat *st, struct stat *out)
{
	if (st->size > INT32_MAX || st->nlink > UINT16_MAX)
		return -EOVERFLOW;
	memset(out, 0, sizeof(*out));
	out->st_dev = st->dev;
	out->st_ino = st->ino;
	out->st_mode = st->mode;
	out->st_nlink = st->nlink;
	out->st_uid = st->uid > UINT16_MAX ? OVERFLOW_ID : st->uid;
	out->st_gid = st->gid > UINT16_MAX ? OVERFLOW_ID : st->gid;
	out->st_rdev = st->rdev;
	out->st_size = st->size;
	out->st_blksize = st->blksize;
	out->st_blocks = st->blocks;
	out->st_atime_sec = seconds(st->atime);
	out->st_atime_nsec = nanoseconds(st->atime);
	out->st_mtime_sec = seconds(st->mtime);
	out->st_mtime_nsec = nanoseconds(st->mtime);
	out->st_ctime_sec = seconds(st->ctime);
	out->st_ctime_nsec = nanoseconds(st->ctime);
	return 0;
}

static void set_time(struct statx_timestamp *t, int64_t ns)
{
	t->tv_sec = seconds(ns);
	t->tv_nsec = nanoseconds(ns);
}

void kstat_to_statx(const struct kstat *st, struct statx *out)
{
	memset(out, 0, sizeof(*out));
	out->stx_mask = STATX_BASIC_STATS | STATX_MNT_ID;
	out->stx_blksize = st->blksize;
	out->stx_nlink = st->nlink;
	out->stx_uid = st->uid;
	out->stx_gid = st->gid;
	out->stx_mode = st->mode;
	out->stx_ino = st->ino;
	out->stx_size = st->size;
	out->stx_blocks = st->blocks;
	set_time(&out->stx_atime, st->atime);
	set_time(&out->stx_ctime, st->ctime);
	set_time(&out->stx_mtime, st->mtime);
	out->stx_rdev_major = dev_major(st->rdev);
	out->stx_rdev_minor = dev_minor(st->rdev);
	out->stx_dev_major = dev_major(st->dev);
	out->stx_dev_minor = dev_minor(st->dev);
	out->stx_mnt_id = st->mnt_id;
}
