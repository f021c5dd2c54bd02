/* SPDX-License-Identifier: MIT */
/*
 * Waiting for any of several files: what poll() and select() have in common.
 */
#ifndef KERNEL_POLL_SET_H
#define KERNEL_POLL_SET_H

#include <fs/fdtable.h>
#include <lib/abi/signal.h>
#include <lib/abi/time.h>
#include <lib/types.h>
#include <lib/wait.h>

/* One file of a set. */
struct poll_entry {
	int fd;          /* < 0: left out, never ready */
	uint32_t wanted; /* POLL* that count, beside POLLERR, POLLHUP and POLLNVAL */
	uint32_t ready;  /* the answer */
	struct fd file;
	struct wait_queue *queue;   /* as the file said last */
	struct wait_queue *entered; /* the one that waiter stands in */
	struct waiter waiter;
};

/*
 * Waits until some of n entries are ready, and returns their number; 0 at the deadline (ns; 0: does
 * not wait), -ERESTARTNOHAND if a signal came. -ENOMEM never. Sleepable context.
 */
int poll_wait(struct poll_entry *entries, uint32_t n, int64_t deadline);

/*
 * The signal mask of ppoll() and pselect(): begin replaces the caller's, `mask` NULL leaves it.
 * end puts it back, but after an interruption leaves that to the delivery of the signal, which has
 * to see the temporary one. begin: -EINVAL, -EFAULT.
 */
int temporary_mask_begin(const ksigset_t __user *mask, size_t size);
void temporary_mask_end(long result);

#endif
