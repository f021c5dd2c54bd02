/* SPDX-License-Identifier: MIT */
/*
 * Extended attributes: files here have none and take none. That is said as Linux says it of a file
 * system without them (-EOPNOTSUPP, an empty list): "no such call" would be an error to ls -l and cp -p.
 */
#include "user_path.h"
#include <kernel/syscall.h>
#include <lib/errno.h>

#define XATTR_NAME_MAX 255
#define XATTR_SIZE_MAX 65536
#define XATTR_FLAGS    3 /* XATTR_CREATE, XATTR_REPLACE */

static long by_path(const char __user *path, unsigned int lookup)
{
	struct path found;
	int err = user_lookup(AT_FDCWD, path, lookup, &found);

	if (!err)
		path_put(&found);
	return err;
}

static long by_fd(int fd)
{
	struct fd f;
	int err = fd_get_file(fd, &f);

	if (!err)
		fd_put(f);
	return err;
}

/* file: 0, or why there is no such file. */
static long by_name(long file, const char __user *name)
{
	char text[XATTR_NAME_MAX + 1];
	int n;

	if (file)
		return file;
	n = strncpy_from_user(text, name, sizeof(text));
	if (n < 0)
		return n;
	return n == 0 || n == sizeof(text) ? -ERANGE : -EOPNOTSUPP;
}

static long by_value(long file, const char __user *name, size_t size, uint32_t flags)
{
	long answer = !file && (flags & ~XATTR_FLAGS) ? -EINVAL : by_name(file, name);

	return answer == -EOPNOTSUPP && size > XATTR_SIZE_MAX ? -E2BIG : answer;
}

long sys_setxattr(const char __user *path, const char __user *name, const void __user *value,
        size_t size, uint32_t flags)
{
	(void)value;
	return by_value(by_path(path, LOOKUP_FOLLOW), name, size, flags);
}

long sys_lsetxattr(const char __user *path, const char __user *name, const void __user *value,
        size_t size, uint32_t flags)
{
	(void)value;
	return by_value(by_path(path, 0), name, size, flags);
}

long sys_fsetxattr(
        int fd, const char __user *name, const void __user *value, size_t size, uint32_t flags)
{
	(void)value;
	return by_value(by_fd(fd), name, size, flags);
}

long sys_xattr(const char __user *path, const char __user *name)
{
	return by_name(by_path(path, LOOKUP_FOLLOW), name);
}

long sys_lxattr(const char __user *path, const char __user *name)
{
	return by_name(by_path(path, 0), name);
}

long sys_fxattr(int fd, const char __user *name)
{
	return by_name(by_fd(fd), name);
}

long sys_listxattr(const char __user *path)
{
	return by_path(path, LOOKUP_FOLLOW);
}

long sys_llistxattr(const char __user *path)
{
	return by_path(path, 0);
}

long sys_flistxattr(int fd)
{
	return by_fd(fd);
}
