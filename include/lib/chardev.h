/* SPDX-License-Identifier: MIT */
/*
 * Character devices: what a driver offers and what fs/ shows in /dev. The list stands in lib/
 * because drivers and fs do not know each other.
 */
#ifndef LIB_CHARDEV_H
#define LIB_CHARDEV_H

#include <arm/uaccess.h>
#include <lib/types.h>
#include <lib/wait.h>
#include <sys/queue.h>

struct chardev;
struct mm_map_request;

/*
 * Every operation may be NULL: reading or writing is then -EINVAL, ioctl -ENOTTY, lseek -ESPIPE,
 * mmap -ENODEV, open succeeds, poll says always ready. `nonblock` is O_NONBLOCK of the open file. Sleepable context.
 */
struct chardev_ops {
	int (*open)(struct chardev *);
	void (*release)(struct chardev *);
	/* Bytes moved (0 = end of file) or -errno; *pos is the file position, for devices that have one. */
	ssize_t (*read)(struct chardev *, char __user *buf, size_t n, loff_t *pos, bool nonblock);
	ssize_t (*write)(
	        struct chardev *, const char __user *buf, size_t n, loff_t *pos, bool nonblock);
	/* The new position, from the one that was. */
	loff_t (*lseek)(struct chardev *, loff_t pos, loff_t offset, int whence);
	int (*ioctl)(struct chardev *, unsigned int cmd, unsigned long arg);
	/*
	 * Says what to map: completes vm_flags, or sets MAP_ANONYMOUS in flags. Errors that
	 * mm_map() finds in the numbers are left to it.
	 */
	int (*mmap)(struct chardev *, struct mm_map_request *);
	/* POLLIN | POLLOUT ... as ready now; *wq is the queue that is woken when that changes. */
	unsigned int (*poll)(struct chardev *, struct wait_queue **wq);
};

struct chardev {
	const char *name; /* below /dev */
	uint16_t major, minor;
	uint16_t mode; /* permission bits */
	bool rawio;    /* only root opens it, whatever the bits say (CAP_SYS_RAWIO) */
	const struct chardev_ops *ops;
	void *data; /* the driver's own */
	TAILQ_ENTRY(chardev) link;
};

/* Adds a device for good. -EEXIST if its number is taken. Before or after /dev is mounted. */
int chardev_register(struct chardev *dev);

/* Finds a device by number; NULL if there is none. */
struct chardev *chardev_find(unsigned int major, unsigned int minor);

/* Iterates: chardev_next(NULL) is the first, NULL after the last. */
struct chardev *chardev_next(struct chardev *dev);

#endif
