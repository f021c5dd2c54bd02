/* SPDX-License-Identifier: MIT */
/*
 * The 54 pins of BCM2835 and BCM2836 (BCM2835 ARM Peripherals, chapter 6).
 */
#include <arm/io.h>
#include <drivers/device.h>
#include <drivers/gpio.h>
#include <lib/errno.h>
#include <lib/spinlock.h>
#include <mm/kmalloc.h>

enum {
	GPFSEL = 0x00, /* 3 bits for each pin, 10 pins in a word */
	GPFSEL_OUTPUT = 1,
	GPFSEL_MASK = 7,
	GPSET = 0x1c, /* 1 bit for each pin; writing 0 does nothing, so no lock is needed */
	GPCLR = 0x28,
	PINS = 54,
};

struct bcm2835_gpio {
	struct gpio_chip chip;
	void *regs;
	spinlock_t lock; /* guards read-modify-write of GPFSEL */
};

static void bcm2835_gpio_output(struct gpio_chip *chip, unsigned int pin)
{
	struct bcm2835_gpio *g = (struct bcm2835_gpio *)chip;
	uint32_t reg = GPFSEL + pin / 10 * 4, shift = pin % 10 * 3;
	uint32_t flags = spin_lock_irqsave(&g->lock);
	uint32_t v = mmio_read32(g->regs, reg) & ~((uint32_t)GPFSEL_MASK << shift);

	mmio_write32(g->regs, reg, v | (uint32_t)GPFSEL_OUTPUT << shift);
	spin_unlock_irqrestore(&g->lock, flags);
}

static void bcm2835_gpio_set(struct gpio_chip *chip, unsigned int pin, bool high)
{
	struct bcm2835_gpio *g = (struct bcm2835_gpio *)chip;

	mmio_write32(g->regs, (high ? GPSET : GPCLR) + pin / 32 * 4, 1u << pin % 32);
}

static int bcm2835_gpio_probe(struct device *dev)
{
	struct bcm2835_gpio *g = kzalloc(sizeof(*g));
	int ret;

	if (!g)
		return -ENOMEM;
	ret = device_ioremap(dev, 0, &g->regs, NULL);
	if (ret) {
		kfree(g);
		return ret;
	}
	g->chip = (struct gpio_chip){
	        .node = dev->node,
	        .count = PINS,
	        .output = bcm2835_gpio_output,
	        .set = bcm2835_gpio_set,
	};
	gpio_register_chip(&g->chip);
	return 0;
}

static const char *const bcm2835_gpio_compatible[] = {
        "brcm,bcm2836-gpio", "brcm,bcm2835-gpio", NULL};

DRIVER(bcm2835_gpio_driver) = {
        .name = "bcm2835-gpio",
        .compatible = bcm2835_gpio_compatible,
        .probe = bcm2835_gpio_probe,
        .stage = DRIVER_PROVIDER,
};
