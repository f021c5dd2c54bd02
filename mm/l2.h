/* SPDX-License-Identifier: MIT */
/*
 * Memory for second-level tables: 1 KiB each, aligned to their size, all invalid. Those of users
 * and of the kernel come from one cache.
 */
#ifndef MM_L2_H
#define MM_L2_H

#include <arm/pte.h>

/* A table, or NULL without memory. */
pte_t *l2_alloc(void);
void l2_free(pte_t *l2);

#endif
