/* SPDX-License-Identifier: MIT */
/*
 * /proc: the root directory, with what was registered and a directory for each process.
 */
#include <fs/memfile.h>
#include <lib/errno.h>
#include <lib/printf.h>
#include <lib/printk.h>
#include "proc.h"

static struct gen_tree tree = GEN_TREE_INIT(tree, 0555);

static const struct proc_pid_ops *pids;

int proc_register(const struct proc_entry *entries, unsigned int n)
{
	return gen_register(&tree, entries, n);
}

void proc_register_pids(const struct proc_pid_ops *ops)
{
	pids = ops;
}

const struct proc_pid_ops *proc_pids(void)
{
	return pids;
}

/* "self" leads to the process that looks. */
static ssize_t self_readlink(struct inode *inode, char *buf, size_t size)
{
	char text[12];

	(void)inode;
	if (!pids)
		return -ENOENT;
	snprintf(text, sizeof(text), "%d", pids->self());
	return link_text(text, buf, size);
}

static const struct inode_operations self_iops = {.readlink = self_readlink};

static int dir_lookup(struct inode *dir, struct dentry *d);

static int dir_readdir(struct file *file, struct dir_sink *sink)
{
	gen_emit(&tree, file->inode->private, file, sink);
	return 0;
}

static const struct inode_operations dir_iops = {.lookup = dir_lookup};
static const struct file_operations dir_fops = {
        .readdir = dir_readdir,
        .lseek = dir_lseek,
        .fsync = memfile_fsync,
};

static int dir_lookup(struct inode *dir, struct dentry *d)
{
	struct gen_node *node = gen_find(&tree, dir->private, d->name, d->len);

	if (!node)
		return -ENOENT;
	d->inode = gen_inode(dir->sb, node, &dir_iops, &dir_fops);
	return d->inode ? 0 : -ENOMEM;
}

static int root_lookup(struct inode *dir, struct dentry *d)
{
	int err = dir_lookup(dir, d);

	return err == -ENOENT ? proc_pid_lookup(dir, d) : err;
}

static int root_readdir(struct file *file, struct dir_sink *sink)
{
	if (file->pos < FIRST_PID) {
		if (!gen_emit(&tree, &tree.root, file, sink))
			return 0;
		file->pos = FIRST_PID;
	}
	return proc_pid_readdir(file, sink);
}

static const struct inode_operations root_iops = {.lookup = root_lookup};
static const struct file_operations root_fops = {
        .readdir = root_readdir,
        .lseek = dir_lseek,
        .fsync = memfile_fsync,
};

/* The files of a process have something to free; those of the tree point into it. */
static void procfs_evict(struct inode *inode)
{
	if (inode->ino >= FIRST_PID_INO)
		proc_pid_evict(inode);
}

static const struct super_operations procfs_sops = {.evict = procfs_evict};

static int procfs_mount(struct fs_type *type, const char *data, struct super_block **out)
{
	struct super_block *sb;

	if (data && *data)
		return -EINVAL;
	sb = super_alloc(type, &procfs_sops, PROC_SUPER_MAGIC, false);
	if (!sb)
		return -ENOMEM;
	*out = sb;
	return gen_set_root(sb, gen_inode(sb, &tree.root, &root_iops, &root_fops));
}

static struct fs_type procfs_type = {.name = "proc", .mount = procfs_mount};

static const struct proc_entry builtin[] = {
        {.name = "filesystems", .mode = 0444, .show = proc_show_filesystems},
        {.name = "mounts", .mode = 0777, .target = "self/mounts"},
};

void procfs_init(void)
{
	if (gen_add_link(&tree, "self", &self_iops) ||
	        gen_register(&tree, builtin, sizeof(builtin) / sizeof(builtin[0])))
		panic("no memory for /proc");
	fs_register(&procfs_type);
}
