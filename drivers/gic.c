/* SPDX-License-Identifier: MIT */
/*
 * ARM's Generic Interrupt Controller, version 2 (ARM IHI 0048B): a distributor, which all cores
 * share and which knows each interrupt's state, priority and target, and a CPU interface for each
 * core, at one address that every core sees as its own.
 *
 * Interrupt numbers: 0-15 are sent between cores (SGI), 16-31 are private to a core (PPI), from 32
 * on they are shared (SPI).
 */
#include <arm/io.h>
#include <drivers/device.h>
#include <drivers/irq.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <lib/spinlock.h>
#include <mm/kmalloc.h>

/* Distributor (4.3). Registers with n bits for each interrupt come in rows of 32/n. */
enum {
	GICD_CTLR = 0x000,
	GICD_TYPER = 0x004,
	GICD_IGROUPR = 0x080,
	GICD_ISENABLER = 0x100,
	GICD_ICENABLER = 0x180,
	GICD_ICPENDR = 0x280,
	GICD_ICACTIVER = 0x380,
	GICD_IPRIORITYR = 0x400,
	GICD_ITARGETSR = 0x800,
	GICD_ICFGR = 0xc00,
};

/* CPU interface (4.4). */
enum {
	GICC_CTLR = 0x000,
	GICC_CTLR_BYPASS = 0x1e0,
	GICC_PMR = 0x004,
	GICC_BPR = 0x008,
	GICC_IAR = 0x00c,
	GICC_EOIR = 0x010,
};

enum {
	CTLR_ENABLE = 1 << 0,
	PRIORITY_ALL = 0xa0a0a0a0,
	INTID_MASK = 0x3ff,
	INTID_SPECIAL = 1020, /* and above: nothing pending (1023), or not for this world */
	FIRST_PPI = 16,
	FIRST_SPI = 32,
};

/* The last cell of an interrupt specifier (Linux: arm,gic.yaml). */
enum {
	TRIGGER_MASK = 0xf,
	TRIGGER_RISING = 1,
	TRIGGER_HIGH = 4,
};

struct gic {
	struct irq_chip chip;
	void *dist, *cpu;
	spinlock_t lock; /* guards read-modify-write of GICD_ICFGR */
};

static struct gic *to_gic(struct irq_chip *chip)
{
	return (struct gic *)chip;
}

static void gic_mask(struct irq_chip *chip, unsigned int hwirq)
{
	mmio_write32(to_gic(chip)->dist, GICD_ICENABLER + hwirq / 32 * 4, 1u << hwirq % 32);
}

static void gic_unmask(struct irq_chip *chip, unsigned int hwirq)
{
	mmio_write32(to_gic(chip)->dist, GICD_ISENABLER + hwirq / 32 * 4, 1u << hwirq % 32);
}

/* Bit 1 of an interrupt's two bits: edge (1) or level (0). Only while it is masked (4.3.13). */
static void gic_set_edge(struct gic *gic, unsigned int hwirq, bool edge)
{
	uint32_t reg = GICD_ICFGR + hwirq / 16 * 4, bit = 2u << hwirq % 16 * 2;
	uint32_t flags = spin_lock_irqsave(&gic->lock);
	uint32_t cfg = mmio_read32(gic->dist, reg);

	mmio_write32(gic->dist, reg, edge ? cfg | bit : cfg & ~bit);
	spin_unlock_irqrestore(&gic->lock, flags);
}

/* Three cells: 0 = SPI or 1 = PPI, its number within that kind, trigger. */
static int gic_xlate(struct irq_chip *chip, const uint32_t *cells, unsigned int n)
{
	uint32_t trigger;

	if (n != 3)
		return -EINVAL;
	trigger = cells[2] & TRIGGER_MASK;
	if (cells[0] == 1) {
		/* The core's designer wired a PPI's trigger; trees differ on what they call it. */
		if (cells[1] >= FIRST_SPI - FIRST_PPI)
			return -EINVAL;
		return FIRST_PPI + cells[1];
	}
	if (cells[0] != 0 || cells[1] >= chip->count - FIRST_SPI)
		return -EINVAL;
	if (trigger != TRIGGER_RISING && trigger != TRIGGER_HIGH)
		return -EINVAL;
	gic_set_edge(to_gic(chip), FIRST_SPI + cells[1], trigger == TRIGGER_RISING);
	return FIRST_SPI + cells[1];
}

/* Reading IAR marks the interrupt active: it does not come again before gic_eoi(). */
static int gic_next(struct irq_chip *chip)
{
	uint32_t id = mmio_read32(to_gic(chip)->cpu, GICC_IAR) & INTID_MASK;

	return id < INTID_SPECIAL ? (int)id : -1;
}

