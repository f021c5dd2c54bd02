/* SPDX-License-Identifier: MIT */
/*
 * PSCI, the firmware interface for power (ARM DEN 0022). Version 0.2 fixed the function numbers;
 * version 0.1 ("arm,psci" alone) has no call that ends or restarts the machine, so it is not used.
 */
#include <arm/smccc.h>
#include <drivers/device.h>
#include <drivers/power.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <string.h>

enum {
	PSCI_VERSION = 0x84000000u,
	PSCI_SYSTEM_OFF = 0x84000008u,
	PSCI_SYSTEM_RESET = 0x84000009u,
};

static int32_t (*conduit)(uint32_t function, uint32_t a1, uint32_t a2, uint32_t a3);

static void psci_power_off(void)
{
	pr_err("psci: power off was refused: %d\n", conduit(PSCI_SYSTEM_OFF, 0, 0, 0));
}

static void psci_restart(void)
{
	pr_err("psci: restart was refused: %d\n", conduit(PSCI_SYSTEM_RESET, 0, 0, 0));
}

static struct power_handler psci_power = {
        .name = "psci", .power_off = psci_power_off, .restart = psci_restart};

static int psci_probe(struct device *dev)
{
	const char *method = dtb_string(dev->dtb, dev->node, "method");
	uint32_t version;

	if (conduit)
		return -EBUSY;
	if (method && strcmp(method, "hvc") == 0)
		conduit = smccc_hvc;
	else if (method && strcmp(method, "smc") == 0)
		conduit = smccc_smc;
	else
		return -EINVAL;
	version = conduit(PSCI_VERSION, 0, 0, 0);
	power_register(&psci_power);
	pr_info("psci: version %u.%u by %s\n", version >> 16, version & 0xffff, method);
	return 0;
}

static const char *const psci_compatible[] = {"arm,psci-1.0", "arm,psci-0.2", NULL};

DRIVER(psci_driver) = {
        .name = "psci",
        .compatible = psci_compatible,
        .probe = psci_probe,
        .stage = DRIVER_DEVICE,
};
