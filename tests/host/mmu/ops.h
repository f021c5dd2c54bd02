/* SPDX-License-Identifier: MIT */
/* Choosing among operations by weight. */
#ifndef TESTS_HOST_MMU_OPS_H
#define TESTS_HOST_MMU_OPS_H

#include "world.h"

struct op {
	void (*run)(void);
	uint32_t weight;
};

/* Everything that a process does, with the model beside it. Ends with NULL, as all such lists. */
extern const struct op user_ops[];

void op_one_of(const struct op *ops);

#endif
