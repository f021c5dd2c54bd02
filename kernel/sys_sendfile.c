/* SPDX-License-Identifier: MIT */
/*
 * sendfile(): from a file to another without a detour through the program.
 */
#include "sys_file.h"
#include "user_path.h"
#include <fs/vfs.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/errno.h>
#include <mm/page.h>

/* Writes kernel memory at the file's position, as write() would. */
static ssize_t write_kernel(struct file *file, void *data, size_t n)
{
	struct uio_seg seg = {data, n};
	struct uio uio = {
	        .seg = &seg, .resid = n, .kernel = true, .nonblock = file->flags & O_NONBLOCK};
	ssize_t ret;

	if (!(file->mode & FMODE_ATOMIC))
		return file->ops->write(file, &uio, &file->pos);
	mutex_lock(&file->pos_lock);
	ret = file->ops->write(file, &uio, &file->pos);
	mutex_unlock(&file->pos_lock);
	return ret;
}

/* Page by page. What was moved before an error counts. */
static ssize_t copy_pages(struct file *out, struct file *in, loff_t *pos, size_t n)
{
	struct page *page = page_alloc(0, 0);
	ssize_t moved = 0, ret = 0;

	if (!page)
		return -ENOMEM;
	while (n) {
		size_t want = n < PAGE_SIZE ? n : PAGE_SIZE;
		ssize_t got = kernel_read(in, page_address(page), want, *pos);

		ret = got > 0 ? write_kernel(out, page_address(page), got) : got;
		if (ret <= 0)
			break;
		*pos += ret;
		moved += ret;
		n -= ret;
		if (ret < (ssize_t)want || signal_pending())
			break;
	}
	page_put(page);
	return moved ? moved : ret;
}

/* Linux looks at all of the source before it looks at the target. */
static int check_source(const struct file *in, const loff_t *offset, size_t n)
{
	if (!(in->mode & FMODE_READ))
		return -EBADF;
	if (offset && !in->ops->lseek)
		return -ESPIPE;
	return (ssize_t)n < 0 || (offset && *offset < 0) ? -EINVAL : 0;
}

static int check(const struct file *out, const struct file *in)
{
	if (!(out->mode & FMODE_WRITE))
		return -EBADF;
	/* The source has to be a file with pages, the target takes any but appending (sendfile(2)). */
	if (!in->ops->mapping || !out->ops->write)
		return -EINVAL;
	if ((out->flags & O_APPEND) && !S_ISFIFO(out->inode->mode))
		return -EINVAL;
	return 0;
}

/* Without an offset the source's own position is used, and moved. */
static ssize_t send(struct file *out, struct file *in, loff_t *offset, size_t n)
{
	loff_t pos = offset ? *offset : 0;
	ssize_t ret;
	int err;

	if (!offset)
		pos = vfs_lseek(in, 0, SEEK_CUR);
	err = check(out, in);
	if (err)
		return err;
	ret = copy_pages(out, in, &pos, n < MAX_RW_COUNT ? n : MAX_RW_COUNT);
	if (offset)
		*offset = pos;
	else if (ret > 0)
		vfs_lseek(in, pos, SEEK_SET);
	return ret;
}

static ssize_t do_sendfile(int out_fd, int in_fd, loff_t *offset, size_t n)
{
	struct fd in, out;
	ssize_t ret = fd_get_file(in_fd, &in);

	if (ret)
		return ret;
	ret = check_source(in.file, offset, n);
	if (ret) {
		fd_put(in);
		return ret;
	}
	ret = fd_get_file(out_fd, &out);
	if (!ret) {
		ret = send(out.file, in.file, offset, n);
		fd_put(out);
	}
	fd_put(in);
	return ret;
}

long sys_sendfile(int out, int in, uint32_t __user *offset, size_t n)
{
	uint32_t pos32 = 0;
	loff_t pos;
	ssize_t ret;

	if (offset && get_user_u32(&pos32, offset))
		return -EFAULT;
	pos = (int32_t)pos32;
	ret = written(do_sendfile(out, in, offset ? &pos : NULL, n));
	if (offset && put_user_u32(pos, offset))
		return -EFAULT;
	return ret;
}

long sys_sendfile64(int out, int in, loff_t __user *offset, size_t n)
{
	loff_t pos = 0;
	ssize_t ret;

	if (offset && copy_from_user(&pos, offset, sizeof(pos)))
		return -EFAULT;
	ret = written(do_sendfile(out, in, offset ? &pos : NULL, n));
	if (offset && copy_to_user(offset, &pos, sizeof(pos)))
		return -EFAULT;
	return ret;
}
