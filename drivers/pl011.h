/* SPDX-License-Identifier: MIT */
/*
 * ARM's PL011 UART (ARM DDI 0183G, chapter 3): its registers, and what the driver (pl011.c) and
 * the consoles (pl011_console.c) share.
 */
#ifndef PL011_H
#define PL011_H

#include <arm/io.h>
#include <lib/printk.h>
#include <lib/ring.h>
#include <lib/spinlock.h>

struct tty;

enum {
	UART_DR = 0x00,
	DR_BREAK = 1 << 10,
	DR_OVERRUN = 1 << 11,
	UART_FR = 0x18,
	FR_BUSY = 1 << 3,
	FR_RXFE = 1 << 4, /* receive FIFO empty */
	FR_TXFF = 1 << 5, /* transmit FIFO full */
	UART_IBRD = 0x24,
	UART_FBRD = 0x28,
	UART_LCRH = 0x2c,
	LCRH_BRK = 1 << 0,
	LCRH_FEN = 1 << 4,
	LCRH_8BIT = 3 << 5,
	UART_CR = 0x30,
	CR_UARTEN = 1 << 0,
	CR_TXE = 1 << 8,
	CR_RXE = 1 << 9,
	UART_IFLS = 0x34,
	IFLS_TX_QUARTER = 1 << 0,
	IFLS_RX_HALF = 2 << 3,
	UART_IMSC = 0x38,
	UART_ICR = 0x44,
	INT_RX = 1 << 4,
	INT_TX = 1 << 5,
	INT_RT = 1 << 6, /* bytes wait in the FIFO and no more came for 32 bit times */
	INT_ALL = 0x7ff,
};

struct pl011 {
	void *regs;
	struct tty *tty;
	struct console console;
	char name[12];
	uint32_t clock;    /* Hz of the baud rate generator's input; 0 = not known */
	uint32_t overruns; /* changed by the interrupt handler alone */
	spinlock_t lock;   /* interrupts off */
	/* under lock */
	struct ring tx;
	uint32_t imsc; /* what UART_IMSC holds */
};

/* Sends as many of n bytes as there is room for in the FIFO and the ring; returns their number. */
size_t pl011_send_locked(struct pl011 *p, const uint8_t *buf, size_t n);

/* Moves bytes from the ring to the FIFO. Between mmio_begin() and mmio_end(). */
void pl011_refill_locked(struct pl011 *p);

/* Makes this UART the console for kernel messages; the early console ends. */
void pl011_take_over_console(struct pl011 *p);

#endif
