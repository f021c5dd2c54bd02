/* SPDX-License-Identifier: MIT */
/*
 * Files that never had a name in a directory: O_TMPFILE of open(2), and memfd_create(2).
 */
#include <fs/dentry.h>
#include <fs/vfs.h>
#include <lib/errno.h>
#include <lib/printf.h>
#include <string.h>
#include "open.h"

/* An open file whose name, that only /proc shows, is said to have been removed from `dir`. */
static int open_unnamed(const struct path *dir, const char *name, uint32_t flags, uint32_t mode,
        const struct cred *cred, struct file **file)
{
	struct inode *inode = dir->dentry->inode;
	struct path path = {dir->mnt, dentry_alloc(dir->dentry, name, strlen(name))};
	int err;

	if (!path.dentry)
		return -ENOMEM;
	err = inode->ops->tmpfile(inode, path.dentry, S_IFREG | mode, cred);
	if (!err)
		err = file_alloc(&path, path.dentry->inode->fops, flags, file);
	dentry_put(path.dentry);
	return err;
}

int open_tmpfile(const struct path *dir, uint32_t flags, uint32_t mode, const struct cred *cred,
        struct file **file)
{
	struct inode *inode = dir->dentry->inode;
	int err = inode_permission(inode, cred, MAY_WRITE | MAY_EXEC);
	char name[16];

	if (err)
		return err;
	if (!inode->ops->tmpfile)
		return -EOPNOTSUPP;
	snprintf(name, sizeof(name), "#%u", inode->sb->next_ino + 1);
	err = open_unnamed(dir, name, flags, mode, cred, file);
	if (!err)
		(*file)->inode->may_get_name = !(flags & O_EXCL);
	return err;
}

int vfs_memfd(const char *name, const struct cred *cred, struct file **file)
{
	struct path root;
	int err;

	mount_first(&root);
	err = open_unnamed(&root, name, O_RDWR | O_LARGEFILE, 0777, cred, file);
	path_put(&root);
	return err;
}
