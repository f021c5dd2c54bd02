/* SPDX-License-Identifier: MIT */
/*
 * System calls that wait for a time.
 */
#include "user_time.h"
#include <drivers/timer.h>
#include <kernel/clock.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/time.h>
#include <lib/errno.h>
#include <lib/wait.h>

/* Where, and in which structure, the time that is left is to be told. */
static int put_rest(enum time_abi abi, uint32_t rest, int64_t deadline)
{
	return rest ? put_timespec(time_left(deadline), (void __user *)rest, abi) : 0;
}

/* 0 at the deadline, -ERESTARTSYS if a signal came first. */
static int sleep_until(int64_t deadline)
{
	struct wait_queue nobody = WAIT_QUEUE_INIT(nobody);
	int err = wait_event_until(&nobody, false, true, deadline);

	return err == -ETIMEDOUT ? 0 : err;
}

/* Sleeps, for the first time or on from where a signal without a handler interrupted. */
static long sleep_restart(const struct restart *r)
{
	if (!sleep_until(r->deadline))
		return 0;
	if (put_rest(r->arg[0], r->arg[1], r->deadline))
		return -EFAULT;
	current()->restart = *r;
	return -ERESTART_RESTARTBLOCK;
}

static long sleep_relative(const struct timespec64 *t, enum time_abi abi, void __user *rest)
{
	struct restart r = {.again = sleep_restart, .arg = {abi, (uint32_t)rest}};

	if (!timespec_valid(t))
		return -EINVAL;
	r.deadline = ns_add(clock_now(), timespec_to_ns(t));
	return sleep_restart(&r);
}

/*
 * Until a clock shows a time. Setting CLOCK_REALTIME while a task sleeps is noticed when it wakes
 * up: it goes on sleeping, or is late.
 */
static long sleep_absolute(int clock, const struct timespec64 *t)
{
	int64_t end = timespec_to_ns(t);

	if (!timespec_valid(t))
		return -EINVAL;
	for (;;) {
		int64_t offset = clock == CLOCK_REALTIME ? realtime_offset() : 0;
		int err = sleep_until(end == INT64_MAX ? WAIT_FOREVER : end - offset);

		if (err)
			return -ERESTARTNOHAND;
		if (clock != CLOCK_REALTIME || realtime_now() >= end)
			return 0;
	}
}

long sys_nanosleep(const struct timespec32 __user *time, struct timespec32 __user *rest)
{
	struct timespec64 t;

	return get_timespec(&t, time, TIME_32) ? -EFAULT : sleep_relative(&t, TIME_32, rest);
}

/*
 * -EINVAL: no such clock; -EOPNOTSUPP: none to sleep by. Linux sleeps by a process's CPU time too;
 * here that is missing.
 */
static int check_clock(int clock)
{
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_MONOTONIC:
	case CLOCK_BOOTTIME:
		return 0;
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_REALTIME_COARSE:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_PROCESS_CPUTIME_ID:
	case CLOCK_THREAD_CPUTIME_ID:
		return -EOPNOTSUPP;
	default:
		return -EINVAL;
	}
}

static long do_clock_nanosleep(
        int clock, int flags, const void __user *time, void __user *rest, enum time_abi abi)
{
	struct timespec64 t;
	int err = check_clock(clock);

	if (err)
		return err;
	if (get_timespec(&t, time, abi))
		return -EFAULT;
	if (flags & TIMER_ABSTIME)
		return sleep_absolute(clock, &t);
	return sleep_relative(&t, abi, rest);
}

long sys_clock_nanosleep(
        int clock, int flags, const struct timespec32 __user *time, struct timespec32 __user *rest)
{
	return do_clock_nanosleep(clock, flags, time, rest, TIME_32);
}

long sys_clock_nanosleep_time64(
        int clock, int flags, const struct timespec64 __user *time, struct timespec64 __user *rest)
{
	return do_clock_nanosleep(clock, flags, time, rest, TIME_64);
}

long sys_restart_syscall(void)
{
	struct task *t = current();
	struct restart r = t->restart;

	t->restart.again = NULL;
	return r.again ? r.again(&r) : -EINTR;
}
