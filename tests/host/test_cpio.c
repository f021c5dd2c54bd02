/* SPDX-License-Identifier: MIT */
/* Tests of the cpio reader. */
#include "host.h"
#include <lib/cpio.h>
#include <lib/errno.h>
#include <lib/abi/stat.h>

/* An archive under construction. */
static uint8_t archive[8192];
static size_t used;

static void pad(void)
{
	while (used & 3)
		archive[used++] = 0;
}

static void add(const char *magic, const char *name, const char *data, unsigned int size)
{
	unsigned int sum = 0;

	for (unsigned int i = 0; i < size; i++)
		sum += (uint8_t)data[i];
	used += sprintf((char *)archive + used,
	        "%s%08x%08x%08x%08x%08x%08x%08x%08x%08x%08X%08x%08zx%08x", magic, 7, 0100644, 1, 2,
	        1, 0x5f000000, size, 8, 9, 0xAB, 0xcd, strlen(name) + 1, sum);
	strcpy((char *)archive + used, name);
	used += strlen(name) + 1;
	pad();
	memcpy(archive + used, data, size);
	used += size;
	pad();
}

static void begin(void)
{
	memset(archive, 0, sizeof(archive));
	used = 0;
}

static void trailer(void)
{
	add("070701", "TRAILER!!!", "", 0);
}

/* Read size bytes of `archive`: the number of entries, or the error at the end. */
static int count(size_t size)
{
	uint8_t *copy = guarded_copy(archive, size);
	struct cpio_entry e;
	struct cpio c;
	int ret, n = 0;

	cpio_open(&c, copy, size);
	while ((ret = cpio_next(&c, &e)) == 1)
		n++;
	/* Does the end stay the end? */
	assert_int_equal(cpio_next(&c, &e), ret);
	free(copy);
	return ret < 0 ? ret : n;
}

/* Does an entry arrive with all its fields? */
static void one_entry(void **state)
{
	struct cpio_entry e;
	struct cpio c;

	begin();
	add("070701", "etc/motd", "hello", 5);
	trailer();
	cpio_open(&c, archive, used);
	assert_int_equal(cpio_next(&c, &e), 1);
	assert_string_equal(e.name, "etc/motd");
	assert_int_equal(e.ino, 7);
	assert_true(S_ISREG(e.mode));
	assert_int_equal(e.uid, 1);
	assert_int_equal(e.gid, 2);
	assert_int_equal(e.nlink, 1);
	assert_int_equal(e.mtime, 0x5f000000);
	assert_int_equal(e.dev_major, 8);
	assert_int_equal(e.dev_minor, 9);
	assert_int_equal(e.rdev_major, 0xab);
	assert_int_equal(e.rdev_minor, 0xcd);
	assert_int_equal(e.size, 5);
	assert_memory_equal(e.data, "hello", 5);
	assert_int_equal(cpio_next(&c, &e), 0);
	assert_int_equal(cpio_next(&c, &e), 0);
}

/* Is an archive that cpio(1) made read to its end? */
static void archive_of_the_tool(void **state)
{
	static const char *const names[] = {
	        "tests/host/dts", "tests/host/dts/pi.dts", "tests/host/dts/wide.dts"};
	struct cpio_entry e;
	struct cpio c;
	size_t size;
	uint8_t *data = load_file("tree.cpio", &size);

	cpio_open(&c, data, size);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(cpio_next(&c, &e), 1);
		assert_string_equal(e.name, names[i]);
	}
	assert_int_equal(memcmp(e.data, "/* SPDX", 7), 0);
	assert_int_equal(cpio_next(&c, &e), 0);
	free(data);
}

/* May archives follow one another, with zeroes between and behind them, and are they told apart? */
static void several_archives(void **state)
{
	struct cpio_entry e;
	struct cpio c;

	begin();
	used = 512;
	add("070701", "a", "1", 1);
	trailer();
	used += 1000;
	add("070702", "b", "22", 2);
	trailer();
	used += 7;
	cpio_open(&c, archive, used);
	assert_int_equal(cpio_next(&c, &e), 1);
	assert_int_equal(e.archive, 0);
	assert_int_equal(cpio_next(&c, &e), 1);
	assert_string_equal(e.name, "b");
	assert_int_equal(e.archive, 1);
	assert_int_equal(cpio_next(&c, &e), 0);
}

