/* SPDX-License-Identifier: MIT */
/*
 * Random numbers and a hash, the same on every kernel.
 */
#include "random.h"
#include "proc.h"

static struct random own;

struct random *rnd = &own;
int verbose;

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

void run_seeds(int argc, char **argv, uint32_t seeds, void (*run)(uint32_t seed))
{
	if (argc > 1) {
		verbose = argc > 2 ? 2 : 1;
		run((uint32_t)number_at(argv[1]));
		return;
	}
	for (uint32_t seed = 1; seed <= seeds; seed++)
		run(seed);
}
