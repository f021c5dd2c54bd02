/* SPDX-License-Identifier: MIT */
/*
 * Changing a file's owner, permissions, times and size.
 */
#include <fs/dentry.h>
#include <fs/vfs.h>
#include <lib/abi/resource.h>
#include <lib/errno.h>
#include <mm/hooks.h>

/* Files of /proc and /sys are made anew at each look, so nothing that is set would last. */
static bool keeps_attributes(const struct inode *inode)
{
	return !inode->sb || inode->sb->cached;
}

int vfs_chmod(const struct cred *cred, const struct path *path, uint32_t mode)
{
	struct inode *inode = path->dentry->inode;
	int64_t now = fs_now();

	if (S_ISLNK(inode->mode))
		return -EOPNOTSUPP;
	if (!cred_owns(cred, inode) || !keeps_attributes(inode))
		return -EPERM;
	mode &= 07777;
	if (!cred_is_root(cred) && !cred_in_group(cred, inode->gid))
		mode &= ~S_ISGID;
	spin_lock(&inode->attr_lock);
	inode->mode = (inode->mode & S_IFMT) | mode;
	inode->ctime = now;
	spin_unlock(&inode->attr_lock);
	return 0;
}

/* Root may all; an owner may choose among their own groups (chown(2)). */
static bool may_chown(
        const struct cred *cred, const struct inode *inode, uint32_t uid, uint32_t gid)
{
	if (cred_is_root(cred))
		return true;
	if (uid != UINT32_MAX && (cred->euid != inode->uid || uid != inode->uid))
		return false;
	if (gid != UINT32_MAX &&
	        (cred->euid != inode->uid || (gid != inode->gid && !cred_in_group(cred, gid))))
		return false;
	return true;
}

int vfs_chown(const struct cred *cred, const struct path *path, uint32_t uid, uint32_t gid)
{
	struct inode *inode = path->dentry->inode;
	int64_t now = fs_now();

	if (!may_chown(cred, inode, uid, gid) || !keeps_attributes(inode))
		return -EPERM;
	spin_lock(&inode->attr_lock);
	if (uid != UINT32_MAX)
		inode->uid = uid;
	if (gid != UINT32_MAX)
		inode->gid = gid;
	/* A program must not become setuid for its new owner. */
	if (!S_ISDIR(inode->mode)) {
		inode->mode &= ~S_ISUID;
		if (inode->mode & S_IXGRP)
			inode->mode &= ~S_ISGID;
	}
	inode->ctime = now;
	spin_unlock(&inode->attr_lock);
	return 0;
}

/* utimensat(2), "Permissions requirements". */
static int may_set_times(
        const struct cred *cred, const struct inode *inode, int64_t atime, int64_t mtime)
{
	if (!keeps_attributes(inode))
		return -EPERM;
	if (cred_owns(cred, inode))
		return 0;
	if (atime == VFS_TIME_NOW && mtime == VFS_TIME_NOW)
		return inode_permission(inode, cred, MAY_WRITE);
	return -EPERM;
}

int vfs_utimens(const struct cred *cred, const struct path *path, int64_t atime, int64_t mtime)
{
	struct inode *inode = path->dentry->inode;
	int64_t now = fs_now();
	int err;

	if (atime == VFS_TIME_OMIT && mtime == VFS_TIME_OMIT)
		return 0;
	err = may_set_times(cred, inode, atime, mtime);
	if (err)
		return err;
	spin_lock(&inode->attr_lock);
	if (atime != VFS_TIME_OMIT)
		inode->atime = atime == VFS_TIME_NOW ? now : atime;
	if (mtime != VFS_TIME_OMIT)
		inode->mtime = mtime == VFS_TIME_NOW ? now : mtime;
	inode->ctime = now;
	spin_unlock(&inode->attr_lock);
	return 0;
}

/* Is a file of that size within RLIMIT_FSIZE? */
static bool within_file_limit(loff_t size)
{
	uint32_t limit = mm_limit(RLIMIT_FSIZE);

	return limit == RLIM_INFINITY || size <= limit;
}

static int set_size(struct inode *inode, loff_t size)
{
	int err;

	if (size < 0)
		return -EINVAL;
	if (size > MAX_FILE_SIZE)
		return -EFBIG;
	mutex_lock(&inode->lock);
	if (size > inode->mapping.size && !within_file_limit(size)) {
		mutex_unlock(&inode->lock);
		return -EFBIG;
	}
	err = inode->ops->truncate ? inode->ops->truncate(inode, size) : -EINVAL;
	if (!err)
		inode_touch(inode, TOUCH_MTIME | TOUCH_CTIME);
	mutex_unlock(&inode->lock);
	return err;
}

int vfs_truncate(const struct cred *cred, const struct path *path, loff_t size)
{
	struct inode *inode = path->dentry->inode;
	int err;

	if (S_ISDIR(inode->mode))
		return -EISDIR;
	if (!S_ISREG(inode->mode))
		return -EINVAL;
	err = inode_permission(inode, cred, MAY_WRITE);
	if (!err)
		err = inode_claim(inode, 1);
	if (err)
		return err;
	err = set_size(inode, size);
	inode_unclaim(inode, 1);
	return err;
}

int vfs_fallocate(struct file *file, uint32_t mode, loff_t offset, loff_t length)
{
	struct inode *inode = file->inode;
	bool punch = mode & FALLOC_FL_PUNCH_HOLE, past;
	int err = 0;

	if (offset < 0 || length <= 0)
		return -EINVAL;
	if ((mode & ~(FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE)) || mode == FALLOC_FL_PUNCH_HOLE)
		return -EOPNOTSUPP;
	if (!(file->mode & FMODE_WRITE))
		return -EBADF;
	if (S_ISFIFO(inode->mode))
		return -ESPIPE;
	if (!S_ISREG(inode->mode))
		return -ENODEV;
	if (length > MAX_FILE_SIZE - offset)
		return -EFBIG;
	if (!inode->ops->fallocate)
		return -EOPNOTSUPP;
	mutex_lock(&inode->lock);
	past = !punch && offset + length > inode->mapping.size;
	/* Also where the size stays (Linux: shmem_fallocate()). */
	if (past && !within_file_limit(offset + length))
		err = -EFBIG;
	if (!err)
		err = inode->ops->fallocate(inode, punch, offset, length);
	if (!err && past && !mode)
		err = inode->ops->truncate(inode, offset + length);
	if (!err)
		inode_touch(inode, TOUCH_MTIME | TOUCH_CTIME);
	mutex_unlock(&inode->lock);
	return err;
}

int vfs_ftruncate(struct file *file, loff_t size)
{
	if (file->mode & FMODE_PATH)
		return -EBADF;
	if (!(file->mode & FMODE_WRITE) || !S_ISREG(file->inode->mode))
		return -EINVAL;
	return set_size(file->inode, size);
}
