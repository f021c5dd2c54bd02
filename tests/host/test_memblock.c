/* SPDX-License-Identifier: MIT */
/*
 * Tests of the boot-time list of RAM against a map with one byte per unit of memory.
 */
#include "host.h"
#include <lib/errno.h>

/* Included, so that each test can empty its lists. */
#include "../../mm/memblock.c"

#define UNITS 64
#define UNIT  0x10000000ull /* of 4 GiB: 16 are below the limit, the rest above it */
#define BELOW 16
#define FINE  0x1000ull

enum {
	RAM = 1,
	TAKEN = 2,
};

static uint64_t unit;   /* bytes that one entry of the map stands for */
static uint64_t origin; /* address of the first */
static uint8_t map[UNITS];

static void start(uint64_t base, uint64_t size)
{
	ram.count = taken.count = 0;
	memset(map, 0, sizeof(map));
	origin = base;
	unit = size;
}

static uint64_t at(uint32_t i)
{
	return origin + i * unit;
}

static void mark(uint32_t first, uint32_t n, uint8_t set, uint8_t clear)
{
	for (uint32_t i = first; i < first + n; i++) {
		if (at(i) < FOUR_GIB)
			map[i] = (map[i] | set) & ~clear;
	}
}

static uint8_t seen[UNITS];
static uint64_t last_end;
static bool joined;

static void see(uint64_t from, uint64_t to)
{
	assert_true(from < to);
	assert_true(!joined || from > last_end); /* ascending, and what touches is joined */
	assert_true(from >= last_end);
	last_end = to;
	for (; from < to; from += unit)
		seen[(from - origin) / unit]++;
}

static void check(void)
{
	memset(seen, 0, sizeof(seen));
	last_end = 0;
	joined = false;
	memblock_for_each_ram(see);
	for (int i = 0; i < UNITS; i++)
		assert_int_equal(seen[i], !!(map[i] & RAM));
	memset(seen, 0, sizeof(seen));
	last_end = 0;
	joined = true;
	memblock_for_each_free(see);
	for (int i = 0; i < UNITS; i++)
		assert_int_equal(seen[i], map[i] == RAM);
	for (int i = 0; i < UNITS; i++) {
		if (map[i] & RAM) {
			assert_int_equal(memblock_start(), at(i));
			break;
		}
	}
	for (int i = UNITS; i-- > 0;) {
		if (map[i] & RAM) {
			assert_int_equal(memblock_end(), at(i + 1));
			break;
		}
	}
}

static bool fits(uint32_t first, uint32_t n, uint64_t align, uint64_t below)
{
	if (at(first) % align || at(first + n) > below)
		return false;
	for (uint32_t i = first; i < first + n; i++) {
		if (map[i] != RAM)
			return false;
	}
	return true;
}

/* Does it take the highest place there is, aligned, and nothing if there is none? */
static void take(struct fuzz *f)
{
	uint32_t n = 1 + fuzz_below(f, 4), i = UNITS - n + 1;
	uint64_t align = unit << fuzz_below(f, 3);
	uint64_t below = at(fuzz_below(f, UNITS + 1));
	uint64_t got = memblock_take(n * unit, align, below);

	while (i-- > 0 && !fits(i, n, align, below))
		;
	assert_int_equal(got, i == UINT32_MAX ? 0 : at(i));
	if (got)
		mark(i, n, TAKEN, 0);
}

static void limit(struct fuzz *f)
{
	uint32_t keep = fuzz_below(f, UNITS);

	memblock_limit(keep * unit);
	for (int i = 0; i < UNITS; i++) {
		if (!(map[i] & RAM))
			continue;
		if (keep)
			keep--;
		else
			map[i] &= ~RAM;
	}
}

static void step(struct fuzz *f)
{
	uint32_t first = fuzz_below(f, UNITS), n = fuzz_below(f, UNITS - first + 1) % 12;

	switch (fuzz_below(f, 16)) {
	case 0 ... 5:
		assert_int_equal(memblock_add(at(first), n * unit), 0);
		mark(first, n, RAM, 0);
		break;
	case 6 ... 9:
		assert_int_equal(memblock_reserve(at(first), n * unit), 0);
		mark(first, n, TAKEN, 0);
		break;
	case 10 ... 12:
		assert_int_equal(memblock_remove(at(first), n * unit), 0);
		mark(first, n, 0, RAM);
		break;
	case 13:
		if (fuzz_below(f, 8) == 0)
			limit(f);
		break;
	default:
		take(f);
	}
	check();
}

static void random_ranges(void **state)
{
	struct fuzz f = {.state = 1};

	for (int round = 0; round < 2000; round++) {
		/* Whole gigabytes that run past 4 GiB, or pages in between. */
		if (round % 2)
			start(0x8000000, FINE);
		else
			start(UNIT, UNIT);
		for (int i = 0; i < 40; i++)
			step(&f);
	}
}

/* What if a DTB says that memory is at the end of the 64-bit space, or all of it? */
static void beyond_four_gib(void **state)
{
	start(0, UNIT);
	assert_int_equal(memblock_add(FOUR_GIB, 0x40000000), 0);
	assert_int_equal(memblock_add(UINT64_MAX - 0xfff, UINT64_MAX), 0);
	assert_int_equal(memblock_end(), 0);
	assert_int_equal(memblock_add(0x40000000, UINT64_MAX), 0);
	assert_int_equal(memblock_start(), 0x40000000);
	assert_int_equal(memblock_end(), FOUR_GIB);
	assert_int_equal(memblock_reserve(0xf0000000, UINT64_MAX), 0);
	assert_int_equal(memblock_take(0x1000, 0x1000, UINT64_MAX), 0xeffff000);
	assert_int_equal(memblock_remove(0x50000000, UINT64_MAX), 0);
	assert_int_equal(memblock_end(), 0x50000000);
}

/* What if there are more ranges than the table holds? An error, and what is known stays. */
static void full_table(void **state)
{
	start(0, FINE);
	for (uint32_t i = 0; i < MAX_RANGES; i++)
		assert_int_equal(memblock_add(i * 0x2000, 0x1000), 0);
	assert_int_equal(memblock_add(MAX_RANGES * 0x2000, 0x1000), -ENOSPC);
	assert_int_equal(memblock_remove(0x2400, 0x400), -ENOSPC);
	assert_int_equal(ram.count, MAX_RANGES);
	assert_int_equal(memblock_add(0x1000, 0x1000), 0); /* joins two: there is room again */
	assert_int_equal(memblock_add(MAX_RANGES * 0x2000, 0x1000), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(random_ranges),
	        cmocka_unit_test(beyond_four_gib),
	        cmocka_unit_test(full_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
