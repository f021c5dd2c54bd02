/* SPDX-License-Identifier: MIT */
/*
 * The terminal: modes, and which process group it listens to.
 */
#include <unistd.h>
#include <quire.h>
#include "glue.h"

int _isatty(int fd);

int ioctl(int fd, unsigned long request, void *arg)
{
	return answer(syscall(SYS_ioctl, fd, request, arg));
}

int tcgetattr(int fd, struct termios *tio)
{
	return ioctl(fd, TCGETS, tio);
}

int tcsetattr(int fd, int when, const struct termios *tio)
{
	return ioctl(fd, TCSETS + (unsigned long)when, (void *)tio);
}

/* Only a terminal answers with modes. */
int _isatty(int fd)
{
	struct termios tio;

	return tcgetattr(fd, &tio) == 0;
}

pid_t tcgetpgrp(int fd)
{
	pid_t group;

	return ioctl(fd, TIOCGPGRP, &group) < 0 ? -1 : group;
}

int tcsetpgrp(int fd, pid_t group)
{
	return ioctl(fd, TIOCSPGRP, &group);
}
