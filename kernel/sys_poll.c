/* SPDX-License-Identifier: MIT */
/*
 * poll() and ppoll().
 */
#include "poll_set.h"
#include "user_time.h"
#include <drivers/timer.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/poll.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>

#define FEW_FDS 6 /* this many fit on the stack */

static int fetch(struct poll_entry *entries, const struct pollfd __user *fds, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct pollfd p;

		if (copy_from_user(&p, &fds[i], sizeof(p)))
			return -EFAULT;
		entries[i].fd = p.fd;
		entries[i].wanted = (uint16_t)p.events;
	}
	return 0;
}

static int answer(const struct poll_entry *entries, struct pollfd __user *fds, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		int16_t ready = entries[i].ready;

		if (copy_to_user(&fds[i].revents, &ready, sizeof(ready)))
			return -EFAULT;
	}
	return 0;
}

static long poll_until(struct pollfd __user *fds, uint32_t n, int64_t deadline)
{
	struct poll_entry few[FEW_FDS], *entries = few;
	long count;

	if (n > current()->rlimits[RLIMIT_NOFILE].rlim_cur || n > FDTABLE_LIMIT)
		return -EINVAL;
	if (n > FEW_FDS)
		entries = kmalloc(n * sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	count = fetch(entries, fds, n);
	if (!count)
		count = poll_wait(entries, n, deadline);
	if (count >= 0 && answer(entries, fds, n))
		count = -EFAULT;
	if (entries != few)
		kfree(entries);
	return count;
}

/* Goes on with what is left of the time, if the signal that interrupted it had no handler. */
static long poll_restart(const struct restart *r)
{
	struct pollfd __user *fds = (struct pollfd __user *)r->arg[0];
	long count = poll_until(fds, r->arg[1], r->deadline);

	if (count != -ERESTARTNOHAND)
		return count;
	current()->restart = *r;
	return -ERESTART_RESTARTBLOCK;
}

long sys_poll(struct pollfd __user *fds, uint32_t n, int timeout_ms)
{
	struct restart r = {.again = poll_restart, .arg = {(uint32_t)fds, n}};

	if (timeout_ms < 0)
		r.deadline = WAIT_FOREVER;
	else if (timeout_ms > 0)
		r.deadline = clock_now() + timeout_ms * 1000000ll;
	return poll_restart(&r);
}

static long do_ppoll(struct pollfd __user *fds, uint32_t n, void __user *timeout, enum time_abi abi,
        const ksigset_t __user *mask, size_t size)
{
	int64_t deadline;
	long count = get_deadline(&deadline, timeout, abi);

	if (count)
		return count;
	count = temporary_mask_begin(mask, size);
	if (!count) {
		count = poll_until(fds, n, deadline);
		temporary_mask_end(count);
	}
	put_time_left(deadline, timeout, abi);
	return count;
}

long sys_ppoll(struct pollfd __user *fds, uint32_t n, struct timespec32 __user *timeout,
        const ksigset_t __user *mask, size_t size)
{
	return do_ppoll(fds, n, timeout, TIME_32, mask, size);
}

long sys_ppoll_time64(struct pollfd __user *fds, uint32_t n, struct timespec64 __user *timeout,
        const ksigset_t __user *mask, size_t size)
{
	return do_ppoll(fds, n, timeout, TIME_64, mask, size);
}
