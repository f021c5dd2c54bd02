/* SPDX-License-Identifier: MIT */
/* What the host tests share: cmocka, files, buffers that a sanitizer guards to the byte, and
 * mutations. */
#ifndef TESTS_HOST_HOST_H
#define TESTS_HOST_HOST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

/* A heap copy of exactly size bytes: one byte read past it ends the test. */
static inline void *guarded_copy(const void *data, size_t size)
{
	void *copy = malloc(size ? size : 1);

	assert_non_null(copy);
	if (size == 0)
		return realloc(copy, 1);
	return memcpy(copy, data, size);
}

/* A whole file of TEST_DATA, guarded; free() it. */
static inline uint8_t *load_file(const char *name, size_t *size)
{
	char path[256];
	uint8_t *data;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", TEST_DATA, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	fseek(f, 0, SEEK_END);
	*size = ftell(f);
	rewind(f);
	data = malloc(*size);
	assert_non_null(data);
	assert_int_equal(fread(data, 1, *size, f), *size);
	fclose(f);
	return data;
}

struct fuzz {
	uint64_t state; /* of the random numbers, the same in every run */
	time_t end;
};

static inline uint32_t fuzz_random(struct fuzz *f)
{
	/* splitmix64 */
	uint64_t z = f->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z >> 32;
}

static inline uint32_t fuzz_below(struct fuzz *f, uint32_t limit)
{
	return limit ? fuzz_random(f) % limit : 0;
}

static inline void fuzz_start(struct fuzz *f)
{
	const char *seconds = getenv("FUZZ_SECONDS");
	const char *seed = getenv("FUZZ_SEED");

	f->state = seed ? strtoull(seed, NULL, 0) : 1;
	f->end = time(NULL) + (seconds ? atoi(seconds) : 2);
	/* What never returns is a failure too. */
	alarm(f->end - time(NULL) + 30);
}

static inline int fuzz_goes_on(const struct fuzz *f)
{
	return time(NULL) < f->end;
}

/* Write a number of the kind that finds mistakes at a random place. */
static inline void fuzz_number(struct fuzz *f, uint8_t *data, size_t size)
{
	static const uint32_t numbers[] = {0, 1, 2, 3, 4, 9, 0x7f, 0xff, 0xfff, 0x1000, 0x7fffffff,
	        0x80000000, 0xfffffff0, 0xfffffffc, 0xfffffffe, 0xffffffff};
	uint32_t n = numbers[fuzz_below(f, sizeof(numbers) / sizeof(numbers[0]))];
	size_t at = fuzz_below(f, size - 3) & ~3u;

	if (fuzz_random(f) & 1)
		n = __builtin_bswap32(n);
	memcpy(data + at, &n, 4);
}

/* A guarded copy of data with a few things changed, or cut short. *size becomes its size; free()
 * it. */
static inline uint8_t *fuzz_mutate(struct fuzz *f, const uint8_t *data, size_t *size)
{
	uint8_t *copy = guarded_copy(data, *size);
	uint8_t *cut;

	for (uint32_t i = fuzz_below(f, 6); i != UINT32_MAX && *size > 8; i--) {
		size_t at = fuzz_below(f, *size);

		switch (fuzz_below(f, 6)) {
		case 0:
			copy[at] ^= 1 << fuzz_below(f, 8);
			break;
		case 1:
			copy[at] = fuzz_random(f);
			break;
		case 2:
			memmove(copy + at, copy + fuzz_below(f, at + 1), (*size - at) / 2);
			break;
		case 3:
			if (fuzz_below(f, 8) == 0)
				*size = at + 1;
			break;
		default:
			fuzz_number(f, copy, *size);
		}
	}
	cut = guarded_copy(copy, *size);
	free(copy);
	return cut;
}

#endif
