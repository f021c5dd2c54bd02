/* SPDX-License-Identifier: MIT */
/*
 * Random numbers and a hash, the same on every kernel.
 */
#include "random.h"

static struct random own;

struct random *rnd = &own;

/* Marsaglia's xorshift. */
uint32_t next(void)
{
	uint32_t s = rnd->state;

	s ^= s << 13;
	s ^= s >> 17;
	s ^= s << 5;
	return rnd->state = s;
}

uint32_t below(uint32_t n)
{
	return next() % n;
}

int one_in(uint32_t n)
{
	return below(n) == 0;
}

void mix(uint32_t value)
{
	rnd->hash = (rnd->hash ^ value) * 0x01000193u; /* the prime of FNV-1a */
	rnd->hash ^= rnd->hash >> 15;
}
