/* SPDX-License-Identifier: MIT */
/*
 * The time structures of the ARM ABI, to and from nanoseconds.
 */
#ifndef KERNEL_USER_TIME_H
#define KERNEL_USER_TIME_H

#include <arm/uaccess.h>
#include <lib/abi/time.h>
#include <lib/types.h>

/* Copy one in or out; 0 or -EFAULT. What does not fit into 32 bits is cut off, as in Linux. */
int get_timespec32(struct timespec64 *to, const struct timespec32 __user *from);
int get_timespec64(struct timespec64 *to, const struct timespec64 __user *from);
int put_timespec32(int64_t ns, struct timespec32 __user *to);
int put_timespec64(int64_t ns, struct timespec64 __user *to);

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

#endif