static void gic_eoi(struct irq_chip *chip, unsigned int hwirq)
{
	mmio_write32(to_gic(chip)->cpu, GICC_EOIR, hwirq);
}

/*
 * Which bit of ITARGETSR is this core: its own rows say so for SGIs and PPIs. A GIC with one core
 * reads as zero and ignores targets (4.3.12).
 */
static uint32_t gic_own_target(struct gic *gic)
{
	uint32_t mask = mmio_read32(gic->dist, GICD_ITARGETSR);

	mask |= mask >> 16;
	mask |= mask >> 8;
	return (mask & 0xff) * 0x01010101;
}

/*
 * All interrupts in group 0, at one priority, masked and idle. Entered secure, that makes them
 * ours (FIQEn = 0: group 0 is an IRQ). Entered non-secure, the group registers ignore writes, and
 * the same bits of our views of CTLR and PMR speak of group 1 (3.7, 4.3.1).
 */
static void gic_reset_rows(struct gic *gic, unsigned int first, unsigned int end)
{
	unsigned int i;

	for (i = first; i < end; i += 32) {
		mmio_write32(gic->dist, GICD_ICENABLER + i / 8, ~0u);
		mmio_write32(gic->dist, GICD_ICPENDR + i / 8, ~0u);
		mmio_write32(gic->dist, GICD_ICACTIVER + i / 8, ~0u);
		mmio_write32(gic->dist, GICD_IGROUPR + i / 8, 0);
	}
	for (i = first; i < end; i += 4)
		mmio_write32(gic->dist, GICD_IPRIORITYR + i, PRIORITY_ALL);
}

static void gic_init_dist(struct gic *gic)
{
	uint32_t target = gic_own_target(gic);
	unsigned int i;

	mmio_write32(gic->dist, GICD_CTLR, 0);
	gic_reset_rows(gic, FIRST_SPI, gic->chip.count);
	for (i = FIRST_SPI; i < gic->chip.count; i += 4)
		mmio_write32(gic->dist, GICD_ITARGETSR + i, target);
	mmio_write32(gic->dist, GICD_CTLR, CTLR_ENABLE);
}

/* The part of each core: its rows of the distributor, and its CPU interface. */
static void gic_init_cpu(struct gic *gic)
{
	uint32_t bypass = mmio_read32(gic->cpu, GICC_CTLR) & GICC_CTLR_BYPASS;

	gic_reset_rows(gic, 0, FIRST_SPI);
	/* Let every priority through, and preempt for none. */
	mmio_write32(gic->cpu, GICC_PMR, 0xff);
	mmio_write32(gic->cpu, GICC_BPR, 7);
	mmio_write32(gic->cpu, GICC_CTLR, bypass | CTLR_ENABLE);
}

static int gic_map(struct gic *gic, struct device *dev)
{
	int ret = device_ioremap(dev, 0, &gic->dist, NULL);

	return ret ? ret : device_ioremap(dev, 1, &gic->cpu, NULL);
}

static int gic_probe(struct device *dev)
{
	struct gic *gic = kzalloc(sizeof(*gic));
	int ret;

	if (!gic)
		return -ENOMEM;
	ret = gic_map(gic, dev);
	if (ret)
		goto free;
	gic->chip = (struct irq_chip){
	        .name = "GICv2",
	        .node = dev->node,
	        /* ITLinesNumber counts rows of 32; the last four numbers are not interrupts. */
	        .count = 32 * ((mmio_read32(gic->dist, GICD_TYPER) & 0x1f) + 1),
	        .mask = gic_mask,
	        .unmask = gic_unmask,
	        .xlate = gic_xlate,
	        .next = gic_next,
	        .eoi = gic_eoi,
	};
	if (gic->chip.count > INTID_SPECIAL)
		gic->chip.count = INTID_SPECIAL;
	gic_init_dist(gic);
	gic_init_cpu(gic);
	ret = irq_register_chip(&gic->chip);
	if (ret)
		goto free;
	pr_info("%s: GICv2 with %u interrupts\n", dev->name, gic->chip.count);
	return 0;

free:
	kfree(gic);
	return ret;
}

static const char *const gic_compatible[] = {
        "arm,cortex-a15-gic", "arm,cortex-a7-gic", "arm,gic-400", NULL};

DRIVER(gic_driver) = {
        .name = "gic",
        .compatible = gic_compatible,
        .probe = gic_probe,
        .stage = DRIVER_IRQCHIP,
};
