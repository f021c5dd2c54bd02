/* SPDX-License-Identifier: MIT */
/*
 * Kernel messages: a ring of the last ones, and the consoles that show them.
 */
#include <drivers/timer.h>
#include <kernel/log.h>
#include <lib/printf.h>
#include <lib/printk.h>
#include <lib/spinlock.h>
#include <string.h>

#define LOG_SIZE 16384 /* a power of two */

static char ring
        [LOG_SIZE]; /* under log.lock; apart from the rest, so that it takes no room in the image */

static struct {
	spinlock_t lock;
	/* under lock */
	uint32_t head; /* bytes ever written to the ring */
	int console_level;
	TAILQ_HEAD(, console) consoles;
	bool line_open; /* the last message did not end its line */
} log = {
        .console_level = LOG_DEBUG,
        .consoles = TAILQ_HEAD_INITIALIZER(log.consoles),
};

static void ring_put_locked(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		ring[log.head++ % LOG_SIZE] = text[i];
}

static void emit_locked(enum log_level level, const char *text, size_t len)
{
	struct console *con;

	ring_put_locked(text, len);
	if (level >= (enum log_level)log.console_level)
		return;
	TAILQ_FOREACH (con, &log.consoles, link)
		con->write(con, text, len);
}

void vprintk(enum log_level level, const char *fmt, va_list ap)
{
	char text[512];
	int64_t now = clock_now();
	uint32_t flags;
	int n = 0;

	if (!log.line_open)
		n = snprintf(text, sizeof(text), "[%5u.%06u] ", (unsigned int)(now / NSEC_PER_SEC),
		        (unsigned int)(now % NSEC_PER_SEC / 1000));
	n += vsnprintf(text + n, sizeof(text) - n, fmt, ap);
	if (n >= (int)sizeof(text))
		n = sizeof(text) - 1;
	flags = spin_lock_irqsave(&log.lock);
	log.line_open = n && text[n - 1] != '\n';
	emit_locked(level, text, n);
	spin_unlock_irqrestore(&log.lock, flags);
}

void printk(enum log_level level, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintk(level, fmt, ap);
	va_end(ap);
}

/* Gives a console what the ring still holds. */
static void replay_locked(struct console *con)
{
	uint32_t from = log.head > LOG_SIZE ? log.head - LOG_SIZE : 0;

	for (uint32_t at = from; at < log.head;) {
		uint32_t offset = at % LOG_SIZE, n = LOG_SIZE - offset;

		if (n > log.head - at)
			n = log.head - at;
		con->write(con, ring + offset, n);
		at += n;
	}
}

void console_register(struct console *con, bool replay)
{
	uint32_t flags = spin_lock_irqsave(&log.lock);

	if (replay)
		replay_locked(con);
	TAILQ_INSERT_TAIL(&log.consoles, con, link);
	spin_unlock_irqrestore(&log.lock, flags);
}

void console_unregister(struct console *con)
{
	uint32_t flags = spin_lock_irqsave(&log.lock);

	TAILQ_REMOVE(&log.consoles, con, link);
	spin_unlock_irqrestore(&log.lock, flags);
}

void console_set_loglevel(int level)
{
	log.console_level = level;
}

void log_break_lock(void)
{
	log.lock = (spinlock_t)SPINLOCK_INIT;
	log.console_level = LOG_DEBUG + 1;
}
