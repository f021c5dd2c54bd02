/* SPDX-License-Identifier: MIT */
/*
 * Clocks and sleeping. newlib's time_t has 64 bits and its clock numbers are its own.
 */
#include <time.h>
#include <sys/time.h>
#include <sys/times.h>
#include <quire.h>
#include "glue.h"

int _gettimeofday(struct timeval *tv, void *zone);
clock_t _times(struct tms *buf);

#define LINUX_CLOCK_REALTIME  0
#define LINUX_CLOCK_MONOTONIC 1

/* include/uapi/linux/time_types.h, struct __kernel_timespec. */
struct linux_timespec64 {
	int64_t sec;
	int64_t nsec;
};

int clock_gettime(clockid_t clock, struct timespec *ts)
{
	int number = clock == CLOCK_MONOTONIC ? LINUX_CLOCK_MONOTONIC : LINUX_CLOCK_REALTIME;
	struct linux_timespec64 raw;

	if (answer(syscall(SYS_clock_gettime64, number, &raw)) < 0)
		return -1;
	ts->tv_sec = raw.sec;
	ts->tv_nsec = (long)raw.nsec;
	return 0;
}

uint64_t monotonic_ns(void)
{
	struct linux_timespec64 raw = {0, 0};

	syscall(SYS_clock_gettime64, LINUX_CLOCK_MONOTONIC, &raw);
	return (uint64_t)raw.sec * 1000000000u + (uint64_t)raw.nsec;
}

int _gettimeofday(struct timeval *tv, void *zone)
{
	struct timespec ts;

	(void)zone; /* obsolete in POSIX: always none */
	if (clock_gettime(CLOCK_REALTIME, &ts))
		return -1;
	tv->tv_sec = ts.tv_sec;
	tv->tv_usec = ts.tv_nsec / 1000;
	return 0;
}

/* The kernel's struct timespec is two 32-bit words here: 68 years are enough for a sleep. */
int nanosleep(const struct timespec *want, struct timespec *left)
{
	int32_t request[2] = {(int32_t)want->tv_sec, want->tv_nsec};
	int32_t remain[2] = {0, 0};
	long result = answer(syscall(SYS_nanosleep, request, remain));

	if (left) {
		left->tv_sec = remain[0];
		left->tv_nsec = remain[1];
	}
	return result;
}

clock_t _times(struct tms *buf)
{
	return (clock_t)answer(syscall(SYS_times, buf)); /* both count in 1/100 s */
}
