/* SPDX-License-Identifier: MIT */
/*
 * Tests of the interrupt controllers, with registers that are plain memory.
 */
#include "host.h"
#include "one_thread.h"

#define ARM_SYSREG_H
#define ARM_IO_H

#include <lib/types.h>

static uint32_t gicd[1024], gicc[64], local[64], armctrl_regs[16];
static uint32_t writes; /* how often any register was written */

static uint32_t iar[4] = {1023, 1023, 1023, 1023};
static unsigned int iar_next;

static inline uint32_t read_mpidr(void)
{
	return 0x80000f00;
}

static inline uint32_t mmio_read32(const void *base, uint32_t offset)
{
	if (base == gicc && offset == 0x00c)
		return iar[iar_next++];
	return ((const uint32_t *)base)[offset / 4];
}

static inline void mmio_write32(void *base, uint32_t offset, uint32_t v)
{
	writes++;
	((uint32_t *)base)[offset / 4] = v;
}

#include "../../lib/spinlock.c"
#include "../../drivers/irq.c"
#include "../../drivers/gic.c"
#include "../../drivers/bcm2836_intc.c"
#include "../../drivers/bcm2835_armctrl.c"

void printk(enum log_level level, const char *fmt, ...)
{
}

int device_ioremap(struct device *dev, unsigned int index, void **base, size_t *size)
{
	if (strcmp(dev->name, "gic") == 0)
		*base = index ? gicc : gicd;
	else
		*base = strcmp(dev->name, "local") == 0 ? local : armctrl_regs;
	return 0;
}

int device_irq(struct device *dev, unsigned int index)
{
	struct irq_chip *chip = irq_find_chip(1);
	const uint32_t cells[2] = {8, 4};

	return chip ? (int)chip->base + chip->xlate(chip, cells, 2) : -EPROBE_DEFER;
}

static unsigned int handled[8], count;

static void note(void *arg)
{
	handled[count++] = (uintptr_t)arg;
}

static int forget(void **state)
{
	struct irq_chip *chip;

	while ((chip = TAILQ_FIRST(&chips))) {
		TAILQ_REMOVE(&chips, chip, link);
		free(chip->actions);
		free(chip);
	}
	next_irq = 0;
	root = NULL;
	count = 0;
	iar_next = 0;
	spurious = 0;
	return 0;
}

static struct irq_chip *gic_up(void)
{
	struct device dev = {.name = "gic", .node = 7};

	memset(gicd, 0, sizeof(gicd));
	memset(gicc, 0, sizeof(gicc));
	gicd[0x004 / 4] = 8; /* 288 interrupts, as `virt` has */
	gicd[0x800 / 4] = 0x01010101;
	assert_int_equal(gic_probe(&dev), 0);
	return irq_find_chip(7);
}

static int xlate(struct irq_chip *chip, uint32_t a, uint32_t b, uint32_t c, unsigned int n)
{
	const uint32_t cells[4] = {a, b, c, 0};

	return chip->xlate(chip, cells, n);
}

/* Are the GIC's specifiers understood, and bad ones refused? */
static void gic_specifiers(void **state)
{
	struct irq_chip *gic = gic_up();

	assert_int_equal(xlate(gic, 0, 1, 4, 3), 33);
	assert_int_equal(gicd[0xc00 / 4 + 2] >> 2 & 3, 0);
	assert_int_equal(xlate(gic, 0, 16, 1, 3), 48);
	assert_int_equal(gicd[0xc00 / 4 + 3] & 3, 2);
	assert_int_equal(xlate(gic, 0, 255, 4, 3), 287);
	assert_int_equal(xlate(gic, 1, 11, 0xf08, 3), 27);
	assert_int_equal(xlate(gic, 0, 256, 4, 3), -EINVAL);
	assert_int_equal(xlate(gic, 0, 0xffffffff, 4, 3), -EINVAL);
	assert_int_equal(xlate(gic, 1, 16, 4, 3), -EINVAL);
	assert_int_equal(xlate(gic, 2, 1, 4, 3), -EINVAL);
	assert_int_equal(xlate(gic, 0, 1, 8, 3), -EINVAL);
	assert_int_equal(xlate(gic, 0, 1, 4, 2), -EINVAL);
}

/* Is every shared interrupt masked, at this core and at one priority? */
static void gic_setup(void **state)
{
	unsigned int i;

	gic_up();
	for (i = 32; i < 288; i += 4) {
		assert_int_equal(gicd[(0x400 + i) / 4], 0xa0a0a0a0);
		assert_int_equal(gicd[(0x800 + i) / 4], 0x01010101);
	}
	for (i = 0; i < 288; i += 32)
		assert_int_equal(gicd[(0x180 + i / 8) / 4], 0xffffffff);
	assert_int_equal(gicd[0], 1);
	assert_int_equal(gicc[0], 1);
}

