/* SPDX-License-Identifier: MIT */
/*
 * What the tests of the terminal share: a program on one side, a port on the other. The scheduler is
 * played by `while_asleep`, which does what happens while the program waits.
 */
#ifndef TEST_TTY_H
#define TEST_TTY_H

#include "host.h"
#include "one_thread.h"
#include "../../drivers/tty_priv.h"

#define SECOND INT64_C(1000000000)

/* The wire behind the port: what was sent, and how much more fits. */
extern struct wire {
	uint8_t sent[1 << 20];
	size_t count, room, unsent;
	bool throttled;
	uint32_t baud, fixed_baud;
} wire;

/* The process that calls, and the signal that was sent last. Groups 10 to 19 are in session 10. */
extern struct proc {
	pid_t pid, pgrp, sid;
	bool ignored, orphaned;
	int sig;
	pid_t sig_pgrp;
} proc;

extern int64_t now;
extern bool interrupted;
extern void (*while_asleep)(void);
extern int sleeps;

/* A new terminal for each test. */
extern struct tty *term;

int tty_setup(void **state);
int tty_teardown(void **state);

/* What comes in at the port. */
void type_bytes(const char *text, size_t n);
void type(const char *text);
/* read() and write() of the program. */
ssize_t read_some(char *buf, size_t n, bool nonblock);
ssize_t write_some(const char *text, bool nonblock);
/* Exactly this can be read, nothing can be, exactly this has gone out since the last question. */
void expect_read(const char *text);
void expect_nothing(void);
void expect_sent(const char *text);
/* ioctl(), and settings through it. */
int control(unsigned int cmd, void *arg);
void change(uint32_t lflag_off, uint32_t lflag_on, int vmin, int vtime);
void change_iflag(uint32_t off, uint32_t on);
/* What poll() finds ready. */
unsigned int ready(struct wait_queue **wq);

#define TEST(name) cmocka_unit_test_setup_teardown(name, tty_setup, tty_teardown)

/* The groups of tests. */
int run_input_tests(void);
int run_control_tests(void);

#endif
