/* SPDX-License-Identifier: MIT */
/*
 * A simulated ARMv7-A memory system that does the worst that the architecture allows:
 *
 *	sim_ram.c	memory; a store to a descriptor may be seen by a table walk, or not yet,
 *			until the next DSB of the core that stored
 *	sim_core.c	the instructions: barriers, system registers, which core executes
 *	sim_tlb.c	per core a TLB and a cache of first-level descriptors that forget nothing
 *			until an invalidation and the DSB after it, and fill themselves at any time
 *	sim_check.c	what must hold: see there
 *	sim_icache.c	instruction caches and branch predictors, stale until synchronised
 *	sim_lock.c	the order in which locks are taken
 *	sim_count.c	counters that change under a lock alone
 *	sim_race.c	both cores at once, in the middle of each other's operations
 *
 * A broken rule prints what it was, with the seed, and ends the process.
 */
#ifndef TESTS_HOST_MMU_SIM_H
#define TESTS_HOST_MMU_SIM_H

#include <arm/pte.h>
#include <lib/types.h>
#include "sim_insn.h"

#define CORES      2
#define RAM_BASE   0x40000000u
#define RAM_BYTES  (16u << 20)
#define IMAGE_PHYS RAM_BASE
#define KERNEL_L1  (KERNEL_BASE + 0x4000u) /* where the image keeps its tables */

struct space_info {
	uint32_t serial; /* never used twice */
	uint8_t asid;
};

enum {
	RIGHT_READ = 1,
	RIGHT_WRITE = 2,
	RIGHT_EXECUTE = 4,
};

/* What the driver of a test tells the simulation about address spaces. */
struct sim_ops {
	/* The space whose first-level table is at l1; false if there is none. */
	bool (*space)(paddr_t l1, struct space_info *info);
	/* RIGHT_s that the regions of that space give to users at va. */
	uint32_t (*rights)(paddr_t l1, uint32_t va);
	/* An address that speculation may like. */
	uint32_t (*interesting)(void);
};

/* Once: maps RAM and the kernel image, sets up the registers, and starts the dice with `seed`. */
void sim_start(uint64_t seed, const struct sim_ops *ops);
uint32_t sim_random(void);
uint32_t sim_below(uint32_t limit);
/* One in n. */
bool sim_chance(uint32_t n);
/* A rule is broken. */
void sim_fail(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
/* What is going on, for sim_fail() to print. */
void sim_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

void sim_set_core(unsigned int core);
unsigned int sim_core(void);
/* Speculation goes here most of the time. */
void sim_focus(uint32_t va, uint32_t bytes);

enum sim_access {
	SIM_READ,
	SIM_WRITE,
	SIM_EXECUTE,
};

/* A user's (or, from USER_END up, the kernel's) access on this core; false: it faults. */
bool sim_access(uint32_t va, enum sim_access access, paddr_t *pa);
/* A user stored there: its instruction cache is its own affair. */
void sim_user_store(paddr_t pa);
/* Would this frame be executed as its bytes are? */
bool sim_is_synced(paddr_t pa);

/* After each operation: nothing cached exceeds the tables and the regions. */
void sim_check(void);
/* Memory is about to be given to somebody else. */
void sim_check_free(const void *start, uint32_t bytes);
/* Overwrites freed memory with what a walker would take for descriptors. */
void sim_poison(void *start, uint32_t bytes);

#endif
