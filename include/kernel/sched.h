/* SPDX-License-Identifier: MIT */
/*
 * The scheduler: round robin between the tasks that can run, sleeping, waking.
 */
#ifndef KERNEL_SCHED_H
#define KERNEL_SCHED_H

#include <kernel/task.h>
#include <lib/types.h>

#define TIME_SLICE 10000000 /* ns that a task runs while others wait */

/* Once, before anyone sleeps. */
void sched_init(void);

/* Once, when the devices are there: alarms that were asked for before are set now. */
void sched_timer_found(void);

/* When itimer_expire() is to be called next (ns of clock_now()); WAIT_FOREVER: never. Any context. */
void sched_itimer_at(int64_t at);

/* Makes `idle` the idle task of this core and its current task. */
void sched_init_core(struct task *idle);

/* A task that never ran joins the run queue. */
void sched_start(struct task *t);

/* Gives up the CPU; returns when the task is chosen again. Interrupts may be on or off and stay so. */
void schedule(void);

/* Goes to the end of the queue. */
void sched_yield(void);

/* Wakes a task that sleeps; `states` is a mask of 1 << TASK_... that it may be in. Any context. */
bool sched_wake(struct task *t, unsigned int states);

/* Marks the current task as in `state`; schedule() then takes it off the CPU. */
void sched_set_state(enum task_state state);

/* The current task has ended: it never runs again. */
void sched_end(void) __attribute__((noreturn));

/* What the idle task does. */
void sched_idle(void) __attribute__((noreturn));

/* The task's CPU time in ns, up to now if it runs. */
int64_t sched_cpu_time(const struct task *t);

/* Tasks that can run now (without the idle ones), and all context switches since boot. */
uint32_t sched_running(void);
uint64_t sched_switches(void);

/* Linux's load averages over 1, 5 and 15 minutes, in 1/2048. */
void sched_load(uint32_t load[3]);

#endif
