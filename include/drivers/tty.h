/* SPDX-License-Identifier: MIT */
/*
 * Terminals: the line discipline between a serial port and the programs that read and write it.
 * It echoes, edits lines, turns Ctrl-C into SIGINT and holds the sender back when it is full, with
 * the meaning that POSIX and Linux's termios(3) give to each flag.
 */
#ifndef DRIVERS_TTY_H
#define DRIVERS_TTY_H

#include <lib/types.h>

struct tty;

/*
 * What a serial port driver offers. All are called with interrupts masked and the tty's lock held;
 * they must not sleep or call the tty. The port's own lock comes below the tty's.
 */
struct tty_port_ops {
	/* Takes as many of n bytes as it has room for and returns their number. */
	size_t (*write)(void *port, const uint8_t *buf, size_t n);
	/* Bytes that write() would take now. */
	size_t (*write_room)(void *port);
	/* Bytes that have not left the wire yet; at least 1 while a bit of the last one is moving. */
	size_t (*unsent)(void *port);
	/* Throws away what was not sent yet. */
	void (*flush_output)(void *port);
	/* tty_receive_room() was 0 and no longer is. */
	void (*resume_receive)(void *port);
	/* Changes the speed, in bit/s; -EINVAL if the port can't. */
	int (*set_speed)(void *port, uint32_t baud);
	/* Starts or ends a break condition. */
	void (*set_break)(void *port, bool on);
};

/*
 * What a tty asks of the kernel, which keeps the processes. signal_pgrp() is called in any context
 * with interrupts masked and a tty's lock held, so it must not call the tty; the others by the
 * task whose system call it is.
 */
struct tty_hooks {
	void (*signal_pgrp)(pid_t pgrp, int sig);
	pid_t (*current_pid)(void);
	pid_t (*current_pgrp)(void);
	pid_t (*current_sid)(void);
	/* Does the calling task ignore or block sig? */
	bool (*signal_ignored)(int sig);
	/* The session of a process group, -ESRCH if there is no such group. */
	pid_t (*pgrp_session)(pid_t pgrp);
	/* Has no member of the group a parent in another group of its session? (POSIX 3.264) */
	bool (*pgrp_orphaned)(pid_t pgrp);
};

/* Once, before the first program runs. Until then no signals are sent. */
void tty_register_hooks(const struct tty_hooks *hooks);

/*
 * console=VALUE ("ttyAMA0,115200") was on the command line: called once for each, in order, before
 * devices_probe(). Kernel messages go to every terminal named, /dev/console is the last of them.
 * If none of the names is one of ours, the devicetree's stdout-path decides.
 */
void tty_select_console(const char *value);

/* Is this terminal to get kernel messages? `stdout` says that it is what stdout-path names. */
bool tty_is_console(const char *name, bool stdout_path);

/* The speed that console= gives for this terminal, in bit/s. */
uint32_t tty_console_baud(const char *name, uint32_t otherwise);

/*
 * The session leader `sid` ends: its terminal sends SIGHUP and SIGCONT to the foreground process
 * group and is free for another session.
 */
void tty_session_exit(pid_t sid);

/*
 * The device number (major << 8 | minor) of the terminal that controls session sid, and in
 * *foreground its foreground process group; 0 and -1 without a terminal, as in /proc/PID/stat.
 */
uint32_t tty_of_session(pid_t sid, pid_t *foreground);

/*
 * For port drivers: makes a terminal, without opening it to programs yet. NULL without memory.
 * `name` must stay valid. Sleepable context.
 */
struct tty *tty_create(const char *name, const struct tty_port_ops *ops, void *port);

/* The speed that the port has, in bit/s. Before tty_publish(). */
void tty_set_baud(struct tty *tty, uint32_t baud);

/*
 * Publishes it as a character device; as /dev/console too, if tty_is_console() said so and
 * `console` is passed on. From here on it never goes away. -EEXIST if the number is taken.
 */
int tty_publish(struct tty *tty, uint16_t major, uint16_t minor, bool console);

/* Frees a terminal that was not published. */
void tty_destroy(struct tty *tty);

/* How many received bytes the tty can take now. Any context. */
size_t tty_receive_room(struct tty *tty);

/*
 * Hands over received bytes, at most tty_receive_room(). Called by one core at a time, with
 * interrupts masked and without the port's lock, since the echo comes back through write().
 */
void tty_receive(struct tty *tty, const uint8_t *buf, size_t n);

/* A break condition was received. As tty_receive(). */
void tty_receive_break(struct tty *tty);

/* The port has room to send again, or has sent everything. As tty_receive(). */
void tty_write_wakeup(struct tty *tty);

#endif
