/* SPDX-License-Identifier: MIT */
/*
 * The time of day. The machine has no clock that runs while it is off, so it starts at 1970 until
 * somebody sets it.
 */
#ifndef KERNEL_CLOCK_H
#define KERNEL_CLOCK_H

#include <lib/types.h>

/* Nanoseconds since 1970, UTC. Any context. */
int64_t realtime_now(void);

/* The same minus clock_now(): changes when the clock is set. Any context. */
int64_t realtime_offset(void);

/* Once: from here on files get times. */
void realtime_init(void);

#endif
