/* SPDX-License-Identifier: MIT */
/*
 * /sys: generated files, all of them registered.
 */
#include <fs/memfile.h>
#include <lib/errno.h>
#include "proc.h"

static struct gen_tree tree = GEN_TREE_INIT(tree, 0755);

int sysfs_register(const struct proc_entry *entries, unsigned int n)
{
	return gen_register(&tree, entries, n);
}

static int sysfs_readdir(struct file *file, struct dir_sink *sink)
{
	gen_emit(&tree, file->inode->private, file, sink);
	return 0;
}

static int sysfs_lookup(struct inode *dir, struct dentry *d);

static const struct inode_operations dir_iops = {.lookup = sysfs_lookup};
static const struct file_operations dir_fops = {
        .readdir = sysfs_readdir,
        .lseek = dir_lseek,
        .fsync = memfile_fsync,
};

static int sysfs_lookup(struct inode *dir, struct dentry *d)
{
	struct gen_node *node = gen_find(&tree, dir->private, d->name, d->len);

	if (!node)
		return -ENOENT;
	d->inode = gen_inode(dir->sb, node, &dir_iops, &dir_fops);
	return d->inode ? 0 : -ENOMEM;
}

static const struct super_operations sysfs_sops;

static int sysfs_mount(struct fs_type *type, const char *data, struct super_block **out)
{
	struct super_block *sb;

	if (data && *data)
		return -EINVAL;
	sb = super_alloc(type, &sysfs_sops, SYSFS_MAGIC, false);
	if (!sb)
		return -ENOMEM;
	*out = sb;
	return gen_set_root(sb, gen_inode(sb, &tree.root, &dir_iops, &dir_fops));
}

static struct fs_type sysfs_type = {.name = "sysfs", .mount = sysfs_mount};

void sysfs_init(void)
{
	fs_register(&sysfs_type);
}
