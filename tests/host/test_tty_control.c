/* SPDX-License-Identifier: MIT */
/* Tests of the terminal: signals, output, settings and job control. */
#include "test_tty.h"
#include <lib/abi/poll.h>
#include <lib/abi/signal.h>
#include <lib/abi/termios.h>
#include <lib/errno.h>

/* ---- Signals ---- */

static void interrupt_key(void **state)
{
	term->session = 10;
	term->pgrp = proc.pgrp = 12;
	type("typed\x03");
	assert_int_equal(proc.sig, SIGINT);
	assert_int_equal(proc.sig_pgrp, 12);
	expect_sent("typed^C");
	type("new\n");
	expect_read("new\n");
	type("\x1c");
	assert_int_equal(proc.sig, SIGQUIT);
	change(0, NOFLSH, 1, 0);
	type("kept\x1a\n");
	assert_int_equal(proc.sig, SIGTSTP);
	expect_read("kept\n");
	change(ISIG, 0, 1, 0);
	proc.sig = 0;
	type("\x03\n");
	assert_int_equal(proc.sig, 0);
	expect_read("\x03\n");
}

static void break_condition(void **state)
{
	term->pgrp = 12;
	change(ICANON, 0, 1, 0);
	tty_receive_break(term);
	assert_int_equal(proc.sig, 0);
	uint32_t n;
	assert_int_equal(control(FIONREAD, &n), 0);
	assert_int_equal(n, 1);
	change_iflag(0, BRKINT);
	tty_receive_break(term);
	assert_int_equal(proc.sig, SIGINT);
	change_iflag(0, IGNBRK);
	proc.sig = 0;
	tty_receive_break(term);
	assert_int_equal(proc.sig, 0);
}

static void read_interrupted(void **state)
{
	char c;

	assert_int_equal(read_some(&c, 1, false), -ERESTARTSYS);
	assert_int_equal(sleeps, 1);
	assert_false(term->reading);
	assert_true(TAILQ_EMPTY(&term->wait.waiters));
}

/* ---- Output ---- */

static void newlines(void **state)
{
	struct ktermios t;

	assert_int_equal(write_some("a\nb\n", false), 4);
	expect_sent("a\r\nb\r\n");
	assert_int_equal(control(TCGETS, &t), 0);
	t.c_oflag = 0;
	assert_int_equal(control(TCSETSW, &t), 0);
	assert_int_equal(write_some("a\nb\n", false), 4);
	expect_sent("a\nb\n");
}

static void asleep_make_room(void)
{
	wire.room = 3;
}

static void full_port(void **state)
{
	struct wait_queue *wq;

	wire.room = 2;
	assert_int_equal(write_some("ab\n", true), 2);
	assert_int_equal(write_some("\n", true), -EAGAIN);
	assert_int_equal(ready(&wq) & POLLOUT, 0);
	wire.room = 1;
	/* Half of \r\n must not go out alone. */
	assert_int_equal(write_some("\n", true), -EAGAIN);
	expect_sent("ab");
	while_asleep = asleep_make_room;
	assert_int_equal(write_some("cd\nef\n", false), 6);
	expect_sent("cd\r\nef\r\n");
	wire.room = 0;
	while_asleep = NULL;
	assert_int_equal(write_some("x", false), -ERESTARTSYS);
	assert_false(term->writing);
}

/* Does typed input wait, and not get lost, while its echo has no room? */
static void echo_waits(void **state)
{
	wire.room = 0;
	type("ab\n");
	expect_nothing();
	wire.room = 100;
	tty_write_wakeup(term);
	expect_read("ab\n");
	expect_sent("ab\r\n");
}

static void stop_and_start(void **state)
{
	type("\x13");
	assert_int_equal(write_some("x", true), -EAGAIN);
	type("\x11");
	assert_int_equal(write_some("x", true), 1);
	expect_sent("x");
	assert_int_equal(control(TCXONC, (void *)TCOOFF), 0);
	assert_int_equal(write_some("x", true), -EAGAIN);
	change_iflag(IXON, 0);
	assert_int_equal(write_some("x", true), 1);
	expect_sent("x");
	type("\x13\n");
	expect_read("\x13\n");
}

static void polling(void **state)
{
	struct wait_queue *wq = NULL;

	assert_int_equal(ready(&wq), POLLOUT | POLLWRNORM);
	assert_ptr_equal(wq, &term->wait);
	type("a");
	assert_int_equal(ready(&wq) & POLLIN, 0);
	type("\n");
	assert_int_equal(ready(&wq) & POLLIN, POLLIN);
	change(ICANON, 0, 3, 0);
	assert_int_equal(ready(&wq) & POLLIN, 0);
	type("b");
	assert_int_equal(ready(&wq) & POLLIN, POLLIN);
}

/* ---- Settings ---- */

