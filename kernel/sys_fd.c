/* SPDX-License-Identifier: MIT */
/*
 * System calls about descriptors: close, dup, fcntl, ioctl, pipe.
 */
#include "user_path.h"
#include <fs/pipe.h>
#include <fs/vfs.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/termios.h>
#include <lib/errno.h>

static uint32_t nofile_limit(void)
{
	return current()->rlimits[RLIMIT_NOFILE].rlim_cur;
}

long sys_close(int fd)
{
	return fd_close(current()->files, fd);
}

long sys_close_range(uint32_t first, uint32_t last, uint32_t flags)
{
	if ((flags & ~CLOSE_RANGE_CLOEXEC) || first > last)
		return -EINVAL;
	fd_close_range(current()->files, first, last, flags & CLOSE_RANGE_CLOEXEC);
	return 0;
}

long sys_dup(int fd)
{
	int copy = fd_dup(current()->files, fd, 0, nofile_limit(), 0);

	/* With a limit of 0 not even descriptor 0 is in range, for which dup(2) has another error. */
	return copy == -EINVAL ? -EMFILE : copy;
}

long sys_dup3(int from, int to, uint32_t flags)
{
	return fd_dup3(current()->files, from, to, nofile_limit(), flags);
}

long sys_dup2(int from, int to)
{
	struct fd f;

	if (from != to)
		return sys_dup3(from, to, 0);
	f = fd_get(current()->files, from);
	if (!f.file)
		return -EBADF;
	fd_put(f);
	return from;
}

/* O_NOATIME is the owner's to set, as in open(2). */
static int may_hide_access(int fd)
{
	struct fd f;
	int err = fd_get_file(fd, &f);

	if (err)
		return err;
	if (!(f.file->flags & O_NOATIME) && !cred_owns(&current()->cred, f.file->inode))
		err = -EPERM;
	fd_put(f);
	return err;
}

long sys_fcntl(int fd, unsigned int cmd, unsigned long arg)
{
	int err = cmd == F_SETFL && (arg & O_NOATIME) ? may_hide_access(fd) : 0;

	return err ? err : fd_fcntl(current()->files, fd, cmd, arg, nofile_limit());
}

static int set_nonblocking(struct file *file, const uint32_t __user *from)
{
	uint32_t on;

	if (get_user_u32(&on, from))
		return -EFAULT;
	if (on)
		__atomic_fetch_or(&file->flags, O_NONBLOCK, __ATOMIC_RELAXED);
	else
		__atomic_fetch_and(&file->flags, ~O_NONBLOCK, __ATOMIC_RELAXED);
	return 0;
}

/* Bytes from the position to the end of a regular file. */
static int bytes_left(struct file *file, uint32_t __user *to)
{
	struct kstat st;

	vfs_stat(&file->path, &st);
	return put_user_u32(st.size - vfs_lseek(file, 0, SEEK_CUR), to);
}

/* A few requests are the same for every kind of file (ioctl_list(2)). */
static long do_ioctl(struct file *file, int fd, unsigned int cmd, unsigned long arg)
{
	switch (cmd) {
	case FIOCLEX:
		return fd_set_flags(current()->files, fd, FD_CLOEXEC);
	case FIONCLEX:
		return fd_set_flags(current()->files, fd, 0);
	case FIONBIO:
		return set_nonblocking(file, (const uint32_t __user *)arg);
	case FIONREAD:
		if (S_ISREG(file->inode->mode))
			return bytes_left(file, (uint32_t __user *)arg);
	}
	return vfs_ioctl(file, cmd, arg);
}

long sys_ioctl(int fd, unsigned int cmd, unsigned long arg)
{
	struct fd f;
	long ret = fd_get_file(fd, &f);

	if (ret)
		return ret;
	ret = do_ioctl(f.file, fd, cmd, arg);
	fd_put(f);
	return ret;
}

/* Gives both ends a descriptor; on failure neither end nor descriptor is left. */
static int install_pipe(struct file *file[2], uint32_t flags, int fds[2])
{
	struct files *files = current()->files;

	fds[0] = fd_reserve(files, 0, nofile_limit(), flags);
	fds[1] = fds[0] < 0 ? fds[0] : fd_reserve(files, 0, nofile_limit(), flags);
	if (fds[1] >= 0)
		return 0;
	if (fds[0] >= 0)
		fd_unreserve(files, fds[0]);
	file_put(file[0]);
	file_put(file[1]);
	return fds[1] == -EINVAL ? -EMFILE : fds[1];
}

long sys_pipe2(int __user *user_fds, uint32_t flags)
{
	struct task *t = current();
	struct file *file[2];
	int fds[2];
	int err = pipe_create(&t->cred, flags, file);

	if (!err)
		err = install_pipe(file, flags & O_CLOEXEC, fds);
	if (err)
		return err;
	/* Told first: nobody can use the descriptors before they are installed. */
	err = copy_to_user(user_fds, fds, sizeof(fds));
	for (int i = 0; i < 2; i++) {
		if (err) {
			fd_unreserve(t->files, fds[i]);
			file_put(file[i]);
		} else {
			fd_install(t->files, fds[i], file[i]);
		}
	}
	return err;
}

long sys_pipe(int __user *fds)
{
	return sys_pipe2(fds, 0);
}
