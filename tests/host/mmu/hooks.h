/* SPDX-License-Identifier: MIT */
/* Allocation as the simulation watches it: failing on demand, and checked when something is freed. */
#ifndef TESTS_HOST_MMU_HOOKS_H
#define TESTS_HOST_MMU_HOOKS_H

#include <lib/types.h>

/* The nth allocation from now (from 1) fails, and with `on` all that follow; 0: none fails. */
void hooks_fail_at(uint32_t n, bool on);
/* Has one failed since then? */
bool hooks_failed(void);
/* Would another attempt fail as well? */
bool hooks_fail_for_good(void);

/*
 * What operations call before they allocate: fails one allocation in one operation out of `odds`. With
 * `every`, the nth of all operations instead.
 */
extern uint32_t hooks_every;
/* Counts the allocations that were made to fail. */
extern uint32_t hooks_failures;
void hooks_maybe_fail(uint32_t odds, uint32_t most);

/* Counts what is allocated and should not be: frames and objects, when everything has been given back. */
uint32_t hooks_count_leaks(void);

#endif
