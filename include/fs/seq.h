/* SPDX-License-Identifier: MIT */
/*
 * Text that grows: what the files of /proc and /sys are generated into.
 */
#ifndef FS_SEQ_H
#define FS_SEQ_H

#include <fs/mount.h>
#include <lib/types.h>
#include <stdarg.h>

struct seq {
	char *buf; /* not NUL-terminated */
	size_t len, size;
	bool failed; /* no memory: what follows is dropped, and reading the file answers -ENOMEM */
};

void seq_printf(struct seq *seq, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void seq_puts(struct seq *seq, const char *text);
void seq_putc(struct seq *seq, char c);
void seq_write(struct seq *seq, const void *data, size_t n);

/* Pads with blanks up to column n of the current line (for /proc/PID/maps); one blank at least. */
void seq_pad(struct seq *seq, size_t n);

/*
 * The name of a place, as seen from root (NULL: from the top); blanks, tabs, newlines and
 * backslashes that stand in `escape` become \ooo.
 */
void seq_path(
        struct seq *seq, const struct path *path, const struct path *root, const char *escape);

void seq_free(struct seq *seq);

#endif
