/* SPDX-License-Identifier: MIT */
/*
 * neon SECONDS SEED - two computations in the floating-point and NEON registers, each checked
 * against plain integers. Two of these at once, with different seeds, show whether the kernel keeps
 * one process's registers from another's. Exit status 0 if every result was right.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <quire.h>

#define LANES       64 /* 16 registers of 4 words: all there are */
#define ROUND_STEPS 200000u

/*
 * Adds q15 to q0-q14 `steps` times. All 32 D registers are live for the whole loop, and there is no
 * system call in it: only an interrupt can take them away.
 */
static void add_in_registers(uint32_t lanes[LANES], uint32_t steps)
{
	uint32_t *p = lanes;

	__asm__ volatile("vldm	%0!, {d0-d15}\n\t"
	                 "vldm	%0, {d16-d31}\n\t"
	                 "sub	%0, %0, #128\n"
	                 "1:	vadd.i32 q0, q0, q15\n\t"
	                 "vadd.i32 q1, q1, q15\n\t"
	                 "vadd.i32 q2, q2, q15\n\t"
	                 "vadd.i32 q3, q3, q15\n\t"
	                 "vadd.i32 q4, q4, q15\n\t"
	                 "vadd.i32 q5, q5, q15\n\t"
	                 "vadd.i32 q6, q6, q15\n\t"
	                 "vadd.i32 q7, q7, q15\n\t"
	                 "vadd.i32 q8, q8, q15\n\t"
	                 "vadd.i32 q9, q9, q15\n\t"
	                 "vadd.i32 q10, q10, q15\n\t"
	                 "vadd.i32 q11, q11, q15\n\t"
	                 "vadd.i32 q12, q12, q15\n\t"
	                 "vadd.i32 q13, q13, q15\n\t"
	                 "vadd.i32 q14, q14, q15\n\t"
	                 "subs	%1, %1, #1\n\t"
	                 "bne	1b\n\t"
	                 "vstm	%0!, {d0-d15}\n\t"
	                 "vstm	%0, {d16-d31}"
	                 : "+r"(p), "+r"(steps)
	                 :
	                 : "memory", "cc", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8",
	                 "q9", "q10", "q11", "q12", "q13", "q14", "q15");
}

static bool vectors_right(uint32_t seed)
{
	uint32_t before[LANES], after[LANES];

	for (uint32_t i = 0; i < LANES; i++)
		before[i] = after[i] = seed * 2654435761u + i * 40503u;
	add_in_registers(after, ROUND_STEPS);
	for (uint32_t i = 0; i < LANES - 4; i++)
		if (after[i] != before[i] + ROUND_STEPS * before[LANES - 4 + i % 4])
			return false;
	return true;
}

/* x = (5x + seed) mod 2^32 in doubles, exact because everything stays below 2^53. */
static bool doubles_right(uint32_t seed)
{
	const double two32 = 4294967296.0, add = seed;
	double x = seed;
	uint32_t reference = seed;

	for (uint32_t i = 0; i < ROUND_STEPS; i++) {
		x = x * 5.0 + add;
		x -= (double)(uint32_t)(x / two32) * two32;
		reference = reference * 5 + seed;
	}
	return x == (double)reference;
}

/* The rounding mode (FPSCR bits 23:22) belongs to the process too. */
static void set_rounding(uint32_t mode)
{
	__asm__ volatile("vmsr fpscr, %0" : : "r"(mode << 22));
}

static uint32_t rounding(void)
{
	uint32_t fpscr;

	__asm__ volatile("vmrs %0, fpscr" : "=r"(fpscr));
	return fpscr >> 22 & 3;
}

int main(int argc, char **argv)
{
	unsigned long seconds = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	uint32_t seed = argc > 2 ? strtoul(argv[2], NULL, 10) : 1;
	uint64_t end = monotonic_ns() + seconds * 1000000000ull;
	unsigned int rounds = 0, vectors = 0, doubles = 0, modes = 0;

	do {
		set_rounding(seed % 4);
		vectors += vectors_right(seed + rounds);
		doubles += doubles_right(seed + rounds);
		modes += rounding() == seed % 4;
		rounds++;
	} while (monotonic_ns() < end);
	printf("neon: seed %lu: %u rounds, right: vectors %u, doubles %u, rounding mode %u\n",
	        (unsigned long)seed, rounds, vectors, doubles, modes);
	return vectors == rounds && doubles == rounds && modes == rounds ? 0 : 1;
}
