/* SPDX-License-Identifier: MIT */
/*
 * Editing a line: the terminal is put into raw mode while a person types and back before anything
 * runs. Escape sequences are those of a VT100.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>
#include "sh.h"

#define COLUMNS      80
#define HISTORY      16

#define CTRL(letter) ((letter) - '@')
#define DELETE_KEY   127

enum {
	KEY_NONE = 256,
	KEY_UP,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_END
};

/* The newest line is history[(newest - 1) % HISTORY]. */
static char history[HISTORY][LINE_SIZE];
static unsigned int newest;

struct editor {
	const char *prompt;
	char *text;
	int length, cursor;
	unsigned int shown; /* which line of history; `newest` is the one being typed */
};

static int read_byte(void)
{
	unsigned char byte;

	return read(0, &byte, 1) == 1 ? byte : KEY_END;
}

/* A byte, or one of the arrow keys: ESC [ A to ESC [ D. */
static int read_key(void)
{
	static const int arrows[] = {KEY_UP, KEY_DOWN, KEY_RIGHT, KEY_LEFT};
	int key = read_byte();

	if (key != CTRL('['))
		return key;
	key = read_byte();
	if (key != '[' && key != 'O')
		return KEY_NONE;
	key = read_byte();
	return key >= 'A' && key <= 'D' ? arrows[key - 'A'] : KEY_NONE;
}

static int width_for_text(const struct editor *e)
{
	return COLUMNS - 1 - (int)strlen(e->prompt);
}

/* Draws the line anew; one that is too wide is shown in part, around the cursor. */
static void redraw(const struct editor *e)
{
	int width = width_for_text(e);
	int from = e->cursor > width ? e->cursor - width : 0;
	int count = e->length - from < width ? e->length - from : width;
	int back = count - (e->cursor - from);

	printf("\r%s%.*s\033[K", e->prompt, count, e->text + from);
	if (back)
		printf("\033[%dD", back);
	fflush(stdout);
}

static void erase(struct editor *e, int count)
{
	memmove(e->text + e->cursor - count, e->text + e->cursor, e->length - e->cursor + 1);
	e->cursor -= count;
	e->length -= count;
}

/* Adds a character and shows it; at the end of the line that takes no more than printing it. */
static void insert(struct editor *e, char c)
{
	if (e->length == LINE_SIZE - 1)
		return;
	memmove(e->text + e->cursor + 1, e->text + e->cursor, e->length - e->cursor + 1);
	e->text[e->cursor++] = c;
	e->length++;
	if (e->cursor < e->length || e->length > width_for_text(e)) {
		redraw(e);
	} else {
		putchar(c);
		fflush(stdout);
	}
}

/* How many characters Ctrl-W takes away: blanks before the cursor, then a word. */
static int word_before(const struct editor *e)
{
	int at = e->cursor;

	while (at > 0 && e->text[at - 1] == ' ')
		at--;
	while (at > 0 && e->text[at - 1] != ' ')
		at--;
	return e->cursor - at;
}

static void show_history(struct editor *e, int step)
{
	unsigned int wanted = e->shown + step;

	if (wanted > newest || newest - wanted > HISTORY)
		return;
	e->shown = wanted;
	if (wanted == newest)
		e->text[0] = '\0';
	else
		strcpy(e->text, history[wanted % HISTORY]);
	e->length = e->cursor = (int)strlen(e->text);
}

static void remember(const char *text)
{
	if (*text && (!newest || strcmp(text, history[(newest - 1) % HISTORY])))
		strcpy(history[newest++ % HISTORY], text);
}

static void edit(struct editor *e, int key)
{
	if (key >= ' ' && key < DELETE_KEY) {
		insert(e, (char)key);
		return;
	}
	if (key == KEY_UP || key == KEY_DOWN)
		show_history(e, key == KEY_UP ? -1 : 1);
	else if (key == KEY_LEFT && e->cursor)
		e->cursor--;
	else if (key == KEY_RIGHT && e->cursor < e->length)
		e->cursor++;
	else if ((key == CTRL('H') || key == DELETE_KEY) && e->cursor)
		erase(e, 1);
	else if (key == CTRL('W'))
		erase(e, word_before(e));
	else if (key == CTRL('U'))
		erase(e, e->cursor);
	redraw(e);
}

/* Returns false at Ctrl-D on an empty line. */
static bool edit_until_enter(struct editor *e)
{
	redraw(e);
	for (;;) {
		int key = read_key();

		if (key == '\r' || key == '\n')
			return true;
		if (key == KEY_END || (key == CTRL('D') && !e->length))
			return false;
		if (key == CTRL('C')) {
			e->length = e->cursor = 0;
			e->text[0] = '\0';
			fputs("^C\n", stdout);
		}
		edit(e, key);
	}
}

bool edit_line(const char *prompt, char line[LINE_SIZE])
{
	struct editor e = {.prompt = prompt, .text = line, .shown = newest};
	struct termios saved, raw;
	bool got;

	line[0] = '\0';
	tcgetattr(0, &saved);
	raw = saved;
	raw.c_lflag &= ~(uint32_t)(ICANON | ECHO | ISIG | IEXTEN);
	raw.c_iflag &= ~(uint32_t)(ICRNL | IXON);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	tcsetattr(0, TCSADRAIN, &raw);
	got = edit_until_enter(&e);
	putchar('\n');
	fflush(stdout);
	tcsetattr(0, TCSADRAIN, &saved);
	remember(line);
	return got;
}
