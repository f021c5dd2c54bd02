/* SPDX-License-Identifier: MIT */
/*
 * Tests of the terminal: a program on one side, a port on the other. The scheduler is played by
 * `while_asleep`, which does what happens while the program waits.
 */
#include "host.h"

/* The core's side of locks and user copies, for one thread. */
#define ARM_IRQFLAGS_H
#define ARM_BARRIER_H
#define wfe()
#define sev()
#define dsb_ishst()
#define irq_save()         0
#define irq_restore(flags) ((void)(flags))
#define irq_disable()
#define irq_enable()

#include "../../lib/spinlock.c"
#include "../../lib/wait.c"
#include "../../lib/chardev.c"
#include "../../drivers/tty.c"
#include "../../drivers/tty_console.c"
#include "../../drivers/tty_edit.c"
#include "../../drivers/tty_input.c"
#include "../../drivers/tty_job.c"
#include "../../drivers/tty_output.c"
#include "../../drivers/tty_termios.c"

#define SECOND INT64_C(1000000000)

int copy_from_user(void *to, const void __user *from, size_t n)
{
	memcpy(to, from, n);
	return 0;
}

int copy_to_user(void __user *to, const void *from, size_t n)
{
	memcpy(to, from, n);
	return 0;
}

int get_user_u32(uint32_t *value, const uint32_t __user *from)
{
	*value = *from;
	return 0;
}

int put_user_u32(uint32_t value, uint32_t __user *to)
{
	*to = value;
	return 0;
}

void *kmalloc(size_t size)
{
	return malloc(size);
}

void *kzalloc(size_t size)
{
	return calloc(1, size);
}

void kfree(void *p)
{
	free(p);
}

/* ---- The port ---- */

static struct {
	uint8_t sent[1 << 20];
	size_t count, room, unsent;
	bool throttled;
	uint32_t baud, fixed_baud;
} port;

static size_t port_write(void *p, const uint8_t *buf, size_t n)
{
	if (n > port.room)
		n = port.room;
	memcpy(port.sent + port.count, buf, n);
	port.count += n;
	port.room -= n;
	return n;
}

static size_t port_write_room(void *p)
{
	return port.room;
}

static size_t port_unsent(void *p)
{
	return port.unsent;
}

static void port_flush(void *p)
{
}

static void port_resume(void *p)
{
	port.throttled = false;
}

static int port_set_speed(void *p, uint32_t baud)
{
	if (port.fixed_baud)
		return -EINVAL;
	port.baud = baud;
	return 0;
}

static void port_break(void *p, bool on)
{
}

static const struct tty_port_ops port_ops = {port_write, port_write_room, port_unsent, port_flush,
        port_resume, port_set_speed, port_break};

/* ---- The processes ---- */

static struct {
	pid_t pid, pgrp, sid;
	bool ignored, orphaned;
	int sig;
	pid_t sig_pgrp;
} proc;

static void hook_signal(pid_t pgrp, int sig)
{
	proc.sig = sig;
	proc.sig_pgrp = pgrp;
}

static pid_t hook_pid(void)
{
	return proc.pid;
}

static pid_t hook_pgrp(void)
{
	return proc.pgrp;
}

static pid_t hook_sid(void)
{
	return proc.sid;
}

static bool hook_ignored(int sig)
{
	return proc.ignored;
}

static pid_t hook_session(pid_t pgrp)
{
	return pgrp >= 10 && pgrp < 20 ? 10 : pgrp == 30 ? 30 : -ESRCH;
}

static bool hook_orphaned(pid_t pgrp)
{
	return proc.orphaned;
}

static const struct tty_hooks hooks = {
        hook_signal, hook_pid, hook_pgrp, hook_sid, hook_ignored, hook_session, hook_orphaned};

/* ---- The scheduler ---- */

static int64_t now;
static bool interrupted;
static void (*while_asleep)(void);
static int sleeps;

static struct task *sched_self(void)
{
	return (struct task *)&now;
}

static void sched_prepare(enum wait_mode mode)
{
}

static void sched_block(int64_t deadline)
{
	sleeps++;
	if (while_asleep)
		while_asleep();
	else if (deadline != WAIT_FOREVER)
		now = deadline;
	else
		interrupted = true;
}

static void sched_nothing(void)
{
}

static void sched_wake(struct task *task)
{
	assert_ptr_equal(task, &now);
}

static bool sched_interrupted(enum wait_mode mode)
{
	(void)mode;
	return interrupted;
}

static int64_t sched_now(void)
{
	return now;
}

static const struct sched_ops fake_sched = {sched_self, sched_prepare, sched_block, sched_nothing,
        sched_wake, sched_interrupted, sched_now};

/* ---- Helpers ---- */

static struct tty *tty;

