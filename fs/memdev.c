/* SPDX-License-Identifier: MIT */
/*
 * The devices that are no hardware: null, zero, full, random, urandom. Numbers: Linux 6.1,
 * Documentation/admin-guide/devices.txt.
 */
#include <lib/abi/mman.h>
#include <lib/chardev.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <lib/random.h>
#include <mm/mm.h>
#include <string.h>
#include "memdev.h"

#define MEM_MAJOR 1

static ssize_t read_null(
        struct chardev *dev, char __user *buf, size_t n, loff_t *pos, bool nonblock)
{
	(void)dev;
	(void)buf;
	(void)n;
	(void)pos;
	(void)nonblock;
	return 0;
}

static ssize_t write_null(
        struct chardev *dev, const char __user *buf, size_t n, loff_t *pos, bool nonblock)
{
	(void)dev;
	(void)buf;
	(void)pos;
	(void)nonblock;
	return n;
}

static ssize_t read_zero(
        struct chardev *dev, char __user *buf, size_t n, loff_t *pos, bool nonblock)
{
	(void)dev;
	(void)pos;
	(void)nonblock;
	return clear_user(buf, n) ? -EFAULT : (ssize_t)n;
}

static ssize_t write_full(
        struct chardev *dev, const char __user *buf, size_t n, loff_t *pos, bool nonblock)
{
	(void)dev;
	(void)buf;
	(void)n;
	(void)pos;
	(void)nonblock;
	return -ENOSPC;
}

/* Through a small buffer: the kernel stack has no room for more. */
static ssize_t read_random(
        struct chardev *dev, char __user *buf, size_t n, loff_t *pos, bool nonblock)
{
	char bytes[256];
	size_t done = 0;

	(void)dev;
	(void)pos;
	(void)nonblock;
	while (done < n) {
		size_t part = n - done < sizeof(bytes) ? n - done : sizeof(bytes);

		random_bytes(bytes, part);
		if (copy_to_user(buf + done, bytes, part))
			return done ? (ssize_t)done : -EFAULT;
		done += part;
	}
	return n;
}

static ssize_t write_random(
        struct chardev *dev, const char __user *buf, size_t n, loff_t *pos, bool nonblock)
{
	char bytes[256];
	size_t done = 0;

	(void)dev;
	(void)pos;
	(void)nonblock;
	while (done < n) {
		size_t part = n - done < sizeof(bytes) ? n - done : sizeof(bytes);

		if (copy_from_user(bytes, buf + done, part))
			return done ? (ssize_t)done : -EFAULT;
		random_add(bytes, part);
		done += part;
	}
	return n;
}

/* Any place is as good as the first one. */
static loff_t stay(struct chardev *dev, loff_t pos, loff_t offset, int whence)
{
	(void)dev;
	(void)pos;
	(void)offset;
	(void)whence;
	return 0;
}

/* Zeros of one's own, or to share with children: what anonymous memory is. */
static int mmap_zero(struct chardev *dev, struct mm_map_request *request)
{
	(void)dev;
	request->flags |= MAP_ANONYMOUS;
	return 0;
}

static const struct chardev_ops null_ops = {.read = read_null, .write = write_null, .lseek = stay};
static const struct chardev_ops zero_ops = {
        .read = read_zero, .write = write_null, .lseek = stay, .mmap = mmap_zero};
static const struct chardev_ops full_ops = {.read = read_zero, .write = write_full, .lseek = stay};
static const struct chardev_ops random_ops = {
        .read = read_random, .write = write_random, .lseek = stay};

static struct chardev devices[] = {
        {.name = "null", .major = MEM_MAJOR, .minor = 3, .mode = 0666, .ops = &null_ops},
        {.name = "zero", .major = MEM_MAJOR, .minor = 5, .mode = 0666, .ops = &zero_ops},
        {.name = "full", .major = MEM_MAJOR, .minor = 7, .mode = 0666, .ops = &full_ops},
        {.name = "random", .major = MEM_MAJOR, .minor = 8, .mode = 0666, .ops = &random_ops},
        {.name = "urandom", .major = MEM_MAJOR, .minor = 9, .mode = 0666, .ops = &random_ops},
};

void memdev_init(void)
{
	unsigned int i;

	for (i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		if (chardev_register(&devices[i]))
			panic("%s: device number taken", devices[i].name);
	}
}
