/* SPDX-License-Identifier: MIT */
/*
 * left and right: two programs whose variable lies at the same virtual address. Used as
 * `left SECONDS [REPORT_FD STOP_FD]`.
 */
#ifndef TWIN_H
#define TWIN_H

#include <stdint.h>

/* Where the linker puts the variable in both (user.mk). */
#define TWIN_ADDRESS 0x00500000u

/* What a twin writes to REPORT_FD after every round. */
struct twin_report {
	uint32_t counted; /* increments so far */
	uint32_t foreign; /* values found there that it had not written */
};

/* `word` holds a tag in its top byte and counts in the rest. Returns an exit status. */
int twin_main(const char *name, volatile uint32_t *word, int argc, char **argv);

#endif
