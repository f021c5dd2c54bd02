/* SPDX-License-Identifier: MIT */
/*
 * Open character devices: from file operations to the driver's <lib/chardev.h>.
 */
#include <fs/dentry.h>
#include <fs/file.h>
#include <lib/abi/poll.h>
#include <lib/chardev.h>
#include <lib/errno.h>
#include "open.h"

static int chardev_open(struct inode *inode, struct file *file)
{
	struct chardev *dev = chardev_find(dev_major(inode->rdev), dev_minor(inode->rdev));

	if (!dev)
		return -ENXIO;
	file->private = dev;
	return dev->ops->open ? dev->ops->open(dev) : 0;
}

static void chardev_release(struct file *file)
{
	struct chardev *dev = file->private;

	if (dev->ops->release)
		dev->ops->release(dev);
}

/* The answer after one buffer: the sum so far counts for more than an error. */
static bool finished(ssize_t ret, size_t asked)
{
	return ret < 0 || (size_t)ret < asked;
}

static ssize_t chardev_read(struct file *file, struct uio *uio, loff_t *pos)
{
	struct chardev *dev = file->private;
	ssize_t done = 0, ret = 0;

	if (!dev->ops->read)
		return -EINVAL;
	while (uio->resid) {
		size_t n;
		void __user *buf = uio_chunk(uio, &n);

		/* Whoever has some bytes does not wait for more. */
		ret = dev->ops->read(dev, buf, n, pos, uio->nonblock || done);
		if (ret > 0) {
			uio_advance(uio, ret);
			done += ret;
		}
		if (finished(ret, n))
			break;
	}
	return done ? done : ret;
}

static ssize_t chardev_write(struct file *file, struct uio *uio, loff_t *pos)
{
	struct chardev *dev = file->private;
	ssize_t done = 0, ret = 0;

	if (!dev->ops->write)
		return -EINVAL;
	while (uio->resid) {
		size_t n;
		const void __user *buf = uio_chunk(uio, &n);

		ret = dev->ops->write(dev, buf, n, pos, uio->nonblock);
		if (ret > 0) {
			uio_advance(uio, ret);
			done += ret;
		}
		if (finished(ret, n))
			break;
	}
	return done ? done : ret;
}

static loff_t chardev_lseek(struct file *file, loff_t offset, int whence)
{
	struct chardev *dev = file->private;

	if (!dev->ops->lseek)
		return -ESPIPE;
	offset = dev->ops->lseek(dev, file->pos, offset, whence);
	if (offset >= 0)
		file->pos = offset;
	return offset;
}

static int chardev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct chardev *dev = file->private;

	return dev->ops->ioctl ? dev->ops->ioctl(dev, cmd, arg) : -ENOTTY;
}

static int chardev_mmap(struct file *file, struct mm_map_request *request)
{
	struct chardev *dev = file->private;

	return dev->ops->mmap ? dev->ops->mmap(dev, request) : -ENODEV;
}

static unsigned int chardev_poll(struct file *file, struct wait_queue **wq)
{
	struct chardev *dev = file->private;

	if (!dev->ops->poll)
		return POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM;
	return dev->ops->poll(dev, wq);
}

const struct file_operations chardev_fops = {
        .open = chardev_open,
        .release = chardev_release,
        .read = chardev_read,
        .write = chardev_write,
        .lseek = chardev_lseek,
        .ioctl = chardev_ioctl,
        .mmap = chardev_mmap,
        .poll = chardev_poll,
};
