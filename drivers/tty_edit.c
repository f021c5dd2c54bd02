/* SPDX-License-Identifier: MIT */
/*
 * Editing the line that is being typed: erase a character, a word or all of it, show it again.
 * With ECHOE the characters also go from the screen, which takes knowing how wide they were.
 */
#include "tty_priv.h"

/*
 * A tab went to the next multiple of 8; how many columns that were follows from the columns before
 * it, back to an earlier tab or the start of the line.
 */
static void erase_tab(struct tty *tty)
{
	struct tty_input *in = &tty->in;
	uint32_t pos = in->head;
	unsigned int columns = 0;
	uint8_t c = 0;

	while (pos != in->canon && c != '\t') {
		c = *tty_slot(in, --pos);
		if (tty_is_control(c))
			columns += c != '\t' && (tty_lflag(tty) & ECHOCTL) ? 2 : 0;
		else if (!((tty_iflag(tty) & IUTF8) && (c & 0xc0) == 0x80))
			columns++;
	}
	if (c != '\t')
		columns += in->column;
	for (columns = 8 - columns % 8; columns > 0; columns--)
		tty_echo_text_locked(tty, "\b");
}

static void show_erased(struct tty *tty, uint8_t c)
{
	if (c == '\t') {
		erase_tab(tty);
		return;
	}
	if (tty_is_control(c) && !(tty_lflag(tty) & ECHOCTL))
		return;
	if (tty_is_control(c))
		tty_echo_text_locked(tty, "\b \b");
	tty_echo_text_locked(tty, "\b \b");
}

/* Finds the last character of the line, of one byte or more: its first byte, or -1. */
static int last_character(const struct tty *tty, uint32_t *start)
{
	const struct tty_input *in = &tty->in;
	uint32_t pos = in->head;
	uint8_t c = 0;

	while (pos != in->canon) {
		c = in->buf[--pos % TTY_INPUT_SIZE];
		if (!(tty_iflag(tty) & IUTF8) || (c & 0xc0) != 0x80) {
			*start = pos;
			return c;
		}
	}
	return -1;
}

static void erase_character(struct tty *tty)
{
	uint32_t start;
	int c = last_character(tty, &start);

	if (c < 0)
		return;
	tty->in.head = start;
	if (!(tty_lflag(tty) & ECHO))
		return;
	if (tty_lflag(tty) & ECHOE)
		show_erased(tty, c);
	else
		tty_echo_locked(tty, tty->termios.c_cc[VERASE]);
}

static bool in_word(int c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	       c == '_';
}

/* What is not a word, back to a word, and that word. */
static void erase_word(struct tty *tty)
{
	bool seen = false;
	uint32_t start;
	int c;

	while ((c = last_character(tty, &start)) >= 0) {
		if (seen && !in_word(c))
			break;
		seen = in_word(c);
		tty->in.head = start;
		if (tty_lflag(tty) & ECHO)
			show_erased(tty, c);
	}
}

static void kill_line(struct tty *tty)
{
	uint32_t all = ECHOK | ECHOKE | ECHOE, start;
	int c;

	if ((tty_lflag(tty) & ECHO) && (tty_lflag(tty) & all) == all) {
		while ((c = last_character(tty, &start)) >= 0) {
			tty->in.head = start;
			show_erased(tty, c);
		}
	} else if ((tty_lflag(tty) & ECHO) && tty->in.head != tty->in.canon) {
		tty_echo_locked(tty, tty->termios.c_cc[VKILL]);
		if (tty_lflag(tty) & ECHOK)
			tty_echo_text_locked(tty, "\n");
	}
	tty->in.head = tty->in.canon;
}

static void reprint_line(struct tty *tty)
{
	uint32_t pos;

	tty_echo_locked(tty, tty->termios.c_cc[VREPRINT]);
	tty_echo_text_locked(tty, "\n");
	for (pos = tty->in.canon; pos != tty->in.head; pos++)
		tty_echo_locked(tty, *tty_slot(&tty->in, pos));
}

bool tty_edit_locked(struct tty *tty, uint8_t c)
{
	if (tty_is_cc(tty, VERASE, c)) {
		erase_character(tty);
	} else if (tty_is_ext_cc(tty, VWERASE, c)) {
		erase_word(tty);
	} else if (tty_is_cc(tty, VKILL, c)) {
		kill_line(tty);
	} else if (tty_is_ext_cc(tty, VLNEXT, c)) {
		tty->in.literal = true;
		/* A caret under the cursor shows that something is to follow. */
		if ((tty_lflag(tty) & ECHO) && (tty_lflag(tty) & ECHOCTL))
			tty_echo_text_locked(tty, "^\b");
	} else if (tty_is_ext_cc(tty, VREPRINT, c) && (tty_lflag(tty) & ECHO)) {
		reprint_line(tty);
	} else {
		return false;
	}
	return true;
}
