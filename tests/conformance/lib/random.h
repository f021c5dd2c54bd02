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

/* 1: print each step and what it answered; 2: the state after it, too. */
extern int verbose;

/* main(): runs the seeds from 1 on; with arguments that one alone, verbosely, and still more so with a second. */
void run_seeds(int argc, char **argv, uint32_t seeds, void (*run)(uint32_t seed));

#endif
