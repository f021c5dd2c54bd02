/* SPDX-License-Identifier: MIT */
/*
 * System calls that read and set clocks.
 */
#include "user_time.h"
#include <drivers/timer.h>
#include <fs/inode.h>
#include <kernel/clock.h>
#include <kernel/sched.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/time.h>
#include <lib/errno.h>

#define NSEC_PER_TICK (NSEC_PER_SEC / USER_HZ)

/* Atomic (LDREXD, ARM DDI 0406C, A3.5.3): read often, and set hardly ever. */
static int64_t offset;

int64_t realtime_offset(void)
{
	return __atomic_load_n(&offset, __ATOMIC_RELAXED);
}

int64_t realtime_now(void)
{
	return clock_now() + realtime_offset();
}

void realtime_init(void)
{
	fs_register_clock(realtime_now);
}

/* There is one thread in a process, so the two CPU time clocks are one. */
static int read_clock(int clock, int64_t *ns)
{
	switch (clock) {
	case CLOCK_REALTIME:
	case CLOCK_REALTIME_COARSE:
		*ns = realtime_now();
		return 0;
	case CLOCK_MONOTONIC:
	case CLOCK_MONOTONIC_RAW:
	case CLOCK_MONOTONIC_COARSE:
	case CLOCK_BOOTTIME:
		*ns = clock_now();
		return 0;
	case CLOCK_PROCESS_CPUTIME_ID:
	case CLOCK_THREAD_CPUTIME_ID:
		*ns = sched_cpu_time(current());
		return 0;
	default:
		return -EINVAL;
	}
}

long sys_clock_gettime(int clock, struct timespec32 __user *time)
{
	int64_t ns;
	int err = read_clock(clock, &ns);

	return err ? err : put_timespec(ns, time, TIME_32);
}

long sys_clock_gettime64(int clock, struct timespec64 __user *time)
{
	int64_t ns;
	int err = read_clock(clock, &ns);

	return err ? err : put_timespec(ns, time, TIME_64);
}

/* The time since boot can't become negative: 1970 is the earliest that the boot may have been. */
static int set_realtime(const struct timespec64 *t)
{
	int64_t ns = timespec_to_ns(t), now = clock_now();

	if (!timespec_valid(t) || ns == INT64_MAX || ns < now)
		return -EINVAL;
	if (!cred_is_root(&current()->cred))
		return -EPERM;
	__atomic_store_n(&offset, ns - now, __ATOMIC_RELAXED);
	return 0;
}

static long do_clock_settime(int clock, const void __user *time, enum time_abi abi)
{
	struct timespec64 t;

	if (clock != CLOCK_REALTIME)
		return -EINVAL;
	return get_timespec(&t, time, abi) ? -EFAULT : set_realtime(&t);
}

long sys_clock_settime(int clock, const struct timespec32 __user *time)
{
	return do_clock_settime(clock, time, TIME_32);
}

long sys_clock_settime64(int clock, const struct timespec64 __user *time)
{
	return do_clock_settime(clock, time, TIME_64);
}

/* All of them are read from the same counter, the coarse ones too. */
#define RESOLUTION 1

long sys_clock_getres(int clock, struct timespec32 __user *res)
{
	int64_t ns;
	int err = read_clock(clock, &ns);

	return err || !res ? err : put_timespec(RESOLUTION, res, TIME_32);
}

long sys_clock_getres_time64(int clock, struct timespec64 __user *res)
{
	int64_t ns;
	int err = read_clock(clock, &ns);

	return err || !res ? err : put_timespec(RESOLUTION, res, TIME_64);
}

long sys_gettimeofday(struct timeval32 __user *time, struct ktimezone __user *zone)
{
	struct timeval32 tv = ns_to_timeval32(realtime_now());

	if (time && copy_to_user(time, &tv, sizeof(tv)))
		return -EFAULT;
	return zone ? clear_user(zone, sizeof(*zone)) : 0;
}

/* The kernel keeps no time zone; setting one is refused. */
long sys_settimeofday(const struct timeval32 __user *time, const struct ktimezone __user *zone)
{
	struct timeval32 tv;
	struct timespec64 t;

	if (zone || !time)
		return zone ? -EINVAL : 0;
	if (copy_from_user(&tv, time, sizeof(tv)))
		return -EFAULT;
	if (tv.tv_usec < 0 || tv.tv_usec >= USEC_PER_SEC)
		return -EINVAL;
	t.tv_sec = tv.tv_sec;
	t.tv_nsec = tv.tv_usec * 1000;
	return set_realtime(&t);
}

/* User and system time are not told apart: both count as the user's. */
long sys_times(struct ktms __user *times)
{
	struct task *t = current();
	struct ktms out = {.tms_utime = sched_cpu_time(t) / NSEC_PER_TICK};
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	int64_t children = t->children_usage.cpu_time;

	spin_unlock_irqrestore(&tasks_lock, flags);
	out.tms_cutime = children / NSEC_PER_TICK;
	if (times && copy_to_user(times, &out, sizeof(out)))
		return -EFAULT;
	return clock_now() / NSEC_PER_TICK;
}
