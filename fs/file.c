/* SPDX-License-Identifier: MIT */
/*
 * Open files: making and counting them.
 */
#include <fs/dentry.h>
#include <fs/file.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>
#include <string.h>
#include "open.h"

static struct kmem_cache file_cache = KMEM_CACHE_INIT(file_cache, "file", sizeof(struct file), 8);

/* What open() is told once and F_GETFL does not report. */
#define OPEN_ONLY (O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC | OPEN_EXEC)

static uint32_t mode_of(uint32_t flags, uint32_t type)
{
	static const uint8_t access[] = {FMODE_READ, FMODE_WRITE, FMODE_READ | FMODE_WRITE, 0};
	uint32_t mode = access[flags & O_ACCMODE];

	if (flags & OPEN_EXEC)
		return FMODE_READ | FMODE_EXEC | FMODE_ATOMIC;
	if (flags & O_PATH)
		return FMODE_PATH;
	if (S_ISREG(type) || S_ISDIR(type))
		mode |= FMODE_ATOMIC;
	return mode;
}

/* Writers and programs that run keep each other off a regular file. */
static int claim(struct file *file)
{
	if (!S_ISREG(file->inode->mode))
		return 0;
	if (file->mode & FMODE_EXEC)
		return inode_claim(file->inode, -1);
	return file->mode & FMODE_WRITE ? inode_claim(file->inode, 1) : 0;
}

static void unclaim(struct file *file)
{
	if (!S_ISREG(file->inode->mode))
		return;
	if (file->mode & FMODE_EXEC)
		inode_unclaim(file->inode, -1);
	else if (file->mode & FMODE_WRITE)
		inode_unclaim(file->inode, 1);
}

int file_alloc(const struct path *path, const struct file_operations *ops, uint32_t flags,
        struct file **out)
{
	struct inode *inode = path->dentry->inode;
	struct file *file = kmem_cache_alloc(&file_cache);
	int err = 0;

	if (!file)
		return -ENOMEM;
	memset(file, 0, sizeof(*file));
	file->refcount = 1;
	file->mode = mode_of(flags, inode->mode);
	file->flags = flags & ~OPEN_ONLY;
	file->ops = ops;
	file->inode = inode;
	file->path = *path;
	mutex_init(&file->pos_lock);
	path_get(path);
	err = claim(file);
	if (!err && ops->open) {
		err = ops->open(inode, file);
		if (err)
			unclaim(file);
	}
	if (err) {
		path_put(path);
		kmem_cache_free(&file_cache, file);
		return err;
	}
	*out = file;
	return 0;
}

int file_alloc_anon(struct inode *inode, const char *name, const struct file_operations *ops,
        uint32_t flags, struct file **file)
{
	struct path path = {NULL, dentry_alloc(NULL, name, strlen(name))};
	int err;

	if (!path.dentry) {
		inode_put(inode);
		return -ENOMEM;
	}
	path.dentry->inode = inode;
	err = file_alloc(&path, ops, flags, file);
	dentry_put(path.dentry);
	return err;
}

void file_put(struct file *file)
{
	if (__atomic_sub_fetch(&file->refcount, 1, __ATOMIC_ACQ_REL))
		return;
	if (file->ops->release)
		file->ops->release(file);
	unclaim(file);
	path_put(&file->path);
	kmem_cache_free(&file_cache, file);
}
