/* SPDX-License-Identifier: MIT */
/*
 * Finding the pin that a devicetree node names.
 */
#include <drivers/device.h>
#include <drivers/gpio.h>
#include <lib/errno.h>

/* Second cell of a pin (Linux: gpio.txt). */
enum {
	GPIO_ACTIVE_LOW = 1
};

/* Only added to, while booting. */
static TAILQ_HEAD(, gpio_chip) chips = TAILQ_HEAD_INITIALIZER(chips);

void gpio_register_chip(struct gpio_chip *chip)
{
	TAILQ_INSERT_TAIL(&chips, chip, link);
}

static struct gpio_chip *find_chip(int node)
{
	struct gpio_chip *chip;

	TAILQ_FOREACH (chip, &chips, link) {
		if (chip->node == node)
			return chip;
	}
	return NULL;
}

int gpio_get(const struct dtb *dtb, int node, struct gpio *gpio)
{
	uint32_t phandle, pin, pin_flags;
	int controller;

	if (dtb_u32(dtb, node, "gpios", 0, &phandle))
		return -ENOENT;
	if (dtb_u32(dtb, node, "gpios", 1, &pin) || dtb_u32(dtb, node, "gpios", 2, &pin_flags))
		return -EINVAL;
	controller = dtb_find_phandle(dtb, phandle);
	if (controller < 0)
		return -EINVAL;
	gpio->chip = find_chip(controller);
	if (!gpio->chip)
		return -EPROBE_DEFER;
	if (pin >= gpio->chip->count)
		return -EINVAL;
	gpio->pin = pin;
	gpio->active_low = pin_flags & GPIO_ACTIVE_LOW;
	return 0;
}

void gpio_output(const struct gpio *gpio)
{
	gpio->chip->output(gpio->chip, gpio->pin);
}

void gpio_set(const struct gpio *gpio, bool active)
{
	gpio->chip->set(gpio->chip, gpio->pin, active != gpio->active_low);
}
