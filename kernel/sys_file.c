/* SPDX-License-Identifier: MIT */
/*
 * System calls that move the bytes of open files: read, write and their relatives.
 */
#include "sys_file.h"
#include "user_path.h"
#include <fs/vfs.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/errno.h>

#define FADV_NOREUSE 5 /* the highest advice of fadvise64_64(), include/uapi/linux/fadvise.h */

/*
 * Linux refuses a buffer that can't lie in user memory even where no byte of it would be touched
 * (access_ok()), as by a write to /dev/null.
 */
static bool outside_user(const void __user *buf, size_t n)
{
	return n > USER_END || (uint32_t)buf > USER_END - n;
}

/* It looks whether the file is open for that first. */
static ssize_t no_user(struct fd f, uint32_t mode)
{
	return f.file->mode & mode ? -EFAULT : -EBADF;
}

/*
 * The signals that come on top of an error: of a write to a pipe that nobody reads (pipe(7)), and past
 * RLIMIT_FSIZE. Without that limit, a file too large for its file system is an error alone.
 */
static void write_failed(ssize_t err)
{
	struct task *t = current();
	struct siginfo info = {.si_signo = err == -EPIPE ? SIGPIPE : SIGXFSZ, .si_code = SI_USER};

	if (err != -EPIPE && err != -EFBIG)
		return;
	if (err == -EFBIG && t->rlimits[RLIMIT_FSIZE].rlim_cur == RLIM_INFINITY)
		return;
	info.si_pid = t->pid;
	info.si_uid = t->cred.uid;
	signal_send(t, info.si_signo, &info);
}

ssize_t written(ssize_t ret)
{
	if (ret < 0)
		write_failed(ret);
	return ret;
}

/* Every program reads and writes all the time: no call that can be avoided. */
#define HOT __attribute__((flatten))

HOT long sys_read(int fd, void __user *buf, size_t n)
{
	struct fd f = fd_get(current()->files, fd);
	ssize_t ret;

	if (!f.file)
		return -EBADF;
	ret = outside_user(buf, n) ? no_user(f, FMODE_READ) : vfs_read(f.file, buf, n);
	fd_put(f);
	return ret;
}

HOT long sys_write(int fd, const void __user *buf, size_t n)
{
	struct fd f = fd_get(current()->files, fd);
	ssize_t ret;

	if (!f.file)
		return -EBADF;
	ret = outside_user(buf, n) ? no_user(f, FMODE_WRITE) : vfs_write(f.file, buf, n);
	fd_put(f);
	return written(ret);
}

/* pos -1: at the file's own position. */
static long do_readv(int fd, const struct iovec __user *iov, unsigned int count, loff_t pos)
{
	struct fd f;
	ssize_t ret = fd_get_file(fd, &f);

	if (ret)
		return ret;
	ret = vfs_readv(f.file, iov, count, pos);
	fd_put(f);
	return ret;
}

static long do_writev(int fd, const struct iovec __user *iov, unsigned int count, loff_t pos)
{
	struct fd f;
	ssize_t ret = fd_get_file(fd, &f);

	if (ret)
		return ret;
	ret = vfs_writev(f.file, iov, count, pos);
	fd_put(f);
	return written(ret);
}

long sys_readv(int fd, const struct iovec __user *iov, unsigned int count)
{
	return do_readv(fd, iov, count, -1);
}

long sys_writev(int fd, const struct iovec __user *iov, unsigned int count)
{
	return do_writev(fd, iov, count, -1);
}

long sys_preadv(int fd, const struct iovec __user *iov, unsigned int count, uint32_t pos_low,
        uint32_t pos_high)
{
	loff_t pos = (loff_t)pos_high << 32 | pos_low;

	return pos < 0 ? -EINVAL : do_readv(fd, iov, count, pos);
}

long sys_pwritev(int fd, const struct iovec __user *iov, unsigned int count, uint32_t pos_low,
        uint32_t pos_high)
{
	loff_t pos = (loff_t)pos_high << 32 | pos_low;

	return pos < 0 ? -EINVAL : do_writev(fd, iov, count, pos);
}

long sys_pread64(int fd, void __user *buf, size_t n, loff_t pos)
{
	struct fd f;
	ssize_t ret;

	if (pos < 0)
		return -EINVAL;
	f = fd_get(current()->files, fd);
	if (!f.file)
		return -EBADF;
	ret = outside_user(buf, n) ? no_user(f, FMODE_READ) : vfs_pread(f.file, buf, n, pos);
	fd_put(f);
	return ret;
}

long sys_pwrite64(int fd, const void __user *buf, size_t n, loff_t pos)
{
	struct fd f;
	ssize_t ret;

	if (pos < 0)
		return -EINVAL;
	f = fd_get(current()->files, fd);
	if (!f.file)
		return -EBADF;
	ret = outside_user(buf, n) ? no_user(f, FMODE_WRITE) : vfs_pwrite(f.file, buf, n, pos);
	fd_put(f);
	return written(ret);
}

static loff_t do_lseek(int fd, loff_t offset, unsigned int whence)
{
	struct fd f;
	int err = fd_get_file(fd, &f);
	loff_t pos;

	if (err)
		return err;
	pos = whence > SEEK_HOLE ? -EINVAL : vfs_lseek(f.file, offset, whence);
	fd_put(f);
	return pos;
}

/* The new position must fit into the result, but the file has moved there all the same. */
long sys_lseek(int fd, int32_t offset, unsigned int whence)
{
	loff_t pos = do_lseek(fd, offset, whence);

	return pos > INT32_MAX ? -EOVERFLOW : (long)pos;
}

long sys_llseek(int fd, uint32_t high, uint32_t low, loff_t __user *result, unsigned int whence)
{
	loff_t pos = do_lseek(fd, (loff_t)high << 32 | low, whence);

	if (pos < 0)
		return pos;
	return copy_to_user(result, &pos, sizeof(pos));
}

long sys_ftruncate64(int fd, loff_t length)
{
	struct fd f;
	int err;

	if (length < 0)
		return -EINVAL;
	err = fd_get_file(fd, &f);
	if (err)
		return err;
	err = vfs_ftruncate(f.file, length);
	fd_put(f);
	return written(err);
}

long sys_ftruncate(int fd, int32_t length)
{
	return sys_ftruncate64(fd, length);
}

long sys_fsync(int fd)
{
	struct fd f;
	int err = fd_get_file(fd, &f);

	if (err)
		return err;
	err = vfs_fsync(f.file);
	fd_put(f);
	return err;
}

/* Every file system keeps its files in memory: there is nothing that is not where it belongs. */
long sys_sync(void)
{
	return 0;
}

long sys_fallocate(int fd, uint32_t mode, loff_t offset, loff_t length)
{
	struct fd f;
	int err = fd_get_file(fd, &f);

	if (err)
		return err;
	err = vfs_fallocate(f.file, mode, offset, length);
	fd_put(f);
	return written(err);
}

/* The advice is for caches of slower memory below the page cache. There is none. */
long sys_arm_fadvise64_64(int fd, int advice, loff_t offset, loff_t length)
{
	struct fd f;
	int err = fd_get_file(fd, &f);

	(void)offset;
	if (err)
		return err;
	if (S_ISFIFO(f.file->inode->mode))
		err = -ESPIPE;
	else if (advice < 0 || advice > FADV_NOREUSE || length < 0)
		err = -EINVAL;
	fd_put(f);
	return err;
}
