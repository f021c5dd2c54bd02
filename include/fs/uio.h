/* SPDX-License-Identifier: MIT */
/*
 * Where the bytes of one read() or write() go to or come from: a list of buffers (one for read(),
 * several for readv()), in user memory as a rule. Files see one request, so that a writev() to a
 * pipe stays in one piece and a readv() never waits for more after its first bytes.
 */
#ifndef FS_UIO_H
#define FS_UIO_H

#include <arm/uaccess.h>
#include <lib/types.h>

struct uio_seg {
	void __user *base;
	size_t len;
};

struct uio {
	const struct uio_seg *seg; /* the buffer in use */
	size_t offset;             /* bytes of it that are done */
	size_t resid;              /* bytes that the whole request still has to move */
	bool kernel;               /* the buffers lie in kernel memory */
	bool nonblock;             /* answer -EAGAIN instead of sleeping */
};

#define UIO_FEW 8 /* this many segments fit on the stack */

/* What readv() and the like are given. */
struct uio_import {
	struct uio_seg few[UIO_FEW], *segs;
};

/*
 * The user's `count` struct iovec as im->segs, until uio_import_end(), which follows a success. Their sum, cut to
 * MAX_RW_COUNT; -EINVAL: more than UIO_MAXIOV, or one of 2 GiB; -EFAULT, -ENOMEM.
 */
ssize_t uio_import(struct uio_import *im, const void __user *iov, unsigned int count);
void uio_import_end(struct uio_import *im);

/*
 * Move up to n bytes, and never more than uio->resid: from src into the buffers, from the buffers
 * into dst, zeros into the buffers. Returns the bytes moved; less than min(n, resid) means that a
 * user address was bad: answer -EFAULT, unless some bytes had been moved before. Sleepable
 * context, no spinlock held.
 */
size_t uio_copy_out(struct uio *uio, const void *src, size_t n);
size_t uio_copy_in(struct uio *uio, void *dst, size_t n);
size_t uio_zero(struct uio *uio, size_t n);

/*
 * The rest of the current buffer, for devices that take plain pointers: its length goes to *n and
 * is 0 only when nothing is left. uio_advance() then counts n of these bytes as moved.
 */
static inline void __user *uio_chunk(struct uio *uio, size_t *n)
{
	size_t len = 0;

	while (uio->resid && (len = uio->seg->len - uio->offset) == 0) {
		uio->seg++;
		uio->offset = 0;
	}
	*n = len < uio->resid ? len : uio->resid;
	return (char __user *)uio->seg->base + uio->offset;
}

static inline void uio_advance(struct uio *uio, size_t n)
{
	uio->offset += n;
	uio->resid -= n;
}

#endif
