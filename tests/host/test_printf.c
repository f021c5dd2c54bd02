/* SPDX-License-Identifier: MIT */
/* Tests of the kernel's vsnprintf(), built here under other names, against the C library's. */
#include "host.h"

int quire_vsnprintf(char *buf, size_t size, const char *fmt, va_list ap);
int quire_snprintf(char *buf, size_t size, const char *fmt, ...)
        __attribute__((format(printf, 3, 4)));
int scnprintf(char *buf, size_t size, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The formats are made at run time; that is the test. */
#pragma GCC diagnostic ignored "-Wformat"

/* Print both ways into `size` bytes, guarded, and compare everything that can be seen. */
#define SAME(size, ...)                                                                            \
	do {                                                                                       \
		char *ours_ = malloc((size) ? (size) : 1), *theirs_ = malloc((size) + 1);          \
		int n_ = quire_snprintf(ours_, size, __VA_ARGS__);                                 \
		int m_ = snprintf(theirs_, size, __VA_ARGS__);                                     \
		if (n_ != m_ || ((size) && strcmp(ours_, theirs_)))                                \
			fail_msg("format \"%s\": %d, %d", first(__VA_ARGS__), n_, m_);             \
		free(ours_);                                                                       \
		free(theirs_);                                                                     \
	} while (0)

static const char *first(const char *fmt, ...)
{
	return fmt;
}

/* A conversion with random flags, width and precision, and with length and letter as given. */
static const char *random_spec(struct fuzz *f, const char *length, char letter)
{
	static char spec[64];
	char *p = spec;

	*p++ = '<';
	*p++ = '%';
	for (int i = fuzz_below(f, 4); i > 0; i--)
		*p++ = "-0+ #"[fuzz_below(f, 5)];
	if (fuzz_below(f, 2))
		p += sprintf(p, "%u", 1 + fuzz_below(f, 30));
	if (fuzz_below(f, 2))
		p += sprintf(p, ".%u", fuzz_below(f, 30));
	sprintf(p, "%s%c>", length, letter);
	return spec;
}

static uint64_t random_number(struct fuzz *f)
{
	uint64_t n = (uint64_t)fuzz_random(f) << 32 | fuzz_random(f);

	switch (fuzz_below(f, 4)) {
	case 0:
		return fuzz_below(f, 3) - 1ull;
	case 1:
		return 1ull << fuzz_below(f, 64);
	case 2:
		return n >> fuzz_below(f, 64);
	default:
		return n;
	}
}

/* One number printed as each length of integer argument; spec must be of that length. */
static void same_integer(size_t size, const char *spec, int length, uint64_t n)
{
	switch (length) {
	case 0:
		SAME(size, spec, (int)n);
		break;
	case 1:
		SAME(size, spec, (long)n);
		break;
	case 2:
		SAME(size, spec, (long long)n);
		break;
	case 3:
		SAME(size, spec, (size_t)n);
		break;
	case 4:
		SAME(size, spec, (ptrdiff_t)n);
		break;
	case 5:
		SAME(size, spec, (intmax_t)n);
		break;
	default: /* smaller ones travel as int */
		SAME(size, spec, (int)n);
	}
}

/* Does every integer conversion agree with the C library's, whatever flags, width and precision? */
static void random_integers(void **state)
{
	static const char *const lengths[] = {"", "l", "ll", "z", "t", "j", "h", "hh"};
	struct fuzz f = {.state = 2};

	for (int i = 0; i < 60000; i++) {
		int length = fuzz_below(&f, 8);
		char letter = "diuxXo"[fuzz_below(&f, 6)];
		size_t size = fuzz_below(&f, 3) ? 80 : fuzz_below(&f, 40);

		same_integer(
		        size, random_spec(&f, lengths[length], letter), length, random_number(&f));
	}
}

/* Do strings and characters agree? Is a string with a precision never read past it? */
static void random_strings(void **state)
{
	struct fuzz f = {.state = 3};
	char unterminated[3] = {'a', 'b', 'c'};

	for (int i = 0; i < 20000; i++) {
		size_t size = fuzz_below(&f, 60);
		const char *text = &"a string"[fuzz_below(&f, 9)];
		const char *spec = random_spec(&f, "", 's');

		SAME(size, spec, text);
		spec = random_spec(&f, "", 'c');
		SAME(size, spec, *text ? *text : ' ');
	}
	SAME(10, "%.3s", unterminated);
	SAME(10, "%.*s", 2, unterminated);
}

/* Do widths and precisions from arguments agree, negative ones too? */
static void stars(void **state)
{
	for (int width = -12; width <= 12; width++) {
		for (int precision = -2; precision <= 12; precision++) {
			SAME(60, "%*.*d|", width, precision, -42);
			SAME(60, "%0*.*x|", width, precision, 42);
			SAME(60, "%-*.*s|", width, precision, "text");
		}
	}
}

/* Do longer texts agree, at every buffer size? */
static void whole_lines(void **state)
{
	for (size_t size = 0; size < 90; size++) {
		SAME(size, "%08x-%08x %c%c%c%c %08x %02x:%02x %u", 0x10000, 0x12000, 'r', '-', 'x',
		        'p', 0, 1, 2, 77);
		SAME(size, "100%% of %s, %lld/%llu bytes%s", "it", -1ll, ~0ull, "");
		SAME(size, "nothing to convert");
		SAME(size, "%s", "");
	}
}

/* Are pointers printed with all their digits, and NULL strings by name? */
static void pointers(void **state)
{
	char buf[64];

	quire_snprintf(buf, sizeof(buf), "%p %p", (void *)0xbeef, NULL);
	assert_string_equal(buf, "0x000000000000beef 0x0000000000000000");
	quire_snprintf(buf, sizeof(buf), "%20p|%-20p|", (void *)1, (void *)2);
	assert_string_equal(buf, "  0x0000000000000001|0x0000000000000002  |");
	quire_snprintf(buf, sizeof(buf), "%s", (const char *)(uintptr_t)(buf[0] == 1));
	assert_string_equal(buf, "(null)");
}

static int format(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = quire_vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return len;
}

/* Does a conversion that is unknown end the text, without touching the arguments? */
static void unknown_conversions(void **state)
{
	char buf[64];

	format(buf, sizeof(buf), "a %d %y %s", 1);
	assert_string_equal(buf, "a 1 %y %s");
	format(buf, sizeof(buf), "a %");
	assert_string_equal(buf, "a %");
	format(buf, sizeof(buf), "%-08.3");
	assert_string_equal(buf, "%-08.3");
	format(buf, sizeof(buf), "%n %s");
	assert_string_equal(buf, "%n %s");
}

/* Does scnprintf() say what the buffer holds? */
static void what_fits(void **state)
{
	char buf[8];

	assert_int_equal(scnprintf(buf, sizeof(buf), "%d", 12345), 5);
	assert_int_equal(scnprintf(buf, sizeof(buf), "%d", 123456789), 7);
	assert_string_equal(buf, "1234567");
	assert_int_equal(scnprintf(buf, 1, "%d", 1), 0);
	assert_int_equal(scnprintf(NULL, 0, "%d", 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(random_integers),
	        cmocka_unit_test(random_strings),
	        cmocka_unit_test(stars),
	        cmocka_unit_test(whole_lines),
	        cmocka_unit_test(pointers),
	        cmocka_unit_test(unknown_conversions),
	        cmocka_unit_test(what_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
