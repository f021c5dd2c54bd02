/* SPDX-License-Identifier: MIT */
/*
 * Text that grows.
 */
#include <fs/namei.h>
#include <fs/seq.h>
#include <lib/abi/fcntl.h>
#include <lib/printf.h>
#include <mm/kmalloc.h>
#include <string.h>

#define FIRST_SIZE 512

/* Makes room for n more bytes. After a failure nothing is added any more. */
static bool reserve(struct seq *seq, size_t n)
{
	size_t size = seq->size ? seq->size : FIRST_SIZE;
	char *buf;

	if (seq->failed || n <= seq->size - seq->len)
		return !seq->failed;
	while (size - seq->len < n)
		size *= 2;
	buf = kmalloc(size);
	if (!buf) {
		seq->failed = true;
		return false;
	}
	if (seq->len)
		memcpy(buf, seq->buf, seq->len);
	kfree(seq->buf);
	seq->buf = buf;
	seq->size = size;
	return true;
}

void seq_write(struct seq *seq, const void *data, size_t n)
{
	if (!n || !reserve(seq, n))
		return;
	memcpy(seq->buf + seq->len, data, n);
	seq->len += n;
}

void seq_puts(struct seq *seq, const char *text)
{
	seq_write(seq, text, strlen(text));
}

void seq_putc(struct seq *seq, char c)
{
	seq_write(seq, &c, 1);
}

/* Tries what is left of the buffer first: mostly that is enough. */
void seq_printf(struct seq *seq, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (!reserve(seq, 1))
		return;
	va_start(ap, fmt);
	n = vsnprintf(seq->buf + seq->len, seq->size - seq->len, fmt, ap);
	va_end(ap);
	if ((size_t)n >= seq->size - seq->len) {
		if (!reserve(seq, n + 1))
			return;
		va_start(ap, fmt);
		vsnprintf(seq->buf + seq->len, n + 1, fmt, ap);
		va_end(ap);
	}
	seq->len += n;
}

void seq_pad(struct seq *seq, size_t n)
{
	size_t line = seq->len;

	while (line && seq->buf[line - 1] != '\n')
		line--;
	do
		seq_putc(seq, ' ');
	while (seq->len - line < n && !seq->failed);
}

static void put_escaped(struct seq *seq, const char *text, const char *escape)
{
	for (; *text; text++) {
		if (strchr(escape, *text))
			seq_printf(seq, "\\%03o", (unsigned char)*text);
		else
			seq_putc(seq, *text);
	}
}

void seq_path(struct seq *seq, const struct path *path, const struct path *root, const char *escape)
{
	char *buf = kmalloc(PATH_MAX);
	char *name;

	if (!buf) {
		seq->failed = true;
		return;
	}
	name = path_name(path, root, buf, PATH_MAX);
	put_escaped(seq, name ? name : "(too long)", escape);
	kfree(buf);
}

void seq_free(struct seq *seq)
{
	kfree(seq->buf);
	memset(seq, 0, sizeof(*seq));
}
