/* SPDX-License-Identifier: MIT */
/*
 * Devices and drivers. The devicetree (DTB) says which devices a board has and at which addresses;
 * a driver names the `compatible` strings it can handle, and devices_probe() brings the two
 * together. No driver knows an address by itself.
 */
#ifndef DRIVERS_DEVICE_H
#define DRIVERS_DEVICE_H

#include <lib/dtb.h>
#include <lib/types.h>
#include <sys/queue.h>

/* What a probe function answers while something it needs is not there yet. */
#define EPROBE_DEFER 517

struct driver;
struct mapping;

/* A devicetree node that a driver serves. Never freed once bound. */
struct device {
	const struct dtb *dtb;
	int node;
	const char *name; /* of the node: "pl011@9000000" */
	const struct driver *driver;
	TAILQ_HEAD(mapping_list, mapping) mappings; /* what device_ioremap() gave, for undoing */
	TAILQ_ENTRY(device) link;
};

/* Stages are probed one after the other, so that a driver finds its providers. */
enum driver_stage {
	DRIVER_IRQCHIP,
	DRIVER_TIMER,
	DRIVER_PROVIDER, /* what other devices use: GPIO */
	DRIVER_DEVICE,
	DRIVER_STAGES
};

struct driver {
	const char *name;
	const char *const *compatible; /* ends with NULL */
	/*
	 * Takes the device into service: 0 or -errno. Mappings need no undoing on failure. Called
	 * again later after -EPROBE_DEFER. Interrupts may be on.
	 */
	int (*probe)(struct device *);
	enum driver_stage stage;
};

/* Defines a driver where devices_probe() finds it: linker.ld gathers the section. */
#define DRIVER(id) static const struct driver id __attribute__((section(".drivers"), used))

/*
 * Binds every node that is enabled to the driver of its most specific `compatible` string, stage
 * by stage, interrupt controllers after their parents. Why a device could not be used is logged.
 * Needs kmalloc() and ioremap(). Called once, sleepable context.
 */
void devices_probe(const struct dtb *dtb);

/*
 * Maps the index-th `reg` range of the device and claims it under the device's name.
 *
 * *base gets the virtual address, *size (unless NULL) the bytes. -ENOENT without such a range,
 * -EBUSY if another device owns a part of it, -ENOMEM. Only inside probe.
 */
int device_ioremap(struct device *dev, unsigned int index, void **base, size_t *size);

/*
 * The kernel's number for the index-th interrupt of the device (`interrupts` or
 * `interrupts-extended`), for irq_request(). -ENOENT without such an entry, -EPROBE_DEFER if its
 * controller has no driver yet, -EINVAL if the controller does not understand it.
 */
int device_irq(struct device *dev, unsigned int index);

/* Goes through the devices in service: device_next(NULL) is the first, NULL after the last. */
const struct device *device_next(const struct device *dev);

#endif
