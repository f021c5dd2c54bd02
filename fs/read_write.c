/* SPDX-License-Identifier: MIT */
/*
 * read, write and their relatives: checks that all kinds of files share.
 */
#include <fs/vfs.h>
#include <lib/abi/poll.h>
#include <lib/abi/uio.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>

#define FEW_SEGS 8 /* this many fit on the stack */

static ssize_t do_read(struct file *file, struct uio *uio, loff_t *pos)
{
	if (!(file->mode & FMODE_READ))
		return -EBADF;
	if (!file->ops->read)
		return S_ISDIR(file->inode->mode) ? -EISDIR : -EINVAL;
	return file->ops->read(file, uio, pos);
}

static ssize_t do_write(struct file *file, struct uio *uio, loff_t *pos)
{
	if (!(file->mode & FMODE_WRITE))
		return -EBADF;
	if (!file->ops->write)
		return -EINVAL;
	return file->ops->write(file, uio, pos);
}

typedef ssize_t (*mover)(struct file *, struct uio *, loff_t *);

/* At the file's own position, one at a time where files have one (read(2), "BUGS"). */
static ssize_t at_file_pos(struct file *file, struct uio *uio, mover move)
{
	ssize_t ret;

	if (!(file->mode & FMODE_ATOMIC))
		return move(file, uio, &file->pos);
	mutex_lock(&file->pos_lock);
	ret = move(file, uio, &file->pos);
	mutex_unlock(&file->pos_lock);
	return ret;
}

static ssize_t at_pos(struct file *file, struct uio *uio, loff_t pos, mover move)
{
	if (pos < 0)
		return -EINVAL;
	if (!file->ops->lseek && !(file->mode & FMODE_PATH))
		return -ESPIPE;
	return move(file, uio, &pos);
}

static struct uio uio_of(const struct file *file, const struct uio_seg *seg, size_t n)
{
	return (struct uio){
	        .seg = seg,
	        .resid = n < MAX_RW_COUNT ? n : MAX_RW_COUNT,
	        .nonblock = file->flags & O_NONBLOCK,
	};
}

ssize_t vfs_read(struct file *file, void __user *buf, size_t n)
{
	struct uio_seg seg = {buf, n};
	struct uio uio = uio_of(file, &seg, n);

	return at_file_pos(file, &uio, do_read);
}

ssize_t vfs_write(struct file *file, const void __user *buf, size_t n)
{
	struct uio_seg seg = {(void __user *)buf, n};
	struct uio uio = uio_of(file, &seg, n);

	return at_file_pos(file, &uio, do_write);
}

ssize_t vfs_pread(struct file *file, void __user *buf, size_t n, loff_t pos)
{
	struct uio_seg seg = {buf, n};
	struct uio uio = uio_of(file, &seg, n);

	return at_pos(file, &uio, pos, do_read);
}

ssize_t vfs_pwrite(struct file *file, const void __user *buf, size_t n, loff_t pos)
{
	struct uio_seg seg = {(void __user *)buf, n};
	struct uio uio = uio_of(file, &seg, n);

	return at_pos(file, &uio, pos, do_write);
}

ssize_t kernel_read(struct file *file, void *buf, size_t n, loff_t pos)
{
	struct uio_seg seg = {buf, n};
	struct uio uio = uio_of(file, &seg, n);

	uio.kernel = true;
	return do_read(file, &uio, &pos);
}

/* The user's iovecs as segments. Their sum, cut to MAX_RW_COUNT, or -errno. */
static ssize_t import_iov(struct uio_seg *segs, const struct iovec __user *iov, unsigned int count)
{
	size_t total = 0;
	unsigned int i;

	for (i = 0; i < count; i++) {
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

static ssize_t move_iov(
        struct file *file, const void __user *iov, unsigned int count, loff_t pos, mover move)
{
	struct uio_seg few[FEW_SEGS], *segs = few;
	struct uio uio;
	ssize_t ret;

	if (count > UIO_MAXIOV)
		return -EINVAL;
	if (count > FEW_SEGS)
		segs = kmalloc(count * sizeof(*segs));
	if (!segs)
		return -ENOMEM;
	ret = import_iov(segs, iov, count);
	if (ret >= 0) {
		uio = uio_of(file, segs, ret);
		ret = pos == -1 ? at_file_pos(file, &uio, move) : at_pos(file, &uio, pos, move);
	}
	if (segs != few)
		kfree(segs);
	return ret;
}

ssize_t vfs_readv(struct file *file, const void __user *iov, unsigned int count, loff_t pos)
{
	return move_iov(file, iov, count, pos, do_read);
}

ssize_t vfs_writev(struct file *file, const void __user *iov, unsigned int count, loff_t pos)
{
	return move_iov(file, iov, count, pos, do_write);
}

loff_t vfs_lseek(struct file *file, loff_t offset, int whence)
{
	loff_t ret;

	if (file->mode & FMODE_PATH)
		return -EBADF;
	if (!file->ops->lseek)
		return -ESPIPE;
	mutex_lock(&file->pos_lock);
	ret = file->ops->lseek(file, offset, whence);
	mutex_unlock(&file->pos_lock);
	return ret;
}

int vfs_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	if (file->mode & FMODE_PATH)
		return -EBADF;
	return file->ops->ioctl ? file->ops->ioctl(file, cmd, arg) : -ENOTTY;
}

unsigned int vfs_poll(struct file *file, struct wait_queue **wq)
{
	*wq = NULL;
	if (file->mode & FMODE_PATH)
		return POLLNVAL;
	if (!file->ops->poll)
		return POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
	return file->ops->poll(file, wq);
}

int vfs_fsync(struct file *file)
{
	if (file->mode & FMODE_PATH)
		return -EBADF;
	return file->ops->fsync ? file->ops->fsync(file) : -EINVAL;
}

int vfs_mapping(struct file *file, struct address_space **as)
{
	if (file->mode & FMODE_PATH)
		return -EBADF;
	if (!file->ops->mapping)
		return -ENODEV;
	*as = file->ops->mapping(file);
	return 0;
}
