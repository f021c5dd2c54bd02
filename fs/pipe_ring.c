/* SPDX-License-Identifier: MIT */
/*
 * The ring of a pipe: reading and writing. A pipe that runs empty starts again at its
 * first page, so that small messages back and forth use only that one.
 */
#include <lib/abi/poll.h>
#include <lib/abi/termios.h>
#include <lib/errno.h>
#include "pipe.h"

static uint32_t room(const struct pipe *pipe)
{
	return PIPE_SIZE - pipe->used;
}

/* How many of n bytes can be moved at ring position pos before its page ends. */
static size_t in_page(uint32_t pos, size_t n)
{
	size_t left = PAGE_SIZE - PAGE_OFFSET(pos);

	return n < left ? n : left;
}

/* Moves what is there into uio, as far as it has room. False: a bad user address. */
static bool drain_locked(struct pipe *pipe, struct uio *uio)
{
	while (pipe->used && uio->resid) {
		struct page *page = pipe->pages[pipe->head / PAGE_SIZE];
		size_t n = in_page(pipe->head, uio->resid < pipe->used ? uio->resid : pipe->used);
		size_t moved =
		        uio_copy_out(uio, (char *)page_address(page) + PAGE_OFFSET(pipe->head), n);

		pipe->head = (pipe->head + moved) % PIPE_SIZE;
		pipe->used -= moved;
		if (moved < n)
			return false;
	}
	if (!pipe->used)
		pipe->head = 0;
	return true;
}

/* One read with bytes in the pipe. Bytes moved or -EFAULT. */
static ssize_t read_locked(struct pipe *pipe, struct uio *uio)
{
	size_t want = uio->resid;
	bool was_full = room(pipe) < PIPE_BUF;
	bool good = drain_locked(pipe, uio);

	if (was_full && room(pipe) >= PIPE_BUF)
		wake_up(&pipe->changed);
	return want == uio->resid && !good ? -EFAULT : (ssize_t)(want - uio->resid);
}

/*
 * Sleeps, without the lock, until there are bytes: 1, or 0 at the end of the pipe. `writers` is read first:
 * the last one may write something and leave while we look.
 */
static int wait_for_bytes(struct pipe *pipe, const struct uio *uio)
{
	bool writers = __atomic_load_n(&pipe->writers, __ATOMIC_ACQUIRE);
	int err;

	if (__atomic_load_n(&pipe->used, __ATOMIC_RELAXED))
		return 1;
	if (!writers)
		return 0;
	if (uio->nonblock)
		return -EAGAIN;
	err = wait_event_interruptible(&pipe->changed, pipe->used || !pipe->writers);
	return err ? err : 1;
}

ssize_t pipe_read(struct file *file, struct uio *uio, loff_t *pos)
{
	struct pipe *pipe = file->private;
	ssize_t ret;

	(void)pos;
	if (!uio->resid)
		return 0;
	for (;;) {
		ret = wait_for_bytes(pipe, uio);
		if (ret <= 0)
			return ret;
		mutex_lock(&pipe->lock);
		if (pipe->used)
			break;
		mutex_unlock(&pipe->lock); /* another reader was faster */
	}
	ret = read_locked(pipe, uio);
	mutex_unlock(&pipe->lock);
	return ret;
}

/* The page at ring position pos, made if need be. */
static struct page *page_at(struct pipe *pipe, uint32_t pos)
{
	struct page **slot = &pipe->pages[pos / PAGE_SIZE];

	if (!*slot)
		*slot = page_alloc(0, 0);
	return *slot;
}

/* Moves n bytes of uio behind the `used` ones, which stay as many. 0, -ENOMEM or -EFAULT. */
static int copy_in_locked(struct pipe *pipe, struct uio *uio, size_t n)
{
	uint32_t tail = (pipe->head + pipe->used) % PIPE_SIZE;

	while (n) {
		size_t part = in_page(tail, n);
		struct page *page = page_at(pipe, tail);

		if (!page)
			return -ENOMEM;
		if (uio_copy_in(uio, (char *)page_address(page) + PAGE_OFFSET(tail), part) < part)
			return -EFAULT;
		tail = (tail + part) % PIPE_SIZE;
		n -= part;
	}
	return 0;
}

/*
 * Moves bytes of uio into the ring, as far as it has room, and counts them in *done. A page's worth
 * comes whole or not at all, as on Linux. 0, -ENOMEM or -EFAULT.
 */
static int fill_locked(struct pipe *pipe, struct uio *uio, size_t *done)
{
	while (room(pipe) && uio->resid) {
		size_t n = uio->resid < room(pipe) ? uio->resid : room(pipe);
		int err;

		if (n > PAGE_SIZE)
			n = PAGE_SIZE;
		err = copy_in_locked(pipe, uio, n);
		if (err)
			return err;
		pipe->used += n;
		*done += n;
	}
	return 0;
}

/* May a write with `resid` bytes left go on? One of up to PIPE_BUF is not split (pipe(7)). */
static __attribute__((noinline)) bool fits(const struct pipe *pipe, size_t total, size_t resid)
{
	return room(pipe) >= (total <= PIPE_BUF ? resid : 1);
}

/* One step of a write, which has room. */
static int write_locked(struct pipe *pipe, struct uio *uio, size_t *done)
{
	bool was_empty = !pipe->used;
	int err = fill_locked(pipe, uio, done);

	if (was_empty && pipe->used)
		wake_up(&pipe->changed);
	return err;
}

/* Sleeps, without the lock, until there is room or nobody reads any more. */
static int wait_for_room(struct pipe *pipe, struct uio *uio, size_t total)
{
	int err;

	if (uio->nonblock)
		return -EAGAIN;
	mutex_unlock(&pipe->lock);
	err = wait_event_interruptible(
	        &pipe->changed, !pipe->readers || fits(pipe, total, uio->resid));
	mutex_lock(&pipe->lock);
	return err;
}

ssize_t pipe_write(struct file *file, struct uio *uio, loff_t *pos)
{
	struct pipe *pipe = file->private;
	size_t total = uio->resid, done = 0;
	int err = 0;

	(void)pos;
	mutex_lock(&pipe->lock);
	while (uio->resid && !err) {
		if (!pipe->readers)
			err = -EPIPE;
		else if (fits(pipe, total, uio->resid))
			err = write_locked(pipe, uio, &done);
		else
			err = wait_for_room(pipe, uio, total);
	}
	mutex_unlock(&pipe->lock);
	return done ? (ssize_t)done : err;
}

int pipe_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct pipe *pipe = file->private;

	if (cmd != FIONREAD)
		return -ENOTTY;
	return put_user_u32(pipe->used, (uint32_t __user *)arg);
}

unsigned int pipe_poll(struct file *file, struct wait_queue **wq)
{
	struct pipe *pipe = file->private;
	unsigned int mask = 0;

	*wq = &pipe->changed;
	if (file->mode & FMODE_READ) {
		if (pipe->used)
			mask |= POLLIN | POLLRDNORM;
		/* A FIFO that nobody has opened for writing yet is not at its end. */
		if (!pipe->writers && pipe->writer_opens)
			mask |= POLLHUP;
	}
	if (file->mode & FMODE_WRITE) {
		if (room(pipe) >= PIPE_BUF)
			mask |= POLLOUT | POLLWRNORM;
		if (!pipe->readers)
			mask |= POLLERR;
	}
	return mask;
}
