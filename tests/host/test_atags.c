/* SPDX-License-Identifier: MIT */
/* Tests of the ATAG reader. */
#include "host.h"
#include <lib/atags.h>
#include <lib/errno.h>

#define CORE                 2, 0x54410001
#define MEM(start, size)     4, 0x54410002, size, start
#define INITRD2(start, size) 4, 0x54420005, start, size
#define END                  0, 0

static struct atags_info info;

static int parse(const uint32_t *words, size_t size)
{
	void *copy = guarded_copy(words, size);
	int err = atags_parse(copy, size, &info);

	free(copy);
	return err;
}

#define PARSE(...)                                                                                 \
	({                                                                                         \
		uint32_t words_[] = {__VA_ARGS__};                                                 \
		parse(words_, sizeof(words_));                                                     \
	})

/* Does everything a boot loader says arrive? */
static void whole_list(void **state)
{
	/* "root=/dev/x" and a NUL, in three words */
	assert_int_equal(
	        PARSE(5, 0x54410001, 1, 4096, 0, MEM(0, 0x3c000000), MEM(0x40000000, 0x1000), 3,
	                0x54410007, 0xa21041, INITRD2(0x2000000, 0x1234), 5, 0x54410009, 0x746f6f72,
	                0x65642f3d, 0x00782f76, END),
	        0);
	assert_int_equal(info.nmem, 2);
	assert_int_equal(info.mem[0].size, 0x3c000000);
	assert_int_equal(info.mem[1].start, 0x40000000);
	assert_int_equal(info.revision, 0xa21041);
	assert_int_equal(info.initrd_start, 0x2000000);
	assert_int_equal(info.initrd_size, 0x1234);
	assert_string_equal(info.cmdline, "root=/dev/x");
}

/* Is a list without anything in it fine, and are unknown records passed over? */
static void nothing_known(void **state)
{
	assert_int_equal(PARSE(CORE, END), 0);
	assert_int_equal(info.nmem, 0);
	assert_string_equal(info.cmdline, "");
	assert_int_equal(PARSE(CORE, 3, 0x12345678, 0, 2, 0x54410003, MEM(16, 0), END), 0);
	assert_int_equal(info.nmem, 0);
}

/* Is what is no ATAG list refused? */
static void not_a_list(void **state)
{
	assert_int_equal(PARSE(END), -EINVAL);
	assert_int_equal(PARSE(MEM(0, 1), CORE, END), -EINVAL);
	assert_int_equal(PARSE(0xedfe0dd0, 0x1000), -EINVAL);
	assert_int_equal(parse(NULL, 0), -EINVAL);
}

/* What if a record's size is impossible, or the list has no end? */
static void bad_sizes(void **state)
{
	assert_int_equal(PARSE(CORE, 1, 0x54410002, END), -EINVAL);
	assert_int_equal(PARSE(CORE, 0, 0x54410002, END), -EINVAL);
	assert_int_equal(PARSE(CORE, 3, 0x54410002, 1, END), -EINVAL);
	assert_int_equal(PARSE(CORE, 0x40000001, 0x54410002, 1, 1, END), -EINVAL);
	assert_int_equal(PARSE(CORE, 0xffffffff, 0x54410009, END), -EINVAL);
	assert_int_equal(PARSE(CORE, MEM(0, 1)), -EINVAL);
	assert_int_equal(PARSE(CORE, 2), -EINVAL);
}

/* What if a range wraps round the end of the address space? */
static void ranges_that_wrap(void **state)
{
	assert_int_equal(PARSE(CORE, MEM(0xfffff000, 0x1001), END), -EINVAL);
	assert_int_equal(PARSE(CORE, MEM(0xfffff000, 0x1000), END), 0);
	assert_int_equal(PARSE(CORE, INITRD2(0xffffffff, 1), END), -EINVAL);
}

/* What if there are more ranges than there is room for? Does nothing of a failed list stay
 * behind? */
static void too_many_ranges(void **state)
{
	struct atags_info zero = {0};

	assert_int_equal(PARSE(CORE, MEM(0, 1), MEM(1, 1), MEM(2, 1), MEM(3, 1), MEM(4, 1),
	                         MEM(5, 1), MEM(6, 1), MEM(7, 1), END),
	        0);
	assert_int_equal(info.nmem, ATAGS_MAX_MEM);
	assert_int_equal(PARSE(CORE, MEM(0, 1), MEM(1, 1), MEM(2, 1), MEM(3, 1), MEM(4, 1),
	                         MEM(5, 1), MEM(6, 1), MEM(7, 1), MEM(8, 1), END),
	        -E2BIG);
	assert_memory_equal(&info, &zero, sizeof(info));
}

/* Is a command line that has no NUL, or is too long, cut and closed? */
static void long_cmdline(void **state)
{
	uint32_t words[2 + 2 + 600 + 2] = {CORE, 602, 0x54410009};

	memset(&words[4], 'x', 600 * 4);
	assert_int_equal(parse(words, sizeof(words)), 0);
	assert_int_equal(strlen(info.cmdline), ATAGS_CMDLINE_MAX - 1);
}

/* Does any damage to a list make the reader read outside it? */
static void damaged_lists(void **state)
{
	static const uint32_t words[] = {5, 0x54410001, 1, 4096, 0, MEM(0, 0x3c000000),
	        INITRD2(0x2000000, 0x1234), 5, 0x54410009, 0x746f6f72, 0x65642f3d, 0x00782f76, END};
	struct fuzz f;

	for (fuzz_start(&f); fuzz_goes_on(&f);) {
		size_t size = sizeof(words);
		uint8_t *bad = fuzz_mutate(&f, (const uint8_t *)words, &size);

		if (atags_parse(bad, size, &info) == 0)
			assert_true(info.nmem <= ATAGS_MAX_MEM);
		assert_true(strlen(info.cmdline) < sizeof(info.cmdline));
		free(bad);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(whole_list),
	        cmocka_unit_test(nothing_known),
	        cmocka_unit_test(not_a_list),
	        cmocka_unit_test(bad_sizes),
	        cmocka_unit_test(ranges_that_wrap),
	        cmocka_unit_test(too_many_ranges),
	        cmocka_unit_test(long_cmdline),
	        cmocka_unit_test(damaged_lists),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
