/* SPDX-License-Identifier: MIT */
/*
 * /proc/PID: the directory of one process. What stands in it is registered by the kernel, but for
 * fd and mounts.
 */
#include <fs/memfile.h>
#include <lib/abi/dirent.h>
#include <lib/errno.h>
#include <lib/printf.h>
#include <mm/kmalloc.h>
#include <string.h>
#include "proc.h"

enum {
	INO_DIR,
	INO_FD,
	INO_ENTRIES
};

/* Positions in the directory: "." and "..", fd, then the tables' entries. */
enum {
	POS_FD = 2,
	POS_ENTRIES
};

int proc_parse_number(const struct dentry *d)
{
	int value = 0;
	size_t i;

	if (!d->len || d->len > 9 || (d->name[0] == '0' && d->len > 1))
		return -1;
	for (i = 0; i < d->len; i++) {
		if (d->name[i] < '0' || d->name[i] > '9')
			return -1;
		value = value * 10 + (d->name[i] - '0');
	}
	return value;
}

/* The process of `like` with a reference, if it is still the same. */
static void *get_process(const struct pid_node *like)
{
	const struct proc_pid_ops *ops = proc_pids();
	void *proc = ops->get(like->pid);

	if (proc && like->proc && proc != like->proc) {
		ops->put(proc);
		proc = NULL;
	}
	return proc;
}

static struct pid_node *node_alloc(const struct pid_node *like, void *proc)
{
	struct pid_node *node = kmalloc(sizeof(*node));

	if (!node)
		return NULL;
	*node = *like;
	node->proc = proc;
	node->file.arg = proc;
	return node;
}

int proc_pid_inode(struct inode *dir, struct dentry *d, const struct pid_node *like, uint32_t mode,
        uint32_t ino)
{
	const struct proc_pid_ops *ops = proc_pids();
	void *proc = get_process(like);
	struct pid_node *node;
	struct inode *inode;

	if (!proc)
		return -ENOENT;
	node = node_alloc(like, proc);
	inode = node ? inode_alloc(dir->sb, mode, &root_cred) : NULL;
	if (!inode) {
		kfree(node);
		ops->put(proc);
		return -ENOMEM;
	}
	inode->ino = ino;
	inode->private = node;
	inode->fops = &gen_file_fops;
	ops->owner(proc, &inode->uid, &inode->gid);
	d->inode = inode;
	return 0;
}

void proc_pid_evict(struct inode *inode)
{
	struct pid_node *node = inode->private;

	proc_pids()->put(node->proc);
	kfree(node);
}

static int pid_jump(struct inode *inode, struct path *path)
{
	struct pid_node *node = inode->private;

	return node->link(path, node->proc);
}

static const struct inode_operations file_iops;
static const struct inode_operations link_iops = {.jump = pid_jump};

static const struct proc_pid_entry mounts_entry = {
        .name = "mounts",
        .mode = 0444,
        .show = proc_show_mounts,
};

/* Number i of the files that are tables' entries: mounts, then what the kernel registered. */
static const struct proc_pid_entry *entry_at(unsigned int i)
{
	const struct proc_pid_ops *ops = proc_pids();

	if (i == 0)
		return &mounts_entry;
	return i <= ops->count ? &ops->entries[i - 1] : NULL;
}

static uint32_t mode_of(const struct proc_pid_entry *e)
{
	return (e->link ? S_IFLNK : S_IFREG) | e->mode;
}

static int lookup_entry(struct inode *dir, struct dentry *d, unsigned int i)
{
	const struct pid_node *parent = dir->private;
	const struct proc_pid_entry *e = entry_at(i);
	struct pid_node like = {
	        .file = {e->show, e->read, e->write, NULL},
	        .proc = parent->proc,
	        .pid = parent->pid,
	        .link = e->link,
	};
	int err = proc_pid_inode(dir, d, &like, mode_of(e), PID_INO(like.pid, INO_ENTRIES + i));

	if (!err)
		d->inode->ops = e->link ? &link_iops : &file_iops;
	return err;
}

static int lookup_fd_dir(struct inode *dir, struct dentry *d)
{
	const struct pid_node *parent = dir->private;
	struct pid_node like = {.proc = parent->proc, .pid = parent->pid};
	int err = proc_pid_inode(dir, d, &like, S_IFDIR | 0500, PID_INO(like.pid, INO_FD));

	if (!err) {
		d->inode->ops = &proc_fd_iops;
		d->inode->fops = &proc_fd_fops;
	}
	return err;
}

static int pid_dir_lookup(struct inode *dir, struct dentry *d)
{
	const struct proc_pid_entry *e;
	unsigned int i;

	if (!strcmp(d->name, "fd"))
		return lookup_fd_dir(dir, d);
	for (i = 0; (e = entry_at(i)) != NULL; i++) {
		if (!strcmp(d->name, e->name))
			return lookup_entry(dir, d, i);
	}
	return -ENOENT;
}

static int pid_dir_readdir(struct file *file, struct dir_sink *sink)
{
	const struct pid_node *node = file->inode->private;
	const struct proc_pid_entry *e;

	if (!dir_emit_dots(file, sink))
		return 0;
	if (file->pos == POS_FD) {
		if (!sink->emit(sink, "fd", 2, PID_INO(node->pid, INO_FD), DT_DIR, POS_ENTRIES))
			return 0;
		file->pos = POS_ENTRIES;
	}
	while ((e = entry_at(file->pos - POS_ENTRIES)) != NULL) {
		uint32_t ino = PID_INO(node->pid, INO_ENTRIES + (file->pos - POS_ENTRIES));

		if (!sink->emit(
		            sink, e->name, strlen(e->name), ino, mode_of(e) >> 12, file->pos + 1))
			return 0;
		file->pos++;
	}
	return 0;
}

static const struct inode_operations pid_dir_iops = {.lookup = pid_dir_lookup};
static const struct file_operations pid_dir_fops = {
        .readdir = pid_dir_readdir,
        .lseek = dir_lseek,
        .fsync = memfile_fsync,
};

int proc_pid_lookup(struct inode *dir, struct dentry *d)
{
	struct pid_node like = {.pid = proc_parse_number(d)};
	int err;

	if (like.pid <= 0 || !proc_pids())
		return -ENOENT;
	err = proc_pid_inode(dir, d, &like, S_IFDIR | 0555, PID_INO(like.pid, INO_DIR));
	if (!err) {
		d->inode->ops = &pid_dir_iops;
		d->inode->fops = &pid_dir_fops;
	}
	return err;
}

int proc_pid_readdir(struct file *file, struct dir_sink *sink)
{
	const struct proc_pid_ops *ops = proc_pids();
	char name[12];
	pid_t pid;

	while (ops && (pid = ops->next(file->pos - FIRST_PID)) != 0) {
		size_t len = snprintf(name, sizeof(name), "%d", pid);

		/* Behind it: the place of the highest number that is not above pid. */
		if (!sink->emit(sink, name, len, PID_INO(pid, INO_DIR), DT_DIR,
		            FIRST_PID + (loff_t)pid))
			break;
		file->pos = FIRST_PID + (loff_t)pid;
	}
	return 0;
}
