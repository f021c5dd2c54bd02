/* SPDX-License-Identifier: MIT */
/*
 * Switching the machine off and restarting it. The drivers that know how (PSCI firmware, the
 * Raspberry Pi's watchdog) register here and are tried in that order.
 */
#ifndef DRIVERS_POWER_H
#define DRIVERS_POWER_H

#include <sys/queue.h>

struct power_handler {
	const char *name;
	/* Either may be NULL. Both return only if it did not work. */
	void (*power_off)(void);
	void (*restart)(void);
	TAILQ_ENTRY(power_handler) link;
};

void power_register(struct power_handler *handler);

/* Both come back only if no handler could do it. Any context; interrupts are best off. */
void machine_power_off(void);
void machine_restart(void);

#endif
