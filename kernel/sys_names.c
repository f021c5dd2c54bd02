/* SPDX-License-Identifier: MIT */
/*
 * System calls that make, move and remove names, and mount file systems.
 */
#include "user_path.h"
#include <fs/vfs.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>

/*
 * Mount flags that change nothing here: no messages are printed, and access times are always
 * kept as MS_RELATIME says (include/uapi/linux/mount.h).
 */
#define MS_SILENT   0x8000
#define MS_RELATIME 0x200000
#define MS_MGC_VAL  0xc0ed0000
#define MS_MGC_MASK 0xffff0000

long sys_mkdirat(int dir, const char __user *name, uint32_t mode)
{
	struct user_path p;
	int err = user_path_get(&p, dir, name);

	if (err)
		return err;
	err = vfs_mkdir(&p.at, p.name, mode);
	user_path_put(&p);
	return err;
}

long sys_mkdir(const char __user *name, uint32_t mode)
{
	return sys_mkdirat(AT_FDCWD, name, mode);
}

long sys_mknodat(int dir, const char __user *name, uint32_t mode, uint32_t dev)
{
	struct user_path p;
	int err = user_path_get(&p, dir, name);

	if (err)
		return err;
	err = vfs_mknod(&p.at, p.name, mode, dev);
	user_path_put(&p);
	return err;
}

long sys_mknod(const char __user *name, uint32_t mode, uint32_t dev)
{
	return sys_mknodat(AT_FDCWD, name, mode, dev);
}

long sys_unlinkat(int dir, const char __user *name, uint32_t flags)
{
	struct user_path p;
	int err;

	if (flags & ~AT_REMOVEDIR)
		return -EINVAL;
	err = user_path_get(&p, dir, name);
	if (err)
		return err;
	err = flags ? vfs_rmdir(&p.at, p.name) : vfs_unlink(&p.at, p.name);
	user_path_put(&p);
	return err;
}

long sys_unlink(const char __user *name)
{
	return sys_unlinkat(AT_FDCWD, name, 0);
}

long sys_rmdir(const char __user *name)
{
	return sys_unlinkat(AT_FDCWD, name, AT_REMOVEDIR);
}

long sys_renameat2(int old_dir, const char __user *old_name, int new_dir,
        const char __user *new_name, uint32_t flags)
{
	struct user_path from, to;
	int err;

	if (flags & ~RENAME_NOREPLACE)
		return -EINVAL;
	err = user_path_get(&from, old_dir, old_name);
	if (err)
		return err;
	err = user_path_get(&to, new_dir, new_name);
	if (!err) {
		err = vfs_rename(&from.at, from.name, &to.at, to.name, flags);
		user_path_put(&to);
	}
	user_path_put(&from);
	return err;
}

long sys_renameat(
        int old_dir, const char __user *old_name, int new_dir, const char __user *new_name)
{
	return sys_renameat2(old_dir, old_name, new_dir, new_name, 0);
}

long sys_rename(const char __user *old_name, const char __user *new_name)
{
	return sys_renameat2(AT_FDCWD, old_name, AT_FDCWD, new_name, 0);
}

long sys_linkat(int old_dir, const char __user *old_name, int new_dir, const char __user *new_name,
        uint32_t flags)
{
	struct user_path from, to;
	int err;

	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	err = user_path_get(&from, old_dir, old_name);
	if (err)
		return err;
	err = user_path_get(&to, new_dir, new_name);
	if (!err) {
		err = vfs_link(&from.at, from.name, &to.at, to.name, flags);
		user_path_put(&to);
	}
	user_path_put(&from);
	return err;
}

long sys_link(const char __user *old_name, const char __user *new_name)
{
	return sys_linkat(AT_FDCWD, old_name, AT_FDCWD, new_name, 0);
}

long sys_symlinkat(const char __user *target, int dir, const char __user *name)
{
	struct user_path p;
	char *text;
	int err = user_string(target, &text);

	if (err)
		return err;
	err = *text ? user_path_get(&p, dir, name) : -ENOENT;
	if (!err) {
		err = vfs_symlink(&p.at, text, p.name);
		user_path_put(&p);
	}
	kfree(text);
	return err;
}

long sys_symlink(const char __user *target, const char __user *name)
{
	return sys_symlinkat(target, AT_FDCWD, name);
}

static int mount_type(const char *type, const char __user *target, const void __user *user_data)
{
	struct user_path p;
	char *data = NULL;
	int err = user_data ? user_string(user_data, &data) : 0;

	if (err)
		return err == -ENAMETOOLONG ? -EINVAL : err;
	err = user_path_get(&p, AT_FDCWD, target);
	if (!err) {
		err = vfs_mount(&p.at, type, p.name, data);
		user_path_put(&p);
	}
	kfree(data);
	return err;
}

/* The source is a device or a label for people; no file system here has one. */
long sys_mount(const char __user *source, const char __user *target, const char __user *type,
        uint32_t flags, const void __user *data)
{
	char *text;
	int err;

	(void)source;
	if ((flags & MS_MGC_MASK) == MS_MGC_VAL)
		flags &= ~MS_MGC_MASK;
	if ((flags & ~(MS_SILENT | MS_RELATIME)) || !type)
		return -EINVAL;
	err = user_string(type, &text);
	if (err)
		return err == -ENAMETOOLONG ? -EINVAL : err;
	err = mount_type(text, target, data);
	kfree(text);
	return err;
}

long sys_umount2(const char __user *target, uint32_t flags)
{
	struct user_path p;
	int err;

	if (flags)
		return -EINVAL;
	err = user_path_get(&p, AT_FDCWD, target);
	if (err)
		return err;
	err = vfs_umount(&p.at, p.name);
	user_path_put(&p);
	return err;
}
