/* SPDX-License-Identifier: MIT */
/*
 * ARM's PL011 UART: a terminal, and the console for kernel messages.
 *
 * Both send through the ring `tx`, so that their texts keep their order. While the ring is empty,
 * bytes go straight to the transmit FIFO, 16 or 32 deep; the interrupt that refills it from the
 * ring is on only while the ring holds something.
 */
#include <arm/irqflags.h>
#include <drivers/device.h>
#include <drivers/irq.h>
#include <drivers/tty.h>
#include <lib/errno.h>
#include <lib/printf.h>
#include <lib/printk.h>
#include <mm/kmalloc.h>

#include "pl011.h"

#define TX_SIZE       4096
#define TTY_MAJOR     204 /* Linux: admin-guide/devices.txt, "Low-density serial ports" */
#define FIRST_MINOR   64
#define DEFAULT_BAUD  115200

/* What config.txt is to ask the Raspberry Pi's firmware for: init_uart_clock=48000000. */
#define PI_UART_CLOCK 48000000

/* Everything below but probing is called with interrupts masked: p->lock is the interrupt handler's too. */

/* ---- Sending ---- */

static void set_interrupts_locked(struct pl011 *p, uint32_t bits, bool on)
{
	uint32_t imsc = on ? p->imsc | bits : p->imsc & ~bits;

	if (imsc == p->imsc)
		return;
	p->imsc = imsc;
	mmio_write32_relaxed(p->regs, UART_IMSC, imsc);
}

static bool fifo_full(struct pl011 *p)
{
	return mmio_read32_relaxed(p->regs, UART_FR) & FR_TXFF;
}

/*
 * The transmit interrupt comes when the FIFO empties past
 * its mark, so it is of use only after the FIFO was filled: which it is, if the ring is not empty
 * now (2.8.2, UARTTXINTR).
 */
void pl011_refill_locked(struct pl011 *p)
{
	while (!ring_empty(&p->tx) && !fifo_full(p))
		mmio_write32_relaxed(p->regs, UART_DR, ring_get(&p->tx));
	set_interrupts_locked(p, INT_TX, !ring_empty(&p->tx));
}

size_t pl011_send_locked(struct pl011 *p, const uint8_t *buf, size_t n)
{
	size_t done = 0;

	mmio_begin();
	if (ring_empty(&p->tx)) {
		while (done < n && !fifo_full(p))
			mmio_write32_relaxed(p->regs, UART_DR, buf[done++]);
	}
	while (done < n && ring_put(&p->tx, buf[done]))
		done++;
	set_interrupts_locked(p, INT_TX, !ring_empty(&p->tx));
	mmio_end();
	return done;
}

static size_t pl011_write(void *port, const uint8_t *buf, size_t n)
{
	struct pl011 *p = port;
	size_t done;

	spin_lock(&p->lock);
	done = pl011_send_locked(p, buf, n);
	spin_unlock(&p->lock);
	return done;
}

static size_t pl011_write_room(void *port)
{
	struct pl011 *p = port;

	return ring_free(&p->tx);
}

static size_t pl011_unsent(void *port)
{
	struct pl011 *p = port;

	return ring_used(&p->tx) + (mmio_read32(p->regs, UART_FR) & FR_BUSY ? 1 : 0);
}

static void pl011_flush_output(void *port)
{
	struct pl011 *p = port;

	spin_lock(&p->lock);
	p->tx.tail = p->tx.head;
	spin_unlock(&p->lock);
}

/* ---- Receiving ---- */

static void set_receive(struct pl011 *p, bool on)
{
	spin_lock(&p->lock);
	mmio_begin();
	set_interrupts_locked(p, INT_RX | INT_RT, on);
	mmio_end();
	spin_unlock(&p->lock);
}

static void pl011_resume_receive(void *port)
{
	set_receive(port, true);
}

/*
 * Is there room at the terminal? If not, receiving stops: bytes stay in the FIFO and, where there
 * is flow control (QEMU, RTS), with the sender. Room that appears between the question and the
 * mask would go unnoticed, so ask again.
 */
static size_t receive_room(struct pl011 *p)
{
	size_t room = tty_receive_room(p->tty);

	if (room)
		return room;
	set_receive(p, false);
	room = tty_receive_room(p->tty);
	if (room)
		set_receive(p, true);
	return room;
}

static void count_overrun(struct pl011 *p)
{
	p->overruns++;
	/* Each time the number doubles: a flood of messages would make it worse. */
	if ((p->overruns & (p->overruns - 1)) == 0)
		pr_warn("%s: %u bytes or more lost: received too fast\n", p->name, p->overruns);
}

