/* SPDX-License-Identifier: MIT */
/*
 * The ARM generic timer (ARM DDI 0406C, B8.1): the clock, and each core's alarm.
 *
 * The counter is 56 bits wide or more and starts at zero with the machine, so it does not wrap in
 * the lifetime of a board. CVAL is compared with it; the interrupt is a level that stays up while
 * the counter is past CVAL and the timer is enabled and not masked.
 */
#include <arm/barrier.h>
#include <arm/sysreg.h>
#include <drivers/device.h>
#include <drivers/irq.h>
#include <drivers/timer.h>
#include <lib/errno.h>
#include <lib/printk.h>

#include "scale.h"

/* The order of the interrupts in the devicetree (Linux: arm,arch_timer.yaml). */
enum {
	IRQ_INDEX_VIRTUAL = 2
};

/* Written once, while only one core runs. `rate` last, for it says that the others are valid. */
static uint32_t rate;
static uint64_t
        epoch; /* counter value that is time 0: whoever set CNTVOFF may have chosen anything */
static struct scale to_ns, to_ticks;

static void (*alarm_handler)(void);

static void set_rate(uint32_t hz)
{
	scale_init(&to_ns, hz, NSEC_PER_SEC);
	scale_init(&to_ticks, NSEC_PER_SEC, hz);
	epoch = read_cntvct();
	rate = hz;
}

int64_t clock_now(void)
{
	if (__builtin_expect(rate == 0, 0)) {
		uint32_t hz = read_cntfrq();

		if (hz == 0)
			return 0;
		set_rate(hz);
	}
	return scale_apply(&to_ns, read_cntvct() - epoch);
}

uint64_t clock_ticks(void)
{
	return read_cntvct();
}

int64_t clock_ticks_to_ns(uint64_t ticks)
{
	return scale_apply(&to_ns, ticks);
}

void clock_set_event(int64_t deadline)
{
	if (deadline == INT64_MAX) {
		write_cntv_ctl(0);
	} else {
		/*
		 * Two ticks more, since both conversions round down: clock_now() must not be short
		 * of the deadline when the alarm comes (exact up to a counter of 250 MHz).
		 */
		uint64_t ticks = deadline > 0 ? scale_apply(&to_ticks, deadline) + 2 : 0;

		write_cntv_cval(epoch + ticks);
		write_cntv_ctl(CNTV_ENABLE);
	}
	/* The timer's output follows its registers only after this (B8.1.3). */
	isb();
}

void timer_register_handler(void (*handler)(void))
{
	alarm_handler = handler;
}

static void timer_interrupt(void *arg)
{
	(void)arg;
	/* Off: otherwise the level would bring us straight back. */
	clock_set_event(INT64_MAX);
	if (alarm_handler)
		alarm_handler();
}

/* A board whose firmware did not set CNTFRQ says the rate in its devicetree. */
static int find_rate(struct device *dev)
{
	uint32_t hz = read_cntfrq();

	if (rate)
		return 0;
	if (hz == 0 && dtb_u32(dev->dtb, dev->node, "clock-frequency", 0, &hz))
		return -EINVAL;
	if (hz == 0 || hz > NSEC_PER_SEC)
		return -EINVAL;
	set_rate(hz);
	return 0;
}

static int timer_probe(struct device *dev)
{
	int index = dtb_stringlist_find(dev->dtb, dev->node, "interrupt-names", "virt");
	int irq = device_irq(dev, index >= 0 ? index : IRQ_INDEX_VIRTUAL);
	int ret;

	if (irq < 0)
		return irq;
	ret = find_rate(dev);
	if (ret)
		return ret;
	clock_set_event(INT64_MAX);
	ret = irq_request(irq, timer_interrupt, NULL, "arch_timer");
	if (ret)
		return ret;
	pr_info("%s: counter at %u.%02u MHz\n", dev->name, rate / 1000000, rate / 10000 % 100);
	return 0;
}

static const char *const timer_compatible[] = {"arm,armv7-timer", "arm,armv8-timer", NULL};

DRIVER(timer_driver) = {
        .name = "arch-timer",
        .compatible = timer_compatible,
        .probe = timer_probe,
        .stage = DRIVER_TIMER,
};
