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

#define MEM_MAJOR                                                                                  \
	1 /* /dev/mem, null, zero ...: the devices that have a position (admin-guide/devices.txt) */

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
	if (dev_major(file->inode->rdev) != MEM_MAJOR)
		return -ESPIPE;
	if (whence == SEEK_CUR)
		offset += file->pos;
	else if (whence != SEEK_SET)
		return -EINVAL;
	if (offset < 0)
		return -EINVAL;
	file->pos = offset;
	return offset;
}

static int chardev_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct chardev *dev = file->private;

	return dev->ops->ioctl ? dev->ops->ioctl(dev, cmd, arg) : -ENOTTY;
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
        .poll = chardev_poll,
};
