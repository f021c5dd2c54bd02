/* SPDX-License-Identifier: MIT */
/*
 * What processes have used, for getrusage(), wait4() and /proc/PID/stat.
 */
#ifndef KERNEL_USAGE_H
#define KERNEL_USAGE_H

#include <arm/uaccess.h>
#include <lib/types.h>

struct mm;
struct task;
struct rusage;

struct usage {
	int64_t cpu_time;      /* ns */
	uint32_t minor_faults; /* there are no others: nothing waits for a disk */
	uint32_t peak_rss;     /* pages, of the one that had most */
};

/* A task is about to leave its space, for another or for good: what it did there stays with it. tasks_lock held. */
void usage_leave_mm_locked(struct task *t, const struct mm *mm);

/* Adds what t has used itself to `sum`. tasks_lock held. */
void usage_add_task_locked(struct usage *sum, const struct task *t);

static inline void usage_add(struct usage *sum, const struct usage *more)
{
	sum->cpu_time += more->cpu_time;
	sum->minor_faults += more->minor_faults;
	if (more->peak_rss > sum->peak_rss)
		sum->peak_rss = more->peak_rss;
}

/* As struct rusage; what is not counted reads 0. 0 or -EFAULT. */
int usage_to_user(struct rusage __user *to, const struct usage *usage);

#endif
