/* SPDX-License-Identifier: MIT */
/*
 * The activity LED beats like a heart while the kernel's timer runs: a sign of life that needs no
 * serial cable.
 */
#ifndef DRIVERS_LED_H
#define DRIVERS_LED_H

#include <lib/types.h>

/*
 * Sets the LED as the beat wants it at `now` (clock_now()) and returns when it wants to be called
 * again; INT64_MAX if the board has no such LED. Any context.
 */
int64_t led_heartbeat(int64_t now);

#endif
