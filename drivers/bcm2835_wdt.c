/* SPDX-License-Identifier: MIT */
/*
 * The power manager of BCM2835 and BCM2836, used for its watchdog: the only way to restart a
 * Raspberry Pi. There is no way to switch it off, but the boot loader stops where the RSTS
 * register asks it to, with the least current the board can draw. No manual describes this block;
 * the facts are those of Linux's drivers/watchdog/bcm2835_wdt.c and the firmware's behaviour.
 */
#include <arm/io.h>
#include <drivers/device.h>
#include <drivers/power.h>
#include <drivers/timer.h>
#include <lib/errno.h>
#include <lib/printk.h>

enum {
	PM_RSTC = 0x1c,
	RSTC_CONFIG_MASK = 0x30,
	RSTC_FULL_RESET = 0x20,
	PM_RSTS = 0x20,
	RSTS_PARTITION_HALT = 0x555, /* "boot partition 63": the boot loader halts */
	PM_WDOG = 0x24,
	WDOG_TICKS = 10,          /* of about 16 us */
	PM_PASSWORD = 0x5a000000, /* in the top byte, or the write is ignored */
};

static void *pm;

static void pm_restart(void)
{
	int64_t end = clock_now() + NSEC_PER_SEC / 10;
	uint32_t rstc;

	mmio_write32(pm, PM_WDOG, PM_PASSWORD | WDOG_TICKS);
	rstc = mmio_read32(pm, PM_RSTC) & ~RSTC_CONFIG_MASK;
	mmio_write32(pm, PM_RSTC, PM_PASSWORD | rstc | RSTC_FULL_RESET);
	while (clock_now() < end)
		continue;
	pr_err("bcm2835-pm: the watchdog did not bite\n");
}

static void pm_power_off(void)
{
	mmio_write32(pm, PM_RSTS, PM_PASSWORD | mmio_read32(pm, PM_RSTS) | RSTS_PARTITION_HALT);
	pm_restart();
}

static struct power_handler pm_power = {
        .name = "bcm2835-pm", .power_off = pm_power_off, .restart = pm_restart};

static int pm_probe(struct device *dev)
{
	int ret;

	if (pm)
		return -EBUSY;
	ret = device_ioremap(dev, 0, &pm, NULL);
	if (ret)
		return ret;
	power_register(&pm_power);
	return 0;
}

static const char *const pm_compatible[] = {"brcm,bcm2835-pm", "brcm,bcm2835-pm-wdt", NULL};

DRIVER(pm_driver) = {
        .name = "bcm2835-pm",
        .compatible = pm_compatible,
        .probe = pm_probe,
        .stage = DRIVER_DEVICE,
};
