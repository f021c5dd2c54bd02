/* SPDX-License-Identifier: MIT */
/* What the kernel's headers call on the host in place of machine instructions (host_headers.py). */
#ifndef TESTS_HOST_MMU_SIM_INSN_H
#define TESTS_HOST_MMU_SIM_INSN_H

#include <stdint.h>

uint64_t sim_get(const char *insn);
void sim_set(const char *insn, uint64_t value);
void sim_do(const char *insn);

uint32_t sim_pte_read(const uint32_t *slot);
void sim_pte_write(uint32_t *slot, uint32_t value);

#endif
