/* SPDX-License-Identifier: MIT */
/* Tests of the command-line splitter. */
#include "host.h"
#include <lib/cmdline.h>
#include <lib/errno.h>

static struct cmdline c;
static struct cmdline_arg arg;

/* A guarded copy of text becomes the command line. */
static char *open_text(const char *text)
{
	char *copy = guarded_copy(text, strlen(text) + 1);

	cmdline_open(&c, copy);
	return copy;
}

static void expect(const char *key, const char *value)
{
	assert_int_equal(cmdline_next(&c, &arg), 1);
	assert_string_equal(arg.key, key);
	assert_int_equal(arg.has_value, value != NULL);
	assert_string_equal(arg.value, value ? value : "");
}

/* Do words and values come out one by one? */
static void words(void **state)
{
	char *text = open_text("  console=ttyAMA0,115200 quiet\tx=\nroot=a=b ");

	expect("console", "ttyAMA0,115200");
	expect("quiet", NULL);
	expect("x", "");
	expect("root", "a=b");
	assert_int_equal(cmdline_next(&c, &arg), 0);
	assert_int_equal(cmdline_next(&c, &arg), 0);
	assert_null(c.init_args);
	free(text);
}

/* Do quotes hold spaces together, and go away, as on Linux? */
static void quotes(void **state)
{
	char *text = open_text("a=\"b c\" \"d=e f\" \"g h\" i=\"\" j=k\"l m\"n \"\" o=\"p");

	expect("a", "b c");
	expect("d", "e f");
	expect("g h", NULL);
	expect("i", "");
	expect("j", "k\"l m\"n");
	expect("", NULL);
	expect("o", "p");
	assert_int_equal(cmdline_next(&c, &arg), 0);
	free(text);
}

/* What do quotes that are never closed, or stand alone, do? */
static void lone_quotes(void **state)
{
	static const char *const texts[] = {
	        "\"", "a=\"", "\"a=\"", "=\"", "\"=", "\"\"\"", "=", "a=\"\"\""};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *text = open_text(texts[i]);

		assert_int_equal(cmdline_next(&c, &arg), 1);
		assert_int_equal(cmdline_next(&c, &arg), 0);
		free(text);
	}
}

/* Does what follows `--` go to init, unsplit? */
static void init_arguments(void **state)
{
	char *text = open_text("quiet --  -l \"x y\" z=1 ");

	expect("quiet", NULL);
	assert_int_equal(cmdline_next(&c, &arg), 0);
	assert_string_equal(c.init_args, "-l \"x y\" z=1 ");
	assert_int_equal(cmdline_next(&c, &arg), 0);
	free(text);
	text = open_text("--");
	assert_int_equal(cmdline_next(&c, &arg), 0);
	assert_string_equal(c.init_args, "");
	free(text);
	text = open_text("--x --=1 a--");
	expect("--x", NULL);
	expect("--", "1");
	expect("a--", NULL);
	assert_int_equal(cmdline_next(&c, &arg), 0);
	assert_null(c.init_args);
	free(text);
}

/* Is a word that does not fit passed over, and the next one not? */
static void long_words(void **state)
{
	char line[CMDLINE_KEY_MAX + CMDLINE_VALUE_MAX + 20];
	char *text;

	sprintf(line, "%0*d b", CMDLINE_KEY_MAX - 1, 0);
	text = open_text(line);
	assert_int_equal(cmdline_next(&c, &arg), 1);
	expect("b", NULL);
	free(text);
	sprintf(line, "%0*d b", CMDLINE_KEY_MAX, 0);
	text = open_text(line);
	assert_int_equal(cmdline_next(&c, &arg), -E2BIG);
	expect("b", NULL);
	free(text);
	sprintf(line, "a=%0*d b", CMDLINE_VALUE_MAX, 0);
	text = open_text(line);
	assert_int_equal(cmdline_next(&c, &arg), -E2BIG);
	expect("b", NULL);
	free(text);
}

/* Is the last value of a key the one that counts, and does the search end at `--`? */
static void find(void **state)
{
	static const char text[] = "panic=1 log_buf=x panic=30 quiet -- panic=2 late=1";
	char buf[8];

	assert_int_equal(cmdline_find(text, "panic", buf, sizeof(buf)), 2);
	assert_string_equal(buf, "30");
	assert_int_equal(cmdline_find(text, "log-buf", buf, sizeof(buf)), 1);
	assert_int_equal(cmdline_find(text, "quiet", buf, sizeof(buf)), 0);
	assert_string_equal(buf, "");
	assert_int_equal(cmdline_find(text, "late", buf, sizeof(buf)), -ENOENT);
	assert_int_equal(cmdline_find(text, "pan", buf, sizeof(buf)), -ENOENT);
	assert_int_equal(cmdline_find(text, "panic", buf, 2), -E2BIG);
}

static uint64_t parsed(const char *s)
{
	uint64_t val;

	assert_int_equal(cmdline_memparse(s, &val, NULL), 0);
	return val;
}

/* Are sizes read as C writes numbers, with K, M and G behind them? */
static void sizes(void **state)
{
	static const char *const bad[] = {"", "x", "M", "-1", "12x", "0x", "1KB", "08",
	        "18446744073709551616", "0x10000000000000000", "17179869184G", " 1"};
	uint64_t val;
	const char *end;

	assert_int_equal(parsed("0"), 0);
	assert_int_equal(parsed("64M"), 64 << 20);
	assert_int_equal(parsed("0x10k"), 0x4000);
	assert_int_equal(parsed("010"), 8);
	assert_int_equal(parsed("2G"), 2ull << 30);
	assert_true(parsed("18446744073709551615") == UINT64_MAX);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(cmdline_memparse(bad[i], &val, NULL), -EINVAL);
	assert_int_equal(cmdline_memparse("16M@0x100", &val, &end), 0);
	assert_string_equal(end, "@0x100");
	assert_int_equal(val, 16 << 20);
}

/* Does any text, of the characters that matter, make the splitter read or write outside? */
static void random_text(void **state)
{
	static const char alphabet[] = "a=\" -\t\"= ";
	struct fuzz f;

	for (fuzz_start(&f); fuzz_goes_on(&f);) {
		char line[400];
		size_t len = fuzz_below(&f, fuzz_below(&f, 4) ? 12 : sizeof(line));
		char *text;
		int calls = 0;

		for (size_t i = 0; i < len; i++)
			line[i] = alphabet[fuzz_below(&f, sizeof(alphabet) - 1)];
		line[len] = '\0';
		text = open_text(line);
		while (cmdline_next(&c, &arg) != 0)
			assert_true(++calls <= (int)len);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(words),
	        cmocka_unit_test(quotes),
	        cmocka_unit_test(lone_quotes),
	        cmocka_unit_test(init_arguments),
	        cmocka_unit_test(long_words),
	        cmocka_unit_test(find),
	        cmocka_unit_test(sizes),
	        cmocka_unit_test(random_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
