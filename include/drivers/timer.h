/* SPDX-License-Identifier: MIT */
/*
 * Time, from the ARM generic timer: a counter that never stops or wraps, and one alarm for each
 * core. The virtual timer is used because it is reachable from SVC mode however the kernel was
 * entered (ARM DDI 0406C, B8.1).
 */
#ifndef DRIVERS_TIMER_H
#define DRIVERS_TIMER_H

#include <lib/types.h>

#define NSEC_PER_SEC 1000000000

/*
 * Nanoseconds since the first call, or since the timer was found where the core does not know its
 * rate (CNTFRQ = 0). Never goes backwards; at most one tick behind the exact value. Any context.
 */
int64_t clock_now(void);

/*
 * The bare counter, and a difference of two of its values in ns: for measuring spans where
 * clock_now()'s multiplications would be a good part of what is measured. Any context.
 */
uint64_t clock_ticks(void);
int64_t clock_ticks_to_ns(uint64_t ticks);

/*
 * Sets this core's alarm: the handler is called in interrupt context when clock_now() >= deadline
 * (at once, if that is so already). Replaces the alarm set before; INT64_MAX means none, and then
 * the timer stays silent. Any context. Needs a timer that was probed.
 */
void clock_set_event(int64_t deadline);

/* Who is called for an alarm, on the core that set it, with interrupts masked and the alarm off. */
void timer_register_handler(void (*handler)(void));

#endif
