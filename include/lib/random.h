/* SPDX-License-Identifier: MIT */
/*
 * Random bytes: a ChaCha20 generator (RFC 8439) behind /dev/urandom, getrandom() and AT_RANDOM.
 */
#ifndef LIB_RANDOM_H
#define LIB_RANDOM_H

#include <lib/types.h>

/*
 * Mixes n bytes of anything unpredictable into the key: the DTB's /chosen/rng-seed, counters,
 * times of interrupts, what a program writes to /dev/random. Never makes it worse. Any context.
 */
void random_add(const void *seed, size_t n);

/*
 * Fills buf with n random bytes. What was returned can't be computed from the state left behind.
 * As good as what random_add() was given; never waits. Any context.
 */
void random_bytes(void *buf, size_t n);

#endif
