/* SPDX-License-Identifier: MIT */
/*
 * Files: the calls that newlib's stdio stands on, and their neighbours.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <unistd.h>
#include <quire.h>
#include "glue.h"

int _open(const char *path, int flags, ...);
int _close(int fd);
_READ_WRITE_RETURN_TYPE _read(int fd, void *buf, size_t len);
_READ_WRITE_RETURN_TYPE _write(int fd, const void *buf, size_t len);
off_t _lseek(int fd, off_t offset, int whence);
int _link(const char *from, const char *to);
int _unlink(const char *path);

/*
 * newlib's O_ flags are BSD's. Linux: include/uapi/asm-generic/fcntl.h, but ARM numbers
 * O_DIRECTORY, O_NOFOLLOW and O_DIRECT itself (arch/arm/include/uapi/asm/fcntl.h).
 */
static const struct {
	int newlib, linux;
} open_flags[] = {
        {O_CREAT, 0100},
        {O_EXCL, 0200},
        {O_NOCTTY, 0400},
        {O_TRUNC, 01000},
        {O_APPEND, 02000},
        {O_NONBLOCK, 04000},
        {O_SYNC, 04010000},
        {O_DIRECTORY, 040000},
        {O_NOFOLLOW, 0100000},
        {O_CLOEXEC, 02000000},
};

static int linux_open_flags(int flags)
{
	int out = flags & O_ACCMODE;

	for (size_t i = 0; i < sizeof(open_flags) / sizeof(open_flags[0]); i++)
		if (flags & open_flags[i].newlib)
			out |= open_flags[i].linux;
	return out;
}

int _open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	va_list args;

	va_start(args, flags);
	if (flags & O_CREAT)
		mode = va_arg(args, mode_t);
	va_end(args);
	return answer(syscall(SYS_open, path, linux_open_flags(flags), mode));
}

int _close(int fd)
{
	return answer(syscall(SYS_close, fd));
}

_READ_WRITE_RETURN_TYPE _read(int fd, void *buf, size_t len)
{
	return answer(syscall(SYS_read, fd, buf, len));
}

_READ_WRITE_RETURN_TYPE _write(int fd, const void *buf, size_t len)
{
	return answer(syscall(SYS_write, fd, buf, len));
}

off_t _lseek(int fd, off_t offset, int whence)
{
	return answer(syscall(SYS_lseek, fd, offset, whence));
}

int _link(const char *from, const char *to)
{
	return answer(syscall(SYS_link, from, to));
}

int _unlink(const char *path)
{
	return answer(syscall(SYS_unlink, path));
}

int dup2(int fd, int as)
{
	return answer(syscall(SYS_dup2, fd, as));
}

int pipe2(int fds[2], int flags)
{
	return answer(syscall(SYS_pipe2, fds, linux_open_flags(flags)));
}

int pipe(int fds[2])
{
	return pipe2(fds, 0);
}

int chdir(const char *path)
{
	return answer(syscall(SYS_chdir, path));
}

char *getcwd(char *buf, size_t size)
{
	return answer(syscall(SYS_getcwd, buf, size)) < 0 ? NULL : buf;
}
