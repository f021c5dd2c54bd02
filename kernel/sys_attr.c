/* SPDX-License-Identifier: MIT */
/*
 * System calls that change permissions, owners and times of files.
 */
#include "user_path.h"
#include "user_time.h"
#include <fs/vfs.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/errno.h>

/* In place of nanoseconds (include/linux/stat.h). */
#define UTIME_NOW  0x3fffffff
#define UTIME_OMIT 0x3ffffffe

long sys_fchmodat(int dir, const char __user *name, uint32_t mode)
{
	struct path path;
	int err = user_lookup(dir, name, LOOKUP_FOLLOW, &path);

	if (err)
		return err;
	err = vfs_chmod(&current()->cred, &path, mode);
	path_put(&path);
	return err;
}

long sys_chmod(const char __user *name, uint32_t mode)
{
	return sys_fchmodat(AT_FDCWD, name, mode);
}

long sys_fchmod(int fd, uint32_t mode)
{
	struct fd f;
	int err = fd_get_file(fd, &f);

	if (err)
		return err;
	err = vfs_chmod(&current()->cred, &f.file->path, mode);
	fd_put(f);
	return err;
}

/* user_lookup() as the flags of fchownat() and utimensat() say. */
static int lookup_by_flags(int dir, const char __user *name, uint32_t flags, struct path *path)
{
	unsigned int lookup = flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW;

	if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	if (flags & AT_EMPTY_PATH)
		lookup |= LOOKUP_EMPTY;
	return user_lookup(dir, name, lookup, path);
}

long sys_fchownat(int dir, const char __user *name, uint32_t uid, uint32_t gid, uint32_t flags)
{
	struct path path;
	int err = lookup_by_flags(dir, name, flags, &path);

	if (err)
		return err;
	err = vfs_chown(&current()->cred, &path, uid, gid);
	path_put(&path);
	return err;
}

long sys_chown32(const char __user *name, uint32_t uid, uint32_t gid)
{
	return sys_fchownat(AT_FDCWD, name, uid, gid, 0);
}

long sys_lchown32(const char __user *name, uint32_t uid, uint32_t gid)
{
	return sys_fchownat(AT_FDCWD, name, uid, gid, AT_SYMLINK_NOFOLLOW);
}

long sys_fchown32(int fd, uint32_t uid, uint32_t gid)
{
	struct fd f;
	int err = fd_get_file(fd, &f);

	if (err)
		return err;
	err = vfs_chown(&current()->cred, &f.file->path, uid, gid);
	fd_put(f);
	return err;
}

/* One of the two times as vfs_utimens() takes it. */
static int file_time(const struct timespec64 *t, int64_t *ns)
{
	if (t->tv_nsec == UTIME_NOW) {
		*ns = VFS_TIME_NOW;
	} else if (t->tv_nsec == UTIME_OMIT) {
		*ns = VFS_TIME_OMIT;
	} else if (t->tv_nsec < 0 || t->tv_nsec >= NSEC_PER_SEC) {
		return -EINVAL;
	} else {
		*ns = timespec_to_ns(t);
		if (*ns >= VFS_TIME_OMIT) /* it was clamped, and must not mean one of the others */
			*ns = VFS_TIME_OMIT - 1;
	}
	return 0;
}

/* The times are looked at when the file is there (Linux: vfs_utimes()). */
static int set_times_of(const struct path *path, const struct timespec64 times[2])
{
	int64_t atime, mtime;

	if (file_time(&times[0], &atime) || file_time(&times[1], &mtime))
		return -EINVAL;
	return vfs_utimens(&current()->cred, path, atime, mtime);
}

/* Without a name the descriptor itself is meant (futimens()). */
static int set_times_of_fd(int fd, uint32_t flags, const struct timespec64 times[2])
{
	struct fd f;
	int err;

	if (flags)
		return -EINVAL;
	err = fd_get_file(fd, &f);
	if (err)
		return err;
	err = set_times_of(&f.file->path, times);
	fd_put(f);
	return err;
}

static int set_times(
        int dir, const char __user *name, uint32_t flags, const struct timespec64 times[2])
{
	struct path path;
	int err;

	if (!name && dir != AT_FDCWD)
		return set_times_of_fd(dir, flags, times);
	err = lookup_by_flags(dir, name, flags, &path);
	if (err)
		return err;
	err = set_times_of(&path, times);
	path_put(&path);
	return err;
}

static const struct timespec64 now[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};

static bool both_omitted(const struct timespec64 times[2])
{
	return times[0].tv_nsec == UTIME_OMIT && times[1].tv_nsec == UTIME_OMIT;
}

static long do_utimensat(int dir, const char __user *name, const void __user *user_times,
        size_t size, uint32_t flags, enum time_abi abi)
{
	struct timespec64 times[2];

	if (!user_times)
		return set_times(dir, name, flags, now);
	if (get_timespec(&times[0], user_times, abi) ||
	        get_timespec(&times[1], (const char __user *)user_times + size, abi))
		return -EFAULT;
	/* Nothing to do: not even the name is looked at (utimensat(2)). */
	return both_omitted(times) ? 0 : set_times(dir, name, flags, times);
}

long sys_utimensat(int dir, const char __user *name, const struct timespec32 __user *user_times,
        uint32_t flags)
{
	return do_utimensat(dir, name, user_times, sizeof(*user_times), flags, TIME_32);
}

long sys_utimensat_time64(int dir, const char __user *name,
        const struct timespec64 __user *user_times, uint32_t flags)
{
	return do_utimensat(dir, name, user_times, sizeof(*user_times), flags, TIME_64);
}
