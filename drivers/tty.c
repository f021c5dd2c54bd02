/* SPDX-License-Identifier: MIT */
/*
 * The terminal as a character device: read(), write(), poll(), and the calls of the port driver.
 */
#include <lib/abi/poll.h>
#include <lib/abi/signal.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>

#include "tty_priv.h"

/* A task holds what it copies to or from user space here meanwhile: the copy may sleep. */
#define CHUNK 256

const struct tty_hooks *tty_hooks;
struct tty_list ttys = TAILQ_HEAD_INITIALIZER(ttys);

void tty_register_hooks(const struct tty_hooks *hooks)
{
	tty_hooks = hooks;
}

void tty_signal_locked(struct tty *tty, int sig)
{
	if (tty_hooks && tty->pgrp > 0)
		tty_hooks->signal_pgrp(tty->pgrp, sig);
}

/* ---- Devices ---- */

/* /dev/tty is whichever terminal controls the caller's session. */
static struct tty *tty_of(struct chardev *dev)
{
	if (dev->data || !tty_hooks)
		return dev->data;
	return tty_find_session(tty_hooks->current_sid());
}

/* Like Linux, reads and writes through /dev/console are free of job control. */
static bool is_console(const struct chardev *dev)
{
	return dev->major == 5 && dev->minor == 1;
}

static int tty_open(struct chardev *dev)
{
	return tty_of(dev) ? 0 : -ENXIO;
}

/* ---- Waiting ---- */

/* One task at a time reads, and one writes; the others can be interrupted while they wait. */
static bool claim(bool *busy)
{
	return !__atomic_exchange_n(busy, true, __ATOMIC_ACQUIRE);
}

static int claim_wait(struct tty *tty, bool *busy, bool nonblock)
{
	if (nonblock)
		return claim(busy) ? 0 : -EAGAIN;
	return wait_event_interruptible(&tty->wait, claim(busy));
}

static void release(struct tty *tty, bool *busy)
{
	__atomic_store_n(busy, false, __ATOMIC_RELEASE);
	wake_up(&tty->wait);
}

static bool input_ready(struct tty *tty, uint32_t amount)
{
	uint32_t flags = spin_lock_irqsave(&tty->lock);
	bool ready = tty_input_ready_locked(tty, amount);

	spin_unlock_irqrestore(&tty->lock, flags);
	return ready;
}

/* Room for a newline's two bytes, so that every byte can make progress. */
static bool output_ready(struct tty *tty)
{
	uint32_t flags = spin_lock_irqsave(&tty->lock);
	bool ready = !tty->stopped && tty->ops->write_room(tty->port) >= 2;

	spin_unlock_irqrestore(&tty->lock, flags);
	return ready;
}

/* ---- read() ---- */

/* What VMIN and VTIME ask for (termios(3), "Noncanonical mode"). */
struct read_wait {
	uint32_t minimum;
	int64_t interval; /* ns allowed between two bytes; 0 = forever */
	int64_t deadline; /* until the next byte has to be there */
};

static void read_wait_init(struct tty *tty, struct read_wait *w)
{
	uint32_t flags = spin_lock_irqsave(&tty->lock);
	int64_t time = tty->termios.c_cc[VTIME] * INT64_C(100000000);

	*w = (struct read_wait){.deadline = WAIT_FOREVER};
	if (!(tty->termios.c_lflag & ICANON)) {
		w->minimum = tty->termios.c_cc[VMIN];
		if (w->minimum)
			w->interval = time;
		else
			w->deadline = time ? sched_hooks()->now() + time : 0;
	}
	spin_unlock_irqrestore(&tty->lock, flags);
}

/* Takes the next bytes to `chunk`, and lets bytes that waited for room move up. */
static size_t take(struct tty *tty, uint8_t *chunk, size_t n, bool *end)
{
	uint32_t flags = spin_lock_irqsave(&tty->lock);
	size_t got = tty_input_take_locked(tty, chunk, n, end);

	tty_pump_locked(tty);
	spin_unlock_irqrestore(&tty->lock, flags);
	return got;
}

