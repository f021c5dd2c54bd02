/* SPDX-License-Identifier: MIT */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

/* Seconds until a reset after a panic; 0: halt, negative: reset at once (Linux: panic=). */
extern int panic_timeout;

#endif
