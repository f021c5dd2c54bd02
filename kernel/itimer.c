/* SPDX-License-Identifier: MIT */
/*
 * The interval timer of a process that counts real time, ITIMER_REAL: setitimer(2), on which alarm(3)
 * stands too. Those that count CPU time are missing.
 */
#include "user_time.h"
#include <drivers/timer.h>
#include <kernel/itimer.h>
#include <kernel/sched.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/errno.h>

RB_HEAD(itimer_tree, task);

static struct {
	spinlock_t lock; /* inside tasks_lock, outside the scheduler's */
	/* under lock: the tasks whose timer runs; task->itimer_runs, itimer_at and itimer_interval are too */
	struct itimer_tree running;
} itimers = {.running = RB_INITIALIZER(&itimers.running)};

static int itimer_compare(const struct task *a, const struct task *b)
{
	if (a->itimer_at != b->itimer_at)
		return a->itimer_at < b->itimer_at ? -1 : 1;
	return a < b ? -1 : a > b;
}

RB_GENERATE_STATIC(itimer_tree, task, itimer_link, itimer_compare)

/* Stops the timer, and starts it if `at` (ns of clock_now()) is not 0. */
static void set_locked(struct task *t, int64_t at)
{
	const struct task *first;

	if (!t->itimer_runs && !at)
		return;
	if (t->itimer_runs)
		RB_REMOVE(itimer_tree, &itimers.running, t);
	t->itimer_runs = at;
	if (at) {
		t->itimer_at = at;
		RB_INSERT(itimer_tree, &itimers.running, t);
	}
	first = RB_MIN(itimer_tree, &itimers.running);
	sched_itimer_at(first ? first->itimer_at : WAIT_FOREVER);
}

void itimer_expire(int64_t now)
{
	uint32_t flags =
	        spin_lock_irqsave(&tasks_lock); /* or the task might go before it has its signal */

	for (;;) {
		struct task *t;

		spin_lock(&itimers.lock);
		t = RB_MIN(itimer_tree, &itimers.running);
		if (t && t->itimer_at > now)
			t = NULL;
		if (t)
			set_locked(t, 0);
		spin_unlock(&itimers.lock);
		if (!t)
			break;
		signal_send_locked(t, SIGALRM, NULL);
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
}

void itimer_restart(void)
{
	struct task *t = current();
	int64_t now, interval;

	spin_lock_irq(&itimers.lock);
	interval = t->itimer_interval;
	if (interval && !t->itimer_runs) {
		/* A whole number of intervals after it fired: how late signals are taken does not add up. */
		now = clock_now();
		set_locked(t, now + interval - (now - t->itimer_at) % interval);
	}
	spin_unlock_irq(&itimers.lock);
}

/* Returns how long the timer had still to go: 0 if it did not run, else at least the 1 us that shows. */
static int64_t left_locked(const struct task *t)
{
	int64_t left;

	if (!t->itimer_runs)
		return 0;
	left = t->itimer_at - clock_now();
	return left < NSEC_PER_USEC ? NSEC_PER_USEC : left;
}

void itimer_stop(void)
{
	struct task *t = current();

	/* Unlocked: nobody else starts it. */
	if (!t->itimer_runs)
		return;
	spin_lock_irq(&itimers.lock);
	set_locked(t, 0);
	spin_unlock_irq(&itimers.lock);
}

static int put(struct itimerval32 __user *to, int64_t left, int64_t interval)
{
	struct itimerval32 value = {ns_to_timeval32(interval), ns_to_timeval32(left)};

	return copy_to_user(to, &value, sizeof(value));
}

long sys_getitimer(int which, struct itimerval32 __user *value)
{
	struct task *t = current();
	int64_t left, interval;

	if (which != ITIMER_REAL)
		return -EINVAL;
	spin_lock_irq(&itimers.lock);
	left = left_locked(t);
	interval = t->itimer_interval;
	spin_unlock_irq(&itimers.lock);
	return put(value, left, interval);
}

/* Without a value the timer stops (Linux does that too, though POSIX does not ask for it). */
long sys_setitimer(
        int which, const struct itimerval32 __user *value, struct itimerval32 __user *old)
{
	struct task *t = current();
	struct itimerval32 v = {0};
	int64_t left, interval, first, again;

	if (value && copy_from_user(&v, value, sizeof(v)))
		return -EFAULT;
	if (which != ITIMER_REAL || timeval32_to_ns(&v.it_value, &first) ||
	        timeval32_to_ns(&v.it_interval, &again))
		return -EINVAL;
	spin_lock_irq(&itimers.lock);
	left = left_locked(t);
	interval = t->itimer_interval;
	t->itimer_interval = first ? again : 0;
	set_locked(t, first ? clock_now() + first : 0);
	spin_unlock_irq(&itimers.lock);
	return old ? put(old, left, interval) : 0;
}