/* 0 when there is input; 1 when the time is over; -errno. */
static int wait_input(struct tty *tty, const struct read_wait *w, bool nonblock)
{
	int ret;

	if (input_ready(tty, 1))
		return 0;
	if (w->deadline == 0)
		return 1;
	if (nonblock)
		return -EAGAIN;
	ret = wait_event_until(&tty->wait, input_ready(tty, 1), true, w->deadline);
	return ret == -ETIMEDOUT ? 1 : ret;
}

static ssize_t read_claimed(struct tty *tty, uint8_t __user *buf, size_t n, bool nonblock)
{
	uint8_t chunk[CHUNK];
	struct read_wait w;
	size_t done = 0, got;
	bool end = false;
	int ret = 0;

	read_wait_init(tty, &w);
	while (done < n && !end) {
		if (done == 0 || done < w.minimum)
			ret = wait_input(tty, &w, nonblock);
		if (ret)
			break;
		got = take(tty, chunk, n - done < CHUNK ? n - done : CHUNK, &end);
		if (got == 0)
			break;
		if (copy_to_user(buf + done, chunk, got)) {
			ret = -EFAULT;
			break;
		}
		done += got;
		if (w.interval)
			w.deadline = sched_hooks()->now() + w.interval;
	}
	return done || ret > 0 ? (ssize_t)done : ret;
}

static ssize_t tty_read(struct chardev *dev, char __user *buf, size_t n, loff_t *pos, bool nonblock)
{
	struct tty *tty = tty_of(dev);
	ssize_t ret;

	(void)pos;
	if (!tty)
		return -EIO;
	ret = is_console(dev) ? 0 : tty_check_background(tty, SIGTTIN);
	if (!ret)
		ret = claim_wait(tty, &tty->reading, nonblock);
	if (ret)
		return ret;
	ret = read_claimed(tty, (uint8_t __user *)buf, n, nonblock);
	release(tty, &tty->reading);
	return ret;
}

/* ---- write() ---- */

static size_t output(struct tty *tty, const uint8_t *buf, size_t n)
{
	uint32_t flags = spin_lock_irqsave(&tty->lock);
	size_t done = tty->stopped ? 0 : tty_output_locked(tty, buf, n);

	spin_unlock_irqrestore(&tty->lock, flags);
	return done;
}

/* Sends all of a chunk, unless it would have to wait and must not. *done counts what was sent. */
static int write_chunk(struct tty *tty, const uint8_t *chunk, size_t n, size_t *done, bool nonblock)
{
	size_t sent;
	int ret;

	for (;;) {
		sent = output(tty, chunk, n);
		*done += sent;
		chunk += sent;
		n -= sent;
		if (n == 0)
			return 0;
		if (nonblock)
			return -EAGAIN;
		ret = wait_event_interruptible(&tty->wait, output_ready(tty));
		if (ret)
			return ret;
	}
}

static ssize_t write_claimed(struct tty *tty, const uint8_t __user *buf, size_t n, bool nonblock)
{
	uint8_t chunk[CHUNK];
	size_t done = 0, part;
	int ret = 0;

	while (done < n && !ret) {
		part = n - done < CHUNK ? n - done : CHUNK;
		ret = copy_from_user(chunk, buf + done, part);
		if (!ret)
			ret = write_chunk(tty, chunk, part, &done, nonblock);
	}
	return done ? (ssize_t)done : ret;
}

static ssize_t tty_write(
        struct chardev *dev, const char __user *buf, size_t n, loff_t *pos, bool nonblock)
{
	struct tty *tty = tty_of(dev);
	ssize_t ret = 0;

	(void)pos;
	if (!tty)
		return -EIO;
	if ((tty->termios.c_lflag & TOSTOP) && !is_console(dev))
		ret = tty_check_background(tty, SIGTTOU);
	if (!ret)
		ret = claim_wait(tty, &tty->writing, nonblock);
	if (ret)
		return ret;
	ret = write_claimed(tty, (const uint8_t __user *)buf, n, nonblock);
	release(tty, &tty->writing);
	return ret;
}

/* ---- poll() and ioctl() ---- */

