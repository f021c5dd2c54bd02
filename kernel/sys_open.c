/* SPDX-License-Identifier: MIT */
/*
 * System calls from a name to an open file or a place: open, truncate, chdir, and reading
 * directories.
 */
#include "sys_file.h"
#include "user_path.h"
#include <fs/vfs.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/mman.h>
#include <lib/errno.h>

/* The descriptor comes first, so that no file is made where there is no room for it. */
static int reserve_fd(uint32_t flags)
{
	struct task *t = current();
	int fd = fd_reserve(t->files, 0, t->rlimits[RLIMIT_NOFILE].rlim_cur, flags);

	return fd == -EINVAL ? -EMFILE : fd;
}

/* Gives the descriptor its file, or back. */
static long opened(int fd, int err, struct file *file)
{
	if (err)
		fd_unreserve(current()->files, fd);
	else
		fd_install(current()->files, fd, file);
	return err ? err : fd;
}

static long open_named(const struct user_path *p, uint32_t flags, uint32_t mode)
{
	struct file *file = NULL;
	int fd = *p->name ? reserve_fd(flags & O_CLOEXEC) : -ENOENT;

	if (fd < 0)
		return fd;
	return opened(fd, vfs_open(&p->at, p->name, flags, mode & 07777, &file), file);
}

long sys_openat(int dir, const char __user *name, uint32_t flags, uint32_t mode)
{
	struct user_path p;
	long fd = vfs_open_flags(flags);

	if (!fd)
		fd = user_path_get(&p, dir, name);
	if (fd)
		return fd;
	fd = open_named(&p, flags, mode);
	user_path_put(&p);
	return fd;
}

long sys_open(const char __user *name, uint32_t flags, uint32_t mode)
{
	return sys_openat(AT_FDCWD, name, flags, mode);
}

long sys_creat(const char __user *name, uint32_t mode)
{
	return sys_openat(AT_FDCWD, name, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

/* memfd_create(2); sealing is missing. */
long sys_memfd_create(const char __user *name, uint32_t flags)
{
	static const char prefix[] = "memfd:";
	char text[NAME_MAX + 1] = "memfd:";
	size_t room = sizeof(text) - (sizeof(prefix) - 1);
	struct file *file = NULL;
	ssize_t n;
	int fd;

	if (flags & ~MFD_CLOEXEC)
		return -EINVAL;
	n = strncpy_from_user(text + sizeof(prefix) - 1, name, room);
	if (n < 0 || (size_t)n == room)
		return n < 0 ? n : -EINVAL;
	fd = reserve_fd(flags & MFD_CLOEXEC ? O_CLOEXEC : 0);
	if (fd < 0)
		return fd;
	return opened(fd, vfs_memfd(text, &current()->cred, &file), file);
}

long sys_truncate64(const char __user *name, loff_t length)
{
	struct path path;
	int err;

	if (length < 0)
		return -EINVAL;
	err = user_lookup(AT_FDCWD, name, LOOKUP_FOLLOW, &path);
	if (err)
		return err;
	err = vfs_truncate(&current()->cred, &path, length);
	path_put(&path);
	return written(err);
}

long sys_truncate(const char __user *name, int32_t length)
{
	return sys_truncate64(name, length);
}

long sys_chdir(const char __user *name)
{
	struct path path;
	int err = user_lookup(AT_FDCWD, name, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &path);

	if (err)
		return err;
	err = vfs_chdir(current()->fs, &current()->cred, &path);
	path_put(&path);
	return err;
}

long sys_fchdir(int fd)
{
	struct fd f = fd_get(current()->files, fd);
	int err;

	if (!f.file)
		return -EBADF;
	err = vfs_chdir(current()->fs, &current()->cred, &f.file->path);
	fd_put(f);
	return err;
}

long sys_chroot(const char __user *name)
{
	struct path path;
	int err = user_lookup(AT_FDCWD, name, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &path);

	if (err)
		return err;
	err = vfs_chroot(current()->fs, &current()->cred, &path);
	path_put(&path);
	return err;
}

long sys_getcwd(char __user *buf, size_t n)
{
	return vfs_getcwd(current()->fs, buf, n);
}

long sys_umask(uint32_t mask)
{
	return __atomic_exchange_n(&current()->fs->umask, mask & 0777, __ATOMIC_RELAXED);
}

long sys_getdents64(int fd, void __user *buf, uint32_t n)
{
	struct fd f;
	ssize_t ret = fd_get_file(fd, &f);

	if (ret)
		return ret;
	ret = vfs_getdents64(f.file, buf, n);
	fd_put(f);
	return ret;
}
