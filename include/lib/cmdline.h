/* SPDX-License-Identifier: MIT */
/* The kernel command line: `console=ttyAMA0 quiet init=/bin/sh -- -l`. Words are separated by
 * spaces; double quotes hold a value with spaces together; what follows a word `--` belongs to
 * init. Source: Linux 6.1, Documentation/admin-guide/kernel-parameters.rst, lib/cmdline.c
 * (next_arg) for the quoting. */
#ifndef LIB_CMDLINE_H
#define LIB_CMDLINE_H

#include <lib/types.h>

#define CMDLINE_KEY_MAX   64
#define CMDLINE_VALUE_MAX 256

struct cmdline {
	const char *pos;
	const char *init_args; /* what follows `--` and spaces; NULL: no `--` seen yet */
};

struct cmdline_arg {
	char key[CMDLINE_KEY_MAX];
	char value[CMDLINE_VALUE_MAX];
	bool has_value; /* was there a '='? */
};

/* Start on text, which must stay. */
void cmdline_open(struct cmdline *c, const char *text);

/* The next word. 1 with *arg filled in; 0 at the end or at `--`. Too long a word is skipped:
 * -E2BIG, and the next call goes on behind it. */
int cmdline_next(struct cmdline *c, struct cmdline_arg *arg);

/* Do two keys mean the same? Linux takes '-' for '_'. */
bool cmdline_key_is(const char *key, const char *name);

/*
 * The value of the last `key=value` (or "" of a bare key) in text into buf. Its length; -ENOENT if
 * the key is not there; -E2BIG if it does not fit in size bytes with its NUL.
 */
int cmdline_find(const char *text, const char *key, char *buf, size_t size);

/* A size as mem= takes it: a number as in C (0x.., 0.., decimal), then K, M, G or nothing, then
 * *end (may be NULL, then nothing may follow). 0, or -EINVAL for no number, trailing text or more
 * than 64 bits. */
int cmdline_memparse(const char *s, uint64_t *val, const char **end);

#endif
