/* SPDX-License-Identifier: MIT */
/*
 * For programs that make random sequences of calls: numbers that a seed determines, and a hash of what was
 * seen.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

struct random {
	uint32_t state; /* not 0 */
	uint32_t hash;
};

/* Where they are: memory of its own, or such that children share if their steps are to count. */
extern struct random *rnd;

/* The next number, one below n, and true once in n times. */
uint32_t next(void);
uint32_t below(uint32_t n);
int one_in(uint32_t n);

/* Adds to the hash. */
void mix(uint32_t value);

#endif
