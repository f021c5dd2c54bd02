/* SPDX-License-Identifier: MIT */
/*
 * dup and fcntl: what can be done to a descriptor, rather than to its file.
 */
#include <fs/fdtable.h>
#include <fs/pipe.h>
#include <lib/errno.h>

/* What F_SETFL changes here; it ignores other flags (fcntl(2)). */
#define SETFL_MASK (O_APPEND | O_NONBLOCK | O_NOATIME)

int fd_dup(struct files *files, int fd, uint32_t min, uint32_t limit, uint32_t flags)
{
	struct file *file = fd_file(files, fd);
	int copy;

	if (!file)
		return -EBADF;
	copy = fd_reserve(files, min, limit, flags);
	if (copy < 0)
		file_put(file);
	else
		fd_install(files, copy, file);
	return copy;
}

/*
 * Puts file in the place of what `to` was; that goes to *old. -EBUSY: another thread is opening
 * `to`.
 */
static int replace(struct files *files, int to, struct file *file, uint32_t flags,
        struct file **old, bool reserved)
{
	uint32_t mask = 1u << to % 32;
	int err = 0;

	spin_lock(&files->lock);
	*old = files->fd[to];
	if (!*old && !reserved) {
		err = -EBUSY;
	} else {
		files->fd[to] = file;
		files->cloexec[to / 32] &= ~mask;
		if (flags & O_CLOEXEC)
			files->cloexec[to / 32] |= mask;
	}
	spin_unlock(&files->lock);
	return err;
}

int fd_dup3(struct files *files, int from, int to, uint32_t limit, uint32_t flags)
{
	struct file *file, *old;
	int err;

	if ((flags & ~O_CLOEXEC) || from == to)
		return -EINVAL;
	if ((uint32_t)to >= limit || (uint32_t)to >= FDTABLE_LIMIT)
		return -EBADF;
	file = fd_file(files, from);
	if (!file)
		return -EBADF;
	/* -EMFILE: `to` is in use already, so the table is large enough for it. */
	err = fd_reserve(files, to, (uint32_t)to + 1, 0);
	if (err < 0 && err != -EMFILE) {
		file_put(file);
		return err;
	}
	err = replace(files, to, file, flags, &old, err >= 0);
	if (err) {
		file_put(file);
		return err;
	}
	if (old)
		file_put(old);
	return to;
}

int fd_get_flags(struct files *files, int fd)
{
	int flags = -EBADF;

	spin_lock(&files->lock);
	if ((uint32_t)fd < files->size && files->fd[fd])
		flags = files->cloexec[fd / 32] >> fd % 32 & 1 ? FD_CLOEXEC : 0;
	spin_unlock(&files->lock);
	return flags;
}

int fd_set_flags(struct files *files, int fd, uint32_t flags)
{
	uint32_t mask = 1u << fd % 32;
	int err = -EBADF;

	spin_lock(&files->lock);
	if ((uint32_t)fd < files->size && files->fd[fd]) {
		files->cloexec[fd / 32] &= ~mask;
		if (flags & FD_CLOEXEC)
			files->cloexec[fd / 32] |= mask;
		err = 0;
	}
	spin_unlock(&files->lock);
	return err;
}

static int get_pipe_size(const struct file *file)
{
	return S_ISFIFO(file->inode->mode) ? PIPE_SIZE : -EBADF;
}

/* Flags may change in another thread meanwhile: the last writer wins, with whole words. */
static int set_file_flags(struct file *file, uint32_t flags)
{
	uint32_t old = __atomic_load_n(&file->flags, __ATOMIC_RELAXED);

	flags = (old & ~SETFL_MASK) | (flags & SETFL_MASK);
	__atomic_store_n(&file->flags, flags, __ATOMIC_RELAXED);
	return 0;
}

/* The commands that look into the open file, not the descriptor. */
static int file_fcntl(const struct fd *f, unsigned int cmd, unsigned long arg)
{
	if (cmd == F_GETFL)
		return f->file->flags;
	if (f->file->mode & FMODE_PATH)
		return -EBADF;
	if (cmd == F_SETFL)
		return set_file_flags(f->file, arg);
	if (cmd == F_GETPIPE_SZ)
		return get_pipe_size(f->file);
	return -EINVAL;
}

int fd_fcntl(struct files *files, int fd, unsigned int cmd, unsigned long arg, uint32_t limit)
{
	struct fd f;
	int ret;

	switch (cmd) {
	case F_DUPFD:
		return fd_dup(files, fd, arg, limit, 0);
	case F_DUPFD_CLOEXEC:
		return fd_dup(files, fd, arg, limit, O_CLOEXEC);
	case F_GETFD:
		return fd_get_flags(files, fd);
	case F_SETFD:
		return fd_set_flags(files, fd, arg);
	}
	f = fd_get(files, fd);
	if (!f.file)
		return -EBADF;
	ret = file_fcntl(&f, cmd, arg);
	fd_put(f);
	return ret;
}
