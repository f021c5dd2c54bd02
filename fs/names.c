/* SPDX-License-Identifier: MIT */
/*
 * Making and removing names: mkdir, mknod, symlink, link, unlink, rmdir.
 */
#include <fs/vfs.h>
#include <lib/errno.h>
#include <string.h>
#include "names.h"

/*
 * Walks to the directory for a new name, locks it, and makes a dentry for it. create_end() must
 * follow where this returns 0.
 */
static int create_begin(struct walk *w, const struct vfs_at *at, const char *name, bool directory,
        struct dentry **d)
{
	struct dentry *dir;
	int err = walk_begin_parent(w, at, name);

	if (err)
		return err;
	dir = w->cur.dentry;
	mutex_lock(&dir->inode->lock);
	err = w->type == LAST_NORMAL ? lookup_locked(dir, w->last, w->last_len, d) : 0;
	if (!err) {
		if (w->type == LAST_NORMAL)
			dentry_put(*d);
		err = -EEXIST;
	} else if (err == -ENOENT && (directory || !w->slashes)) {
		err = new_name_locked(dir, w->last, w->last_len, at->cred, d);
	}
	if (err) {
		mutex_unlock(&dir->inode->lock);
		walk_end(w);
	}
	return err;
}

/* Enters d into its directory if the file system's operation went well. */
static int create_end(struct walk *w, struct dentry *d, int err)
{
	if (!err)
		dentry_link_locked(w->cur.dentry->inode, d);
	mutex_unlock(&w->cur.dentry->inode->lock);
	dentry_put(d);
	walk_end(w);
	return err;
}

int new_name_locked(struct dentry *dir, const char *name, size_t len, const struct cred *cred,
        struct dentry **d)
{
	int err;

	if (!dir->inode->nlink)
		return -ENOENT;
	err = inode_permission(dir->inode, cred, MAY_WRITE | MAY_EXEC);
	if (err)
		return err;
	if (!dir->inode->ops->mknod)
		return -EPERM;
	*d = dentry_alloc(dir, name, len);
	return *d ? 0 : -ENOMEM;
}

static int make_node(const struct vfs_at *at, const char *name, uint32_t mode, uint32_t rdev)
{
	struct walk w;
	struct dentry *d;
	struct inode *dir;
	int err = create_begin(&w, at, name, S_ISDIR(mode), &d);

	if (err)
		return err;
	dir = w.cur.dentry->inode;
	if ((S_ISCHR(mode) || S_ISBLK(mode)) && !cred_is_root(at->cred))
		err = -EPERM;
	else
		err = dir->ops->mknod(dir, d, mode & ~at->fs->umask, rdev, at->cred);
	return create_end(&w, d, err);
}

int vfs_mkdir(const struct vfs_at *at, const char *name, uint32_t mode)
{
	return make_node(at, name, S_IFDIR | (mode & 01777), 0);
}

int vfs_mknod(const struct vfs_at *at, const char *name, uint32_t mode, uint32_t rdev)
{
	switch (mode & S_IFMT) {
	case 0:
	case S_IFREG:
	case S_IFIFO:
	case S_IFSOCK:
		rdev = 0;
		break;
	case S_IFCHR:
	case S_IFBLK:
		break;
	case S_IFDIR:
		return -EPERM;
	default:
		return -EINVAL;
	}
	if (!(mode & S_IFMT))
		mode |= S_IFREG;
	return make_node(at, name, mode & (S_IFMT | 07777), rdev);
}

int vfs_symlink(const struct vfs_at *at, const char *target, const char *name)
{
	struct walk w;
	struct dentry *d;
	struct inode *dir;
	int err;

	if (!*target)
		return -ENOENT;
	if (strnlen(target, PATH_MAX) == PATH_MAX)
		return -ENAMETOOLONG;
	err = create_begin(&w, at, name, false, &d);
	if (err)
		return err;
	dir = w.cur.dentry->inode;
	err = dir->ops->symlink ? dir->ops->symlink(dir, d, target, at->cred) : -EPERM;
	return create_end(&w, d, err);
}

/*
 * Under the lock of the new name's directory. The file's own lock: its last name may be going now.
 */
static int link_locked(struct inode *dir, struct dentry *d, struct inode *inode)
{
	/* Removed, but still open: it gets no name again, unless it never had one. */
	int err = -ENOENT;

	if (dir->sb != inode->sb)
		return -EXDEV;
	if (S_ISDIR(inode->mode) || !dir->ops->link)
		return -EPERM;
	mutex_lock(&inode->lock);
	if (inode->nlink || inode->may_get_name)
		err = dir->ops->link(dir, d, inode);
	if (!err)
		inode->may_get_name = false;
	mutex_unlock(&inode->lock);
	return err;
}