static int setup(void **state)
{
	memset(&port, 0, sizeof(port));
	port.room = sizeof(port.sent);
	memset(&proc, 0, sizeof(proc));
	proc.pid = proc.pgrp = proc.sid = 10;
	while_asleep = NULL;
	interrupted = false;
	now = SECOND;
	sleeps = 0;
	sched_register(&fake_sched);
	tty_register_hooks(&hooks);
	tty = tty_create("ttyX", &port_ops, NULL);
	tty->dev.data = tty;
	TAILQ_INSERT_TAIL(&ttys, tty, link);
	tty_set_baud(tty, 115200);
	return 0;
}

static int teardown(void **state)
{
	TAILQ_REMOVE(&ttys, tty, link);
	tty_destroy(tty);
	return 0;
}

static void type_bytes(const char *text, size_t n)
{
	assert_true(tty_receive_room(tty) >= n);
	tty_receive(tty, (const uint8_t *)text, n);
}

static void type(const char *text)
{
	type_bytes(text, strlen(text));
}

static ssize_t read_some(char *buf, size_t n, bool nonblock)
{
	loff_t pos = 0;

	return tty_read(&tty->dev, buf, n, &pos, nonblock);
}

static ssize_t write_some(const char *text, bool nonblock)
{
	loff_t pos = 0;

	return tty_write(&tty->dev, text, strlen(text), &pos, nonblock);
}

static void expect_read(const char *text)
{
	char buf[8192];

	assert_int_equal(read_some(buf, sizeof(buf), true), strlen(text));
	assert_memory_equal(buf, text, strlen(text));
}

static void expect_nothing(void)
{
	char c;

	assert_int_equal(read_some(&c, 1, true), -EAGAIN);
}

static void expect_sent(const char *text)
{
	port.sent[port.count] = '\0';
	assert_string_equal((char *)port.sent, text);
	port.count = 0;
}

static int control(unsigned int cmd, void *arg)
{
	return tty_ioctl(&tty->dev, cmd, (unsigned long)arg);
}

static void change(uint32_t lflag_off, uint32_t lflag_on, int vmin, int vtime)
{
	struct ktermios t;

	assert_int_equal(control(TCGETS, &t), 0);
	t.c_lflag = (t.c_lflag & ~lflag_off) | lflag_on;
	t.c_cc[VMIN] = vmin;
	t.c_cc[VTIME] = vtime;
	assert_int_equal(control(TCSETS, &t), 0);
}

