/* SPDX-License-Identifier: MIT */
/*
 * tmpfs: files whose only place is the page cache, and names whose only place is the dentry tree.
 * It is the root file system, and lies under /dev.
 */
#include <arm/page_ops.h>
#include <fs/dentry.h>
#include <fs/memfile.h>
#include <fs/tmpfs.h>
#include <lib/errno.h>
#include <mm/commit.h>
#include <mm/kmalloc.h>
#include <string.h>
#include "open.h"

/* Per instance. */
struct tmpfs {
	uint32_t max_pages;
	uint32_t used_pages; /* atomic */
};

/* Takes one page from what the instance may use, and from what may be promised at all. */
static int charge(struct tmpfs *fs)
{
	uint32_t used = __atomic_load_n(&fs->used_pages, __ATOMIC_RELAXED);

	if (commit_charge(NULL, 1))
		return -ENOSPC;
	do {
		if (used >= fs->max_pages) {
			commit_uncharge(1);
			return -ENOSPC;
		}
	} while (!__atomic_compare_exchange_n(
	        &fs->used_pages, &used, used + 1, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
	return 0;
}

static struct inode *inode_of(struct address_space *as)
{
	return (struct inode *)((char *)as - offsetof(struct inode, mapping));
}

/* Accounts for a new page of the file. The page cache holds as->lock. */
static int add_page(struct address_space *as, struct page *page)
{
	struct inode *inode = inode_of(as);
	int err;

	(void)page;
	/* Reclaim takes pages of holes, which come back as zeros: they were paid for. */
	if (inode->charged != as->nrpages)
		return 0;
	err = charge(inode->sb->private);
	if (!err)
		inode->charged++;
	return err;
}

/* A page that the file did not have before: zeros. */
static int tmpfs_readpage(struct address_space *as, struct page *page)
{
	int err = add_page(as, page);

	if (!err)
		memset(page_address(page), 0, PAGE_SIZE);
	return err;
}

static void give_back(struct inode *inode, uint32_t pages)
{
	struct tmpfs *fs = inode->sb->private;

	__atomic_fetch_sub(&fs->used_pages, pages, __ATOMIC_RELAXED);
	commit_uncharge(pages);
}

static void tmpfs_punched(struct address_space *as, uint32_t pages)
{
	inode_of(as)->charged -= pages;
	give_back(inode_of(as), pages);
}

static const struct address_space_ops tmpfs_aops = {
        .readpage = tmpfs_readpage, .punched = tmpfs_punched};

/* For pages that tmpfs_fill() writes from end to end. */
static const struct address_space_ops fill_aops = {.readpage = add_page};

/* Gives back the charge for pages that left the page cache. */
static void uncharge(struct inode *inode)
{
	struct address_space *as = &inode->mapping;
	uint32_t freed;

	mutex_lock(&as->lock);
	freed = inode->charged - as->nrpages;
	inode->charged = as->nrpages;
	mutex_unlock(&as->lock);
	give_back(inode, freed);
}

static int tmpfs_truncate(struct inode *inode, loff_t size)
{
	pagecache_truncate(&inode->mapping, size);
	uncharge(inode);
	return 0;
}

int tmpfs_fill(struct inode *inode, const void *data, size_t size)
{
	struct address_space *as = &inode->mapping;
	size_t done = 0;
	int err = 0;

	while (done < size) {
		size_t n = size - done < PAGE_SIZE ? size - done : PAGE_SIZE;
		struct page *page;

		as->ops = n == PAGE_SIZE ? &fill_aops : &tmpfs_aops;
		page = pagecache_get(as, done >> PAGE_SHIFT, &err);
		if (!page)
			break;
		if (n == PAGE_SIZE && !((uintptr_t)data & 3))
			page_copy(page_address(page), (const char *)data + done);
		else
			memcpy(page_address(page), (const char *)data + done, n);
		pagecache_dirtied(page);
		page_put(page);
		done += n;
	}
	as->ops = &tmpfs_aops;
	as->size = done;
	return done < size ? err : 0;
}

/*
 * Room for these pages, which are zeros: at first as clean ones, which reclaim takes for what they are, holes;
 * with `keep` as dirty ones, which stay. The inode is locked.
 */
static int add_pages(struct address_space *as, uint32_t first, uint32_t end, bool keep)
{
	for (uint32_t i = first; i < end; i++) {
		int err;
		struct page *page = pagecache_get(as, i, &err);

		if (!page)
			return err;
		if (keep)
			pagecache_dirtied(page);
		page_put(page);
	}
	return 0;
}

/* Undoes add_pages(), as far as the pages were not to be kept. */
static void drop_clean(struct inode *inode, uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end; i++) {
		struct page *page = pagecache_find(&inode->mapping, i);

		if (!page)
			continue;
		page_put(page);
		pagecache_drop(page); /* looks again at whose it is */
	}
	uncharge(inode);
}

/* Zeroes bytes of one page. */
static void zero_part(struct address_space *as, loff_t offset, size_t n)
{
	struct page *page = n ? pagecache_find(as, offset >> PAGE_SHIFT) : NULL;

	if (!page)
		return;
	memset((char *)page_address(page) + PAGE_OFFSET((uint32_t)offset), 0, n);
	pagecache_dirtied(page);
	page_put(page);
}

static void punch(struct address_space *as, loff_t offset, loff_t end)
{
	uint32_t first = (offset + PAGE_SIZE - 1) >> PAGE_SHIFT, last = end >> PAGE_SHIFT;

	if (first > last) { /* within a page */
		zero_part(as, offset, end - offset);
		return;
	}
	zero_part(as, offset, ((loff_t)first << PAGE_SHIFT) - offset);
	zero_part(as, (loff_t)last << PAGE_SHIFT, PAGE_OFFSET((uint32_t)end));
	pagecache_punch(as, first, last);
}

static int tmpfs_fallocate(struct inode *inode, bool hole, loff_t offset, loff_t length)
{
	struct address_space *as = &inode->mapping;
	uint32_t first = offset >> PAGE_SHIFT;
	uint32_t end = (offset + length + PAGE_SIZE - 1) >> PAGE_SHIFT;
	const struct tmpfs *fs = inode->sb->private;
	int err;

	if (hole) {
		punch(as, offset, offset + length);
		return 0;
	}
	if (end - first > fs->max_pages) /* do not push out everything else first */
		return -ENOSPC;
	err = add_pages(as, first, end, false);
	if (!err)
		err = add_pages(as, first, end, true);
	if (err)
		drop_clean(inode, first, end);
	return err;
}

static const struct inode_operations file_iops = {
        .truncate = tmpfs_truncate, .fallocate = tmpfs_fallocate};

static const struct inode_operations special_iops;

static const struct file_operations file_fops = {
        .read = memfile_read,
        .write = memfile_write,
        .lseek = memfile_lseek,
        .fsync = memfile_fsync,
        .mapping = memfile_mapping,
};

static ssize_t tmpfs_readlink(struct inode *inode, char *buf, size_t size)
{
	return link_text(inode->target, buf, size);
}

static const struct inode_operations symlink_iops = {.readlink = tmpfs_readlink};

/* In a setgid directory new files get its group, and new directories the bit too (inode(7)). */
static void inherit_group(const struct inode *dir, struct inode *inode)
{
	if (!(dir->mode & S_ISGID))
		return;
	inode->gid = dir->gid;
	if (S_ISDIR(inode->mode))
		inode->mode |= S_ISGID;
}

static void set_ops(struct inode *inode, const struct inode_operations *dir_iops)
{
	if (S_ISDIR(inode->mode)) {
		inode->ops = dir_iops;
		inode->fops = &memdir_fops;
	} else if (S_ISREG(inode->mode)) {
		inode->ops = &file_iops;
		inode->fops = &file_fops;
		address_space_init(&inode->mapping, &tmpfs_aops);
	} else {
		inode->ops = &special_iops;
		inode->fops = special_fops(inode->mode);
	}
}

/* Gives d an inode of any kind but symlink. */
static int make_inode(struct inode *dir, struct dentry *d, uint32_t mode, const struct cred *cred)
{
	struct inode *inode = inode_alloc(dir->sb, mode, cred);

	if (!inode)
		return -ENOMEM;
	inherit_group(dir, inode);
	set_ops(inode, &tmpfs_dir_iops);
	d->inode = inode;
	return 0;
}

static int tmpfs_tmpfile(
        struct inode *dir, struct dentry *d, uint32_t mode, const struct cred *cred)
{
	int err = make_inode(dir, d, mode, cred);

	if (!err)
		d->inode->nlink = 0;
	return err;
}

int tmpfs_mknod(
        struct inode *dir, struct dentry *d, uint32_t mode, uint32_t rdev, const struct cred *cred)
{
	int err = make_inode(dir, d, mode, cred);

	if (err)
		return err;
	d->inode->rdev = rdev;
	if (S_ISDIR(mode))
		inode_add_nlink(dir, 1);
	inode_touch(dir, TOUCH_MTIME | TOUCH_CTIME);
	return 0;
}

int tmpfs_symlink(struct inode *dir, struct dentry *d, const char *target, const struct cred *cred)
{
	struct inode *inode;
	char *copy = kstrdup(target);

	if (!copy)
		return -ENOMEM;
	inode = inode_alloc(dir->sb, S_IFLNK | 0777, cred);
	if (!inode) {
		kfree(copy);
		return -ENOMEM;
	}
	inode->target = copy;
	inode->ops = &symlink_iops;
	inode->fops = special_fops(0);
	inherit_group(dir, inode);
	d->inode = inode;
	inode_touch(dir, TOUCH_MTIME | TOUCH_CTIME);
	return 0;
}

const struct inode_operations tmpfs_dir_iops = {
        .mknod = tmpfs_mknod,
        .tmpfile = tmpfs_tmpfile,
        .symlink = tmpfs_symlink,
        .link = memdir_link,
        .unlink = memdir_unlink,
        .rename = memdir_rename,
};

static void tmpfs_evict(struct inode *inode)
{
	if (S_ISREG(inode->mode)) {
		pagecache_destroy(&inode->mapping);
		uncharge(inode);
	} else if (S_ISLNK(inode->mode)) {
		kfree(inode->target);
	}
}

static void tmpfs_statfs(struct super_block *sb, struct statfs64 *st)
{
	struct tmpfs *fs = sb->private;

	st->f_blocks = fs->max_pages;
	st->f_bfree = fs->max_pages - __atomic_load_n(&fs->used_pages, __ATOMIC_RELAXED);
	st->f_bavail = st->f_bfree;
}

static void tmpfs_kill(struct super_block *sb)
{
	kfree(sb->private);
}

static const struct super_operations tmpfs_sops = {
        .evict = tmpfs_evict,
        .statfs = tmpfs_statfs,
        .kill = tmpfs_kill,
};

/* The root directory of an instance. */
static int make_root(struct super_block *sb, const struct inode_operations *dir_iops, uint32_t mode)
{
	struct dentry *root = dentry_alloc(NULL, "", 0);

	if (!root)
		return -ENOMEM;
	root->inode = inode_alloc(sb, S_IFDIR | mode, &root_cred);
	if (!root->inode) {
		dentry_put(root);
		return -ENOMEM;
	}
	set_ops(root->inode, dir_iops);
	sb->root = root;
	return 0;
}

int tmpfs_make(const struct fs_type *type, const struct inode_operations *root_iops,
        const struct tmpfs_options *opt, struct super_block **out)
{
	struct super_block *sb = super_alloc(type, &tmpfs_sops, TMPFS_MAGIC, true);
	struct tmpfs *fs;
	int err;

	if (!sb)
		return -ENOMEM;
	fs = kzalloc(sizeof(*fs));
	sb->private = fs;
	err = fs ? make_root(sb, root_iops, opt->mode) : -ENOMEM;
	if (err) {
		super_free(sb);
		return err;
	}
	fs->max_pages = opt->max_pages;
	*out = sb;
	return 0;
}
