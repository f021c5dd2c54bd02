/* SPDX-License-Identifier: MIT */
/*
 * What stat, statfs, access and readlink report.
 */
#include <fs/dentry.h>
#include <fs/vfs.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>
#include <string.h>

static void stat_contents(struct inode *inode, struct kstat *st)
{
	if (S_ISREG(inode->mode) && inode->fops->mapping) {
		st->size = __atomic_load_n(&inode->mapping.size, __ATOMIC_RELAXED);
		st->blocks = (uint64_t)inode->mapping.nrpages * (PAGE_SIZE / 512);
	} else if (S_ISLNK(inode->mode) && inode->sb->cached) {
		/* Generated links lead elsewhere at each look, and report 0. */
		st->size = inode->ops->readlink(inode, NULL, 0);
	}
}

void vfs_stat(const struct path *path, struct kstat *st)
{
	struct inode *inode = path->dentry->inode;

	memset(st, 0, sizeof(*st));
	st->dev = inode->sb ? inode->sb->dev : 0;
	st->mnt_id = path->mnt ? path->mnt->id : 0;
	st->ino = inode->ino;
	st->rdev = inode->rdev;
	st->blksize = PAGE_SIZE;
	spin_lock(&inode->attr_lock);
	st->mode = inode->mode;
	st->nlink = inode->nlink;
	st->uid = inode->uid;
	st->gid = inode->gid;
	st->atime = inode->atime;
	st->mtime = inode->mtime;
	st->ctime = inode->ctime;
	spin_unlock(&inode->attr_lock);
	stat_contents(inode, st);
}

void vfs_statfs(const struct path *path, struct statfs64 *st)
{
	struct super_block *sb = path->dentry->inode->sb;

	memset(st, 0, sizeof(*st));
	st->f_type = sb ? sb->magic : PIPEFS_MAGIC;
	st->f_bsize = PAGE_SIZE;
	st->f_frsize = PAGE_SIZE;
	st->f_namelen = NAME_MAX;
	st->f_flags = ST_VALID;
	if (!sb)
		return;
	st->f_fsid[0] = sb->dev;
	if (sb->ops->statfs)
		sb->ops->statfs(sb, st);
}

int vfs_access(const struct vfs_at *at, const char *name, unsigned int mode, unsigned int flags)
{
	struct cred real = *at->cred;
	struct vfs_at from = {at->fs, &real, at->dir, at->err};
	unsigned int lookup = LOOKUP_FOLLOW;
	struct path path;
	int err;

	if ((mode & ~(R_OK | W_OK | X_OK)) ||
	        (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)))
		return -EINVAL;
	if (!(flags & AT_EACCESS)) {
		real.euid = real.uid;
		real.egid = real.gid;
	}
	if (flags & AT_SYMLINK_NOFOLLOW)
		lookup = 0;
	if (flags & AT_EMPTY_PATH)
		lookup |= LOOKUP_EMPTY;
	err = path_lookup(&from, name, lookup, &path);
	if (err)
		return err;
	/* R_OK, W_OK and X_OK have the values of MAY_READ, MAY_WRITE and MAY_EXEC. */
	err = inode_permission(path.dentry->inode, &real, mode);
	path_put(&path);
	return err;
}

/* A link that jumps has the name of the place it leads to as its text. */
static ssize_t jump_text(struct inode *link, char *buf, char **text)
{
	struct path to;
	int err = link->ops->jump(link, &to);

	if (err)
		return err;
	*text = path_name(&to, NULL, buf, PATH_MAX);
	path_put(&to);
	return *text ? buf + PATH_MAX - 1 - *text : -ENAMETOOLONG;
}

ssize_t vfs_readlink(const struct path *path, char __user *buf, size_t n)
{
	struct inode *link = path->dentry->inode;
	char *page, *text;
	ssize_t len;

	if (!S_ISLNK(link->mode) || !n)
		return -EINVAL;
	page = kmalloc(PATH_MAX);
	if (!page)
		return -ENOMEM;
	text = page;
	if (link->ops->jump)
		len = jump_text(link, page, &text);
	else
		len = link->ops->readlink(link, page, PATH_MAX);
	if (len > (ssize_t)n)
		len = n;
	if (len >= 0 && copy_to_user(buf, text, len))
		len = -EFAULT;
	kfree(page);
	return len;
}
