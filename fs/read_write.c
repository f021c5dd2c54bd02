/* SPDX-License-Identifier: MIT */
/*
 * read, write and their relatives: checks that all kinds of files share.
 */
#include <fs/vfs.h>
#include <lib/abi/poll.h>
#include <lib/errno.h>

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
	/* No file is that long: whether it is open for this is all that is asked. */
	if (pos > INT64_MAX - (loff_t)uio->resid)
		return file->mode & (move == do_read ? FMODE_READ : FMODE_WRITE) ? -EINVAL : -EBADF;
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

static ssize_t move_iov(
        struct file *file, const void __user *iov, unsigned int count, loff_t pos, mover move)
{
	struct uio_import im;
	struct uio uio;
	ssize_t ret = uio_import(&im, iov, count);

	if (ret < 0)
		return ret;
	uio = uio_of(file, im.segs, ret);
	ret = pos == -1 ? at_file_pos(file, &uio, move) : at_pos(file, &uio, pos, move);
	uio_import_end(&im);
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
