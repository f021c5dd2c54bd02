/* SPDX-License-Identifier: MIT */
/*
 * Interrupts. Each interrupt controller (struct irq_chip) numbers its inputs from 0 ("hwirq");
 * irq_register_chip() gives them a block of kernel-wide numbers ("irq"). The root controller is
 * the one that drives the core's IRQ line; others hang on an input of a controller above them.
 */
#ifndef DRIVERS_IRQ_H
#define DRIVERS_IRQ_H

#include <lib/types.h>
#include <sys/queue.h>

#define IRQ_CPUS 4 /* cores of the largest board */

/* Runs with interrupts masked, on the core that took the interrupt. Must not sleep. */
typedef void (*irq_handler_t)(void *arg);

struct irq_action {
	irq_handler_t handler;
	void *arg;
	const char *name;
	uint32_t count[IRQ_CPUS]; /* each written by its own core only */
};

/* The driver of a controller fills in the first part. Never unregistered. */
struct irq_chip {
	const char *name;
	int node;           /* its devicetree node */
	unsigned int count; /* inputs */
	void (*mask)(struct irq_chip *, unsigned int hwirq);
	void (*unmask)(struct irq_chip *, unsigned int hwirq);
	/*
	 * hwirq for one interrupt specifier of the devicetree (n cells, host byte order), set up
	 * for the trigger type it names; -EINVAL if there is no such input.
	 */
	int (*xlate)(struct irq_chip *, const uint32_t *cells, unsigned int n);
	/*
	 * Root controllers only: takes the most urgent pending interrupt of this core and returns
	 * its hwirq, or -1 when there is none.
	 */
	int (*next)(struct irq_chip *);
	/* Root controllers only, may be NULL: the interrupt that next() gave has been handled. */
	void (*eoi)(struct irq_chip *, unsigned int hwirq);

	/* irq_register_chip() fills in these. */
	unsigned int base; /* irq of hwirq 0 */
	struct irq_action *actions;
	TAILQ_ENTRY(irq_chip) link;
};

/*
 * Adds a controller whose inputs are all masked. The first one with next() is the root. 0 or
 * -ENOMEM.
 */
int irq_register_chip(struct irq_chip *chip);

/* The controller of a devicetree node, NULL if none is registered. */
struct irq_chip *irq_find_chip(int node);

/*
 * Calls handler(arg) for each interrupt `irq` (of device_irq()) from now on, and unmasks it. `name`
 * is for /proc/interrupts. -EINVAL for a bad number, -EBUSY if it has a handler. Any context.
 */
int irq_request(unsigned int irq, irq_handler_t handler, void *arg, const char *name);

/* Masks the interrupt and forgets its handler. */
void irq_free(unsigned int irq);

/*
 * The kernel's IRQ vector calls this in SVC mode with interrupts masked: handles everything that
 * is pending at the root controller. An interrupt without a handler is masked and logged.
 */
void irq_dispatch(void);

/* A chained controller passes on what it found pending at its own input. Interrupts masked. */
void irq_handle(struct irq_chip *chip, unsigned int hwirq);

/* Interrupts that were gone, or had no handler, when looked at ("Err" of /proc/interrupts). */
uint32_t irq_spurious_count(void);

/* Numbers at and above this do not exist. */
unsigned int irq_limit(void);

/* What is known about an irq, with its controller in *chip; NULL if it has no handler. */
const struct irq_action *irq_action(unsigned int irq, const struct irq_chip **chip);

#endif