/* Reads up to n bytes from the FIFO. Stops behind a break, which then counts as *broke. */
static size_t read_fifo(struct pl011 *p, uint8_t *buf, size_t n, bool *broke)
{
	size_t done = 0;
	uint32_t dr;

	*broke = false;
	mmio_begin();
	while (done < n && !*broke && !(mmio_read32_relaxed(p->regs, UART_FR) & FR_RXFE)) {
		dr = mmio_read32_relaxed(p->regs, UART_DR);
		if (dr & DR_OVERRUN)
			count_overrun(p);
		if (dr & DR_BREAK)
			*broke = true;
		else
			buf[done++] = dr;
	}
	mmio_end();
	return done;
}

/* RX and RT need no acknowledgement: reading the FIFO empty takes them back. Interrupts masked. */
static void receive(struct pl011 *p)
{
	uint8_t buf[32];
	size_t room, n;
	bool broke;

	while ((room = receive_room(p))) {
		n = read_fifo(p, buf, room < sizeof(buf) ? room : sizeof(buf), &broke);
		if (n)
			tty_receive(p->tty, buf, n);
		if (broke)
			tty_receive_break(p->tty);
		if (!n && !broke)
			break;
	}
}

static void pl011_interrupt(void *arg)
{
	struct pl011 *p = arg;
	bool sending;

	receive(p);
	spin_lock(&p->lock);
	sending = p->imsc & INT_TX;
	if (sending) {
		mmio_begin();
		pl011_refill_locked(p);
		mmio_end();
	}
	spin_unlock(&p->lock);
	/* Waking a writer for each FIFO of bytes would be dear: wait for half a ring. */
	if (sending && ring_free(&p->tx) >= TX_SIZE / 2)
		tty_write_wakeup(p->tty);
}

/* ---- The line ---- */

static bool is_running(struct pl011 *p)
{
	return (mmio_read32(p->regs, UART_CR) & CR_UARTEN) && mmio_read32(p->regs, UART_IBRD) != 0;
}

/* The divisor is in 64ths: clock / (16 * baud) * 64, rounded (3.3.6). */
static void set_divisor(struct pl011 *p, uint32_t baud)
{
	uint32_t divisor = (p->clock * 4u + baud / 2) / baud;

	/* Let it finish what it sends. One that does not run would stay busy for ever. */
	while (is_running(p) && (mmio_read32(p->regs, UART_FR) & FR_BUSY))
		continue;
	mmio_write32(p->regs, UART_CR, 0);
	mmio_write32(p->regs, UART_IBRD, divisor >> 6);
	mmio_write32(p->regs, UART_FBRD, divisor & 63);
	/* Writing LCRH is what makes the divisor count. */
	mmio_write32(p->regs, UART_LCRH, LCRH_8BIT | LCRH_FEN);
	mmio_write32(p->regs, UART_CR, CR_UARTEN | CR_TXE | CR_RXE);
}

/* The divisor has 16 bits before the point, and is at least 1. */
static bool speed_possible(struct pl011 *p, uint32_t baud)
{
	return baud > 0 && baud <= p->clock / 16 && p->clock / 16 / baud <= 0xffff;
}

static int pl011_set_speed(void *port, uint32_t baud)
{
	struct pl011 *p = port;

	if (!speed_possible(p, baud))
		return -EINVAL;
	spin_lock(&p->lock);
	set_divisor(p, baud);
	spin_unlock(&p->lock);
	return 0;
}

static void pl011_set_break(void *port, bool on)
{
	struct pl011 *p = port;
	uint32_t lcrh;

	spin_lock(&p->lock);
	lcrh = mmio_read32(p->regs, UART_LCRH);
	mmio_write32(p->regs, UART_LCRH, on ? lcrh | LCRH_BRK : lcrh & ~LCRH_BRK);
	spin_unlock(&p->lock);
}

static const struct tty_port_ops pl011_ops = {
        .write = pl011_write,
        .write_room = pl011_write_room,
        .unsent = pl011_unsent,
        .flush_output = pl011_flush_output,
        .resume_receive = pl011_resume_receive,
        .set_speed = pl011_set_speed,
        .set_break = pl011_set_break,
};

/* ---- Probing ---- */

