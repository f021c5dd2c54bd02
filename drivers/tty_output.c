/* SPDX-License-Identifier: MIT */
/*
 * Terminal output: OPOST's conversions, the column of the cursor (needed to erase tabs), echo.
 */
#include <string.h>

#include "tty_priv.h"

static bool continues_utf8(const struct tty *tty, uint8_t c)
{
	return (tty->termios.c_iflag & IUTF8) && (c & 0xc0) == 0x80;
}

/* The number of bytes up to the next control character. */
static size_t plain_length(const uint8_t *buf, size_t n)
{
	size_t i;

	for (i = 0; i < n && !tty_is_control(buf[i]); i++)
		continue;
	return i;
}

static size_t send_plain(struct tty *tty, const uint8_t *buf, size_t n)
{
	size_t sent = tty->ops->write(tty->port, buf, n), i;

	tty->column += sent;
	if (tty->termios.c_iflag & IUTF8) {
		for (i = 0; i < sent; i++)
			tty->column -= continues_utf8(tty, buf[i]);
	}
	return sent;
}

static bool send_newline(struct tty *tty)
{
	uint32_t oflag = tty->termios.c_oflag;

	if (oflag & ONLCR) {
		/* Both or none, or the return would be sent twice. */
		if (tty->ops->write_room(tty->port) < 2)
			return false;
		tty->ops->write(tty->port, (const uint8_t *)"\r\n", 2);
		tty->column = 0;
		return true;
	}
	if (oflag & ONLRET)
		tty->column = 0;
	return tty->ops->write(tty->port, (const uint8_t *)"\n", 1);
}

static bool send_return(struct tty *tty)
{
	uint32_t oflag = tty->termios.c_oflag;

	if ((oflag & ONOCR) && tty->column == 0)
		return true;
	if (oflag & OCRNL) {
		if (oflag & ONLRET)
			tty->column = 0;
		return tty->ops->write(tty->port, (const uint8_t *)"\n", 1);
	}
	tty->column = 0;
	return tty->ops->write(tty->port, (const uint8_t *)"\r", 1);
}

/* One control character. False if the port has no room for it. */
static bool send_control(struct tty *tty, uint8_t c)
{
	if (c == '\n')
		return send_newline(tty);
	if (c == '\r')
		return send_return(tty);
	if (!tty->ops->write(tty->port, &c, 1))
		return false;
	if (c == '\t')
		tty->column = (tty->column | 7) + 1;
	else if (c == '\b' && tty->column > 0)
		tty->column--;
	return true;
}

size_t tty_output_locked(struct tty *tty, const uint8_t *buf, size_t n)
{
	size_t done = 0, length, sent;

	if (!(tty->termios.c_oflag & OPOST))
		return tty->ops->write(tty->port, buf, n);
	while (done < n) {
		length = plain_length(buf + done, n - done);
		if (length) {
			sent = send_plain(tty, buf + done, length);
			done += sent;
			if (sent < length)
				break;
		} else if (send_control(tty, buf[done])) {
			done++;
		} else {
			break;
		}
	}
	return done;
}

void tty_echo_locked(struct tty *tty, uint8_t c)
{
	uint8_t caret[2] = {'^', c ^ 0x40};

	if ((tty->termios.c_lflag & ECHOCTL) && tty_is_control(c) && c != '\t')
		tty_output_locked(tty, caret, 2);
	else
		tty_output_locked(tty, &c, 1);
}

void tty_echo_text_locked(struct tty *tty, const char *text)
{
	tty_output_locked(tty, (const uint8_t *)text, strlen(text));
}
