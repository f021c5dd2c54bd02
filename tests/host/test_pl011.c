/* SPDX-License-Identifier: MIT */
/*
 * Tests of the UART driver against a model of the PL011 as silicon behaves, where QEMU's does not:
 * FIFOs of 16 that fill up, a transmit interrupt that comes only when the FIFO empties past its
 * mark, a FIFO that is lost when it is switched on.
 */
#include "host.h"

#define ARM_IRQFLAGS_H
#define ARM_BARRIER_H
#define ARM_IO_H
#define wfe()
#define sev()
#define dsb_ishst()
#define mmio_begin()
#define mmio_end()

#include <lib/types.h>

static bool masked;

static inline bool irqs_disabled(void)
{
	return masked;
}

static inline uint32_t irq_save(void)
{
	uint32_t flags = masked;

	masked = true;
	return flags;
}

static inline void irq_restore(uint32_t flags)
{
	masked = flags;
}

static inline void irq_disable(void)
{
	masked = true;
}

static inline void irq_enable(void)
{
	masked = false;
}

static uint32_t mmio_read32_relaxed(const void *base, uint32_t offset);
static void mmio_write32_relaxed(void *base, uint32_t offset, uint32_t v);

#define mmio_read32  mmio_read32_relaxed
#define mmio_write32 mmio_write32_relaxed

#include "../../lib/spinlock.c"
#include "../../drivers/pl011.c"
#include "../../drivers/pl011_console.c"

/* ---- The UART ---- */

enum {
	DEPTH = 16,
	TX_MARK = 4,
	RX_MARK = 8
};

static struct {
	uint32_t ibrd, fbrd, lcrh, cr, imsc, ris;
	uint8_t tx[DEPTH];
	uint16_t rx[DEPTH];
	unsigned int tx_count, rx_count;
	char wire[1 << 20];
	size_t sent;
	bool dead; /* without a clock */
	unsigned int looks;
} uart;

/* A character's time passes on the wire. */
static void tick(void)
{
	if (uart.tx_count == 0 || uart.dead)
		return;
	uart.wire[uart.sent++] = uart.tx[0];
	memmove(uart.tx, uart.tx + 1, --uart.tx_count);
	if (uart.tx_count == TX_MARK)
		uart.ris |= INT_TX;
}

static uint32_t pop_rx(void)
{
	uint32_t v;

	if (uart.rx_count == 0)
		return 0xee;
	v = uart.rx[0];
	memmove(uart.rx, uart.rx + 1, --uart.rx_count * sizeof(uart.rx[0]));
	if (uart.rx_count < RX_MARK)
		uart.ris &= ~INT_RX;
	if (uart.rx_count == 0)
		uart.ris &= ~INT_RT;
	return v;
}

static uint32_t mmio_read32_relaxed(const void *base, uint32_t offset)
{
	assert_ptr_equal(base, &uart);
	switch (offset) {
	case UART_DR:
		return pop_rx();
	case UART_FR:
		/* Looking takes time, but far less than a character. */
		if (++uart.looks % 64 == 0)
			tick();
		return (uart.tx_count ? FR_BUSY : 0) | (uart.tx_count == DEPTH ? FR_TXFF : 0) |
		       (uart.rx_count ? 0 : FR_RXFE);
	case UART_IBRD:
		return uart.ibrd;
	case UART_LCRH:
		return uart.lcrh;
	case UART_CR:
		return uart.cr;
	}
	fail();
	return 0;
}

static struct pl011 *p;
static irq_handler_t handler;

static void mmio_write32_relaxed(void *base, uint32_t offset, uint32_t v)
{
	/* An interrupt that came now would wait for the lock for ever. */
	if (handler && spin_is_locked(&p->lock))
		assert_true(masked);
	switch (offset) {
	case UART_DR:
		assert_true(uart.tx_count < DEPTH);
		uart.tx[uart.tx_count++] = v;
		if (uart.tx_count > TX_MARK)
			uart.ris &= ~INT_TX;
		break;
	case UART_IBRD:
		uart.ibrd = v;
		break;
	case UART_FBRD:
		uart.fbrd = v;
		break;
	case UART_LCRH:
		if ((uart.lcrh ^ v) & LCRH_FEN)
			uart.rx_count = 0;
		uart.lcrh = v;
		break;
	case UART_CR:
		uart.cr = v;
		break;
	case UART_IMSC:
		uart.imsc = v;
		break;
	case UART_ICR:
		uart.ris &= ~v;
		break;
	default:
		assert_int_equal(offset, UART_IFLS);
	}
}

static bool arrive(uint16_t c)
{
	if (uart.rx_count == DEPTH)
		return false;
	uart.rx[uart.rx_count++] = c;
	uart.ris |= INT_RT;
	if (uart.rx_count >= RX_MARK)
		uart.ris |= INT_RX;
	return true;
}

