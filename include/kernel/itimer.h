/* SPDX-License-Identifier: MIT */
/*
 * ITIMER_REAL, the interval timer that sends SIGALRM. execve() leaves it running, a child of fork()
 * starts without.
 */
#ifndef KERNEL_ITIMER_H
#define KERNEL_ITIMER_H

#include <lib/types.h>

/*
 * Sends SIGALRM to all whose time has come at `now` (ns of clock_now()). A timer with an interval
 * rests until the signal has been taken (itimer_restart()): however short the interval, it costs the
 * process that asked for it, and nobody else (Linux: it_real_fn()). Any context, without tasks_lock.
 */
void itimer_expire(int64_t now);

/* The current task has taken a SIGALRM: its timer goes on. Interrupts on. */
void itimer_restart(void);

/* The current task ends: no more of it. Interrupts on. */
void itimer_stop(void);

#endif
