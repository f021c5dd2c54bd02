/* SPDX-License-Identifier: MIT */
/*
 * Terminal input: what each received byte means under the settings of termios(3). Where POSIX
 * leaves room, Linux's N_TTY (6.1) is followed.
 */
#include <lib/abi/signal.h>
#include <string.h>

#include "tty_priv.h"

/* The most that echoing one byte can send, except for VKILL and VREPRINT on a long line. */
#define ECHO_ROOM 32

static bool is_delimiter(const struct tty_input *in, uint32_t pos)
{
	pos %= TTY_INPUT_SIZE;
	return in->delimiter[pos / 32] & 1u << pos % 32;
}

static void mark_delimiter(struct tty_input *in, uint32_t pos, bool on)
{
	uint32_t bit = 1u << pos % 32;
	uint32_t *word = &in->delimiter[pos % TTY_INPUT_SIZE / 32];

	*word = on ? *word | bit : *word & ~bit;
}

/* Appends a byte. Past the longest line it is dropped, but a delimiter finds one place more. */
static void put(struct tty *tty, uint8_t c, bool delimiter)
{
	struct tty_input *in = &tty->in;
	uint32_t limit = delimiter ? TTY_INPUT_SIZE : TTY_INPUT_SIZE - 1;

	if (in->head - in->tail >= limit)
		return;
	*tty_slot(in, in->head) = c;
	mark_delimiter(in, in->head, delimiter);
	in->head++;
}

static void end_line(struct tty *tty, uint8_t c)
{
	put(tty, c, true);
	tty->in.canon = tty->in.head;
}

static void start_output(struct tty *tty)
{
	tty->stopped = false;
}

/* ---- One byte ---- */

static bool flow_character(struct tty *tty, uint8_t c)
{
	if (!(tty_iflag(tty) & IXON))
		return false;
	if (tty_is_cc(tty, VSTART, c)) {
		start_output(tty);
		return true;
	}
	if (tty_is_cc(tty, VSTOP, c)) {
		tty->stopped = true;
		return true;
	}
	return false;
}

static bool signal_character(struct tty *tty, uint8_t c)
{
	int sig;

	if (!(tty_lflag(tty) & ISIG))
		return false;
	if (tty_is_cc(tty, VINTR, c))
		sig = SIGINT;
	else if (tty_is_cc(tty, VQUIT, c))
		sig = SIGQUIT;
	else if (tty_is_cc(tty, VSUSP, c))
		sig = SIGTSTP;
	else
		return false;

	if (!(tty_lflag(tty) & NOFLSH)) {
		tty_input_flush_locked(tty);
		tty->ops->flush_output(tty->port);
	}
	if (tty_iflag(tty) & IXON)
		start_output(tty);
	if (tty_lflag(tty) & ECHO)
		tty_echo_locked(tty, c);
	tty_signal_locked(tty, sig);
	return true;
}

static void echo_input(struct tty *tty, uint8_t c)
{
	if (!(tty_lflag(tty) & ECHO))
		return;
	/* Where the line begins on the screen, before its first character moves the cursor. */
	if (tty->in.canon == tty->in.head)
		tty->in.column = tty->column;
	/* In canonical mode a newline that comes here was made literal: it shows as ^J. */
	if (c == '\n' && !(tty_lflag(tty) & ICANON))
		tty_echo_text_locked(tty, "\n");
	else
		tty_echo_locked(tty, c);
}

static bool delimiter_character(struct tty *tty, uint8_t c)
{
	if (c == '\n') {
		if (tty_lflag(tty) & (ECHO | ECHONL))
			tty_echo_text_locked(tty, "\n");
		end_line(tty, c);
	} else if (tty_is_cc(tty, VEOF, c)) {
		/* A delimiter that is itself not part of the line: read() stops before it. */
		end_line(tty, '\0');
	} else if (tty_is_cc(tty, VEOL, c) || tty_is_ext_cc(tty, VEOL2, c)) {
		echo_input(tty, c);
		end_line(tty, c);
	} else {
		return false;
	}
	return true;
}

static void ordinary_character(struct tty *tty, uint8_t c)
{
	echo_input(tty, c);
	/* PARMRK: 0xff introduces a marked error, so a real one is doubled. */
	if (c == 0xff && (tty_iflag(tty) & PARMRK))
		put(tty, c, false);
	put(tty, c, false);
}

