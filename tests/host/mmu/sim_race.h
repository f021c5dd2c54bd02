/* SPDX-License-Identifier: MIT */
/* Two cores at once (sim_race.c). */
#ifndef TESTS_HOST_MMU_SIM_RACE_H
#define TESTS_HOST_MMU_SIM_RACE_H

#include <stdbool.h>

/*
 * Runs `first` on core 0 and `second` on core 1, each a few instructions at a time, in an order that
 * the dice choose; returns when both have ended.
 */
void sim_race(void (*first)(void), void (*second)(void));

/* Is `first` still running? For `second`, where it is an endless loop. */
bool sim_race_goes_on(void);

/* Do two cores execute at this moment? And for which of them is this? */
bool sim_racing(void);
unsigned int sim_side(void);

/* Here the other core may overtake. */
void sim_yield(void);

/* The other core has to go on, since this one waits for it. */
void sim_wait(const char *what);

/* Waiting for mutexes: for sched_register(). */
void sim_race_start(void);

#endif
