/* SPDX-License-Identifier: MIT */
/*
 * General-purpose pins, for drivers whose devicetree node names one (`gpios = <&gpio 47 0>`).
 */
#ifndef DRIVERS_GPIO_H
#define DRIVERS_GPIO_H

#include <lib/dtb.h>
#include <lib/types.h>
#include <sys/queue.h>

struct gpio_chip {
	int node; /* devicetree node */
	unsigned int count;
	void (*output)(struct gpio_chip *, unsigned int pin); /* makes the pin an output */
	void (*set)(struct gpio_chip *, unsigned int pin, bool high);
	TAILQ_ENTRY(gpio_chip) link;
};

/* One pin as a user of it sees it. */
struct gpio {
	struct gpio_chip *chip;
	unsigned int pin;
	bool active_low;
};

void gpio_register_chip(struct gpio_chip *chip);

/*
 * Looks up the first entry of the `gpios` property of a node. 0, -ENOENT without one, -EINVAL if
 * malformed, -EPROBE_DEFER if its chip has no driver yet.
 */
int gpio_get(const struct dtb *dtb, int node, struct gpio *gpio);

/* Makes the pin an output / drives it active or inactive. Any context. */
void gpio_output(const struct gpio *gpio);
void gpio_set(const struct gpio *gpio, bool active);

#endif
