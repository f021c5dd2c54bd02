/* SPDX-License-Identifier: MIT */
/* Running a test with many seeds. */
#ifndef TESTS_HOST_MMU_SEEDS_H
#define TESTS_HOST_MMU_SEEDS_H

#include <stdint.h>

/*
 * Runs test(1), test(2), ... in processes of their own, until one fails; returns its wait status, or
 * 0. Environment: SEED=n runs only that one, MMU_PERCENT=n changes how many there are.
 */
int run_seeds(void (*test)(uint64_t seed), uint32_t runs);

#endif
