/* SPDX-License-Identifier: MIT */
/*
 * Brings devicetree nodes and drivers together.
 *
 * A node's `compatible` lists what it is, the most exact name first. Devices wait in `pending`
 * until their driver's stage; a probe that answers -EPROBE_DEFER is tried again after others have
 * succeeded, which puts interrupt controllers behind their parents whatever the order of nodes.
 */
#include <drivers/device.h>
#include <drivers/irq.h>
#include <drivers/resource.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <mm/kmalloc.h>
#include <mm/vmalloc.h>
#include <string.h>

TAILQ_HEAD(device_list, device);

struct mapping {
	paddr_t start;
	void *va;
	TAILQ_ENTRY(mapping) link;
};

/* linker.ld */
extern const struct driver __drivers_start[], __drivers_end[];

/* Only added to while booting, by one task. */
static struct device_list bound = TAILQ_HEAD_INITIALIZER(bound);

static bool driver_handles(const struct driver *drv, const char *compatible)
{
	const char *const *c;

	for (c = drv->compatible; *c; c++) {
		if (strcmp(*c, compatible) == 0)
			return true;
	}
	return false;
}

static const struct driver *find_driver(const struct dtb *dtb, int node)
{
	const struct driver *drv;
	const char *compatible;
	int i;

	for (i = 0; (compatible = dtb_string_at(dtb, node, "compatible", i)); i++) {
		for (drv = __drivers_start; drv < __drivers_end; drv++) {
			if (driver_handles(drv, compatible))
				return drv;
		}
	}
	return NULL;
}

static void device_add(struct device_list *list, const struct dtb *dtb, int node)
{
	const struct driver *drv = find_driver(dtb, node);
	struct device *dev;

	if (!drv)
		return;
	dev = kzalloc(sizeof(*dev));
	if (!dev) {
		pr_err("%s: no memory for the device\n", dtb_name(dtb, node));
		return;
	}
	dev->dtb = dtb;
	dev->node = node;
	dev->name = dtb_name(dtb, node);
	dev->driver = drv;
	TAILQ_INIT(&dev->mappings);
	TAILQ_INSERT_TAIL(list, dev, link);
}

/* All nodes with a driver, without those that are disabled or lie below one that is. */
static void collect(struct device_list *list, const struct dtb *dtb)
{
	int node = DTB_ROOT, depth = 0, disabled = DTB_MAX_DEPTH + 1;

	while ((node = dtb_next(dtb, node, &depth)) >= 0) {
		if (depth > disabled)
			continue;
		disabled = dtb_okay(dtb, node) ? DTB_MAX_DEPTH + 1 : depth;
		if (depth < disabled)
			device_add(list, dtb, node);
	}
}

static void unmap_all(struct device *dev)
{
	struct mapping *m;

	while ((m = TAILQ_FIRST(&dev->mappings))) {
		TAILQ_REMOVE(&dev->mappings, m, link);
		iounmap(m->va);
		resource_release(m->start);
		kfree(m);
	}
}

static void give_up(struct device_list *list, struct device *dev, int err)
{
	if (err == -EPROBE_DEFER)
		pr_err("%s: what it depends on has no driver\n", dev->name);
	else
		pr_err("%s: driver %s failed: error %d\n", dev->name, dev->driver->name, -err);
	TAILQ_REMOVE(list, dev, link);
	kfree(dev);
}

/* Probes each device of the stage once. True if one more is in service. */
static bool probe_stage(struct device_list *list, enum driver_stage stage)
{
	struct device *dev, *next;
	bool progress = false;
	int ret;

	TAILQ_FOREACH_SAFE (dev, list, link, next) {
		if (dev->driver->stage != stage)
			continue;
		ret = dev->driver->probe(dev);
		if (ret == 0) {
			TAILQ_REMOVE(list, dev, link);
			TAILQ_INSERT_TAIL(&bound, dev, link);
			progress = true;
			continue;
		}
		unmap_all(dev);
		if (ret != -EPROBE_DEFER)
			give_up(list, dev, ret);
	}
	return progress;
}

void devices_probe(const struct dtb *dtb)
{
	struct device_list pending = TAILQ_HEAD_INITIALIZER(pending);
	struct device *dev;
	int stage;

	collect(&pending, dtb);
	for (stage = 0; stage < DRIVER_STAGES; stage++) {
		while (probe_stage(&pending, stage))
			continue;
	}
	while ((dev = TAILQ_FIRST(&pending)))
		give_up(&pending, dev, -EPROBE_DEFER);
}

int device_ioremap(struct device *dev, unsigned int index, void **base, size_t *size)
{
	struct mapping *m;
	uint64_t addr, bytes;
	int ret = dtb_reg(dev->dtb, dev->node, index, &addr, &bytes);

	if (ret)
		return ret;
	/* Without LPAE nothing above 4 GiB can be reached. */
	if (addr > UINT32_MAX || bytes > UINT32_MAX)
		return -ENXIO;
	m = kmalloc(sizeof(*m));
	if (!m)
		return -ENOMEM;
	m->start = addr;
	ret = resource_claim(m->start, bytes, dev->name);
	if (ret)
		goto free;
	m->va = ioremap(m->start, bytes);
	if (!m->va) {
		ret = -ENOMEM;
		goto release;
	}
	TAILQ_INSERT_TAIL(&dev->mappings, m, link);
	*base = m->va;
	if (size)
		*size = bytes;
	return 0;

release:
	resource_release(m->start);
free:
	kfree(m);
	return ret;
}

int device_irq(struct device *dev, unsigned int index)
{
	struct irq_chip *chip;
	struct dtb_irq irq;
	int ret = dtb_irq(dev->dtb, dev->node, index, &irq);

	if (ret)
		return ret;
	chip = irq_find_chip(irq.controller);
	if (!chip)
		return -EPROBE_DEFER;
	ret = chip->xlate(chip, irq.cells, irq.ncells);
	if (ret < 0)
		return ret;
	return chip->base + ret;
}

const struct device *device_next(const struct device *dev)
{
	return dev ? TAILQ_NEXT(dev, link) : TAILQ_FIRST(&bound);
}