/* Is nothing, or nothing but zeroes, an empty archive? */
static void empty(void **state)
{
	begin();
	assert_int_equal(count(0), 0);
	assert_int_equal(count(100), 0);
	trailer();
	assert_int_equal(count(used), 0);
	/* Without the padding behind the trailer's name? */
	assert_int_equal(count(110 + 11), 0);
}

/* Is an archive that ends too early noticed, wherever it ends? */
static void cut_short(void **state)
{
	begin();
	add("070701", "file", "some data", 9);
	trailer();
	for (size_t size = 1; size < 252 - 12; size++)
		assert_int_equal(count(size), -EINVAL);
	assert_int_equal(count(used), 1);
}

/* Are impossible headers refused? */
static void bad_headers(void **state)
{
	static const struct {
		int at;
		const char *text;
	} cases[] = {
	        {0, "070707"},    /* the old kind */
	        {0, "07070x"},    /* no kind */
	        {54, "ffffffff"}, /* file larger than the archive */
	        {54, "fffffff0"}, /* ... so that its end wraps in 32 bits */
	        {54, "0000 009"}, /* not a number */
	        {54, "-0000009"}, /* not a number */
	        {94, "00000000"}, /* a name without even a NUL */
	        {94, "00000004"}, /* a name that is not closed */
	        {94, "ffffffff"}, /* a name longer than the archive */
	        {94, "00001001"}, /* a name longer than any */
	        {110 + 4, "x"},   /* no NUL */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin();
		add("070701", "file", "some data", 9);
		trailer();
		memcpy(archive + cases[i].at, cases[i].text, strlen(cases[i].text));
		assert_int_equal(count(used), -EINVAL);
	}
	begin();
	strcpy((char *)archive, "some text");
	assert_int_equal(count(200), -EINVAL);
}

/* Is a wrong checksum noticed where there is one? */
static void checksum(void **state)
{
	begin();
	add("070702", "file",
	        "\xff\xff"
	        "data",
	        6);
	trailer();
	assert_int_equal(count(used), 1);
	archive[116]++;
	assert_int_equal(count(used), -EINVAL);
}

/* Is a compressed initrd told from a damaged one? */
static void compressed(void **state)
{
	static const char magics[][7] = {"\x1f\x8b\x08",
	        "\xfd"
	        "7zXZ",
	        "\x28\xb5\x2f\xfd", "\x02\x21\x4c\x18", "BZh9", "\x5d\0\0\x80", "\x89LZO"};

	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		begin();
		memcpy(archive, magics[i], 7);
		assert_int_equal(count(200), -ENOEXEC);
		/* Also behind an archive that is not? */
		begin();
		add("070701", "file", "some data", 9);
		trailer();
		memcpy(archive + used, magics[i], 7);
		assert_int_equal(count(used + 100), -ENOEXEC);
	}
}

/* Does any damage make the reader read outside the archive, or hand out data that lies outside? */
static void damaged_archives(void **state)
{
	struct fuzz f;

	begin();
	add("070701", "dir", "", 0);
	add("070701", "dir/file", "some data", 9);
	add("070702", "dir/other", "more data", 9);
	trailer();
	used += 16;
	add("070701", "x", "y", 1);
	trailer();
	for (fuzz_start(&f); fuzz_goes_on(&f);) {
		size_t size = used;
		uint8_t *bad = fuzz_mutate(&f, archive, &size);
		struct cpio_entry e;
		struct cpio c;

		cpio_open(&c, bad, size);
		while (cpio_next(&c, &e) == 1) {
			assert_true(strlen(e.name) < CPIO_NAME_MAX);
			assert_true(e.data >= bad && e.data + e.size <= bad + size);
		}
		free(bad);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(one_entry),
	        cmocka_unit_test(archive_of_the_tool),
	        cmocka_unit_test(several_archives),
	        cmocka_unit_test(empty),
	        cmocka_unit_test(cut_short),
	        cmocka_unit_test(bad_headers),
	        cmocka_unit_test(checksum),
	        cmocka_unit_test(compressed),
	        cmocka_unit_test(damaged_archives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
