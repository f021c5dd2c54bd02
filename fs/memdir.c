/* SPDX-License-Identifier: MIT */
/*
 * Directories in memory: listing them, and the counts that go with their names.
 */
#include <fs/memfile.h>
#include <lib/abi/dirent.h>
#include <lib/errno.h>

/* Positions: 0 is ".", 1 is "..", then 2 + cookie. */
#define FIRST_NAME 2

static unsigned int dirent_type(const struct inode *inode)
{
	/* DT_* are the four S_IFMT bits (include/linux/fs_types.h). */
	return (inode->mode & S_IFMT) >> 12;
}

bool dir_emit_dots(struct file *file, struct dir_sink *sink)
{
	struct dentry *parent;
	uint32_t ino;

	if (file->pos == 0) {
		if (!sink->emit(sink, ".", 1, file->inode->ino, DT_DIR, 1))
			return false;
		file->pos = 1;
	}
	if (file->pos == 1) {
		parent = dentry_parent(file->path.dentry);
		ino = parent->inode->ino;
		dentry_put(parent);
		if (!sink->emit(sink, "..", 2, ino, DT_DIR, FIRST_NAME))
			return false;
		file->pos = FIRST_NAME;
	}
	return true;
}

/* Under the directory's lock, which keeps the names as they are. */
static void emit_names_locked(struct file *file, struct dir_sink *sink)
{
	struct dentry *d;

	TAILQ_FOREACH (d, &file->inode->list, list_link) {
		loff_t pos = FIRST_NAME + (loff_t)d->cookie;

		if (pos < file->pos)
			continue;
		if (!sink->emit(
		            sink, d->name, d->len, d->inode->ino, dirent_type(d->inode), pos + 1))
			return;
		file->pos = pos + 1;
	}
}

static int memdir_readdir(struct file *file, struct dir_sink *sink)
{
	struct inode *dir = file->inode;
	int err = 0;

	if (!dir_emit_dots(file, sink))
		return 0;
	mutex_lock(&dir->lock);
	if (dir->ops->populate)
		err = dir->ops->populate(file->path.dentry);
	if (!err)
		emit_names_locked(file, sink);
	mutex_unlock(&dir->lock);
	return err;
}

loff_t dir_lseek(struct file *file, loff_t offset, int whence)
{
	if (whence == SEEK_CUR)
		offset += file->pos;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (offset < 0)
		return -EINVAL;
	file->pos = offset;
	return offset;
}

const struct file_operations memdir_fops = {
        .readdir = memdir_readdir,
        .lseek = dir_lseek,
        .fsync = memfile_fsync,
};

int memdir_link(struct inode *dir, struct dentry *d, struct inode *inode)
{
	inode_get(inode);
	d->inode = inode;
	inode_add_nlink(inode, 1);
	inode_touch(dir, TOUCH_MTIME | TOUCH_CTIME);
	return 0;
}

/*
 * A directory has two names of its own, "." in it and the one above, and counts as ".." to its
 * parent.
 */
static void drop_name(struct inode *dir, struct inode *inode)
{
	if (S_ISDIR(inode->mode)) {
		inode_add_nlink(dir, -1);
		inode_add_nlink(inode, -2);
	} else {
		inode_add_nlink(inode, -1);
	}
}

int memdir_unlink(struct inode *dir, struct dentry *d)
{
	drop_name(dir, d->inode);
	inode_touch(dir, TOUCH_MTIME | TOUCH_CTIME);
	return 0;
}

int memdir_rename(
        struct inode *old_dir, struct dentry *d, struct inode *new_dir, struct dentry *victim)
{
	if (victim)
		drop_name(new_dir, victim->inode);
	if (S_ISDIR(d->inode->mode) && old_dir != new_dir) {
		inode_add_nlink(old_dir, -1);
		inode_add_nlink(new_dir, 1);
	}
	inode_touch(old_dir, TOUCH_MTIME | TOUCH_CTIME);
	inode_touch(new_dir, TOUCH_MTIME | TOUCH_CTIME);
	inode_touch(d->inode, TOUCH_CTIME);
	return 0;
}
