/* SPDX-License-Identifier: MIT */
/*
 * rename(): moves a name, in one step as others see it, replacing what had the new name.
 */
#include <fs/vfs.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>
#include <string.h>
#include "names.h"

/*
 * One rename between two directories at a time: while we look which of them lies above the other,
 * nobody changes that.
 */
static struct mutex rename_mutex = MUTEX_INIT(rename_mutex);

/* The two names of a rename: where they stand and what they are. */
struct rename {
	struct walk from, to;
	struct dentry *d;      /* what moves, with a reference */
	struct dentry *victim; /* what has the new name now, with a reference, or NULL */
	unsigned int flags;
};

/* Locks both directories: the upper one first, or else the one at the lower address. */
static void lock_both(struct dentry *a, struct dentry *b)
{
	struct inode *first = a->inode, *second = b->inode;

	if (a == b) {
		mutex_lock(&first->lock);
		return;
	}
	mutex_lock(&rename_mutex);
	if (dentry_is_above(b, a) || (!dentry_is_above(a, b) && (uintptr_t)b < (uintptr_t)a)) {
		first = b->inode;
		second = a->inode;
	}
	mutex_lock(&first->lock);
	mutex_lock(&second->lock);
}

static void unlock_both(struct dentry *a, struct dentry *b)
{
	mutex_unlock(&a->inode->lock);
	if (a == b)
		return;
	mutex_unlock(&b->inode->lock);
	mutex_unlock(&rename_mutex);
}

/* Finds both names. Only the old one must exist. */
static int lookup_both(struct rename *r)
{
	int err = lookup_locked(r->from.cur.dentry, r->from.last, r->from.last_len, &r->d);

	if (err)
		return err;
	err = lookup_locked(r->to.cur.dentry, r->to.last, r->to.last_len, &r->victim);
	return err == -ENOENT ? 0 : err;
}

/*
 * The shape of the two names allows it? In the order in which Linux looks (fs/namei.c,
 * do_renameat2).
 */
static int check_shape(const struct rename *r)
{
	if (r->victim && (r->flags & RENAME_NOREPLACE))
		return -EEXIST;
	if (!S_ISDIR(r->d->inode->mode) && (r->from.slashes || r->to.slashes))
		return -ENOTDIR;
	if (dentry_is_above(r->d, r->to.cur.dentry))
		return -EINVAL; /* a directory into itself */
	if (r->victim && dentry_is_above(r->victim, r->from.cur.dentry))
		return -ENOTEMPTY;
	return 0;
}

static int check_victim(const struct rename *r)
{
	bool directory = S_ISDIR(r->d->inode->mode);
	int err = may_remove_locked(r->to.cur.dentry->inode, r->victim, r->to.at->cred);

	if (err)
		return err;
	if (directory && !S_ISDIR(r->victim->inode->mode))
		return -ENOTDIR;
	if (!directory && S_ISDIR(r->victim->inode->mode))
		return -EISDIR;
	return 0;
}

/* May the caller do it? */
static int check_rights(const struct rename *r)
{
	struct inode *old_dir = r->from.cur.dentry->inode, *new_dir = r->to.cur.dentry->inode;
	const struct cred *cred = r->from.at->cred;
	int err = may_remove_locked(old_dir, r->d, cred);

	if (err)
		return err;
	if (r->victim)
		err = check_victim(r);
	else
		err = new_dir->nlink ? inode_permission(new_dir, cred, MAY_WRITE | MAY_EXEC)
		                     : -ENOENT;
	if (err)
		return err;
	if (!old_dir->ops->rename)
		return -EPERM;
	/* Its ".." changes, which is a write to it. */
	if (old_dir != new_dir && S_ISDIR(r->d->inode->mode))
		return inode_permission(r->d->inode, cred, MAY_WRITE);
	return 0;
}

/* Moves d to its new place. The victim's lock: it stays empty while it goes. */
static int replace_locked(struct rename *r, char *name)
{
	struct inode *old_dir = r->from.cur.dentry->inode, *new_dir = r->to.cur.dentry->inode;
	struct inode *victim = r->victim ? r->victim->inode : NULL;
	int err = 0;

	if (victim)
		mutex_lock(&victim->lock);
	if (victim && S_ISDIR(victim->mode) && !TAILQ_EMPTY(&victim->list))
		err = -ENOTEMPTY;
	if (!err && victim && (r->victim->flags & DENTRY_MOUNTED))
		err = -EBUSY;
	if (!err)
		err = old_dir->ops->rename(old_dir, r->d, new_dir, r->victim);
	if (victim)
		mutex_unlock(&victim->lock);
	if (err)
		return err;
	if (victim)
		dentry_unlink_locked(new_dir, r->victim);
	dentry_move_locked(old_dir, r->d, r->to.cur.dentry, name, r->to.last_len);
	return 0;
}

static int rename_locked(struct rename *r)
{
	char *name;
	int err = lookup_both(r);

	if (!err)
		err = check_shape(r);
	/* Two names of one file: POSIX wants nothing to happen. */
	if (!err && r->victim && r->victim->inode == r->d->inode)
		return 0;
	if (!err)
		err = check_rights(r);
	if (err)
		return err;
	name = kmalloc(r->to.last_len + 1);
	if (!name)
		return -ENOMEM;
	memcpy(name, r->to.last, r->to.last_len);
	name[r->to.last_len] = '\0';
	err = replace_locked(r, name);
	if (err)
		kfree(name);
	return err;
}

/* Both walks are done; what is left of the names must be proper ones in the same file system. */
static int rename_walked(struct rename *r)
{
	struct dentry *old_dir = r->from.cur.dentry, *new_dir = r->to.cur.dentry;
	int err;

	if (r->from.cur.mnt != r->to.cur.mnt)
		return -EXDEV;
	if (r->from.type != LAST_NORMAL)
		return -EBUSY;
	if (r->to.type != LAST_NORMAL)
		return r->flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
	lock_both(old_dir, new_dir);
	err = rename_locked(r);
	unlock_both(old_dir, new_dir);
	/* Putting the last reference to a file may take a while, so not under the locks. */
	if (r->d)
		dentry_put(r->d);
	if (r->victim)
		dentry_put(r->victim);
	return err;
}

int vfs_rename(const struct vfs_at *old_at, const char *old_name, const struct vfs_at *new_at,
        const char *new_name, unsigned int flags)
{
	struct rename r = {.flags = flags};
	int err;

	if (flags & ~RENAME_NOREPLACE)
		return -EINVAL;
	err = walk_begin_parent(&r.from, old_at, old_name);
	if (err)
		return err;
	err = walk_begin_parent(&r.to, new_at, new_name);
	if (!err) {
		err = rename_walked(&r);
		walk_end(&r.to);
	}
	walk_end(&r.from);
	return err;
}
