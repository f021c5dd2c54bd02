/* SPDX-License-Identifier: MIT */
/* Tests of the terminal: what is typed, and how read() gets it. */
#include "test_tty.h"
#include <lib/abi/termios.h>
#include <lib/errno.h>

/* ---- Lines ---- */

/* Does a program get whole lines only, and does the user see what was typed? */
static void lines(void **state)
{
	type("hel");
	expect_nothing();
	type("lo\rnext\r");
	expect_sent("hello\r\nnext\r\n");
	expect_read("hello\n");
	expect_read("next\n");
	expect_nothing();
}

/* Does a buffer smaller than the line get it in pieces? */
static void line_in_pieces(void **state)
{
	char buf[4];

	type("abcdef\n");
	assert_int_equal(read_some(buf, 4, true), 4);
	assert_memory_equal(buf, "abcd", 4);
	expect_read("ef\n");
}

static void erase(void **state)
{
	type("ab\x7f"
	     "c\n");
	expect_sent("ab\b \bc\r\n");
	expect_read("ac\n");
	/* Nothing to erase: nothing is shown, and the line before stays. */
	type("x\n\x7f\x7fy\n");
	expect_sent("x\r\ny\r\n");
	expect_read("x\n");
	expect_read("y\n");
	/* A control character takes two columns. */
	type("\x01\x7f\n");
	expect_sent("^A\b \b\b \b\r\n");
	expect_read("\n");
}

static void erase_word_and_line(void **state)
{
	type("one two_2, \x17"
	     "3\n");
	expect_sent("one two_2, \b \b\b \b\b \b\b \b\b \b\b \b\b \b"
	            "3\r\n");
	expect_read("one 3\n");
	type("gone\x15"
	     "kept\n");
	expect_sent("gone\b \b\b \b\b \b\b \bkept\r\n");
	expect_read("kept\n");
	change(ECHOKE, 0, 1, 0);
	type("gone\x15"
	     "kept\n");
	expect_sent("gone^U\r\nkept\r\n");
	expect_read("kept\n");
}

/* Is a tab erased back to where it began, also behind a prompt? */
static void erase_tab_stop(void **state)
{
	assert_int_equal(write_some("$ ", false), 2);
	type("a\t\x7f");
	expect_sent("$ a\t\b\b\b\b\b");
	type("\x7f\n");
	expect_sent("\b \b\r\n");
	expect_read("\n");
	type("\tab\t\x7f\n");
	expect_sent("\tab\t\b\b\b\b\b\b\r\n");
	expect_read("\tab\n");
}

static void erase_utf8(void **state)
{
	change_iflag(0, IUTF8);
	type("a\xc3\xa4\x7f"
	     "b\n");
	expect_sent("a\xc3\xa4\b \bb\r\n");
	expect_read("ab\n");
}

static void end_of_file(void **state)
{
	char buf[8];

	type("ab\x04");
	expect_read("ab");
	type("\x04");
	assert_int_equal(read_some(buf, sizeof(buf), true), 0);
	expect_nothing();
	/* A buffer that the line just fills must not be followed by an end of file. */
	type("abcd\x04");
	assert_int_equal(read_some(buf, 4, true), 4);
	expect_nothing();
	type("ab\x04");
	uint32_t n;
	assert_int_equal(control(FIONREAD, &n), 0);
	assert_int_equal(n, 2);
}

static void literal_next(void **state)
{
	type("\x16\x03"
	     "a\x16\n\n");
	assert_int_equal(proc.sig, 0);
	expect_sent("^\b^Ca^\b^J\r\n");
	expect_read("\x03"
	            "a\n\n");
}

static void reprint(void **state)
{
	type("ab\x12"
	     "c\n");
	expect_sent("ab^R\r\nabc\r\n");
	expect_read("abc\n");
}

/* Is a line that is too long cut to 4095 bytes and its end, as on Linux, and can it be killed? */
static void long_line(void **state)
{
	char buf[8192];
	int i;

	for (i = 0; i < 5000; i++)
		type("x");
	type("\n");
	assert_int_equal(read_some(buf, sizeof(buf), true), 4096);
	assert_int_equal(buf[4094], 'x');
	assert_int_equal(buf[4095], '\n');
	for (i = 0; i < 5000; i++)
		type("x");
	type("\x15ok\n");
	expect_read("ok\n");
}

