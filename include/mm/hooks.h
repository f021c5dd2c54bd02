/* SPDX-License-Identifier: MIT */
/*
 * What mm/ has to ask about the task that calls it. Tasks live in kernel/, to the right of this
 * folder, which registers the answers here.
 */
#ifndef MM_HOOKS_H
#define MM_HOOKS_H

#include <lib/types.h>

struct rlimit;

struct mm_hooks {
	/* The current task's limits, by RLIMIT_*: bytes, or RLIM_INFINITY. */
	const struct rlimit *(*limits)(void);
	/* May it go beyond RLIMIT_MEMLOCK, and into the memory reserved for root? */
	bool (*privileged)(void);
	/*
	 * Makes room by ending a process. True: try again; false: the current task is ending itself.
	 * Called in sleepable context, without any space locked.
	 */
	bool (*out_of_memory)(void);
};

/* Once, at boot. Before that, and in tests that do without, nothing is limited. */
void mm_hooks_register(const struct mm_hooks *hooks);

/* The soft limit. */
uint32_t mm_limit(unsigned int resource);
bool mm_privileged(void);
bool out_of_memory(void);

#endif
