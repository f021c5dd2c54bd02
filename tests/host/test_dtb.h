/* SPDX-License-Identifier: MIT */
/* The devicetree tests lie in three files: the board questions, the comparison with libfdt, broken
 * tables. */
#ifndef TESTS_HOST_TEST_DTB_H
#define TESTS_HOST_TEST_DTB_H

#include "host.h"
#include <lib/dtb.h>
#include <lib/errno.h>

/* Load a table into a buffer of exactly its size and open it. free() what is returned. */
uint8_t *open_dtb(const char *file, struct dtb *dt);

void oracle_structure(void **state);
void oracle_properties(void **state);
void oracle_lookups(void **state);
void oracle_reservations(void **state);

void broken_headers(void **state);
void broken_structure(void **state);
void wrong_handles(void **state);
void nops_and_age(void **state);
void broken_boot_data(void **state);
void too_deep(void **state);
void damaged_tables(void **state);

#endif
