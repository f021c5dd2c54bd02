/* SPDX-License-Identifier: MIT */
/*
 * Futexes, for the rest of the kernel.
 */
#ifndef KERNEL_FUTEX_H
#define KERNEL_FUTEX_H

#include <lib/types.h>

/*
 * Wakes up to n waiters of the word at user address addr of the current task's space: what
 * CLONE_CHILD_CLEARTID promises at a task's end (clone(2)). The number woken, or -errno. Sleepable
 * context.
 */
int futex_wake_address(uint32_t addr, int n);

#endif
