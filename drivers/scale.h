/* SPDX-License-Identifier: MIT */
/*
 * Converting counts of one rate to another without dividing: the quotient of the two rates is kept
 * as a whole number and a 64-bit binary fraction. A 64-bit fraction is wrong by less than one part
 * in 1.8e19, so even after centuries of ticks the result is that of a true division, or one less.
 */
#ifndef DRIVERS_SCALE_H
#define DRIVERS_SCALE_H

#include <lib/types.h>

struct scale {
	uint32_t whole;
	uint64_t fraction; /* in units of 2^-64, rounded down */
};

/* scale_apply() is to turn a count at rate `from` into one at rate `to`; both 1 to 2^31 - 1. */
static inline void scale_init(struct scale *s, uint32_t from, uint32_t to)
{
	uint32_t rest = to % from;
	int i;

	s->whole = to / from;
	s->fraction = 0;
	/* Long division in binary. Once at boot, so a loop will do. */
	for (i = 0; i < 64; i++) {
		rest <<= 1;
		s->fraction <<= 1;
		if (rest >= from) {
			rest -= from;
			s->fraction |= 1;
		}
	}
}

/* The upper half of the 128-bit product, from four 32-bit multiplications. */
static inline uint64_t mul_high(uint64_t a, uint64_t b)
{
	uint32_t al = a, ah = a >> 32, bl = b, bh = b >> 32;
	uint64_t middle = (uint64_t)ah * bl + (((uint64_t)al * bl) >> 32);

	/* Neither sum can overflow: (2^32-1)^2 + 2^32-1 < 2^64. */
	return (uint64_t)ah * bh + (middle >> 32) + (((uint64_t)al * bh + (uint32_t)middle) >> 32);
}

/* count * to / from, rounded down, or one less. The result must fit in 64 bits. */
static inline uint64_t scale_apply(const struct scale *s, uint64_t count)
{
	uint64_t result = count * s->whole;

	/* QEMU's 62.5 MHz is 16 ns to a tick, without a fraction. */
	return s->fraction ? result + mul_high(count, s->fraction) : result;
}

#endif