static void receive_character(struct tty *tty, uint8_t c)
{
	if (tty_iflag(tty) & ISTRIP)
		c &= 0x7f;
	if (tty->in.literal) {
		tty->in.literal = false;
		ordinary_character(tty, c);
		return;
	}
	if (flow_character(tty, c) || signal_character(tty, c))
		return;
	if (tty->stopped && (tty_iflag(tty) & IXON) && (tty_iflag(tty) & IXANY))
		start_output(tty);
	if (c == '\r' && (tty_iflag(tty) & IGNCR))
		return;
	if (c == '\r' && (tty_iflag(tty) & ICRNL))
		c = '\n';
	else if (c == '\n' && (tty_iflag(tty) & INLCR))
		c = '\r';
	if ((tty_lflag(tty) & ICANON) && (tty_edit_locked(tty, c) || delimiter_character(tty, c)))
		return;
	ordinary_character(tty, c);
}

/*
 * May one more byte be processed? A line without an end must go on, for the byte may erase or end
 * it; anything else waits for a reader.
 */
static bool has_room(const struct tty *tty)
{
	const struct tty_input *in = &tty->in;

	if (in->head - in->tail < TTY_INPUT_SIZE - 1)
		return true;
	return (tty_lflag(tty) & ICANON) && in->canon == in->tail;
}

static bool echo_has_room(const struct tty *tty)
{
	return !(tty_lflag(tty) & (ECHO | ECHONL)) || tty->ops->write_room(tty->port) >= ECHO_ROOM;
}

void tty_pump_locked(struct tty *tty)
{
	while (!ring_empty(&tty->rx) && has_room(tty) && echo_has_room(tty))
		receive_character(tty, ring_get(&tty->rx));
	if (tty->throttled && ring_free(&tty->rx) > 0) {
		tty->throttled = false;
		tty->ops->resume_receive(tty->port);
	}
}

void tty_input_break_locked(struct tty *tty)
{
	if (tty_iflag(tty) & IGNBRK)
		return;
	if (tty_iflag(tty) & BRKINT) {
		if (!(tty_lflag(tty) & NOFLSH)) {
			tty_input_flush_locked(tty);
			tty->ops->flush_output(tty->port);
		}
		tty_signal_locked(tty, SIGINT);
		return;
	}
	if (tty_iflag(tty) & PARMRK) {
		put(tty, 0xff, false);
		put(tty, 0, false);
	}
	put(tty, 0, false);
}

/* ---- For readers ---- */

bool tty_input_ready_locked(const struct tty *tty, uint32_t amount)
{
	const struct tty_input *in = &tty->in;

	if (tty_lflag(tty) & ICANON)
		return in->canon != in->tail;
	return in->head - in->tail >= amount;
}

static bool is_eof(struct tty_input *in, uint32_t pos)
{
	return is_delimiter(in, pos) && *tty_slot(in, pos) == '\0';
}

static size_t take_line(struct tty_input *in, uint8_t *buf, size_t n, bool *end)
{
	size_t done = 0;

	while (!*end && done < n && in->tail != in->canon) {
		*end = is_delimiter(in, in->tail);
		if (!is_eof(in, in->tail))
			buf[done++] = *tty_slot(in, in->tail);
		in->tail++;
	}
	/* VEOF right behind a buffer that is just full must not become an end of file. */
	if (!*end && in->tail != in->canon && is_eof(in, in->tail)) {
		*end = true;
		in->tail++;
	}
	return done;
}

size_t tty_input_take_locked(struct tty *tty, uint8_t *buf, size_t n, bool *end)
{
	struct tty_input *in = &tty->in;
	size_t done;

	*end = false;
	if (tty_lflag(tty) & ICANON)
		return take_line(in, buf, n, end);
	for (done = 0; done < n && in->tail != in->head; done++)
		buf[done] = *tty_slot(in, in->tail++);
	return done;
}

uint32_t tty_input_count_locked(const struct tty *tty)
{
	const struct tty_input *in = &tty->in;
	uint32_t pos, n = 0;

	if (!(tty_lflag(tty) & ICANON))
		return in->head - in->tail;
	for (pos = in->tail; pos != in->canon; pos++)
		n += !is_eof((struct tty_input *)in, pos);
	return n;
}

void tty_input_flush_locked(struct tty *tty)
{
	struct tty_input *in = &tty->in;

	in->tail = in->canon = in->head;
	in->literal = false;
}

void tty_input_mode_locked(struct tty *tty)
{
	struct tty_input *in = &tty->in;

	memset(in->delimiter, 0, sizeof(in->delimiter));
	in->literal = false;
	in->canon = in->tail;
	if ((tty_lflag(tty) & ICANON) && in->head != in->tail) {
		mark_delimiter(in, in->head - 1, true);
		in->canon = in->head;
	}
}
