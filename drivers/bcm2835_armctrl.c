/* SPDX-License-Identifier: MIT */
/*
 * The interrupt controller of the BCM2835 peripherals (BCM2835 ARM Peripherals, chapter 7): two
 * banks of 32 that are shared with the GPU, and 8 of the ARM's own. On BCM2836 its output is an
 * input of the controller around the cores.
 */
#include <arm/io.h>
#include <drivers/device.h>
#include <drivers/irq.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <mm/kmalloc.h>

enum {
	PENDING_BASIC = 0x00,
	PENDING_1 = 0x04,
	PENDING_2 = 0x08,
	FIQ_CONTROL = 0x0c,
	ENABLE_1 = 0x10,
	ENABLE_2 = 0x14,
	ENABLE_BASIC = 0x18,
	DISABLE_1 = 0x1c,
	DISABLE_2 = 0x20,
	DISABLE_BASIC = 0x24,
};

/*
 * Besides the ARM's own 8, PENDING_BASIC has a bit that sums up each bank and, outside that sum,
 * shortcuts for some of the bank's inputs.
 */
enum {
	BASIC_OWN = 0xff,
	BASIC_BANK1 = 1 << 8 | 0x1f << 10,
	BASIC_BANK2 = 1 << 9 | 0x3f << 15,
};

enum {
	BANKS = 3,
	BANK_INPUTS = 32,
	BASIC_INPUTS = 8
};

static const uint8_t enable_reg[BANKS] = {ENABLE_BASIC, ENABLE_1, ENABLE_2};
static const uint8_t disable_reg[BANKS] = {DISABLE_BASIC, DISABLE_1, DISABLE_2};

struct armctrl {
	struct irq_chip chip; /* hwirq = bank * 32 + input */
	void *regs;
	uint32_t enabled[BANKS]; /* changed by irq_request() and irq_free() under their lock */
};

static void armctrl_mask(struct irq_chip *chip, unsigned int hwirq)
{
	struct armctrl *ic = (struct armctrl *)chip;
	unsigned int bank = hwirq / BANK_INPUTS;
	uint32_t bit = 1u << hwirq % BANK_INPUTS;

	ic->enabled[bank] &= ~bit;
	mmio_write32(ic->regs, disable_reg[bank], bit);
}

static void armctrl_unmask(struct irq_chip *chip, unsigned int hwirq)
{
	struct armctrl *ic = (struct armctrl *)chip;
	unsigned int bank = hwirq / BANK_INPUTS;
	uint32_t bit = 1u << hwirq % BANK_INPUTS;

	ic->enabled[bank] |= bit;
	mmio_write32(ic->regs, enable_reg[bank], bit);
}

/* Two cells: bank (0 = the ARM's own) and input. */
static int armctrl_xlate(struct irq_chip *chip, const uint32_t *cells, unsigned int n)
{
	(void)chip;
	if (n != 2 || cells[0] >= BANKS ||
	        cells[1] >= (cells[0] ? (uint32_t)BANK_INPUTS : (uint32_t)BASIC_INPUTS))
		return -EINVAL;
	return cells[0] * BANK_INPUTS + cells[1];
}

static void handle_bank(struct armctrl *ic, unsigned int bank, uint32_t pending)
{
	for (pending &= ic->enabled[bank]; pending; pending &= pending - 1)
		irq_handle(&ic->chip, bank * BANK_INPUTS + __builtin_ctz(pending));
}

/* Our output was up. What arrives meanwhile keeps it up, and brings us back here. */
static void armctrl_handle(void *arg)
{
	struct armctrl *ic = arg;
	uint32_t basic = mmio_read32(ic->regs, PENDING_BASIC);

	handle_bank(ic, 0, basic & BASIC_OWN);
	if (basic & BASIC_BANK1)
		handle_bank(ic, 1, mmio_read32(ic->regs, PENDING_1));
	if (basic & BASIC_BANK2)
		handle_bank(ic, 2, mmio_read32(ic->regs, PENDING_2));
}

static void armctrl_reset(struct armctrl *ic)
{
	unsigned int bank;

	mmio_write32(ic->regs, FIQ_CONTROL, 0);
	for (bank = 0; bank < BANKS; bank++)
		mmio_write32(ic->regs, disable_reg[bank], ~0u);
}

static int armctrl_start(struct armctrl *ic, struct device *dev)
{
	int parent = device_irq(dev, 0), ret;

	if (parent < 0)
		return parent;
	ret = device_ioremap(dev, 0, &ic->regs, NULL);
	if (ret)
		return ret;
	armctrl_reset(ic);
	ret = irq_request(parent, armctrl_handle, ic, dev->name);
	if (ret)
		return ret;
	ret = irq_register_chip(&ic->chip);
	if (ret)
		irq_free(parent);
	return ret;
}

static int armctrl_probe(struct device *dev)
{
	struct armctrl *ic = kzalloc(sizeof(*ic));
	int ret;

	if (!ic)
		return -ENOMEM;
	ic->chip = (struct irq_chip){
	        .name = "ARMCTRL",
	        .node = dev->node,
	        .count = BANKS * BANK_INPUTS,
	        .mask = armctrl_mask,
	        .unmask = armctrl_unmask,
	        .xlate = armctrl_xlate,
	};
	ret = armctrl_start(ic, dev);
	if (ret)
		kfree(ic);
	else
		pr_info("%s: BCM2835 peripheral interrupts\n", dev->name);
	return ret;
}

static const char *const armctrl_compatible[] = {"brcm,bcm2836-armctrl-ic", NULL};

DRIVER(armctrl_driver) = {
        .name = "bcm2835-armctrl",
        .compatible = armctrl_compatible,
        .probe = armctrl_probe,
        .stage = DRIVER_IRQCHIP,
};
