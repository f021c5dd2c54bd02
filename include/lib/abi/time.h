/* SPDX-License-Identifier: MIT */
/* Clock numbers and time structures: the 32-bit ones of the first ARM EABI calls and the 64-bit
 * ones of the *_time64 calls. Sources: Linux 6.1, include/uapi/linux/time.h and time_types.h. */
#ifndef LIB_ABI_TIME_H
#define LIB_ABI_TIME_H

#include <lib/types.h>

#define CLOCK_REALTIME           0
#define CLOCK_MONOTONIC          1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID  3
#define CLOCK_MONOTONIC_RAW      4
#define CLOCK_REALTIME_COARSE    5
#define CLOCK_MONOTONIC_COARSE   6
#define CLOCK_BOOTTIME           7

#define TIMER_ABSTIME            0x01

#define NSEC_PER_SEC             1000000000
#define USEC_PER_SEC             1000000
#define NSEC_PER_USEC            1000

/* Linux's old_timespec32: nanosleep(), clock_gettime(), futex(), ppoll() ... */
struct timespec32 {
	int32_t tv_sec;
	int32_t tv_nsec;
};

/* Linux's __kernel_timespec: clock_gettime64(), futex_time64() ... */
struct timespec64 {
	int64_t tv_sec;
	int64_t tv_nsec; /* the upper half is padding on input */
};

struct timeval32 {
	int32_t tv_sec;
	int32_t tv_usec;
};

/* The second argument of gettimeofday(). */
struct ktimezone {
	int32_t tz_minuteswest;
	int32_t tz_dsttime;
};

struct itimerspec32 {
	struct timespec32 it_interval;
	struct timespec32 it_value;
};

struct itimerspec64 {
	struct timespec64 it_interval;
	struct timespec64 it_value;
};

/* setitimer(), getitimer() */
#define ITIMER_REAL    0
#define ITIMER_VIRTUAL 1
#define ITIMER_PROF    2

struct itimerval32 {
	struct timeval32 it_interval;
	struct timeval32 it_value;
};

/* times(): in ticks of 1/USER_HZ s, as AT_CLKTCK says */
#define USER_HZ 100

struct ktms {
	int32_t tms_utime;
	int32_t tms_stime;
	int32_t tms_cutime;
	int32_t tms_cstime;
};

#endif
