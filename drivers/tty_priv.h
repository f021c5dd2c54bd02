/* SPDX-License-Identifier: MIT */
/*
 * What the parts of the terminal share. A received byte goes from the port into `rx`, from there
 * through the input processing (tty_input.c), which echoes it through the output processing
 * (tty_output.c), into `in`, and from there to a reader (tty.c).
 */
#ifndef TTY_PRIV_H
#define TTY_PRIV_H

#include <drivers/tty.h>
#include <lib/abi/termios.h>
#include <lib/chardev.h>
#include <lib/ring.h>
#include <lib/spinlock.h>
#include <lib/wait.h>
#include <sys/queue.h>

/* As in Linux: the longest line is 4095 bytes and its newline (termios(3), "Canonical mode"). */
#define TTY_INPUT_SIZE 4096
/*
 * Bytes that wait until the line discipline has room. A board without handshake lines can't stop
 * the sender, so this is what a program may be late by: 5.6 s at 115200 bit/s.
 */
#define TTY_RX_SIZE    65536

/*
 * Processed input. The positions count bytes and run freely; modulo TTY_INPUT_SIZE they are places
 * in buf. tail <= canon <= head: the bytes from canon on are the line that is still being typed
 * (canonical mode; else canon has no meaning).
 */
struct tty_input {
	uint8_t buf[TTY_INPUT_SIZE];
	uint32_t delimiter[TTY_INPUT_SIZE / 32]; /* a bit for each byte of buf: it ends a line */
	uint32_t head, canon, tail;
	unsigned int column; /* of the terminal, where the line being typed began */
	bool literal;        /* VLNEXT was typed: the next byte has no special meaning */
};

struct tty {
	const char *name;
	const struct tty_port_ops *ops;
	void *port;
	struct chardev dev;
	struct wait_queue wait; /* woken when anything changes that a task may wait for */
	bool reading, writing;  /* atomic: a task is in read(), write() */
	TAILQ_ENTRY(tty) link;
	spinlock_t lock; /* interrupts off; above the port's lock */
	/* under lock */
	struct ktermios termios;
	uint32_t baud;
	struct winsize winsize;
	pid_t session,
	        pgrp; /* whose controlling terminal this is, who is in the foreground; or 0 */
	unsigned int column;
	bool stopped;   /* by VSTOP or TCOOFF */
	bool throttled; /* the port waits for resume_receive() */
	struct ring rx;
	struct tty_input in;
};

/* ---- tty.c ---- */

extern const struct tty_hooks *tty_hooks; /* NULL until registered */
TAILQ_HEAD(tty_list, tty);
extern struct tty_list ttys; /* only added to, while booting */

/* Sends sig to the foreground process group. Under tty->lock. */
void tty_signal_locked(struct tty *tty, int sig);

/* ---- tty_input.c: all under tty->lock ---- */

/* Lets what waits in rx through, as far as there is room for it and its echo. */
void tty_pump_locked(struct tty *tty);

/* Is there a line (canonical mode) or are there `amount` bytes (else) to read? */
bool tty_input_ready_locked(const struct tty *tty, uint32_t amount);

/*
 * Takes up to n bytes. *end says that a reader in canonical mode has all it may have from one
 * read(): with 0 bytes that is the end of file. Returns the bytes taken.
 */
size_t tty_input_take_locked(struct tty *tty, uint8_t *buf, size_t n, bool *end);

/* Bytes that read() could return (FIONREAD). */
uint32_t tty_input_count_locked(const struct tty *tty);

/* Throws away what was received and not read. */
void tty_input_flush_locked(struct tty *tty);

/* ICANON changes: what is in the buffer becomes one finished line, or plain bytes. */
void tty_input_mode_locked(struct tty *tty);

/* A break condition. */
void tty_input_break_locked(struct tty *tty);

/* ---- tty_edit.c: under tty->lock ---- */

/* Acts on a byte that edits the line being typed; false if it is not one of those. */
bool tty_edit_locked(struct tty *tty, uint8_t c);

/* ---- tty_output.c: all under tty->lock ---- */

/* Sends as many of n bytes as the port takes, with OPOST's conversions; returns their number. */
size_t tty_output_locked(struct tty *tty, const uint8_t *buf, size_t n);

/* Shows a typed byte, control characters as ^X where ECHOCTL says so. */
void tty_echo_locked(struct tty *tty, uint8_t c);

/* Shows a string as it stands. */
void tty_echo_text_locked(struct tty *tty, const char *text);

/* ---- tty_termios.c and tty_job.c: ioctl() ---- */

struct tty_ioctl {
	unsigned int cmd;
	bool changes; /* a background process that does this is stopped by SIGTTOU */
	int (*fn)(struct tty *tty, unsigned int cmd, unsigned long arg);
};

/* Both tables end with fn = NULL. */
extern const struct tty_ioctl tty_termios_ioctls[], tty_job_ioctls[];

/* The settings of a new terminal. */
void tty_termios_init(struct tty *tty);

/*
 * May the calling task use its terminal now, or is it in the background? 0; -ERESTARTSYS after sig
 * (SIGTTIN or SIGTTOU) was sent to its process group; -EIO if that would be of no use (POSIX,
 * 11.1.4).
 */
int tty_check_background(struct tty *tty, int sig);

/* The terminal that controls the session, or NULL. */
struct tty *tty_find_session(pid_t sid);

/* Is this a control character? (C locale, as Linux has it) */
static inline bool tty_is_control(uint8_t c)
{
	return c < 0x20 || c == 0x7f;
}

/* The place of position pos. */
static inline uint8_t *tty_slot(struct tty_input *in, uint32_t pos)
{
	return &in->buf[pos % TTY_INPUT_SIZE];
}

static inline uint32_t tty_lflag(const struct tty *tty)
{
	return tty->termios.c_lflag;
}

static inline uint32_t tty_iflag(const struct tty *tty)
{
	return tty->termios.c_iflag;
}

/* Is c the control character of that index? 0 as a setting means that there is none. */
static inline bool tty_is_cc(const struct tty *tty, unsigned int index, uint8_t c)
{
	return c != 0 && tty->termios.c_cc[index] == c;
}

/* The control characters that need IEXTEN. */
static inline bool tty_is_ext_cc(const struct tty *tty, unsigned int index, uint8_t c)
{
	return (tty_lflag(tty) & IEXTEN) && tty_is_cc(tty, index, c);
}

#endif
