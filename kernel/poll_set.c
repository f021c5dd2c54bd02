/* SPDX-License-Identifier: MIT */
/*
 * Sleeping on the wait queues of many files at once.
 */
#include "poll_set.h"
#include <fs/vfs.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/poll.h>
#include <lib/errno.h>

/* Asks every file. The number of those that are ready. */
static int ask(struct poll_entry *entries, uint32_t n)
{
	int count = 0;

	for (struct poll_entry *e = entries; e < entries + n; e++) {
		if (e->fd < 0)
			continue;
		e->ready = POLLNVAL;
		if (e->file.file)
			e->ready = vfs_poll(e->file.file, &e->queue) &
			           (e->wanted | POLLERR | POLLHUP | POLLNVAL);
		count += e->ready != 0;
	}
	return count;
}

/* `self` has no waker; it marks the caller asleep where no file has a queue. */
static void begin(
        struct poll_entry *entries, uint32_t n, struct wait_queue *self, struct waiter *waiter)
{
	for (struct poll_entry *e = entries; e < entries + n; e++) {
		e->entered = e->queue;
		if (e->entered)
			wait_begin(e->entered, &e->waiter, true);
	}
	wait_begin(self, waiter, true);
}

static void end(
        struct poll_entry *entries, uint32_t n, struct wait_queue *self, struct waiter *waiter)
{
	for (struct poll_entry *e = entries; e < entries + n; e++) {
		if (e->entered)
			wait_end(e->entered, &e->waiter);
	}
	wait_end(self, waiter);
}

/*
 * The files are asked again after the last queue was entered: a wake-up that came while others
 * were still being entered is lost, but not the readiness that it told of.
 */
static int wait_until_ready(struct poll_entry *entries, uint32_t n, int64_t deadline)
{
	struct wait_queue self;
	struct waiter waiter;
	int count = ask(entries, n);

	wait_queue_init(&self);
	while (!count && deadline) {
		begin(entries, n, &self, &waiter);
		count = ask(entries, n);
		if (!count && signal_pending())
			count = -ERESTARTNOHAND;
		else if (!count && sched_hooks()->now() >= deadline)
			deadline = 0;
		else if (!count)
			sched_hooks()->block(deadline);
		end(entries, n, &self, &waiter);
	}
	return count;
}

int poll_wait(struct poll_entry *entries, uint32_t n, int64_t deadline)
{
	struct files *files = current()->files;
	int count;

	for (uint32_t i = 0; i < n; i++) {
		entries[i].ready = 0;
		entries[i].queue = NULL;
		entries[i].file = fd_get(files, entries[i].fd);
	}
	count = wait_until_ready(entries, n, deadline);
	for (uint32_t i = 0; i < n; i++)
		fd_put(entries[i].file);
	return count;
}

int temporary_mask_begin(const ksigset_t __user *mask, size_t size)
{
	struct signal_state *s = &current()->signal;
	ksigset_t set;

	if (!mask)
		return 0;
	if (size != sizeof(set))
		return -EINVAL;
	if (copy_from_user(&set, mask, sizeof(set)))
		return -EFAULT;
	s->saved_mask = s->blocked;
	s->restore_mask = true;
	signal_set_blocked(set);
	return 0;
}

void temporary_mask_end(long result)
{
	struct signal_state *s = &current()->signal;

	if (!s->restore_mask || result == -ERESTARTNOHAND)
		return;
	s->restore_mask = false;
	signal_set_blocked(s->saved_mask);
}
