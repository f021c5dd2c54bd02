/* SPDX-License-Identifier: MIT */
/*
 * The time structures of the ARM ABI, to and from nanoseconds.
 */
#ifndef KERNEL_USER_TIME_H
#define KERNEL_USER_TIME_H

#include <arm/uaccess.h>
#include <lib/abi/time.h>
#include <lib/types.h>

/* Which structure a system call means: struct timespec32, or timespec64 where its name ends in 64. */
enum time_abi {
	TIME_32,
	TIME_64
};

/* Copy one in or out; 0 or -EFAULT. What does not fit into 32 bits is cut off, as in Linux. */
int get_timespec(struct timespec64 *to, const void __user *from, enum time_abi abi);
int put_timespec(int64_t ns, void __user *to, enum time_abi abi);

/* Not negative, and less than a second of nanoseconds. */
bool timespec_valid(const struct timespec64 *t);

/* In ns; a time beyond 292 years becomes INT64_MAX (INT64_MIN before). */
int64_t timespec_to_ns(const struct timespec64 *t);

/* -EINVAL: negative, or a second or more of microseconds. What the other returns is cut to 32 bits. */
int timeval32_to_ns(const struct timeval32 *tv, int64_t *ns);
struct timeval32 ns_to_timeval32(int64_t ns);

/* a + b, INT64_MAX where that is too large: when a wait of b from now on ends. */
int64_t ns_add(int64_t a, int64_t b);

/*
 * When a wait that starts now and lasts t ends; 0, the past, if t is 0. -EINVAL. time_left() is
 * what is still to come of it, 0 if it is over.
 */
int deadline_after(const struct timespec64 *t, int64_t *deadline);
int64_t time_left(int64_t deadline);

/* The same of a program's timeout: WAIT_FOREVER where that is NULL. -EFAULT, -EINVAL. */
int get_deadline(int64_t *deadline, const void __user *timeout, enum time_abi abi);
/*
 * Writes back what is left of it, as Linux does, so that a call that is made again does not wait
 * longer in all. Where that memory is read-only, the result stands all the same (ppoll(2)).
 */
void put_time_left(int64_t deadline, void __user *timeout, enum time_abi abi);

#endif
