/* SPDX-License-Identifier: MIT */
/* Tests of unpacking, with what tools/pack.py packs (tests/host/make_packed.py). */
#include "host.h"
#include <lib/errno.h>
#include <lib/unpack.h>

static struct unpack_work work;

/* Unpacks into a buffer of exactly size bytes and the slack. */
static int unpack_to(uint8_t **out, size_t size, const uint8_t *in, size_t in_size)
{
	*out = malloc(size + UNPACK_SLACK);
	assert_non_null(*out);
	memset(&work, 0xa5, sizeof(work));
	return unpack(*out, size, in, in_size, &work);
}

static int try_size(size_t size, const uint8_t *in, size_t in_size)
{
	uint8_t *copy = guarded_copy(in, in_size), *out;
	int err = unpack_to(&out, size, copy, in_size);

	free(out);
	free(copy);
	return err;
}

struct packed {
	uint8_t *plain, *packed;
	size_t plain_size, size;
};

static struct packed load(const char *name)
{
	struct packed p;
	char file[64];

	p.plain = load_file(name, &p.plain_size);
	snprintf(file, sizeof(file), "%s.packed", name);
	p.packed = load_file(file, &p.size);
	return p;
}

static void unload(struct packed *p)
{
	free(p->plain);
	free(p->packed);
}

static const char *const names[] = {"one", "same", "text", "noise", "mixed", "far"};

/* Does everything come back as it was, and into no place that is a byte too small or too large? */
static void round_trips(void **state)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct packed p = load(names[i]);
		uint8_t *out;

		assert_int_equal(unpack_to(&out, p.plain_size, p.packed, p.size), 0);
		assert_memory_equal(out, p.plain, p.plain_size);
		free(out);
		assert_int_equal(try_size(p.plain_size - 1, p.packed, p.size), -EINVAL);
		assert_int_equal(try_size(p.plain_size + 1, p.packed, p.size), -EINVAL);
		unload(&p);
	}
}

/* What if the end is missing? No length that is shorter by more than the filling passes for the whole. */
static void cut_short(void **state)
{
	struct packed p = load("mixed");

	for (size_t size = 0; size < p.size; size += size < 300 || size + 300 > p.size ? 1 : 37) {
		if (size + 8 < p.size || size % 4)
			assert_int_equal(try_size(p.plain_size, p.packed, size), -EINVAL);
	}
	unload(&p);
}

/* What if the codes overlap, leave numbers over, are too long, or code nothing at all? */
static void wrong_codes(void **state)
{
	struct packed p = load("text");

	for (size_t i = 4; i < 4 + 100; i++) {
		uint8_t good = p.packed[i];

		p.packed[i] = good & 0xf ? good - 1 : good + 1;
		assert_int_equal(try_size(p.plain_size, p.packed, p.size), -EINVAL);
		p.packed[i] = good & 0xf0 ? good - 0x10 : good + 0x10;
		assert_int_equal(try_size(p.plain_size, p.packed, p.size), -EINVAL);
		p.packed[i] = good;
	}
	memset(p.packed + 4, 0, 100);
	assert_int_equal(try_size(p.plain_size, p.packed, p.size), -EINVAL);
	/* Only the command that makes nothing: it would go on for ever. */
	p.packed[4] = 0x11;
	p.packed[4 + 65] = 0x11;
	assert_int_equal(try_size(p.plain_size, p.packed, p.size), -EINVAL);
	unload(&p);
}

/* What if anything is changed anywhere? Nothing is touched that is not ours (the sanitizers look), and it ends. */
static void fuzz_unpack(void **state)
{
	struct packed p = load("mixed");
	struct fuzz f;

	for (fuzz_start(&f); fuzz_goes_on(&f);) {
		size_t size = p.size;
		uint8_t *bytes = fuzz_mutate(&f, p.packed, &size);
		uint8_t *out;

		(void)unpack_to(&out, p.plain_size, bytes, size);
		free(out);
		free(bytes);
	}
	unload(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(round_trips),
	        cmocka_unit_test(cut_short),
	        cmocka_unit_test(wrong_codes),
	        cmocka_unit_test(fuzz_unpack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
