/* SPDX-License-Identifier: MIT */
/*
 * The list of those who can switch the machine off.
 */
#include <drivers/power.h>
#include <lib/printk.h>

/* Only added to, while booting. */
static TAILQ_HEAD(, power_handler) handlers = TAILQ_HEAD_INITIALIZER(handlers);

void power_register(struct power_handler *handler)
{
	TAILQ_INSERT_TAIL(&handlers, handler, link);
}

void machine_power_off(void)
{
	struct power_handler *h;

	TAILQ_FOREACH (h, &handlers, link) {
		if (h->power_off)
			h->power_off();
	}
	pr_err("power: no way to switch this machine off\n");
}

void machine_restart(void)
{
	struct power_handler *h;

	TAILQ_FOREACH (h, &handlers, link) {
		if (h->restart)
			h->restart();
	}
	pr_err("power: no way to restart this machine\n");
}
