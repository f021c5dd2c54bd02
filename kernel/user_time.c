/* SPDX-License-Identifier: MIT */
/*
 * Times as programs write them.
 */
#include "user_time.h"
#include <drivers/timer.h>
#include <lib/errno.h>
#include <lib/wait.h>

#define MAX_SECONDS (INT64_MAX / NSEC_PER_SEC - 1)

int get_timespec(struct timespec64 *to, const void __user *from, enum time_abi abi)
{
	struct timespec32 t;
	int err;

	if (abi == TIME_64) {
		err = copy_from_user(to, from, sizeof(*to));
		/* C libraries with a 32-bit long leave the upper half undefined. */
		to->tv_nsec = (int32_t)to->tv_nsec;
		return err;
	}
	err = copy_from_user(&t, from, sizeof(t));
	if (err)
		return err;
	to->tv_sec = t.tv_sec;
	to->tv_nsec = t.tv_nsec;
	return 0;
}

int put_timespec(int64_t ns, void __user *to, enum time_abi abi)
{
	struct timespec64 t = {.tv_sec = ns / NSEC_PER_SEC, .tv_nsec = ns % NSEC_PER_SEC};
	struct timespec32 t32 = {.tv_sec = t.tv_sec, .tv_nsec = t.tv_nsec};

	return abi == TIME_64 ? copy_to_user(to, &t, sizeof(t))
	                      : copy_to_user(to, &t32, sizeof(t32));
}

bool timespec_valid(const struct timespec64 *t)
{
	return t->tv_sec >= 0 && t->tv_nsec >= 0 && t->tv_nsec < NSEC_PER_SEC;
}

int64_t timespec_to_ns(const struct timespec64 *t)
{
	if (t->tv_sec > MAX_SECONDS)
		return INT64_MAX;
	if (t->tv_sec < -MAX_SECONDS)
		return INT64_MIN;
	return t->tv_sec * NSEC_PER_SEC + t->tv_nsec;
}

int timeval32_to_ns(const struct timeval32 *tv, int64_t *ns)
{
	if (tv->tv_sec < 0 || (uint32_t)tv->tv_usec >= USEC_PER_SEC)
		return -EINVAL;
	*ns = tv->tv_sec * (int64_t)NSEC_PER_SEC + tv->tv_usec * NSEC_PER_USEC;
	return 0;
}

struct timeval32 ns_to_timeval32(int64_t ns)
{
	return (struct timeval32){ns / NSEC_PER_SEC, ns % NSEC_PER_SEC / NSEC_PER_USEC};
}

int64_t ns_add(int64_t a, int64_t b)
{
	return b > INT64_MAX - a ? INT64_MAX : a + b;
}

int deadline_after(const struct timespec64 *t, int64_t *deadline)
{
	int64_t ns;

	if (!timespec_valid(t))
		return -EINVAL;
	ns = timespec_to_ns(t);
	*deadline = ns ? ns_add(clock_now(), ns) : 0;
	return 0;
}

int64_t time_left(int64_t deadline)
{
	int64_t left = deadline - clock_now();

	return left > 0 ? left : 0;
}

int get_deadline(int64_t *deadline, const void __user *timeout, enum time_abi abi)
{
	struct timespec64 t;

	*deadline = WAIT_FOREVER;
	if (!timeout)
		return 0;
	return get_timespec(&t, timeout, abi) ? -EFAULT : deadline_after(&t, deadline);
}

void put_time_left(int64_t deadline, void __user *timeout, enum time_abi abi)
{
	if (timeout && deadline)
		put_timespec(time_left(deadline), timeout, abi);
}
