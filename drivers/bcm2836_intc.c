/* SPDX-License-Identifier: MIT */
/*
 * The interrupt controller around the four cores of BCM2836 and BCM2837 ("ARM Quad A7 core", QA7
 * rev 3.4): each core's timers, mailboxes and performance counter, and one input for everything
 * that the peripherals' own controller collects.
 *
 * It also scales the generic timer's counter, so that is set up here.
 */
#include <arm/io.h>
#include <arm/sysreg.h>
#include <drivers/device.h>
#include <drivers/irq.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <mm/kmalloc.h>

/* Registers with _CORE exist once for each core, 4 bytes apart. */
enum {
	CONTROL = 0x00, /* bit 8 = 0: the counter runs from the 19.2 MHz crystal */
	PRESCALER = 0x08,
	PRESCALER_ONE = 0x80000000u, /* crystal / (2^31 / this) */
	GPU_ROUTING = 0x0c,
	PMU_ROUTING_SET = 0x10,
	PMU_ROUTING_CLEAR = 0x14,
	TIMER_CONTROL_CORE = 0x40,
	MAILBOX_CONTROL_CORE = 0x50,
	IRQ_SOURCE_CORE = 0x60,
};

/* Inputs: bits of IRQ_SOURCE_CORE, and the first cell of an interrupt specifier. */
enum {
	FIRST_MAILBOX = 4, /* below: the timers CNTPS, CNTPNS, CNTHP, CNTV */
	INPUT_GPU = 8,
	INPUT_PMU = 9,
	INPUTS = 10,
	SOURCES = (1 << INPUTS) - 1,
	CORES = 4,
};

struct bcm2836_intc {
	struct irq_chip chip;
	void *regs;
};

static unsigned int core(void)
{
	return read_mpidr() % CORES; /* Aff0 */
}

/* Called with interrupts off on the core that owns the registers, so nothing comes in between. */
static void set_bit(void *regs, uint32_t reg, uint32_t bit, bool on)
{
	uint32_t v = mmio_read32(regs, reg);

	mmio_write32(regs, reg, on ? v | bit : v & ~bit);
}

static void route(struct irq_chip *chip, unsigned int hwirq, bool on)
{
	void *regs = ((struct bcm2836_intc *)chip)->regs;
	unsigned int cpu = core();

	if (hwirq < FIRST_MAILBOX)
		set_bit(regs, TIMER_CONTROL_CORE + 4 * cpu, 1u << hwirq, on);
	else if (hwirq < INPUT_GPU)
		set_bit(regs, MAILBOX_CONTROL_CORE + 4 * cpu, 1u << (hwirq - FIRST_MAILBOX), on);
	else if (hwirq == INPUT_PMU)
		mmio_write32(regs, on ? PMU_ROUTING_SET : PMU_ROUTING_CLEAR, 1u << cpu);
	/* INPUT_GPU has no switch of its own: the controller behind it masks each of its inputs. */
}

static void bcm2836_mask(struct irq_chip *chip, unsigned int hwirq)
{
	route(chip, hwirq, false);
}

static void bcm2836_unmask(struct irq_chip *chip, unsigned int hwirq)
{
	route(chip, hwirq, true);
}

/* Input and trigger; trees from before Linux 4.19 have no trigger. All inputs are levels. */
static int bcm2836_xlate(struct irq_chip *chip, const uint32_t *cells, unsigned int n)
{
	if (n < 1 || n > 2 || cells[0] >= chip->count)
		return -EINVAL;
	return cells[0];
}

static int bcm2836_next(struct irq_chip *chip)
{
	struct bcm2836_intc *intc = (struct bcm2836_intc *)chip;
	uint32_t pending = mmio_read32(intc->regs, IRQ_SOURCE_CORE + 4 * core()) & SOURCES;

	return pending ? __builtin_ctz(pending) : -1;
}

/*
 * The counter runs from the crystal, unscaled, so that it has the rate that CNTFRQ promises; all
 * timers and mailboxes of all cores are masked (firmware leaves the virtual timer on), and what
 * the peripherals want goes to core 0.
 */
static void bcm2836_reset(void *regs)
{
	unsigned int cpu;

	mmio_write32(regs, CONTROL, 0);
	mmio_write32(regs, PRESCALER, PRESCALER_ONE);
	mmio_write32(regs, GPU_ROUTING, 0);
	mmio_write32(regs, PMU_ROUTING_CLEAR, (1u << CORES) - 1);
	for (cpu = 0; cpu < CORES; cpu++) {
		mmio_write32(regs, TIMER_CONTROL_CORE + 4 * cpu, 0);
		mmio_write32(regs, MAILBOX_CONTROL_CORE + 4 * cpu, 0);
	}
}

static int bcm2836_probe(struct device *dev)
{
	struct bcm2836_intc *intc = kzalloc(sizeof(*intc));
	int ret;

	if (!intc)
		return -ENOMEM;
	ret = device_ioremap(dev, 0, &intc->regs, NULL);
	if (ret)
		goto free;
	intc->chip = (struct irq_chip){
	        .name = "bcm2836",
	        .node = dev->node,
	        .count = INPUTS,
	        .mask = bcm2836_mask,
	        .unmask = bcm2836_unmask,
	        .xlate = bcm2836_xlate,
	        .next = bcm2836_next,
	};
	bcm2836_reset(intc->regs);
	ret = irq_register_chip(&intc->chip);
	if (ret)
		goto free;
	pr_info("%s: BCM2836 core interrupts\n", dev->name);
	return 0;

free:
	kfree(intc);
	return ret;
}

static const char *const bcm2836_compatible[] = {"brcm,bcm2836-l1-intc", NULL};

DRIVER(bcm2836_intc_driver) = {
        .name = "bcm2836-intc",
        .compatible = bcm2836_compatible,
        .probe = bcm2836_probe,
        .stage = DRIVER_IRQCHIP,
};
