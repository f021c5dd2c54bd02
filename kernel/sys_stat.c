/* SPDX-License-Identifier: MIT */
/*
 * System calls that report what a file is: stat, statfs, access, readlink.
 */
#include "user_path.h"
#include <fs/dentry.h>
#include <fs/vfs.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/errno.h>

#define STAT_FLAGS (AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC_TYPE)

/* AT_* flags as LOOKUP_*. */
static unsigned int lookup_flags(uint32_t flags)
{
	return (flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) |
	       (flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0);
}

static int stat_name(int dir, const char __user *name, uint32_t flags, struct kstat *st)
{
	struct path path;
	int err;

	if (flags & ~STAT_FLAGS)
		return -EINVAL;
	err = user_lookup(dir, name, lookup_flags(flags), &path);
	if (err)
		return err;
	vfs_stat(&path, st);
	path_put(&path);
	return 0;
}

static int stat_fd(int fd, struct kstat *st)
{
	struct fd f = fd_get(current()->files, fd);

	if (!f.file)
		return -EBADF;
	vfs_stat(&f.file->path, st);
	fd_put(f);
	return 0;
}

static long put_stat(int err, const struct kstat *st, struct stat __user *buf)
{
	struct stat out;

	if (!err)
		err = kstat_to_stat(st, &out);
	return err ? err : copy_to_user(buf, &out, sizeof(out));
}

static long put_stat64(int err, const struct kstat *st, struct stat64 __user *buf)
{
	struct stat64 out;

	if (err)
		return err;
	kstat_to_stat64(st, &out);
	return copy_to_user(buf, &out, sizeof(out));
}

long sys_stat(const char __user *name, struct stat __user *buf)
{
	struct kstat st;

	return put_stat(stat_name(AT_FDCWD, name, 0, &st), &st, buf);
}

long sys_lstat(const char __user *name, struct stat __user *buf)
{
	struct kstat st;

	return put_stat(stat_name(AT_FDCWD, name, AT_SYMLINK_NOFOLLOW, &st), &st, buf);
}

long sys_fstat(int fd, struct stat __user *buf)
{
	struct kstat st;

	return put_stat(stat_fd(fd, &st), &st, buf);
}

long sys_stat64(const char __user *name, struct stat64 __user *buf)
{
	struct kstat st;

	return put_stat64(stat_name(AT_FDCWD, name, 0, &st), &st, buf);
}

long sys_lstat64(const char __user *name, struct stat64 __user *buf)
{
	struct kstat st;

	return put_stat64(stat_name(AT_FDCWD, name, AT_SYMLINK_NOFOLLOW, &st), &st, buf);
}

long sys_fstat64(int fd, struct stat64 __user *buf)
{
	struct kstat st;

	return put_stat64(stat_fd(fd, &st), &st, buf);
}

long sys_fstatat64(int dir, const char __user *name, struct stat64 __user *buf, uint32_t flags)
{
	struct kstat st;

	return put_stat64(stat_name(dir, name, flags, &st), &st, buf);
}

/* mask says which fields are wanted; giving more than that is allowed (statx(2)). */
long sys_statx(
        int dir, const char __user *name, uint32_t flags, uint32_t mask, struct statx __user *buf)
{
	struct kstat st;
	struct statx out;
	int err;

	if ((mask & STATX__RESERVED) || (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE)
		return -EINVAL;
	err = stat_name(dir, name, flags, &st);
	if (err)
		return err;
	kstat_to_statx(&st, &out);
	return copy_to_user(buf, &out, sizeof(out));
}

/* The size that C libraries pass for a structure without "packed": what they have room for. */
#define STATFS64_PADDED 88

static bool statfs_size_ok(size_t size)
{
	return size == sizeof(struct statfs64) || size == STATFS64_PADDED;
}

long sys_statfs64(const char __user *name, size_t size, struct statfs64 __user *buf)
{
	struct statfs64 st;
	struct path path;
	int err;

	if (!statfs_size_ok(size))
		return -EINVAL;
	err = user_lookup(AT_FDCWD, name, LOOKUP_FOLLOW, &path);
	if (err)
		return err;
	vfs_statfs(&path, &st);
	path_put(&path);
	return copy_to_user(buf, &st, sizeof(st));
}

long sys_fstatfs64(int fd, size_t size, struct statfs64 __user *buf)
{
	struct statfs64 st;
	struct fd f;

	if (!statfs_size_ok(size))
		return -EINVAL;
	f = fd_get(current()->files, fd);
	if (!f.file)
		return -EBADF;
	vfs_statfs(&f.file->path, &st);
	fd_put(f);
	return copy_to_user(buf, &st, sizeof(st));
}

long sys_faccessat2(int dir, const char __user *name, uint32_t mode, uint32_t flags)
{
	struct user_path p;
	int err;

	if ((mode & ~(R_OK | W_OK | X_OK)) ||
	        (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)))
		return -EINVAL;
	err = user_path_get(&p, dir, name);
	if (err)
		return err;
	err = vfs_access(&p.at, p.name, mode, flags);
	user_path_put(&p);
	return err;
}

long sys_faccessat(int dir, const char __user *name, uint32_t mode)
{
	return sys_faccessat2(dir, name, mode, 0);
}

long sys_access(const char __user *name, uint32_t mode)
{
	return sys_faccessat2(AT_FDCWD, name, mode, 0);
}

/* "" names a symlink that was opened with O_PATH and O_NOFOLLOW; for other files it is no name. */
static long readlink_of(const struct user_path *p, char __user *buf, int n)
{
	struct path path;
	ssize_t ret = path_lookup(&p->at, p->name, LOOKUP_EMPTY, &path);

	if (ret)
		return ret;
	if (!*p->name && !S_ISLNK(path.dentry->inode->mode))
		ret = -ENOENT;
	else
		ret = vfs_readlink(&path, buf, n);
	path_put(&path);
	return ret;
}

long sys_readlinkat(int dir, const char __user *name, char __user *buf, int n)
{
	struct user_path p;
	long ret;

	if (n <= 0)
		return -EINVAL;
	ret = user_path_get(&p, dir, name);
	if (ret)
		return ret;
	ret = readlink_of(&p, buf, n);
	user_path_put(&p);
	return ret;
}

long sys_readlink(const char __user *name, char __user *buf, int n)
{
	return sys_readlinkat(AT_FDCWD, name, buf, n);
}