/* Are all pending interrupts handled, acknowledged and counted, and unknown ones shut up? */
static void gic_dispatch(void **state)
{
	struct irq_chip *gic = gic_up();
	const struct irq_chip *chip;

	assert_int_equal(irq_request(gic->base + 33, note, (void *)33, "uart"), 0);
	assert_int_equal(irq_request(gic->base + 33, note, (void *)34, "other"), -EBUSY);
	assert_int_equal(irq_request(gic->base + 288, note, NULL, "none"), -EINVAL);
	assert_int_equal(gicd[(0x100 + 4) / 4], 1u << 1);
	iar[0] = 33;
	iar[1] = 40;
	iar[2] = 33;
	irq_dispatch();
	assert_int_equal(count, 2);
	assert_int_equal(gicc[0x010 / 4], 33);
	assert_int_equal(gicd[(0x180 + 4) / 4], 1u << 8);
	assert_int_equal(irq_action(gic->base + 33, &chip)->count[0], 2);
	assert_int_equal(irq_spurious_count(), 1);
	iar_next = 3;
	irq_dispatch();
	assert_int_equal(irq_spurious_count(), 2);
	irq_free(gic->base + 33);
	assert_null(irq_action(gic->base + 33, &chip));
}

/* Does the peripherals' controller wait for the one above it, and find shortcuts and sums? */
static void bcm2836_chain(void **state)
{
	struct device upper = {.name = "local", .node = 1}, lower = {.name = "armctrl", .node = 2};
	struct irq_chip *chip;
	int uart, usb, own;

	assert_int_equal(armctrl_probe(&lower), -EPROBE_DEFER);
	assert_int_equal(bcm2836_probe(&upper), 0);
	assert_int_equal(local[0x08 / 4], 0x80000000);
	assert_int_equal(armctrl_probe(&lower), 0);
	chip = irq_find_chip(2);
	uart = xlate(chip, 2, 25, 0, 2);
	usb = xlate(chip, 1, 9, 0, 2);
	own = xlate(chip, 0, 2, 0, 2);
	assert_int_equal(uart, 89);
	assert_int_equal(xlate(chip, 0, 8, 0, 2), -EINVAL);
	assert_int_equal(xlate(chip, 1, 32, 0, 2), -EINVAL);
	assert_int_equal(xlate(chip, 3, 0, 0, 2), -EINVAL);
	assert_int_equal(irq_request(chip->base + uart, note, (void *)1, "uart"), 0);
	assert_int_equal(irq_request(chip->base + usb, note, (void *)2, "usb"), 0);
	assert_int_equal(irq_request(chip->base + own, note, (void *)3, "own"), 0);
	assert_int_equal(armctrl_regs[0x14 / 4], 1u << 25);
	/* Bit 19 is the UART's shortcut; the USB's bank is only summed up; bit 3 is not enabled. */
	armctrl_regs[0] = 1 << 19 | 1 << 8 | 1 << 2 | 1 << 3;
	armctrl_regs[1] = 1 << 9;
	armctrl_regs[2] = 1 << 25 | 1 << 26;
	armctrl_handle(chip);
	assert_int_equal(count, 3);
	assert_int_equal(handled[0], 3);
	assert_int_equal(handled[1], 2);
	assert_int_equal(handled[2], 1);
	assert_int_equal(irq_spurious_count(), 0);
}

/* Do a core's own interrupts go to that core's registers? */
static void bcm2836_cores(void **state)
{
	struct device dev = {.name = "local", .node = 1};
	struct irq_chip *chip;

	assert_int_equal(bcm2836_probe(&dev), 0);
	chip = irq_find_chip(1);
	assert_int_equal(xlate(chip, 3, 4, 0, 2), 3);
	assert_int_equal(xlate(chip, 3, 0, 0, 1), 3);
	assert_int_equal(xlate(chip, 10, 4, 0, 2), -EINVAL);
	assert_int_equal(irq_request(chip->base + 3, note, (void *)3, "timer"), 0);
	assert_int_equal(local[0x40 / 4], 1u << 3);
	local[0x60 / 4] = 1u << 3 | 1u << 8;
	assert_int_equal(chip->next(chip), 3);
	local[0x60 / 4] = 1u << 11;
	assert_int_equal(chip->next(chip), -1);
	writes = 0;
	chip->mask(chip, 8);
	assert_int_equal(writes, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, forget, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(gic_specifiers), TEST(gic_setup),
	        TEST(gic_dispatch), TEST(bcm2836_chain), TEST(bcm2836_cores)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
