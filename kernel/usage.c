/* SPDX-License-Identifier: MIT */
/*
 * Resource usage: what a task, and those of its children that it has waited for, have taken
 * (getrusage(2)). User and system time are not told apart: all is user time.
 */
#include "user_time.h"
#include <kernel/sched.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/resource.h>
#include <lib/errno.h>
#include <mm/stat.h>
#include <string.h>

void usage_leave_mm_locked(struct task *t, const struct mm *mm)
{
	uint32_t peak = mm_peak_rss(mm);

	t->left.minor_faults += mm->minor_faults;
	if (peak > t->left.peak_rss)
		t->left.peak_rss = peak;
}

void usage_add_task_locked(struct usage *sum, const struct task *t)
{
	struct usage now = {.cpu_time = sched_cpu_time(t)};

	if (t->mm) {
		now.minor_faults = t->mm->minor_faults;
		now.peak_rss = mm_peak_rss(t->mm);
	}
	usage_add(sum, &t->left);
	usage_add(sum, &now);
}

int usage_to_user(struct rusage __user *to, const struct usage *usage)
{
	struct rusage r;

	memset(&r, 0, sizeof(r));
	r.ru_utime = ns_to_timeval32(usage->cpu_time);
	r.ru_minflt = usage->minor_faults;
	r.ru_maxrss = usage->peak_rss << (PAGE_SHIFT - 10);
	return copy_to_user(to, &r, sizeof(r));
}

long sys_getrusage(int who, struct rusage __user *to)
{
	struct task *t = current();
	struct usage usage = {0};
	uint32_t flags;

	if (who != RUSAGE_SELF && who != RUSAGE_CHILDREN && who != RUSAGE_THREAD)
		return -EINVAL;
	flags = spin_lock_irqsave(&tasks_lock);
	if (who == RUSAGE_CHILDREN)
		usage = t->children_usage;
	else
		usage_add_task_locked(&usage, t);
	spin_unlock_irqrestore(&tasks_lock, flags);
	return usage_to_user(to, &usage);
}
