/* SPDX-License-Identifier: MIT */
/*
 * open(): finding or making a file, checking rights, and making the struct file.
 */
#include <fs/vfs.h>
#include <lib/chardev.h>
#include <lib/errno.h>
#include <string.h>
#include "names.h"
#include "open.h"

/* O_PATH: nothing can be done with the file but to name its place. */
static const struct file_operations path_fops;

/* Sockets by name and block devices: nobody is behind them. */
static int open_nothing(struct inode *inode, struct file *file)
{
	(void)inode;
	(void)file;
	return -ENXIO;
}

static const struct file_operations nothing_fops = {.open = open_nothing};

const struct file_operations *special_fops(uint32_t mode)
{
	if (S_ISCHR(mode))
		return &chardev_fops;
	return S_ISFIFO(mode) ? &fifo_fops : &nothing_fops;
}

static unsigned int mask_of(uint32_t flags)
{
	static const uint8_t access[] = {
	        MAY_READ, MAY_WRITE, MAY_READ | MAY_WRITE, MAY_READ | MAY_WRITE};
	unsigned int mask = access[flags & O_ACCMODE];

	return flags & O_TRUNC ? mask | MAY_WRITE : mask;
}

static int may_open(const struct inode *inode, uint32_t flags, const struct cred *cred)
{
	unsigned int mask = mask_of(flags);
	int err;

	if (S_ISLNK(inode->mode))
		return -ELOOP;
	if (S_ISDIR(inode->mode) && ((mask & MAY_WRITE) || (flags & O_CREAT)))
		return -EISDIR;
	if (!S_ISDIR(inode->mode) && (flags & O_DIRECTORY))
		return -ENOTDIR;
	err = inode_permission(inode, cred, mask);
	if (!err && (flags & O_NOATIME) && !cred_owns(cred, inode))
		err = -EPERM;
	return err;
}

/* What permission bits can't give away. */
static bool needs_root(const struct inode *inode)
{
	const struct chardev *dev = NULL;

	if (S_ISCHR(inode->mode))
		dev = chardev_find(dev_major(inode->rdev), dev_minor(inode->rdev));
	return dev && dev->rawio;
}

/*
 * A stranger who may write a setuid program must not leave it setuid (Linux does this at the
 * write).
 */
static void drop_setuid(struct inode *inode, const struct cred *cred)
{
	if (cred_is_root(cred) || !(inode->mode & (S_ISUID | S_ISGID)))
		return;
	spin_lock(&inode->attr_lock);
	inode->mode &= inode->mode & S_IXGRP ? ~(S_ISUID | S_ISGID) : ~S_ISUID;
	spin_unlock(&inode->attr_lock);
}

/* O_TRUNC writes, also with O_RDONLY: not to a program that runs. */
static int truncate_opened(struct inode *inode)
{
	int err = inode_claim(inode, 1);

	if (err)
		return err;
	mutex_lock(&inode->lock);
	err = inode->ops->truncate(inode, 0);
	if (!err)
		inode_touch(inode, TOUCH_MTIME | TOUCH_CTIME);
	mutex_unlock(&inode->lock);
	inode_unclaim(inode, 1);
	return err;
}

/* `checked`: the file was made by this very call, and its permission bits do not bind its maker. */
static int open_place(const struct path *path, uint32_t flags, const struct cred *cred,
        bool checked, struct file **file)
{
	struct inode *inode = path->dentry->inode;
	int err = checked ? 0 : may_open(inode, flags, cred);

	if (!err && !cred_is_root(cred) && needs_root(inode))
		err = -EPERM;
	if (!err)
		err = file_alloc(path, inode->fops, flags, file);
	if (err || !S_ISREG(inode->mode))
		return err;
	if ((*file)->mode & FMODE_WRITE)
		drop_setuid(inode, cred);
	if ((flags & O_TRUNC) && inode->ops->truncate)
		err = truncate_opened(inode);
	if (err)
		file_put(*file);
	return err;
}

/* Makes the file that is missing in the directory at w->cur, under its lock; *d is its name. */
static int create_locked(struct walk *w, uint32_t mode, struct dentry **d)
{
	struct dentry *dir = w->cur.dentry;
	int err = new_name_locked(dir, w->last, w->last_len, w->at->cred, d);

	if (err) /* what open(2) says where mkdir(2) says EPERM */
		return err == -EPERM ? -EACCES : err;
	mode = S_IFREG | (mode & 07777 & ~w->at->fs->umask);
	err = dir->inode->ops->mknod(dir->inode, *d, mode, 0, w->at->cred);
	if (err)
		dentry_put(*d);
	else
		dentry_link_locked(dir->inode, *d);
	return err;
}

