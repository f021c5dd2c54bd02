/* SPDX-License-Identifier: MIT */
/* readv() and writev(). Source: Linux 6.1, include/uapi/linux/uio.h. */
#ifndef LIB_ABI_UIO_H
#define LIB_ABI_UIO_H

#include <lib/types.h>

#define UIO_MAXIOV 1024

struct iovec {
	uint32_t iov_base;
	uint32_t iov_len;
};

#endif
