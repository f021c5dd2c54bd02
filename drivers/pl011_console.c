/* SPDX-License-Identifier: MIT */
/*
 * Kernel messages on a PL011: early in the boot on one that the boot code set up, by waiting for
 * room for each character, and later through the driver's transmit ring.
 */
#include <arm/irqflags.h>
#include <drivers/serial.h>
#include <string.h>

#include "pl011.h"

/*
 * Turns of waiting after which a UART is taken for dead, as on a board whose firmware left it
 * without a clock. A character at 9600 bit/s takes a millisecond.
 */
#define CHAR_PATIENCE 1000000

/* Turns of waiting for the lock after which its holder is taken for dead. */
#define LOCK_PATIENCE 10000000

/* Registers; NULL while the early console is off, or dead. */
static void *early_uart;
static bool early_registered;

static bool early_putc(uint8_t c)
{
	uint32_t i;

	for (i = 0; mmio_read32_relaxed(early_uart, UART_FR) & FR_TXFF; i++) {
		if (i == CHAR_PATIENCE)
			return false;
	}
	mmio_write32_relaxed(early_uart, UART_DR, c);
	return true;
}

static void early_write(struct console *con, const char *text, size_t len)
{
	(void)con;
	mmio_begin();
	for (; len > 0 && early_uart; len--, text++) {
		if ((*text == '\n' && !early_putc('\r')) || !early_putc(*text))
			early_uart = NULL;
	}
	mmio_end();
}

static struct console early_console = {.name = "early", .write = early_write};

void early_console_init(void *uart_base)
{
	early_uart = uart_base;
	early_registered = true;
	console_register(&early_console, true);
}

/* Ends the early console. Was it heard until now? */
static bool early_console_end(void)
{
	bool heard = early_uart;

	if (early_registered)
		console_unregister(&early_console);
	early_registered = false;
	early_uart = NULL;
	return heard;
}

/*
 * A message may come while this core holds the lock (a fault in this very file): then, and if
 * another core died with it, go on without. False if so.
 */
static bool console_lock(struct pl011 *p)
{
	uint32_t i;

	for (i = 0; i < LOCK_PATIENCE; i++) {
		if (spin_trylock(&p->lock))
			return true;
	}
	return false;
}

/* Sends all of it, by polling where the ring is full. */
static void console_send(struct pl011 *p, const char *text, size_t len)
{
	size_t done = pl011_send_locked(p, (const uint8_t *)text, len);

	while (done < len) {
		pl011_refill_locked(p);
		done += pl011_send_locked(p, (const uint8_t *)text + done, len - done);
	}
}

/*
 * With interrupts off, nothing would send the ring: nobody knows for how long, or whether this is
 * the last message. So it is sent here and now, what was in it before first.
 */
static void pl011_console_write(struct console *con, const char *text, size_t len)
{
	struct pl011 *p = (struct pl011 *)((uint8_t *)con - offsetof(struct pl011, console));
	bool polled = irqs_disabled();
	uint32_t flags = irq_save();
	bool locked = console_lock(p);
	const char *newline;

	while ((newline = memchr(text, '\n', len))) {
		console_send(p, text, newline - text);
		console_send(p, "\r\n", 2);
		len -= newline + 1 - text;
		text = newline + 1;
	}
	console_send(p, text, len);
	while (polled && !ring_empty(&p->tx))
		pl011_refill_locked(p);
	if (locked)
		spin_unlock(&p->lock);
	irq_restore(flags);
}

/* The early console speaks to the same UART: not a line may be lost or doubled in between. */
void pl011_take_over_console(struct pl011 *p)
{
	uint32_t flags = irq_save();
	bool heard = early_console_end();

	p->console = (struct console){.name = p->name, .write = pl011_console_write};
	console_register(&p->console, !heard);
	irq_restore(flags);
}
