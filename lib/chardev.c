/* SPDX-License-Identifier: MIT */
/*
 * The list of character devices.
 */
#include <lib/chardev.h>
#include <lib/errno.h>
#include <lib/spinlock.h>

static spinlock_t chardev_lock = SPINLOCK_INIT;
/* under chardev_lock; entries are never removed, so a pointer to one stays good without it */
static TAILQ_HEAD(, chardev) chardevs = TAILQ_HEAD_INITIALIZER(chardevs);

static struct chardev *find_locked(unsigned int major, unsigned int minor)
{
	struct chardev *dev;

	TAILQ_FOREACH (dev, &chardevs, link) {
		if (dev->major == major && dev->minor == minor)
			return dev;
	}
	return NULL;
}

int chardev_register(struct chardev *dev)
{
	uint32_t flags = spin_lock_irqsave(&chardev_lock);
	int ret = -EEXIST;

	if (!find_locked(dev->major, dev->minor)) {
		TAILQ_INSERT_TAIL(&chardevs, dev, link);
		ret = 0;
	}
	spin_unlock_irqrestore(&chardev_lock, flags);
	return ret;
}

struct chardev *chardev_find(unsigned int major, unsigned int minor)
{
	uint32_t flags = spin_lock_irqsave(&chardev_lock);
	struct chardev *dev = find_locked(major, minor);

	spin_unlock_irqrestore(&chardev_lock, flags);
	return dev;
}

struct chardev *chardev_next(struct chardev *dev)
{
	uint32_t flags = spin_lock_irqsave(&chardev_lock);

	dev = dev ? TAILQ_NEXT(dev, link) : TAILQ_FIRST(&chardevs);
	spin_unlock_irqrestore(&chardev_lock, flags);
	return dev;
}