/* The rate of the first clock ("uartclk"), if it is a fixed one. */
static uint32_t clock_rate_of(const struct dtb *dtb, int node)
{
	uint32_t phandle, rate;
	int clock;

	if (dtb_u32(dtb, node, "clocks", 0, &phandle))
		return 0;
	clock = dtb_find_phandle(dtb, phandle);
	if (clock < 0 || dtb_u32(dtb, clock, "clock-frequency", 0, &rate))
		return 0;
	return rate;
}

/*
 * Where the devicetree gives the clock (`virt`: 24 MHz), the speed is ours to set. A Pi's clock
 * belongs to its firmware, which has set up the UART for its own messages: then the divisors stay
 * as they are. Where nobody has (QEMU's raspi2b), the rate that config.txt asks for is assumed.
 * Returns the speed. Interrupts masked.
 */
static uint32_t setup_line(struct pl011 *p, uint32_t baud)
{
	if (p->clock == 0 && !is_running(p))
		p->clock = PI_UART_CLOCK;
	if (!speed_possible(p, baud))
		baud = DEFAULT_BAUD;
	/* Typed while booting. Also because switching the FIFO on would empty it. */
	receive(p);
	if (p->clock)
		set_divisor(p, baud);
	else
		mmio_write32(p->regs, UART_LCRH, LCRH_8BIT | LCRH_FEN);
	mmio_write32(p->regs, UART_CR, CR_UARTEN | CR_TXE | CR_RXE);
	mmio_write32(p->regs, UART_IFLS, IFLS_RX_HALF | IFLS_TX_QUARTER);
	mmio_write32(p->regs, UART_ICR, INT_ALL);
	/* What came before ICR was written has lost its interrupt. */
	receive(p);
	return baud;
}

/* N of ttyAMAN: as the alias serialN says, otherwise the next in turn. */
static unsigned int line_number(struct device *dev)
{
	static unsigned int next;
	int id = dtb_alias_id(dev->dtb, dev->node, "serial");

	return id >= 0 ? (unsigned int)id : next++;
}

/* Without a stdout-path, the first UART is as good as any. */
static bool is_stdout(struct device *dev, unsigned int line)
{
	int node = dtb_chosen_stdout(dev->dtb, NULL);

	return node >= 0 ? node == dev->node : line == 0;
}

static int pl011_start(struct pl011 *p, struct device *dev)
{
	int irq = device_irq(dev, 0), ret;
	unsigned int line;
	bool console;
	uint32_t flags;

	if (irq < 0)
		return irq;
	line = line_number(dev);
	snprintf(p->name, sizeof(p->name), "ttyAMA%u", line);
	console = tty_is_console(p->name, is_stdout(dev, line));
	p->tty = tty_create(p->name, &pl011_ops, p);
	if (!p->tty)
		return -ENOMEM;
	flags = irq_save();
	tty_set_baud(p->tty, setup_line(p, tty_console_baud(p->name, DEFAULT_BAUD)));
	irq_restore(flags);
	ret = irq_request(irq, pl011_interrupt, p, dev->name);
	if (ret)
		goto destroy;
	ret = tty_publish(p->tty, TTY_MAJOR, FIRST_MINOR + line, console);
	if (ret)
		goto free_irq;
	if (console)
		pl011_take_over_console(p);
	flags = irq_save();
	set_receive(p, true);
	irq_restore(flags);
	return 0;

free_irq:
	irq_free(irq);
destroy:
	tty_destroy(p->tty);
	return ret;
}

static struct pl011 *pl011_alloc(void)
{
	struct pl011 *p = kzalloc(sizeof(*p));
	void *tx = kmalloc(TX_SIZE);

	if (!p || !tx) {
		kfree(p);
		kfree(tx);
		return NULL;
	}
	ring_init(&p->tx, tx, TX_SIZE);
	return p;
}

static int pl011_probe(struct device *dev)
{
	struct pl011 *p = pl011_alloc();
	int ret;

	if (!p)
		return -ENOMEM;
	p->clock = clock_rate_of(dev->dtb, dev->node);
	ret = device_ioremap(dev, 0, &p->regs, NULL);
	if (!ret) {
		mmio_write32(p->regs, UART_IMSC, 0);
		ret = pl011_start(p, dev);
	}
	if (ret) {
		kfree(p->tx.buf);
		kfree(p);
		return ret;
	}
	pr_info("%s: %s\n", dev->name, p->name);
	return 0;
}

static const char *const pl011_compatible[] = {"arm,pl011", NULL};

DRIVER(pl011_driver) = {
        .name = "pl011",
        .compatible = pl011_compatible,
        .probe = pl011_probe,
        .stage = DRIVER_DEVICE,
};
