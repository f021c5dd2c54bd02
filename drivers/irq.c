/* SPDX-License-Identifier: MIT */
/*
 * From the core's interrupt line to the handler that a driver registered.
 */
#include <arm/sysreg.h>
#include <drivers/irq.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <lib/spinlock.h>
#include <mm/kmalloc.h>

static spinlock_t irq_lock = SPINLOCK_INIT;
/* under irq_lock; chips are never removed */
static TAILQ_HEAD(, irq_chip) chips = TAILQ_HEAD_INITIALIZER(chips);
static unsigned int next_irq;

static struct irq_chip *root;
static uint32_t spurious; /* atomic */

int irq_register_chip(struct irq_chip *chip)
{
	uint32_t flags;

	chip->actions = kzalloc(chip->count * sizeof(*chip->actions));
	if (!chip->actions)
		return -ENOMEM;
	flags = spin_lock_irqsave(&irq_lock);
	chip->base = next_irq;
	next_irq += chip->count;
	TAILQ_INSERT_TAIL(&chips, chip, link);
	if (chip->next && !root)
		root = chip;
	spin_unlock_irqrestore(&irq_lock, flags);
	return 0;
}

struct irq_chip *irq_find_chip(int node)
{
	struct irq_chip *chip;

	TAILQ_FOREACH (chip, &chips, link) {
		if (chip->node == node)
			return chip;
	}
	return NULL;
}

static struct irq_chip *chip_of(unsigned int irq)
{
	struct irq_chip *chip;

	TAILQ_FOREACH (chip, &chips, link) {
		if (irq - chip->base < chip->count)
			return chip;
	}
	return NULL;
}

int irq_request(unsigned int irq, irq_handler_t handler, void *arg, const char *name)
{
	struct irq_chip *chip = chip_of(irq);
	struct irq_action *action;
	uint32_t flags;
	int ret = -EBUSY;

	if (!chip)
		return -EINVAL;
	action = &chip->actions[irq - chip->base];
	flags = spin_lock_irqsave(&irq_lock);
	if (!action->handler) {
		action->handler = handler;
		action->arg = arg;
		action->name = name;
		chip->unmask(chip, irq - chip->base);
		ret = 0;
	}
	spin_unlock_irqrestore(&irq_lock, flags);
	return ret;
}

void irq_free(unsigned int irq)
{
	struct irq_chip *chip = chip_of(irq);
	uint32_t flags;

	if (!chip)
		return;
	flags = spin_lock_irqsave(&irq_lock);
	chip->mask(chip, irq - chip->base);
	chip->actions[irq - chip->base].handler = NULL;
	spin_unlock_irqrestore(&irq_lock, flags);
}

void irq_handle(struct irq_chip *chip, unsigned int hwirq)
{
	struct irq_action *action = &chip->actions[hwirq];

	if (hwirq >= chip->count || !action->handler) {
		__atomic_fetch_add(&spurious, 1, __ATOMIC_RELAXED);
		pr_warn("%s: interrupt %u has no handler\n", chip->name, hwirq);
		if (hwirq < chip->count)
			chip->mask(chip, hwirq);
		return;
	}
	action->count[read_mpidr() % IRQ_CPUS]++;
	action->handler(action->arg);
}

void irq_dispatch(void)
{
	int hwirq = root->next(root);

	/* Gone before we looked, as when a driver silenced its device meanwhile. */
	if (hwirq < 0)
		__atomic_fetch_add(&spurious, 1, __ATOMIC_RELAXED);
	for (; hwirq >= 0; hwirq = root->next(root)) {
		irq_handle(root, hwirq);
		if (root->eoi)
			root->eoi(root, hwirq);
	}
}

uint32_t irq_spurious_count(void)
{
	return __atomic_load_n(&spurious, __ATOMIC_RELAXED);
}

unsigned int irq_limit(void)
{
	return next_irq;
}

const struct irq_action *irq_action(unsigned int irq, const struct irq_chip **chip)
{
	struct irq_chip *c = chip_of(irq);

	if (!c || !c->actions[irq - c->base].handler)
		return NULL;
	*chip = c;
	return &c->actions[irq - c->base];
}
