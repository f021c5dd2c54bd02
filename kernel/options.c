/* SPDX-License-Identifier: MIT */
/*
 * The kernel's command line (Linux: Documentation/admin-guide/kernel-parameters.txt). What the
 * kernel does not know goes to init: words as arguments, key=value as environment; a word with a
 * dot would be a module's option and is dropped.
 */
#include <drivers/tty.h>
#include <kernel/panic.h>
#include <kernel/proc.h>
#include <kernel/setup.h>
#include <lib/cmdline.h>
#include <lib/printk.h>
#include <mm/kmalloc.h>
#include <string.h>

struct boot_options boot_options = {
        .rdinit = "/init",
        .init_env = {"HOME=/", "TERM=linux"},
};

/* Adds to a list; an environment variable takes the place of an earlier one of its name. */
static void append(char **list, const char *text)
{
	size_t name = strcspn(text, "=");

	for (int i = 0; i < INIT_STRINGS; i++) {
		if (!list[i] || (text[name] && !strncmp(list[i], text, name + 1))) {
			list[i] = kstrdup(text);
			return;
		}
	}
	pr_warn("command line: no room for \"%s\"\n", text);
}

static void set_console(const char *value)
{
	tty_select_console(value);
}

static void set_rdinit(const char *value)
{
	boot_options.rdinit = kstrdup(value);
}

static void set_init(const char *value)
{
	boot_options.init = kstrdup(value);
}

/* A whole number, perhaps negative; 0 where there is none. */
static int number(const char *value)
{
	uint64_t n;
	bool negative = *value == '-';

	if (cmdline_memparse(value + negative, &n, NULL) || n > INT32_MAX)
		return 0;
	return negative ? -(int)n : (int)n;
}

static void set_loglevel(const char *value)
{
	console_set_loglevel(number(value));
}

static void set_quiet(const char *value)
{
	(void)value;
	console_set_loglevel(LOG_WARNING);
}

static void set_panic(const char *value)
{
	panic_timeout = number(value);
}

static void nothing(const char *value)
{
	(void)value;
}

static const struct {
	const char *key;
	void (*set)(const char *value);
} known[] = {
        {"console", set_console}, {"rdinit", set_rdinit}, {"init", set_init},
        {"loglevel", set_loglevel}, {"quiet", set_quiet}, {"panic", set_panic},
        {"mem", nothing},     /* read before this, in setup.c */
        {"maxcpus", nothing}, /* one core runs, whatever it says */
        {"root", nothing}, {"ro", nothing}, {"rw", nothing}, {"rootwait", nothing},
        {"earlycon", nothing}, /* always there */
};

static void handle(const struct cmdline_arg *arg)
{
	char text[CMDLINE_KEY_MAX + CMDLINE_VALUE_MAX];

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (cmdline_key_is(arg->key, known[i].key)) {
			known[i].set(arg->value);
			return;
		}
	}
	if (!strncmp(arg->key, "sysctl.", 7)) {
		if (sysctl_set(arg->key + 7, arg->value))
			pr_warn("command line: %s=%s: no such setting, or no such value\n",
			        arg->key, arg->value);
		return;
	}
	if (strchr(arg->key, '.'))
		return;
	strlcpy(text, arg->key, sizeof(text));
	if (arg->has_value) {
		strlcat(text, "=", sizeof(text));
		strlcat(text, arg->value, sizeof(text));
	}
	append(arg->has_value ? boot_options.init_env : boot_options.init_args, text);
}

/* What follows `--`, word by word. */
static void add_init_args(const char *text)
{
	while (text && *text) {
		char word[CMDLINE_VALUE_MAX];
		size_t n = strcspn(text, " ");

		if (n && n < sizeof(word)) {
			memcpy(word, text, n);
			word[n] = 0;
			append(boot_options.init_args, word);
		}
		text += n + strspn(text + n, " ");
	}
}

void setup_options(void)
{
	struct cmdline c;
	struct cmdline_arg arg;
	int more;

	pr_info("command line: %s\n", boot_options.cmdline);
	cmdline_open(&c, boot_options.cmdline);
	while ((more = cmdline_next(&c, &arg)) != 0) {
		if (more > 0)
			handle(&arg);
	}
	add_init_args(c.init_args);
}
