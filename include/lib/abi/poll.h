/* SPDX-License-Identifier: MIT */
/* poll() and select(). Sources: Linux 6.1, include/uapi/asm-generic/poll.h,
 * include/uapi/linux/posix_types.h. */
#ifndef LIB_ABI_POLL_H
#define LIB_ABI_POLL_H

#include <lib/types.h>

#define POLLIN     0x0001
#define POLLPRI    0x0002
#define POLLOUT    0x0004
#define POLLERR    0x0008
#define POLLHUP    0x0010
#define POLLNVAL   0x0020
#define POLLRDNORM 0x0040
#define POLLRDBAND 0x0080
#define POLLWRNORM 0x0100
#define POLLWRBAND 0x0200
#define POLLMSG    0x0400
#define POLLREMOVE 0x1000
#define POLLRDHUP  0x2000

struct pollfd {
	int32_t fd;
	int16_t events;
	int16_t revents;
};

/* select(): descriptor n is bit n % 32 of word n / 32. */
#define KERNEL_FD_SETSIZE 1024

struct kernel_fd_set {
	uint32_t fds_bits[KERNEL_FD_SETSIZE / 32];
};

#endif
