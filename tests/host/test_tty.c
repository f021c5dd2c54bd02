/* SPDX-License-Identifier: MIT */
/* The world of the terminal's tests, and tests of the devices that name terminals. */
#include "test_tty.h"

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

/* ---- The port ---- */

struct wire wire;

static size_t port_write(void *p, const uint8_t *buf, size_t n)
{
	if (n > wire.room)
		n = wire.room;
	memcpy(wire.sent + wire.count, buf, n);
	wire.count += n;
	wire.room -= n;
	return n;
}

static size_t port_write_room(void *p)
{
	return wire.room;
}

static size_t port_unsent(void *p)
{
	return wire.unsent;
}

static void port_flush(void *p)
{
}

static void port_resume(void *p)
{
	wire.throttled = false;
}

static int port_set_speed(void *p, uint32_t baud)
{
	if (wire.fixed_baud)
		return -EINVAL;
	wire.baud = baud;
	return 0;
}

static void port_break(void *p, bool on)
{
}

static const struct tty_port_ops port_ops = {port_write, port_write_room, port_unsent, port_flush,
        port_resume, port_set_speed, port_break};

/* ---- The processes ---- */

struct proc proc;

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

int64_t now;
bool interrupted;
void (*while_asleep)(void);
int sleeps;

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

struct tty *term;

int tty_setup(void **state)
{
	memset(&wire, 0, sizeof(wire));
	wire.room = sizeof(wire.sent);
	memset(&proc, 0, sizeof(proc));
	proc.pid = proc.pgrp = proc.sid = 10;
	while_asleep = NULL;
	interrupted = false;
	now = SECOND;
	sleeps = 0;
	sched_register(&fake_sched);
	tty_register_hooks(&hooks);
	term = tty_create("ttyX", &port_ops, NULL);
	term->dev.data = term;
	TAILQ_INSERT_TAIL(&ttys, term, link);
	tty_set_baud(term, 115200);
	return 0;
}

int tty_teardown(void **state)
{
	TAILQ_REMOVE(&ttys, term, link);
	tty_destroy(term);
	return 0;
}

void type_bytes(const char *text, size_t n)
{
	assert_true(tty_receive_room(term) >= n);
	tty_receive(term, (const uint8_t *)text, n);
}

void type(const char *text)
{
	type_bytes(text, strlen(text));
}

ssize_t read_some(char *buf, size_t n, bool nonblock)
{
	loff_t pos = 0;

	return tty_read(&term->dev, buf, n, &pos, nonblock);
}

ssize_t write_some(const char *text, bool nonblock)
{
	loff_t pos = 0;

	return tty_write(&term->dev, text, strlen(text), &pos, nonblock);
}

void expect_read(const char *text)
{
	char buf[8192];

	assert_int_equal(read_some(buf, sizeof(buf), true), strlen(text));
	assert_memory_equal(buf, text, strlen(text));
}

void expect_nothing(void)
{
	char c;

	assert_int_equal(read_some(&c, 1, true), -EAGAIN);
}

void expect_sent(const char *text)
{
	wire.sent[wire.count] = '\0';
	assert_string_equal((char *)wire.sent, text);
	wire.count = 0;
}

int control(unsigned int cmd, void *arg)
{
	return tty_ioctl(&term->dev, cmd, (unsigned long)arg);
}

void change(uint32_t lflag_off, uint32_t lflag_on, int vmin, int vtime)
{
	struct ktermios t;

	assert_int_equal(control(TCGETS, &t), 0);
	t.c_lflag = (t.c_lflag & ~lflag_off) | lflag_on;
	t.c_cc[VMIN] = vmin;
	t.c_cc[VTIME] = vtime;
	assert_int_equal(control(TCSETS, &t), 0);
}

void change_iflag(uint32_t off, uint32_t on)
{
	struct ktermios t;

	assert_int_equal(control(TCGETS, &t), 0);
	t.c_iflag = (t.c_iflag & ~off) | on;
	assert_int_equal(control(TCSETS, &t), 0);
}

unsigned int ready(struct wait_queue **wq)
{
	return tty_poll(&term->dev, wq);
}

/* ---- Devices ---- */

static void dev_tty(void **state)
{
	assert_int_equal(tty_open(&tty_dev), -ENXIO);
	term->session = 10;
	assert_int_equal(tty_open(&tty_dev), 0);
	assert_ptr_equal(tty_of(&tty_dev), term);
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

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(dev_tty),
	        TEST(console_choice),
	};

	return run_input_tests() + run_control_tests() +
	       cmocka_run_group_tests_name("tty: devices", tests, NULL, NULL);
}
