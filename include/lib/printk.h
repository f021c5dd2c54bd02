/* SPDX-License-Identifier: MIT */
/*
 * Kernel messages. A message goes to the log buffer and, if its level is below the console
 * level (loglevel=, quiet), to every registered console.
 */
#ifndef LIB_PRINTK_H
#define LIB_PRINTK_H

#include <lib/types.h>
#include <stdarg.h>
#include <sys/queue.h>

enum log_level {
	LOG_EMERG = 0,
	LOG_ERR = 3,
	LOG_WARNING = 4,
	LOG_NOTICE = 5,
	LOG_INFO = 6,
	LOG_DEBUG = 7,
};

/* Where messages go. `write` must work with interrupts off and must never sleep. */
struct console {
	const char *name;
	void (*write)(struct console *, const char *text, size_t len);
	TAILQ_ENTRY(console) link;
};

/*
 * Adds a console and, with `replay`, gives it what was logged before. Remove takes one away, as
 * the early console when the real driver is up. Any context.
 */
void console_register(struct console *con, bool replay);
void console_unregister(struct console *con);

/* Messages below this level reach the consoles (Linux: loglevel=N, default 7; quiet = 4). */
void console_set_loglevel(int level);

/*
 * Logs one message. fmt and arguments as for printf, no floating point; end each line with \n.
 * Cut at 512 bytes. Any context, interrupts on or off.
 */
void printk(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void vprintk(enum log_level level, const char *fmt, va_list ap);

#define pr_err(...)    printk(LOG_ERR, __VA_ARGS__)
#define pr_warn(...)   printk(LOG_WARNING, __VA_ARGS__)
#define pr_notice(...) printk(LOG_NOTICE, __VA_ARGS__)
#define pr_info(...)   printk(LOG_INFO, __VA_ARGS__)
#define pr_debug(...)  printk(LOG_DEBUG, __VA_ARGS__)

/* A kernel bug: prints the message, registers and a backtrace, then halts or, with panic=N, resets. */
void panic(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

#define BUG_ON(cond)                                                                               \
	do {                                                                                       \
		if (__builtin_expect(!!(cond), 0))                                                 \
			panic("BUG at %s:%d: %s", __FILE__, __LINE__, #cond);                      \
	} while (0)

#define WARN_ON(cond)                                                                              \
	do {                                                                                       \
		if (__builtin_expect(!!(cond), 0))                                                 \
			pr_warn("WARNING at %s:%d: %s\n", __FILE__, __LINE__, #cond);              \
	} while (0)

#endif