/* Finds or makes the last component. *made says which. */
static int find_or_create(
        struct walk *w, uint32_t flags, uint32_t mode, struct dentry **d, bool *made)
{
	struct inode *dir = w->cur.dentry->inode;
	int err;

	if (w->type != LAST_NORMAL)
		return flags & O_EXCL ? -EEXIST : -EISDIR;
	if (w->slashes)
		return -EISDIR;
	mutex_lock(&dir->lock);
	err = lookup_locked(w->cur.dentry, w->last, w->last_len, d);
	*made = err == -ENOENT;
	if (*made) {
		err = create_locked(w, mode, d);
	} else if (!err && (flags & O_EXCL)) {
		dentry_put(*d);
		err = -EEXIST;
	}
	mutex_unlock(&dir->lock);
	return err;
}

/* Walks to the file, making it at the end; on success w->cur is its place. */
static int walk_create(struct walk *w, uint32_t flags, uint32_t mode, bool *made)
{
	struct dentry *d;
	int err;

	*made = false;
	while (w->type != LAST_NONE) {
		err = find_or_create(w, flags, mode, &d, made);
		if (err)
			return err;
		if (*made || !S_ISLNK(d->inode->mode) || (flags & O_NOFOLLOW)) {
			dentry_put(w->cur.dentry);
			w->cur.dentry = d;
			path_cross_mounts(&w->cur);
			return 0;
		}
		err = walk_follow(w, d->inode);
		dentry_put(d);
		if (!err)
			err = walk_to_parent(w);
		if (err)
			return err;
	}
	return flags & O_EXCL ? -EEXIST : 0; /* the root */
}

static int open_create(const struct vfs_at *at, const char *name, uint32_t flags, uint32_t mode,
        struct file **file)
{
	struct walk w;
	bool made;
	int err;

	err = walk_begin_parent(&w, at, name);
	if (err)
		return err;
	err = walk_create(&w, flags, mode, &made);
	if (!err)
		err = open_place(&w.cur, made ? flags & ~O_TRUNC : flags, at->cred, made, file);
	walk_end(&w);
	return err;
}

int vfs_open_flags(uint32_t flags)
{
	static const uint32_t both = O_DIRECTORY | O_CREAT;

	if (flags & O_PATH)
		return 0;
	if ((flags & both) == both)
		return -EINVAL;
	/* With O_DIRECTORY, so that kernels from before it refuse to open a directory for writing. */
	if ((flags & __O_TMPFILE) && (!(flags & O_DIRECTORY) || !(flags & O_ACCMODE)))
		return -EINVAL;
	return 0;
}

int vfs_open(const struct vfs_at *at, const char *name, uint32_t flags, uint32_t mode,
        struct file **file)
{
	unsigned int lookup = flags & O_NOFOLLOW ? 0 : LOOKUP_FOLLOW;
	struct path path;
	int err;

	if (flags & O_PATH)
		flags &= O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	err = vfs_open_flags(flags);
	if (err)
		return err;
	if (flags & O_CREAT)
		return open_create(at, name, flags, mode, file);
	if (flags & O_DIRECTORY)
		lookup |= LOOKUP_DIRECTORY;
	err = path_lookup(at, name, lookup, &path);
	if (err)
		return err;
	if (flags & O_PATH)
		err = file_alloc(&path, &path_fops, flags, file);
	else if (flags & __O_TMPFILE)
		err = open_tmpfile(&path, flags, mode & ~at->fs->umask, at->cred, file);
	else
		err = open_place(&path, flags, at->cred, false, file);
	path_put(&path);
	return err;
}

int vfs_open_exec(const struct vfs_at *at, const char *name, struct file **file)
{
	struct path path;
	int err = path_lookup(at, name, LOOKUP_FOLLOW, &path);

	if (err)
		return err;
	if (!S_ISREG(path.dentry->inode->mode))
		err = -EACCES;
	if (!err)
		err = inode_permission(path.dentry->inode, at->cred, MAY_EXEC);
	if (!err)
		err = file_alloc(&path, path.dentry->inode->fops, OPEN_EXEC, file);
	path_put(&path);
	return err;
}
