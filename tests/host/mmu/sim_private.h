/* SPDX-License-Identifier: MIT */
/* What the parts of the simulation share. */
#ifndef TESTS_HOST_MMU_SIM_PRIVATE_H
#define TESTS_HOST_MMU_SIM_PRIVATE_H

#include "sim.h"

/* A register that was written: which of both values counts is open until the next ISB. */
struct sim_register {
	uint32_t now, before;
};

struct sim_cpu {
	struct sim_register ttbr0, contextidr;
	uint32_t tpidrprw, dacr, cpsr;
	bool needs_isb; /* a DSB has finished something that instructions already fetched ignore */
};

extern struct sim_cpu sim_cpus[CORES];
extern struct sim_ops sim_ops;

/* Bits of a page descriptor that may change without a break: AP, XN and ours. */
#define PTE_RIGHTS (PTE_AP0 | PTE_AP1 | PTE_AP2 | PTE_XN | PTE_SPECIAL | 1u << 8)

/* A line of a TLB: a page, a section, or a first-level descriptor remembered from a walk. */
struct tlb_entry {
	bool used;
	bool table;  /* a first-level descriptor */
	bool global; /* matches whatever the ASID */
	bool section;
	uint8_t asid;
	uint8_t doomed; /* a bit for each core that invalidated it and has not executed the DSB yet */
	bool doomed_local; /* the same for its own core, by an operation that is not broadcast */
	uint32_t va;
	paddr_t slot, l1; /* the descriptor; the first-level table that the walk began in */
	pte_t pte;        /* as read */
	uint32_t serial;  /* of the space; 0 kernel */
};

#define TLB_ENTRIES 64

extern struct tlb_entry sim_tlb[CORES][TLB_ENTRIES];

uint32_t tlb_bytes(const struct tlb_entry *e);
paddr_t tlb_target(const struct tlb_entry *e);

/* sim_tlb.c */
void tlb_speculate(void);
void tlb_dsb(unsigned int core, bool local_only, bool *done);
bool tlb_op(const char *insn, uint32_t value);

/* sim_check.c */
void check_fill(unsigned int core, const struct tlb_entry *e);
void check_store(paddr_t slot, pte_t old, pte_t new);

/* sim_ram.c */
void ram_start(void);
bool ram_holds(paddr_t pa, uint32_t bytes);
pte_t *ram_at(paddr_t pa);
paddr_t ram_phys(const void *va);
/* What a walk may read there: what was stored last, or something older that is still pending. */
uint32_t ram_walk_read(paddr_t pa);
/* May a walk still read something older than what was stored last? That is *older. */
bool ram_is_pending(paddr_t pa, uint32_t *older);
void ram_dsb(unsigned int core, bool *done);

/* sim_icache.c */
void icache_stored(paddr_t pa, uint32_t bytes);
bool icache_op(const char *insn, uint32_t value);
void icache_dsb(unsigned int core, bool local_only, bool *done);
void icache_mapped(paddr_t pa);
void icache_executed(unsigned int core, uint32_t va, uint8_t asid, paddr_t pa);

#endif
