/* SPDX-License-Identifier: MIT */
/* Splitting of the kernel command line into keys and values. */
#include <lib/cmdline.h>
#include <lib/errno.h>
#include <string.h>

static bool is_space(char ch)
{
	return ch == ' ' || (ch >= '\t' && ch <= '\r');
}

static const char *skip_spaces(const char *s)
{
	while (is_space(*s))
		s++;
	return s;
}

/* A word of the command line: key [s, equals), value [equals + 1, end), or key [s, end) alone. */
struct word {
	const char *s;
	const char *equals; /* NULL: no '=' */
	const char *end;
	const char *next; /* where the search for the next word goes on */
};

/* As Linux: quotes protect spaces; those around the word or around the value are dropped, others
 * stay. */
static struct word split_word(const char *s)
{
	struct word w = {.s = s};
	bool quoted = *s == '"', in_quotes = false, unquote;

	for (; *s && (in_quotes || !is_space(*s)); s++) {
		if (*s == '"')
			in_quotes = !in_quotes;
		else if (*s == '=' && !w.equals)
			w.equals = s;
	}
	w.end = w.next = s;
	unquote = quoted;
	if (quoted)
		w.s++;
	if (w.equals && w.equals[1] == '"')
		unquote = true;
	if (unquote && w.end - 1 > (w.equals ? w.equals : w.s - 1) && w.end[-1] == '"')
		w.end--;
	return w;
}

/* Copy [s, end) and a NUL to buf. 0, or -E2BIG. */
static int copy_text(char *buf, size_t size, const char *s, const char *end)
{
	size_t len = end - s;

	if (len >= size)
		return -E2BIG;
	memcpy(buf, s, len);
	buf[len] = '\0';
	return 0;
}

static int copy_word(const struct word *w, struct cmdline_arg *arg)
{
	const char *value = w->end;
	int err;

	arg->has_value = w->equals != NULL;
	err = copy_text(arg->key, sizeof(arg->key), w->s, w->equals ? w->equals : w->end);
	if (err)
		return err;
	if (w->equals) {
		value = w->equals + 1;
		if (*value == '"' && value < w->end)
			value++;
	}
	return copy_text(arg->value, sizeof(arg->value), value, w->end);
}

void cmdline_open(struct cmdline *c, const char *text)
{
	c->pos = text;
	c->init_args = NULL;
}

int cmdline_next(struct cmdline *c, struct cmdline_arg *arg)
{
	struct word w;
	int err;

	c->pos = skip_spaces(c->pos);
	if (!*c->pos)
		return 0;
	w = split_word(c->pos);
	c->pos = w.next;
	if (w.end - w.s == 2 && !memcmp(w.s, "--", 2)) {
		c->init_args = skip_spaces(w.next);
		c->pos += strlen(c->pos);
		return 0;
	}
	err = copy_word(&w, arg);
	return err ? err : 1;
}

bool cmdline_key_is(const char *key, const char *name)
{
	for (; *key && *name; key++, name++) {
		char a = *key == '-' ? '_' : *key;
		char b = *name == '-' ? '_' : *name;

		if (a != b)
			return false;
	}
	return *key == *name;
}

int cmdline_find(const char *text, const char *key, char *buf, size_t size)
{
	struct cmdline c;
	struct cmdline_arg arg;
	int ret, found = -ENOENT;

	cmdline_open(&c, text);
	while ((ret = cmdline_next(&c, &arg)) != 0) {
		if (ret < 0 || !cmdline_key_is(arg.key, key))
			continue;
		found = copy_text(buf, size, arg.value, arg.value + strlen(arg.value));
		if (found == 0)
			found = strlen(arg.value);
	}
	return found;
}

static int digit_value(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	ch |= 'a' - 'A';
	if (ch >= 'a' && ch <= 'f')
		return ch - 'a' + 10;
	return 16;
}

/* Powers of two that the suffixes stand for; -1: not a suffix. */
static int suffix_shift(char ch)
{
	switch (ch) {
	case 'k':
	case 'K':
		return 10;
	case 'm':
	case 'M':
		return 20;
	case 'g':
	case 'G':
		return 30;
	default:
		return -1;
	}
}

int cmdline_memparse(const char *s, uint64_t *val, const char **end)
{
	unsigned int base = 10;
	uint64_t n = 0;
	int shift;

	if (s[0] == '0') {
		base = 8;
		if ((s[1] | 0x20) == 'x' && digit_value(s[2]) < 16) {
			base = 16;
			s += 2;
		}
	}
	if (digit_value(*s) >= (int)base)
		return -EINVAL;
	for (; digit_value(*s) < (int)base; s++) {
		unsigned int digit = digit_value(*s);

		if (n > (UINT64_MAX - digit) / base)
			return -EINVAL;
		n = n * base + digit;
	}
	shift = suffix_shift(*s);
	if (shift >= 0) {
		if (n >> (64 - shift))
			return -EINVAL;
		n <<= shift;
		s++;
	}
	if (!end && *s)
		return -EINVAL;
	if (end)
		*end = s;
	*val = n;
	return 0;
}
