/* SPDX-License-Identifier: MIT */
/*
 * Pipes and FIFOs: how they come and go with the files that are open on them (pipe(7), fifo(7)).
 */
#include <fs/dentry.h>
#include <lib/errno.h>
#include <lib/printf.h>
#include <mm/kmalloc.h>
#include "open.h"
#include "pipe.h"

static struct pipe *pipe_alloc(void)
{
	struct pipe *pipe = kzalloc(sizeof(*pipe));

	if (!pipe)
		return NULL;
	mutex_init(&pipe->lock);
	wait_queue_init(&pipe->changed);
	return pipe;
}

static void pipe_free(struct pipe *pipe)
{
	unsigned int i;

	for (i = 0; i < PIPE_PAGES; i++) {
		if (pipe->pages[i])
			page_put(pipe->pages[i]);
	}
	kfree(pipe);
}

/* Counts a file with these FMODE_* in (n = 1) or out (n = -1), and tells who waits for that. */
static void count(struct pipe *pipe, uint32_t mode, int n)
{
	mutex_lock(&pipe->lock);
	if (mode & FMODE_READ) {
		pipe->readers += n;
		pipe->reader_opens += n > 0;
	}
	if (mode & FMODE_WRITE) {
		pipe->writers += n;
		pipe->writer_opens += n > 0;
	}
	mutex_unlock(&pipe->lock);
	wake_up(&pipe->changed);
}

/* What a file found when it was counted in. */
struct arrival {
	bool alone;            /* nobody had the other side open */
	const uint32_t *opens; /* counts how often that was opened; this often: */
	uint32_t opens_then;
};

static struct arrival look_around(const struct pipe *pipe, uint32_t mode)
{
	if (mode == FMODE_READ)
		return (struct arrival){!pipe->writers, &pipe->writer_opens, pipe->writer_opens};
	if (mode == FMODE_WRITE)
		return (struct arrival){!pipe->readers, &pipe->reader_opens, pipe->reader_opens};
	return (struct arrival){false, NULL, 0}; /* it has both sides itself */
}

/*
 * Counts a file in, and makes the pipe if this is the first. The lock keeps others from coming or
 * going.
 */
static int enter(struct file *file, struct arrival *arrival)
{
	struct inode *inode = file->inode;

	mutex_lock(&inode->lock);
	if (!inode->pipe)
		inode->pipe = pipe_alloc();
	if (inode->pipe) {
		*arrival = look_around(inode->pipe, file->mode);
		count(inode->pipe, file->mode, 1);
	}
	file->private = inode->pipe;
	mutex_unlock(&inode->lock);
	return file->private ? 0 : -ENOMEM;
}

/* The last file takes the pipe, and what is still in it, along. */
static void leave(struct file *file)
{
	struct inode *inode = file->inode;
	struct pipe *pipe = file->private;

	mutex_lock(&inode->lock);
	count(pipe, file->mode, -1);
	if (!pipe->readers && !pipe->writers) {
		inode->pipe = NULL;
		pipe_free(pipe);
	}
	mutex_unlock(&inode->lock);
}

/*
 * A reader waits for a writer and the other way round, who may have come and gone before we run
 * again.
 */
static int wait_for_peer(struct file *file, const struct arrival *arrival)
{
	struct pipe *pipe = file->private;

	if (!arrival->alone)
		return 0;
	if (file->flags & O_NONBLOCK)
		return file->mode == FMODE_WRITE ? -ENXIO : 0;
	return wait_event_interruptible(&pipe->changed,
	        __atomic_load_n(arrival->opens, __ATOMIC_RELAXED) != arrival->opens_then);
}

static int fifo_open(struct inode *inode, struct file *file)
{
	struct arrival arrival;
	int err;

	(void)inode;
	if (!(file->mode & (FMODE_READ | FMODE_WRITE))) /* the fourth access mode is neither */
		return -EINVAL;
	err = enter(file, &arrival);
	if (err)
		return err;
	err = wait_for_peer(file, &arrival);
	if (err)
		leave(file);
	return err;
}

const struct file_operations fifo_fops = {
        .open = fifo_open,
        .release = leave,
        .read = pipe_read,
        .write = pipe_write,
        .ioctl = pipe_ioctl,
        .poll = pipe_poll,
};

static int pipe_open(struct inode *inode, struct file *file)
{
	struct arrival arrival;

	(void)inode;
	return enter(file, &arrival);
}

/* The two first ends of a pipe, which don't wait for each other. */
static const struct file_operations pipe_fops = {
        .open = pipe_open,
        .release = leave,
        .read = pipe_read,
        .write = pipe_write,
        .ioctl = pipe_ioctl,
        .poll = pipe_poll,
};

int pipe_create(const struct cred *cred, uint32_t flags, struct file *files[2])
{
	struct inode *inode;
	char name[24];
	int err;

	if (flags & ~(O_NONBLOCK | O_CLOEXEC))
		return -EINVAL;
	inode = inode_alloc(NULL, S_IFIFO | 0600, cred);
	if (!inode)
		return -ENOMEM;
	inode->fops = &fifo_fops; /* for those who open it again, through /proc/PID/fd */
	snprintf(name, sizeof(name), "pipe:[%u]", inode->ino);
	err = file_alloc_anon(inode, name, &pipe_fops, flags | O_RDONLY, &files[0]);
	if (err)
		return err;
	err = file_alloc(&files[0]->path, &pipe_fops, flags | O_WRONLY, &files[1]);
	if (err)
		file_put(files[0]);
	return err;
}