static unsigned int tty_poll(struct chardev *dev, struct wait_queue **wq)
{
	struct tty *tty = tty_of(dev);
	const uint8_t *cc;
	unsigned int events = 0;

	if (!tty)
		return POLLERR;
	*wq = &tty->wait;
	cc = tty->termios.c_cc;
	/* Ready when a read() would return, which without a time limit takes VMIN bytes. */
	if (input_ready(tty, cc[VTIME] == 0 && cc[VMIN] ? cc[VMIN] : 1))
		events |= POLLIN | POLLRDNORM;
	if (output_ready(tty))
		events |= POLLOUT | POLLWRNORM;
	return events;
}

static const struct tty_ioctl *find_ioctl(unsigned int cmd)
{
	const struct tty_ioctl *const tables[] = {tty_termios_ioctls, tty_job_ioctls};
	const struct tty_ioctl *entry;
	unsigned int i;

	for (i = 0; i < 2; i++) {
		for (entry = tables[i]; entry->fn; entry++) {
			if (entry->cmd == cmd)
				return entry;
		}
	}
	return NULL;
}

static int tty_ioctl(struct chardev *dev, unsigned int cmd, unsigned long arg)
{
	const struct tty_ioctl *entry = find_ioctl(cmd);
	struct tty *tty = tty_of(dev);
	int ret;

	if (!tty)
		return -EIO;
	if (!entry)
		return -ENOTTY;
	if (entry->changes) {
		ret = tty_check_background(tty, SIGTTOU);
		if (ret)
			return ret;
	}
	return entry->fn(tty, cmd, arg);
}

static const struct chardev_ops tty_ops = {
        .open = tty_open,
        .read = tty_read,
        .write = tty_write,
        .ioctl = tty_ioctl,
        .poll = tty_poll,
};

/* ---- For port drivers ---- */

size_t tty_receive_room(struct tty *tty)
{
	uint32_t flags = spin_lock_irqsave(&tty->lock);
	size_t room = ring_free(&tty->rx);

	if (!room)
		tty->throttled = true;
	spin_unlock_irqrestore(&tty->lock, flags);
	return room;
}

void tty_receive(struct tty *tty, const uint8_t *buf, size_t n)
{
	spin_lock(&tty->lock);
	while (n-- > 0)
		ring_put(&tty->rx, *buf++);
	tty_pump_locked(tty);
	spin_unlock(&tty->lock);
	wake_up(&tty->wait);
}

void tty_receive_break(struct tty *tty)
{
	spin_lock(&tty->lock);
	tty_input_break_locked(tty);
	spin_unlock(&tty->lock);
	wake_up(&tty->wait);
}

void tty_write_wakeup(struct tty *tty)
{
	spin_lock(&tty->lock);
	tty_pump_locked(tty);
	spin_unlock(&tty->lock);
	wake_up(&tty->wait);
}

struct tty *tty_create(const char *name, const struct tty_port_ops *ops, void *port)
{
	struct tty *tty = kzalloc(sizeof(*tty));
	void *rx = kmalloc(TTY_RX_SIZE);

	if (!tty || !rx) {
		kfree(tty);
		kfree(rx);
		return NULL;
	}
	tty->name = name;
	tty->ops = ops;
	tty->port = port;
	wait_queue_init(&tty->wait);
	ring_init(&tty->rx, rx, TTY_RX_SIZE);
	tty_termios_init(tty);
	return tty;
}

void tty_destroy(struct tty *tty)
{
	kfree(tty->rx.buf);
	kfree(tty);
}

/* /dev/console and /dev/tty; the first terminal brings them along. */
static struct chardev console_dev = {
        .name = "console", .major = 5, .minor = 1, .mode = 0600, .ops = &tty_ops};
static struct chardev tty_dev = {
        .name = "tty", .major = 5, .minor = 0, .mode = 0666, .ops = &tty_ops};

int tty_publish(struct tty *tty, uint16_t major, uint16_t minor, bool console)
{
	int ret;

	tty->dev = (struct chardev){.name = tty->name,
	        .major = major,
	        .minor = minor,
	        .mode = 0600,
	        .ops = &tty_ops,
	        .data = tty};
	ret = chardev_register(&tty->dev);
	if (ret)
		return ret;
	if (TAILQ_EMPTY(&ttys))
		chardev_register(&tty_dev);
	TAILQ_INSERT_TAIL(&ttys, tty, link);
	if (console) {
		bool first = !console_dev.data;

		console_dev.data = tty;
		if (first)
			chardev_register(&console_dev);
	}
	return 0;
}