int vfs_link(const struct vfs_at *old_at, const char *old_name, const struct vfs_at *new_at,
        const char *new_name, unsigned int flags)
{
	unsigned int lookup = flags & AT_SYMLINK_FOLLOW ? LOOKUP_FOLLOW : 0;
	struct walk w;
	struct path old;
	struct dentry *d;
	int err;

	if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
		return -EINVAL;
	/* linkat(2): any open file could get a name; Linux asks for a capability, also if there is one. */
	if (flags & AT_EMPTY_PATH)
		lookup |= LOOKUP_EMPTY;
	if ((flags & AT_EMPTY_PATH) && !cred_is_root(old_at->cred))
		return -ENOENT;
	err = path_lookup(old_at, old_name, lookup, &old);
	if (err)
		return err;
	err = create_begin(&w, new_at, new_name, false, &d);
	if (!err) {
		err = link_locked(w.cur.dentry->inode, d, old.dentry->inode);
		err = create_end(&w, d, err);
	}
	path_put(&old);
	return err;
}

int may_remove_locked(struct inode *dir, const struct dentry *d, const struct cred *cred)
{
	int err = inode_permission(dir, cred, MAY_WRITE | MAY_EXEC);

	if (err)
		return err;
	/* A sticky directory, as /tmp: only owners take names out (inode(7)). */
	if ((dir->mode & S_ISVTX) && !cred_is_root(cred) && cred->euid != d->inode->uid &&
	        cred->euid != dir->uid)
		return -EPERM;
	if (!dir->ops->unlink)
		return -EPERM;
	return d->flags & DENTRY_MOUNTED ? -EBUSY : 0;
}

/* Removes d, which the caller found in dir, under dir's lock. */
static int unlink_locked(struct inode *dir, struct dentry *d)
{
	struct inode *inode = d->inode;
	int err;

	/* Its own lock: nothing is created in it, mounted on it or linked to it while it goes. */
	mutex_lock(&inode->lock);
	if (S_ISDIR(inode->mode) && !TAILQ_EMPTY(&inode->list))
		err = -ENOTEMPTY;
	else if (d->flags & DENTRY_MOUNTED)
		err = -EBUSY;
	else
		err = dir->ops->unlink(dir, d);
	mutex_unlock(&inode->lock);
	if (!err)
		dentry_unlink_locked(dir, d);
	return err;
}

/* What unlink and rmdir have in common, under the lock of the directory at w->cur. */
static int remove_locked(struct walk *w, bool directory)
{
	struct inode *dir = w->cur.dentry->inode;
	struct dentry *d;
	int err = lookup_locked(w->cur.dentry, w->last, w->last_len, &d);
	bool is_dir;

	if (err)
		return err;
	is_dir = S_ISDIR(d->inode->mode);
	/* Whoever writes a slash behind the name of a file is told that before they are told their rights. */
	err = !directory && w->slashes ? 0 : may_remove_locked(dir, d, w->at->cred);
	if (!err && directory && !is_dir)
		err = -ENOTDIR;
	else if (!err && !directory && (is_dir || w->slashes))
		err = is_dir ? -EISDIR : -ENOTDIR;
	if (!err)
		err = unlink_locked(dir, d);
	dentry_put(d);
	return err;
}

static int remove_name(
        const struct vfs_at *at, const char *name, bool directory, const int errors[])
{
	struct walk w;
	int err = walk_begin_parent(&w, at, name);

	if (err)
		return err;
	err = errors[w.type];
	if (!err) {
		mutex_lock(&w.cur.dentry->inode->lock);
		err = remove_locked(&w, directory);
		mutex_unlock(&w.cur.dentry->inode->lock);
	}
	walk_end(&w);
	return err;
}

int vfs_unlink(const struct vfs_at *at, const char *name)
{
	static const int errors[] = {
	        [LAST_DOT] = -EISDIR, [LAST_DOTDOT] = -EISDIR, [LAST_NONE] = -EISDIR};

	return remove_name(at, name, false, errors);
}

int vfs_rmdir(const struct vfs_at *at, const char *name)
{
	static const int errors[] = {
	        [LAST_DOT] = -EINVAL, [LAST_DOTDOT] = -ENOTEMPTY, [LAST_NONE] = -EBUSY};

	return remove_name(at, name, true, errors);
}
