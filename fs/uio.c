/* SPDX-License-Identifier: MIT */
/*
 * Moving bytes between the kernel and the buffers of one read() or write().
 */
#include <fs/uio.h>
#include <fs/vfs.h>
#include <lib/abi/uio.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>
#include <mm/page.h>
#include <string.h>

enum direction {
	TO_BUFFER,
	FROM_BUFFER,
	ZEROS_TO_BUFFER
};

static int move_user(void __user *user, void *p, size_t n, enum direction dir)
{
	if (dir == TO_BUFFER)
		return copy_to_user(user, p, n);
	if (dir == FROM_BUFFER)
		return copy_from_user(p, user, n);
	return clear_user(user, n);
}

/*
 * Again, page by page, after a copy failed: what lies before the bad page is moved and counted, as
 * Linux does.
 */
static size_t move_pages(char __user *user, char *p, size_t n, enum direction dir)
{
	size_t done = 0;

	while (done < n) {
		size_t part = PAGE_SIZE - PAGE_OFFSET((uintptr_t)(user + done));

		if (part > n - done)
			part = n - done;
		if (move_user(user + done, p ? p + done : NULL, part, dir))
			break;
		done += part;
	}
	return done;
}

static void move_kernel(void *to, void *p, size_t n, enum direction dir)
{
	if (dir == TO_BUFFER)
		memcpy(to, p, n);
	else if (dir == FROM_BUFFER)
		memcpy(p, to, n);
	else
		memset(to, 0, n);
}

static size_t move(struct uio *uio, char *p, size_t n, enum direction dir)
{
	size_t done = 0;

	/* Nearly always it is one piece of one buffer of the user, and good. */
	if (n <= uio->resid && n <= uio->seg->len - uio->offset && !uio->kernel &&
	        !move_user((char __user *)uio->seg->base + uio->offset, p, n, dir)) {
		uio_advance(uio, n);
		return n;
	}
	while (done < n) {
		size_t part, moved;
		void __user *base = uio_chunk(uio, &part);

		if (!part)
			break;
		if (part > n - done)
			part = n - done;
		moved = part;
		if (uio->kernel)
			move_kernel(base, p, part, dir);
		else if (move_user(base, p, part, dir))
			moved = move_pages(base, p, part, dir);
		uio_advance(uio, moved);
		done += moved;
		if (moved < part)
			break;
		if (p)
			p += part;
	}
	return done;
}

size_t uio_copy_out(struct uio *uio, const void *src, size_t n)
{
	return move(uio, (char *)src, n, TO_BUFFER);
}

size_t uio_copy_in(struct uio *uio, void *dst, size_t n)
{
	return move(uio, dst, n, FROM_BUFFER);
}

size_t uio_zero(struct uio *uio, size_t n)
{
	return move(uio, NULL, n, ZEROS_TO_BUFFER);
}

static ssize_t import(struct uio_seg *segs, const struct iovec __user *iov, unsigned int count)
{
	size_t total = 0;

	for (unsigned int i = 0; i < count; i++) {
		struct iovec one;

		if (copy_from_user(&one, iov + i, sizeof(one)))
			return -EFAULT;
		if (one.iov_len > INT32_MAX)
			return -EINVAL;
		segs[i].base = (void __user *)(uintptr_t)one.iov_base;
		segs[i].len = one.iov_len;
		/* Both are below 2^31, so the sum can't wrap. */
		total += one.iov_len;
		if (total > MAX_RW_COUNT)
			total = MAX_RW_COUNT;
	}
	return total;
}

ssize_t uio_import(struct uio_import *im, const void __user *iov, unsigned int count)
{
	ssize_t total;

	if (count > UIO_MAXIOV)
		return -EINVAL;
	im->segs = count > UIO_FEW ? kmalloc(count * sizeof(*im->segs)) : im->few;
	if (!im->segs)
		return -ENOMEM;
	total = import(im->segs, iov, count);
	if (total < 0)
		uio_import_end(im);
	return total;
}

void uio_import_end(struct uio_import *im)
{
	if (im->segs != im->few)
		kfree(im->segs);
}