static void change_iflag(uint32_t off, uint32_t on)
{
	struct ktermios t;

	assert_int_equal(control(TCGETS, &t), 0);
	t.c_iflag = (t.c_iflag & ~off) | on;
	assert_int_equal(control(TCSETS, &t), 0);
}

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
		while (sent < total && !port.throttled) {
			char c = (sent + 1) % line == 0 ? '\n' : 'a' + (sent * seed) % 26;

			if (tty_receive_room(tty) == 0) {
				port.throttled = true;
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
		port.count = 0;
		port.room = 300;
		spin_lock(&tty->lock);
		tty_pump_locked(tty);
		spin_unlock(&tty->lock);
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

/* ---- Signals ---- */

static void interrupt_key(void **state)
{
	tty->session = 10;
	tty->pgrp = proc.pgrp = 12;
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
	tty->pgrp = 12;
	change(ICANON, 0, 1, 0);
	tty_receive_break(tty);
	assert_int_equal(proc.sig, 0);
	uint32_t n;
	assert_int_equal(control(FIONREAD, &n), 0);
	assert_int_equal(n, 1);
	change_iflag(0, BRKINT);
	tty_receive_break(tty);
	assert_int_equal(proc.sig, SIGINT);
	change_iflag(0, IGNBRK);
	proc.sig = 0;
	tty_receive_break(tty);
	assert_int_equal(proc.sig, 0);
}

static void read_interrupted(void **state)
{
	char c;

	assert_int_equal(read_some(&c, 1, false), -ERESTARTSYS);
	assert_int_equal(sleeps, 1);
	assert_false(tty->reading);
	assert_true(TAILQ_EMPTY(&tty->wait.waiters));
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
	port.room = 3;
}

static void full_port(void **state)
{
	struct wait_queue *wq;

	port.room = 2;
	assert_int_equal(write_some("ab\n", true), 2);
	assert_int_equal(write_some("\n", true), -EAGAIN);
	assert_int_equal(tty_poll(&tty->dev, &wq) & POLLOUT, 0);
	port.room = 1;
	/* Half of \r\n must not go out alone. */
	assert_int_equal(write_some("\n", true), -EAGAIN);
	expect_sent("ab");
	while_asleep = asleep_make_room;
	assert_int_equal(write_some("cd\nef\n", false), 6);
	expect_sent("cd\r\nef\r\n");
	port.room = 0;
	while_asleep = NULL;
	assert_int_equal(write_some("x", false), -ERESTARTSYS);
	assert_false(tty->writing);
}

/* Does typed input wait, and not get lost, while its echo has no room? */
static void echo_waits(void **state)
{
	port.room = 0;
	type("ab\n");
	expect_nothing();
	port.room = 100;
	tty_write_wakeup(tty);
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

	assert_int_equal(tty_poll(&tty->dev, &wq), POLLOUT | POLLWRNORM);
	assert_ptr_equal(wq, &tty->wait);
	type("a");
	assert_int_equal(tty_poll(&tty->dev, &wq) & POLLIN, 0);
	type("\n");
	assert_int_equal(tty_poll(&tty->dev, &wq) & POLLIN, POLLIN);
	change(ICANON, 0, 3, 0);
	assert_int_equal(tty_poll(&tty->dev, &wq) & POLLIN, 0);
	type("b");
	assert_int_equal(tty_poll(&tty->dev, &wq) & POLLIN, POLLIN);
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
	assert_int_equal(port.baud, 9600);
	port.fixed_baud = 1;
	t.t.c_cflag = (t.t.c_cflag & ~CBAUD) | BOTHER;
	t.c_ospeed = 31250;
	assert_int_equal(control(TCSETS2, &t), 0);
	assert_int_equal(control(TCGETS2, &t), 0);
	assert_int_equal(t.c_ospeed, 9600);
	assert_int_equal(control(TIOCGWINSZ, &ws), 0);
	assert_int_equal(ws.ws_col, 80);
	tty->pgrp = 12;
	ws.ws_col = 132;
	assert_int_equal(control(TIOCSWINSZ, &ws), 0);
	assert_int_equal(proc.sig, SIGWINCH);
	assert_int_equal(control(0x1234, NULL), -ENOTTY);
}

static void asleep_drain(void)
{
	now += SECOND / 100;
	if (sleeps == 3)
		port.unsent = 0;
}

static void flush_and_drain(void **state)
{
	port.unsent = 5;
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

	tty->session = 10;
	tty->pgrp = 12;
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

/* ---- Devices ---- */

static void dev_tty(void **state)
{
	assert_int_equal(tty_open(&tty_dev), -ENXIO);
	tty->session = 10;
	assert_int_equal(tty_open(&tty_dev), 0);
	assert_ptr_equal(tty_of(&tty_dev), tty);
}

static void console_choice(void **state)
{
	/* Nothing said: the devicetree decides. */
	assert_true(tty_is_console("ttyAMA0", true));
	assert_false(tty_is_console("ttyAMA1", false));
	/* A screen that is not there does not count. */
	tty_select_console("tty1");
	assert_true(tty_is_console("ttyAMA0", true));
	tty_select_console("ttyAMA1,9600n8");
	assert_false(tty_is_console("ttyAMA0", true));
	assert_true(tty_is_console("ttyAMA1", false));
	assert_int_equal(tty_console_baud("ttyAMA1", 1), 9600);
	assert_int_equal(tty_console_baud("ttyAMA0", 1), 1);
	tty_select_console("a name that is much too long");
	count = 0;
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

		if (tty_receive_room(tty))
			type_bytes(&c, 1);
		if (fuzz_below(&f, 400) == 0)
			change(ICANON | ECHO | ECHOE | IEXTEN, fuzz_random(&f) & 0x801a, 0, 0);
		if (fuzz_below(&f, 300) == 0)
			read_some(buf, fuzz_below(&f, sizeof(buf)), true);
		assert_true(tty->in.head - tty->in.tail <= TTY_INPUT_SIZE);
		assert_true(tty->in.head - tty->in.canon <= tty->in.head - tty->in.tail ||
		            !(tty->termios.c_lflag & ICANON));
		if (port.room < 65536) {
			port.room = sizeof(port.sent);
			port.count = 0;
		}
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(lines), TEST(line_in_pieces), TEST(erase),
	        TEST(erase_word_and_line), TEST(erase_tab_stop), TEST(erase_utf8),
	        TEST(end_of_file), TEST(literal_next), TEST(reprint), TEST(long_line),
	        TEST(paste_lines), TEST(paste_long_lines), TEST(paste_raw), TEST(interrupt_key),
	        TEST(break_condition), TEST(read_interrupted), TEST(raw_minimum),
	        TEST(raw_interval), TEST(raw_timeout), TEST(mode_change), TEST(newlines),
	        TEST(full_port), TEST(echo_waits), TEST(stop_and_start), TEST(polling),
	        TEST(settings), TEST(flush_and_drain), TEST(sessions), TEST(background),
	        TEST(dev_tty), TEST(console_choice), TEST(noise)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
