/* SPDX-License-Identifier: MIT */
/*
 * The activity LED of a `gpio-leds` node.
 *
 * Boards say with linux,default-trigger what an LED is to show. "heartbeat" is meant as it stands;
 * a Pi's firmware writes "mmc0" for the same LED, and with no SD card driver here it beats too.
 */
#include <drivers/device.h>
#include <drivers/gpio.h>
#include <drivers/led.h>
#include <drivers/timer.h>
#include <lib/errno.h>
#include <string.h>

#define MS (NSEC_PER_SEC / 1000)

/* One second of heartbeat: when each step ends. Even steps are lit: two short pulses. */
static const int32_t beat_ends[] = {70 * MS, 250 * MS, 320 * MS, NSEC_PER_SEC};

/* Written once by probe. */
static struct gpio activity;
static bool present;

int64_t led_heartbeat(int64_t now)
{
	/* The division is of no weight at four calls in a second. */
	int64_t second = now / NSEC_PER_SEC * NSEC_PER_SEC;
	unsigned int step = 0;

	if (!present)
		return INT64_MAX;
	while (now - second >= beat_ends[step])
		step++;
	gpio_set(&activity, step % 2 == 0);
	return second + beat_ends[step];
}

static bool shows_activity(const struct dtb *dtb, int node)
{
	const char *trigger = dtb_string(dtb, node, "linux,default-trigger");

	return trigger && (strcmp(trigger, "heartbeat") == 0 || strcmp(trigger, "mmc0") == 0);
}

static int leds_probe(struct device *dev)
{
	int node = dtb_first_child(dev->dtb, dev->node), ret;

	while (node >= 0 && !shows_activity(dev->dtb, node))
		node = dtb_next_sibling(dev->dtb, node);
	if (node < 0)
		return -ENODEV;
	if (present)
		return -EBUSY;
	ret = gpio_get(dev->dtb, node, &activity);
	if (ret)
		return ret;
	gpio_set(&activity, false);
	gpio_output(&activity);
	present = true;
	return 0;
}

static const char *const leds_compatible[] = {"gpio-leds", NULL};

DRIVER(leds_driver) = {
        .name = "leds-gpio",
        .compatible = leds_compatible,
        .probe = leds_probe,
        .stage = DRIVER_DEVICE,
};
