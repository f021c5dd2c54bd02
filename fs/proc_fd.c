/* SPDX-License-Identifier: MIT */
/*
 * /proc/PID/fd: a link for each open descriptor, which leads to the file itself, whatever it is.
 */
#include <fs/memfile.h>
#include <lib/abi/dirent.h>
#include <lib/errno.h>
#include <lib/printf.h>
#include "proc.h"

#define FD_INO(pid, fd) (1u << 31 | ((uint32_t)(pid)&0x7fff) << 16 | (uint32_t)(fd))
#define FIRST_FD        2 /* positions 0 and 1 are "." and ".." */

/* The open file behind a descriptor of a process, with a reference, or NULL. */
static struct file *file_of(const struct pid_node *node, int fd)
{
	struct files *files = proc_pids()->files(node->proc);
	struct file *file = NULL;

	if (!files)
		return NULL;
	if (fd >= 0)
		file = fd_file(files, fd);
	files_put(files);
	return file;
}

static int fd_jump(struct inode *inode, struct path *path)
{
	const struct pid_node *node = inode->private;
	struct file *file = file_of(node, node->fd);

	if (!file)
		return -ENOENT;
	*path = file->path;
	path_get(path);
	file_put(file);
	return 0;
}

static const struct inode_operations fd_link_iops = {.jump = fd_jump};

/* Such a link's permissions show how the file is open. */
static uint32_t link_mode(const struct file *file)
{
	uint32_t mode = S_IFLNK;

	if (file->mode & FMODE_READ)
		mode |= S_IRUSR | S_IXUSR;
	if (file->mode & FMODE_WRITE)
		mode |= S_IWUSR | S_IXUSR;
	return mode;
}

static int fd_lookup(struct inode *dir, struct dentry *d)
{
	const struct pid_node *parent = dir->private;
	struct pid_node like = {
	        .proc = parent->proc, .pid = parent->pid, .fd = proc_parse_number(d)};
	struct file *file = file_of(parent, like.fd);
	uint32_t mode;
	int err;

	if (!file)
		return -ENOENT;
	mode = link_mode(file);
	file_put(file);
	err = proc_pid_inode(dir, d, &like, mode, FD_INO(like.pid, like.fd));
	if (!err)
		d->inode->ops = &fd_link_iops;
	return err;
}

static int fd_readdir(struct file *file, struct dir_sink *sink)
{
	const struct pid_node *node = file->inode->private;
	struct files *files;
	char name[12];
	int fd;

	if (!dir_emit_dots(file, sink))
		return 0;
	files = proc_pids()->files(node->proc);
	if (!files)
		return 0;
	while ((fd = fd_next(files, file->pos - FIRST_FD)) >= 0) {
		size_t len = snprintf(name, sizeof(name), "%d", fd);
		loff_t next = FIRST_FD + (loff_t)fd + 1;

		if (!sink->emit(sink, name, len, FD_INO(node->pid, fd), DT_LNK, next))
			break;
		file->pos = next;
	}
	files_put(files);
	return 0;
}

const struct inode_operations proc_fd_iops = {.lookup = fd_lookup};

const struct file_operations proc_fd_fops = {
        .readdir = fd_readdir,
        .lseek = dir_lseek,
        .fsync = memfile_fsync,
};