/* ---- The rest of the kernel ---- */

static char received[100000];
static size_t got, room;
static int breaks, wakeups, consoles;
static uint32_t clock_hz, baud;

static void interrupts(void)
{
	if (masked)
		return;
	for (int i = 0; uart.ris & uart.imsc; i++) {
		assert_true(i < 3);
		masked = true;
		handler(p);
		masked = false;
	}
}

struct tty *tty_create(const char *name, const struct tty_port_ops *ops, void *port)
{
	p = port;
	return (struct tty *)&room;
}

int tty_publish(struct tty *tty, uint16_t major, uint16_t minor, bool console)
{
	assert_int_equal(minor, 64);
	return 0;
}

void tty_destroy(struct tty *tty)
{
}

void tty_set_baud(struct tty *tty, uint32_t hz)
{
	baud = hz;
}

bool tty_is_console(const char *name, bool stdout_path)
{
	assert_string_equal(name, "ttyAMA0");
	return stdout_path;
}

uint32_t tty_console_baud(const char *name, uint32_t otherwise)
{
	return otherwise;
}

size_t tty_receive_room(struct tty *tty)
{
	return room;
}

void tty_receive(struct tty *tty, const uint8_t *buf, size_t n)
{
	assert_true(masked && n <= room);
	memcpy(received + got, buf, n);
	got += n;
	room -= n;
}

void tty_receive_break(struct tty *tty)
{
	breaks++;
}

void tty_write_wakeup(struct tty *tty)
{
	wakeups++;
}

int irq_request(unsigned int irq, irq_handler_t fn, void *arg, const char *name)
{
	handler = fn;
	return 0;
}

void irq_free(unsigned int irq)
{
}

int device_irq(struct device *dev, unsigned int index)
{
	return 33;
}

int device_ioremap(struct device *dev, unsigned int index, void **base, size_t *size)
{
	*base = &uart;
	return 0;
}

int dtb_u32(const struct dtb *dt, int node, const char *name, int index, uint32_t *val)
{
	*val = clock_hz;
	return clock_hz ? 0 : -ENOENT;
}

int dtb_find_phandle(const struct dtb *dt, uint32_t phandle)
{
	return 1;
}

int dtb_alias_id(const struct dtb *dt, int node, const char *stem)
{
	return node == 5 && strcmp(stem, "serial") == 0 ? 0 : -ENOENT;
}

int dtb_chosen_stdout(const struct dtb *dt, const char **options)
{
	return 5;
}

static struct console *console;
static bool replayed;

void console_register(struct console *con, bool replay)
{
	console = con;
	replayed = replay;
	consoles++;
}

void console_unregister(struct console *con)
{
	consoles--;
}

void printk(enum log_level level, const char *fmt, ...)
{
}

static void probe(uint32_t clock)
{
	struct device dev = {.name = "uart", .node = 5};

	clock_hz = clock;
	assert_int_equal(pl011_probe(&dev), 0);
}

static int setup(void **state)
{
	memset(&uart, 0, sizeof(uart));
	uart.cr = CR_TXE | CR_RXE;
	masked = false;
	room = sizeof(received);
	got = 0;
	breaks = wakeups = consoles = 0;
	handler = NULL;
	early_uart = NULL;
	early_registered = false;
	return 0;
}

static int teardown(void **state)
{
	if (p) {
		free(p->tx.buf);
		free(p);
	}
	p = NULL;
	return 0;
}

static void finish(void)
{
	for (int i = 0; i < 100000 && (uart.tx_count || !ring_empty(&p->tx)); i++) {
		tick();
		interrupts();
	}
	assert_int_equal(uart.tx_count, 0);
	assert_true(ring_empty(&p->tx));
}

/* ---- Questions ---- */

/* Does everything that write() took arrive, in order, however it and the wire take turns? */
static void all_is_sent(void **state)
{
	struct fuzz f;
	char text[500], *want = malloc(sizeof(uart.wire));
	size_t total = 0, n, took, i;

	fuzz_start(&f);
	probe(24000000);
	for (i = 0; i < sizeof(text); i++)
		text[i] = ' ' + i % 90;
	while (total < 200000) {
		n = fuzz_below(&f, sizeof(text));
		masked = true;
		took = pl011_write(p, (uint8_t *)text, n);
		masked = false;
		memcpy(want + total, text, took);
		total += took;
		for (i = fuzz_below(&f, 900); i > 0; i--) {
			tick();
			interrupts();
		}
	}
	finish();
	assert_int_equal(uart.sent, total);
	assert_memory_equal(uart.wire, want, total);
	assert_int_equal(uart.imsc & INT_TX, 0);
	assert_true(wakeups > 0);
	free(want);
}