static void settings(void **state)
{
	struct ktermios2 t;
	struct winsize ws;

	assert_int_equal(control(TCGETS2, &t), 0);
	assert_int_equal(t.c_ospeed, 115200);
	assert_int_equal(t.t.c_cflag & CBAUD, B115200);
	/* What Quire lacks must not look as if it were there. */
	t.t.c_cflag = (t.t.c_cflag & ~(CBAUD | CSIZE)) | B9600 | CS7 | PARENB;
	t.t.c_iflag |= IXOFF;
	assert_int_equal(control(TCSETS2, &t), 0);
	assert_int_equal(control(TCGETS2, &t), 0);
	assert_int_equal(t.t.c_cflag & (CBAUD | CSIZE | PARENB), B9600 | CS8);
	assert_int_equal(t.t.c_iflag & IXOFF, 0);
	assert_int_equal(wire.baud, 9600);
	wire.fixed_baud = 1;
	t.t.c_cflag = (t.t.c_cflag & ~CBAUD) | BOTHER;
	t.c_ospeed = 31250;
	assert_int_equal(control(TCSETS2, &t), 0);
	assert_int_equal(control(TCGETS2, &t), 0);
	assert_int_equal(t.c_ospeed, 9600);
	assert_int_equal(control(TIOCGWINSZ, &ws), 0);
	assert_int_equal(ws.ws_col, 80);
	term->pgrp = 12;
	ws.ws_col = 132;
	assert_int_equal(control(TIOCSWINSZ, &ws), 0);
	assert_int_equal(proc.sig, SIGWINCH);
	assert_int_equal(control(0x1234, NULL), -ENOTTY);
}

static void asleep_drain(void)
{
	now += SECOND / 100;
	if (sleeps == 3)
		wire.unsent = 0;
}

static void flush_and_drain(void **state)
{
	wire.unsent = 5;
	while_asleep = asleep_drain;
	assert_int_equal(control(TCSBRK, (void *)1), 0);
	assert_int_equal(sleeps, 3);
	type("a\nb");
	assert_int_equal(control(TCFLSH, (void *)TCIFLUSH), 0);
	type("c\n");
	expect_read("c\n");
	assert_int_equal(control(TCFLSH, (void *)3), -EINVAL);
}

/* ---- Job control ---- */

static void sessions(void **state)
{
	pid_t value;

	assert_int_equal(control(TIOCGPGRP, &value), -ENOTTY);
	proc.pid = 11;
	assert_int_equal(control(TIOCSCTTY, NULL), -EPERM);
	proc.pid = 10;
	assert_int_equal(control(TIOCSCTTY, NULL), 0);
	assert_int_equal(control(TIOCSCTTY, NULL), 0);
	assert_int_equal(control(TIOCGPGRP, &value), 0);
	assert_int_equal(value, 10);
	assert_int_equal(control(TIOCGSID, &value), 0);
	assert_int_equal(value, 10);
	value = 12;
	assert_int_equal(control(TIOCSPGRP, &value), 0);
	value = 30;
	proc.pgrp = 12;
	assert_int_equal(control(TIOCSPGRP, &value), -EPERM);
	value = 99;
	assert_int_equal(control(TIOCSPGRP, &value), -ESRCH);
	assert_int_equal(tty_of_session(10, &value), 0);
	assert_int_equal(value, 12);
	/* Another session's leader can't take it. */
	proc.pid = proc.pgrp = proc.sid = 30;
	assert_int_equal(control(TIOCSCTTY, NULL), -EPERM);
	assert_int_equal(control(TIOCGPGRP, &value), -ENOTTY);
	tty_session_exit(10);
	assert_int_equal(proc.sig, SIGCONT);
	assert_int_equal(proc.sig_pgrp, 12);
	assert_int_equal(control(TIOCSCTTY, NULL), 0);
	assert_int_equal(control(TIOCNOTTY, NULL), 0);
	assert_null(tty_find_session(30));
}

static void background(void **state)
{
	char c;

	term->session = 10;
	term->pgrp = 12;
	type("x\n");
	assert_int_equal(read_some(&c, 1, true), -ERESTARTSYS);
	assert_int_equal(proc.sig, SIGTTIN);
	assert_int_equal(proc.sig_pgrp, 10);
	proc.ignored = true;
	assert_int_equal(read_some(&c, 1, true), -EIO);
	proc.ignored = false;
	proc.orphaned = true;
	assert_int_equal(read_some(&c, 1, true), -EIO);
	proc.orphaned = false;
	/* Writing is free unless TOSTOP forbids it; changing settings is not. */
	assert_int_equal(write_some("x", true), 1);
	proc.ignored = true;
	change(0, TOSTOP, 1, 0);
	proc.ignored = false;
	assert_int_equal(write_some("x", true), -ERESTARTSYS);
	assert_int_equal(proc.sig, SIGTTOU);
	assert_int_equal(control(TCFLSH, (void *)TCIFLUSH), -ERESTARTSYS);
	proc.pgrp = 12;
	assert_int_equal(read_some(&c, 1, true), 1);
}

int run_control_tests(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(interrupt_key),
	        TEST(break_condition),
	        TEST(read_interrupted),
	        TEST(newlines),
	        TEST(full_port),
	        TEST(echo_waits),
	        TEST(stop_and_start),
	        TEST(polling),
	        TEST(settings),
	        TEST(flush_and_drain),
	        TEST(sessions),
	        TEST(background),
	};

	return cmocka_run_group_tests_name("tty: control", tests, NULL, NULL);
}