/* Is every byte of a large paste there, if the sender is held back when nobody reads? */
static void paste(size_t line, uint32_t seed)
{
	size_t total = 200000, sent = 0, got = 0;
	char buf[512];
	ssize_t n;
	size_t i;

	while (got < total) {
		while (sent < total && !wire.throttled) {
			char c = (sent + 1) % line == 0 ? '\n' : 'a' + (sent * seed) % 26;

			if (tty_receive_room(term) == 0) {
				wire.throttled = true;
				break;
			}
			type_bytes(&c, 1);
			sent++;
		}
		n = read_some(buf, sizeof(buf), true);
		/* No line may be finished yet. */
		assert_true(n > 0 || n == -EAGAIN);
		for (i = 0; n > 0 && i < (size_t)n; i++, got++)
			assert_int_equal(
			        buf[i], (got + 1) % line == 0 ? '\n' : 'a' + (got * seed) % 26);
		/* The echo goes out at its own pace. */
		wire.count = 0;
		wire.room = 300;
		spin_lock(&term->lock);
		tty_pump_locked(term);
		spin_unlock(&term->lock);
	}
	assert_int_equal(sent, total);
}

static void paste_lines(void **state)
{
	paste(80, 7);
}

static void paste_long_lines(void **state)
{
	paste(4000, 3);
}

static void paste_raw(void **state)
{
	change(ICANON | ECHO, 0, 1, 0);
	paste(77, 5);
}

/* ---- Raw mode ---- */

static void asleep_type(void)
{
	now += SECOND / 20;
	type("x");
}

static void asleep_type_slowly(void)
{
	if (sleeps == 1)
		type("x");
	else
		now += SECOND;
}

/* VMIN > 0, VTIME = 0: that many bytes. */
static void raw_minimum(void **state)
{
	char buf[8];

	change(ICANON | ECHO, 0, 3, 0);
	while_asleep = asleep_type;
	assert_int_equal(read_some(buf, 8, false), 3);
	assert_int_equal(read_some(buf, 2, false), 2);
	type("abcdef");
	assert_int_equal(read_some(buf, 8, false), 6);
	assert_int_equal(read_some(buf, 8, true), -EAGAIN);
}

/* VMIN > 0, VTIME > 0: the time runs from each byte. */
static void raw_interval(void **state)
{
	char buf[8];

	change(ICANON | ECHO, 0, 5, 1);
	while_asleep = asleep_type;
	assert_int_equal(read_some(buf, 8, false), 5);
	sleeps = 0;
	while_asleep = asleep_type_slowly;
	assert_int_equal(read_some(buf, 8, false), 1);
}

/* VMIN = 0: VTIME is the time for the first byte. */
static void raw_timeout(void **state)
{
	char buf[8];

	change(ICANON | ECHO, 0, 0, 5);
	assert_int_equal(read_some(buf, 8, false), 0);
	assert_int_equal(now, SECOND + SECOND / 2);
	while_asleep = asleep_type;
	assert_int_equal(read_some(buf, 8, false), 1);
	change(0, 0, 0, 0);
	while_asleep = NULL;
	sleeps = 0;
	assert_int_equal(read_some(buf, 8, false), 0);
	assert_int_equal(sleeps, 0);
}

/* Do bytes survive a change between canonical and raw mode? */
static void mode_change(void **state)
{
	type("half");
	expect_nothing();
	change(ICANON, 0, 1, 0);
	expect_read("half");
	type("more");
	change(0, ICANON, 1, 0);
	expect_read("more");
	expect_nothing();
}

/* Whatever is typed and whatever is set: do the positions of the buffer stay in order? */
static void noise(void **state)
{
	struct fuzz f;
	char buf[600];
	int i;

	fuzz_start(&f);
	for (i = 0; i < 200000; i++) {
		char c = fuzz_below(&f, 3) ? fuzz_below(&f, 32) : fuzz_random(&f);

		if (tty_receive_room(term))
			type_bytes(&c, 1);
		if (fuzz_below(&f, 400) == 0)
			change(ICANON | ECHO | ECHOE | IEXTEN, fuzz_random(&f) & 0x801a, 0, 0);
		if (fuzz_below(&f, 300) == 0)
			read_some(buf, fuzz_below(&f, sizeof(buf)), true);
		assert_true(term->in.head - term->in.tail <= TTY_INPUT_SIZE);
		assert_true(term->in.head - term->in.canon <= term->in.head - term->in.tail ||
		            !(term->termios.c_lflag & ICANON));
		if (wire.room < 65536) {
			wire.room = sizeof(wire.sent);
			wire.count = 0;
		}
	}
}

int run_input_tests(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(lines),
	        TEST(line_in_pieces),
	        TEST(erase),
	        TEST(erase_word_and_line),
	        TEST(erase_tab_stop),
	        TEST(erase_utf8),
	        TEST(end_of_file),
	        TEST(literal_next),
	        TEST(reprint),
	        TEST(long_line),
	        TEST(paste_lines),
	        TEST(paste_long_lines),
	        TEST(paste_raw),
	        TEST(raw_minimum),
	        TEST(raw_interval),
	        TEST(raw_timeout),
	        TEST(mode_change),
	        TEST(noise),
	};

	return cmocka_run_group_tests_name("tty: input", tests, NULL, NULL);
}
