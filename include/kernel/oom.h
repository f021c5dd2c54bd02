/* SPDX-License-Identifier: MIT */
/*
 * Out of memory: who is to end (kernel/oom.c).
 */
#ifndef KERNEL_OOM_H
#define KERNEL_OOM_H

#include <lib/types.h>

struct task;

/* Bounds of oom_score_adj; the lower one means: never. */
#define OOM_ADJ_MIN (-1000)
#define OOM_ADJ_MAX 1000

#define OOM_NEVER   INT32_MIN

/* /proc/sys/vm/panic_on_oom */
extern int panic_on_oom;

/* How many times a process was chosen. */
extern uint32_t oom_kills;

/*
 * How much the end of this process would bring: its memory in pages, plus its oom_score_adj in
 * thousandths of all memory; OOM_NEVER: it is not to be chosen. tasks_lock held.
 */
int32_t oom_badness_locked(const struct task *t);

/*
 * Ends a process and takes its memory, or waits a moment for one that is ending: the caller then tries
 * its allocation again. False if the caller itself has been killed. Panics if nobody can be ended.
 * Sleepable context; no space may be locked.
 */
bool oom_kill(void);

#endif
