/* SPDX-License-Identifier: MIT */
/*
 * initramfs: makes the files of a cpio archive in the root file system.
 *
 * As Linux does it (Documentation/filesystems/ramfs-rootfs-initramfs.rst): what is in the way is
 * replaced, parents must come before their children, and of several names of one file ("hard
 * links": equal inode and device numbers) the data stands with any one of them.
 */
#include <fs/dentry.h>
#include <fs/initramfs.h>
#include <fs/tmpfs.h>
#include <fs/vfs.h>
#include <lib/abi/time.h>
#include <lib/cpio.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <mm/kmalloc.h>
#include <string.h>
#include <sys/queue.h>

/* The first name of a file that has several. */
struct link_entry {
	uint32_t ino, dev_major, dev_minor;
	SLIST_ENTRY(link_entry) next;
	char name[];
};

SLIST_HEAD(link_list, link_entry);

/* Sets what the archive says about owner and time. The place is new, so nothing can fail. */
static void set_attributes(const struct path *path, const struct cpio_entry *e)
{
	struct inode *inode = path->dentry->inode;

	spin_lock(&inode->attr_lock);
	inode->uid = e->uid;
	inode->gid = e->gid;
	if (!S_ISLNK(inode->mode))
		inode->mode = (inode->mode & S_IFMT) | (e->mode & 07777);
	inode->mtime = (int64_t)e->mtime * NSEC_PER_SEC;
	spin_unlock(&inode->attr_lock);
}

static int fill(const struct path *path, const struct cpio_entry *e)
{
	struct inode *inode = path->dentry->inode;

	if (!e->size || inode->mapping.size)
		return 0;
	if (inode->sb->magic != TMPFS_MAGIC)
		return -EINVAL;
	return tmpfs_fill(inode, e->data, e->size);
}

/* After an entry was made: what else the archive says about it. */
static int finish(const struct vfs_at *at, const struct cpio_entry *e)
{
	struct path path;
	int err = path_lookup(at, e->name, 0, &path);

	if (err)
		return err;
	if (S_ISREG(e->mode))
		err = fill(&path, e);
	set_attributes(&path, e);
	path_put(&path);
	return err;
}

/* The name that the file of e got before, or NULL. */
static const char *first_name(const struct link_list *links, const struct cpio_entry *e)
{
	struct link_entry *link;

	SLIST_FOREACH (link, links, next) {
		if (link->ino == e->ino && link->dev_major == e->dev_major &&
		        link->dev_minor == e->dev_minor)
			return link->name;
	}
	return NULL;
}

static int remember_name(struct link_list *links, const struct cpio_entry *e)
{
	size_t size = strlen(e->name) + 1;
	struct link_entry *link = kmalloc(sizeof(*link) + size);

	if (!link)
		return -ENOMEM;
	link->ino = e->ino;
	link->dev_major = e->dev_major;
	link->dev_minor = e->dev_minor;
	memcpy(link->name, e->name, size);
	SLIST_INSERT_HEAD(links, link, next);
	return 0;
}

static int make_file(const struct vfs_at *at, const struct cpio_entry *e, struct link_list *links)
{
	const char *first = e->nlink > 1 ? first_name(links, e) : NULL;
	int err;

	if (first)
		return vfs_link(at, first, at, e->name, 0);
	err = vfs_mknod(at, e->name, S_IFREG, 0);
	if (!err && e->nlink > 1)
		err = remember_name(links, e);
	return err;
}

static int make_symlink(const struct vfs_at *at, const struct cpio_entry *e)
{
	char *target;
	int err;

	if (!e->size || e->size >= PATH_MAX)
		return -EINVAL;
	target = kmalloc(e->size + 1);
	if (!target)
		return -ENOMEM;
	memcpy(target, e->data, e->size);
	target[e->size] = '\0';
	err = vfs_symlink(at, target, e->name);
	kfree(target);
	return err;
}

static int make(const struct vfs_at *at, const struct cpio_entry *e, struct link_list *links)
{
	switch (e->mode & S_IFMT) {
	case S_IFDIR:
		return vfs_mkdir(at, e->name, e->mode);
	case S_IFREG:
		return make_file(at, e, links);
	case S_IFLNK:
		return make_symlink(at, e);
	case S_IFCHR:
	case S_IFBLK:
	case S_IFIFO:
	case S_IFSOCK:
		return vfs_mknod(at, e->name, e->mode, dev_make(e->rdev_major, e->rdev_minor));
	}
	return -EINVAL;
}

/* A name that is there already gives way; of two directories one is enough. */
static int replace(const struct vfs_at *at, const struct cpio_entry *e, struct link_list *links)
{
	struct path path;
	bool both_dirs;
	int err = path_lookup(at, e->name, 0, &path);

	if (err)
		return err;
	both_dirs = S_ISDIR(e->mode) && S_ISDIR(path.dentry->inode->mode);
	path_put(&path);
	if (both_dirs)
		return 0;
	err = vfs_unlink(at, e->name);
	if (err == -EISDIR)
		err = vfs_rmdir(at, e->name);
	return err ? err : make(at, e, links);
}

/* Out of memory ends the unpacking; another entry that can't be made is reported and left out. */
static int unpack_entry(const struct vfs_at *at, struct cpio_entry *e, struct link_list *links)
{
	int err;

	e->name += strspn(e->name, "/");
	if (!*e->name || !strcmp(e->name, "."))
		return 0;
	err = make(at, e, links);
	if (err == -EEXIST)
		err = replace(at, e, links);
	if (!err)
		err = finish(at, e);
	if (!err || err == -ENOMEM || err == -ENOSPC)
		return err;
	pr_err("initramfs: %s: error %d\n", e->name, -err);
	return 0;
}

static void free_links(struct link_list *links)
{
	struct link_entry *link;

	while ((link = SLIST_FIRST(links)) != NULL) {
		SLIST_REMOVE_HEAD(links, next);
		kfree(link);
	}
}

int initramfs_unpack(const struct vfs_at *at, const void *archive, size_t size)
{
	struct link_list links = SLIST_HEAD_INITIALIZER(links);
	struct cpio_entry e;
	struct cpio cpio;
	int ret;

	cpio_open(&cpio, archive, size);
	while ((ret = cpio_next(&cpio, &e)) > 0) {
		ret = unpack_entry(at, &e, &links);
		if (ret)
			break;
	}
	free_links(&links);
	if (ret == -ENOEXEC)
		pr_err("initramfs: compressed archives are not supported\n");
	else if (ret)
		pr_err("initramfs: stopped at byte %zu of %zu: error %d\n", cpio.pos, size, -ret);
	return ret;
}
