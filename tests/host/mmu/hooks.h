/* SPDX-License-Identifier: MIT */
/* Allocation as the simulation watches it: failing on demand, and checked when something is freed. */
#ifndef TESTS_HOST_MMU_HOOKS_H
#define TESTS_HOST_MMU_HOOKS_H

#include <lib/types.h>

/* The nth allocation from now (from 1) fails, and with `on` all that follow; 0: none fails. */
void hooks_fail_at(uint32_t n, bool on);
/* Has one failed since then? */
bool hooks_failed(void);

/* Counts what is allocated and should not be: frames and objects, when everything has been given back. */
uint32_t hooks_count_leaks(void);

#endif