/* Do kernel messages and a program's output keep their order, with interrupts on and off? */
static void console_order(void **state)
{
	probe(24000000);
	masked = true;
	assert_int_equal(pl011_write(p, (const uint8_t *)"a program's output, long;", 25), 25);
	masked = false;
	console->write(console, "one\ntwo\n", 8);
	assert_true(uart.sent < 25);
	masked = true;
	console->write(console, "panic\n", 6);
	masked = false;
	assert_true(ring_empty(&p->tx));
	finish();
	uart.wire[uart.sent] = '\0';
	assert_string_equal(uart.wire, "a program's output, long;one\r\ntwo\r\npanic\r\n");
}

/* Is a message longer than the ring sent whole? Does one get out while this core holds the lock? */
static void console_never_stuck(void **state)
{
	static char text[TX_SIZE * 3];

	probe(24000000);
	memset(text, 'x', sizeof(text));
	console->write(console, text, sizeof(text));
	spin_lock(&p->lock);
	masked = true;
	console->write(console, "help\n", 5);
	spin_unlock(&p->lock);
	masked = false;
	finish();
	assert_int_equal(uart.sent, sizeof(text) + 6);
	assert_memory_equal(uart.wire + sizeof(text), "help\r\n", 6);
}

/* Does the UART hold bytes back while the terminal is full, and go on after that? */
static void receive_stops(void **state)
{
	size_t i;

	probe(24000000);
	room = 20;
	for (i = 0; i < 30; i++) {
		assert_true(arrive('a' + i % 26));
		interrupts();
	}
	assert_int_equal(got, 20);
	assert_int_equal(uart.rx_count, 10);
	assert_int_equal(uart.imsc & (INT_RX | INT_RT), 0);
	room = 100;
	masked = true;
	pl011_resume_receive(p);
	masked = false;
	interrupts();
	assert_int_equal(got, 30);
	for (i = 0; i < 30; i++)
		assert_int_equal(received[i], 'a' + i % 26);
}

static void errors(void **state)
{
	probe(24000000);
	arrive('a');
	arrive(DR_BREAK);
	arrive('b' | DR_OVERRUN);
	interrupts();
	assert_int_equal(breaks, 1);
	assert_int_equal(got, 2);
	assert_memory_equal(received, "ab", 2);
	assert_int_equal(p->overruns, 1);
}

/* What if something was typed before the driver came? */
static void typed_early(void **state)
{
	arrive('x');
	arrive('y');
	probe(24000000);
	interrupts();
	assert_int_equal(got, 2);
	arrive('z');
	interrupts();
	assert_memory_equal(received, "xyz", 3);
}

static void line_speed(void **state)
{
	probe(24000000);
	assert_int_equal(uart.ibrd, 13);
	assert_int_equal(uart.fbrd, 1);
	assert_int_equal(baud, 115200);
	assert_int_equal(uart.cr, CR_UARTEN | CR_TXE | CR_RXE);
	masked = true;
	assert_int_equal(pl011_set_speed(p, 9600), 0);
	assert_int_equal(uart.ibrd, 156);
	assert_int_equal(uart.fbrd, 16);
	assert_int_equal(pl011_set_speed(p, 1500001), -EINVAL);
	assert_int_equal(pl011_set_speed(p, 22), -EINVAL);
}

/* Is the speed that a Pi's firmware has set left alone, and one set where there is none? */
static void line_of_firmware(void **state)
{
	uart.cr |= CR_UARTEN;
	uart.ibrd = 1;
	uart.fbrd = 40;
	probe(0);
	assert_int_equal(uart.ibrd, 1);
	assert_int_equal(uart.fbrd, 40);
	assert_int_equal(uart.lcrh, LCRH_8BIT | LCRH_FEN);
	assert_int_equal(pl011_set_speed(p, 9600), -EINVAL);
	teardown(NULL);
	setup(NULL);
	probe(0);
	assert_int_equal(uart.ibrd, 26);
	assert_int_equal(uart.fbrd, 3);
}

/* Does the early console hand over without a gap, and not hang the boot on a dead UART? */
static void early(void **state)
{
	early_console_init(&uart);
	assert_true(replayed);
	console->write(console, "early\n", 6);
	probe(24000000);
	assert_int_equal(consoles, 1);
	assert_false(replayed);
	console->write(console, "late\n", 5);
	finish();
	assert_memory_equal(uart.wire, "early\r\nlate\r\n", 13);
	teardown(NULL);
	setup(NULL);
	uart.dead = true;
	early_console_init(&uart);
	console->write(console, "nobody hears this message\n", 26);
	assert_null(early_uart);
	uart.dead = false;
	probe(24000000);
	assert_true(replayed);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(all_is_sent), TEST(console_order),
	        TEST(console_never_stuck), TEST(receive_stops), TEST(errors), TEST(typed_early),
	        TEST(line_speed), TEST(line_of_firmware), TEST(early)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
