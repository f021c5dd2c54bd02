/* SPDX-License-Identifier: MIT */
/*
 * A crime: something that no program may do, and the answer that the kernel owes it.
 */
#ifndef CRIMES_H
#define CRIMES_H

#include <stdbool.h>

struct crime {
	const char *name;  /* for the command line */
	const char *what;  /* for people */
	const char *where; /* shown in place of address, if set */
	void *address;     /* what commit is given */
	/*
	 * Does it. Returns only if no signal came: the (positive) Linux errno with which a system
	 * call was refused; 0 if the kernel let it happen; NO_EFFECT if it did nothing at all;
	 * EMULATED if the kernel did for it what the processor does not.
	 */
	int (*commit)(void *address);
	int signal; /* the signal expected, or 0 */
	int error;  /* the result of commit expected where no signal is */
};

#define NO_EFFECT 100
#define EMULATED  101

/* Ends with an entry whose name is NULL. */
extern const struct crime crimes[];

#endif
