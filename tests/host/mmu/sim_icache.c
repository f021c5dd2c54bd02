/* SPDX-License-Identifier: MIT */
/*
 * Instruction caches and branch predictors. What the kernel stores into a frame is not what is
 * executed there until each line went to the point of unification (DCCMVAU, DSB) and the
 * instruction caches were invalidated after that (ICIALLUIS, DSB). A prediction stays right until
 * its address means another page.
 */
#include <mm/page.h>
#include <string.h>
#include "sim_private.h"
#include "sim_race.h"

#define FRAMES      (RAM_BYTES >> 12)
#define LINE        64
#define ALL_CORES   ((1u << CORES) - 1)
#define PREDICTIONS 1024

static struct frame {
	uint64_t dirty;    /* lines not at the point of unification */
	uint64_t cleaning; /* DCCMVAU done, DSB outstanding */
	/* A bit for each core: */
	uint8_t stale_kernel; /* the kernel's own stores are not seen by its instruction fetches */
	uint8_t stale_user;
	uint8_t invalidating; /* lines clean, ICIALLUIS done, DSB outstanding */
	uint32_t edition;     /* counts the times that other bytes became executable */
} frames[FRAMES];

/* Something waits for a DSB. */
static bool maintained;
/* By the core that issued it: the cores whose predictions go at its next DSB. */
static uint8_t forgetting[CORES];

static struct prediction {
	bool used;
	uint8_t doomed; /* by these cores */
	uint8_t asid;
	uint32_t va;
	paddr_t pa;
	uint32_t edition;
} predictions[CORES][PREDICTIONS];

static struct frame *frame_at(paddr_t pa)
{
	return &frames[(pa - RAM_BASE) >> 12];
}

static void dirty(paddr_t pa, uint32_t bytes)
{
	for (paddr_t line = pa & ~(LINE - 1u); line < pa + bytes; line += LINE) {
		struct frame *f = frame_at(line);

		f->dirty |= 1ull << (line % 4096 / LINE);
		f->cleaning &= ~(1ull << (line % 4096 / LINE));
		f->invalidating = 0;
	}
}

void icache_stored(paddr_t pa, uint32_t bytes)
{
	dirty(pa, bytes);
	for (paddr_t page = pa & PTE_BASE; page < pa + bytes; page += 4096)
		frame_at(page)->stale_kernel = ALL_CORES;
}

void sim_user_store(paddr_t pa)
{
	dirty(pa, 1);
	frame_at(pa)->stale_user = ALL_CORES;
}

bool sim_is_synced(paddr_t pa)
{
	return !frame_at(pa)->stale_kernel && !frame_at(pa)->stale_user;
}

void icache_mapped(paddr_t pa)
{
	/* During a race the other core may be writing them, and tells that at once (pagecache_dirtied()). */
	if (frame_at(pa)->stale_kernel && (!sim_racing() || (phys_to_page(pa)->flags & PG_ISYNCED)))
		sim_fail("0x%08x is mapped executable before its bytes are synchronised", pa);
}

static void forget_predictions(bool local)
{
	unsigned int me = sim_core();

	forgetting[me] |= local ? 1u << me : ALL_CORES;
	for (unsigned int core = 0; core < CORES; core++) {
		for (int i = 0; i < PREDICTIONS && (!local || core == me); i++)
			predictions[core][i].doomed |= 1u << me;
	}
}

/*
 * What another core learns while an invalidation is on its way is forgotten too: the sequence of ARM DDI 0406C,
 * B3.10.1, has the TLB's and the predictor's under one DSB.
 */
static uint8_t doomed_already(unsigned int core)
{
	uint8_t by = 0;

	for (unsigned int issuer = 0; issuer < CORES; issuer++)
		by |= (forgetting[issuer] >> core & 1) << issuer;
	return by;
}

static void forget(unsigned int issuer, bool local_only, bool *done)
{
	uint8_t cores = forgetting[issuer] & (local_only ? 1u << issuer : ALL_CORES);

	for (unsigned int c = 0; c < CORES; c++) {
		for (int i = 0; i < PREDICTIONS && (cores >> c & 1); i++) {
			struct prediction *p = &predictions[c][i];

			if (!p->used || !(p->doomed >> issuer & 1))
				continue;
			p->used = false;
			*done = true;
		}
	}
	forgetting[issuer] &= ~cores;
}

static void invalidate(uint8_t cores)
{
	for (uint32_t i = 0; i < FRAMES; i++) {
		struct frame *f = &frames[i];

		f->invalidating |= f->dirty ? 0 : cores;
		f->edition += !f->dirty && ((f->stale_kernel | f->stale_user) & cores);
	}
}

bool icache_op(const char *insn, uint32_t value)
{
	paddr_t pa;

	maintained = true;
	if (!strcmp(insn, "mcr p15, 0, %0, c7, c11, 1")) { /* DCCMVAU */
		pa = ram_phys((void *)(uintptr_t)value);
		if (!pa)
			sim_fail("cache line 0x%08x is cleaned, which is not RAM", value);
		frame_at(pa)->cleaning |= 1ull << (pa % 4096 / LINE);
		return true;
	}
	if (!strcmp(insn, "mcr p15, 0, %0, c7, c1, 0")) /* ICIALLUIS */
		invalidate(ALL_CORES);
	else if (!strcmp(insn, "mcr p15, 0, %0, c7, c5, 0")) /* ICIALLU */
		invalidate(1u << sim_core());
	else if (!strcmp(insn, "mcr p15, 0, %0, c7, c1, 6")) /* BPIALLIS */
		forget_predictions(false);
	else if (!strcmp(insn, "mcr p15, 0, %0, c7, c5, 6")) /* BPIALL */
		forget_predictions(true);
	else
		return false;
	return true;
}

/* The operations are one core's at a time: the tests interleave whole operations only. */
void icache_dsb(unsigned int core, bool local_only, bool *done)
{
	forget(core, local_only, done);
	if (local_only || !maintained)
		return;
	maintained = false;
	for (uint32_t i = 0; i < FRAMES; i++) {
		struct frame *f = &frames[i];

		if (f->cleaning || (f->invalidating & f->stale_kernel))
			*done = true;
		f->dirty &= ~f->cleaning;
		f->cleaning = 0;
		f->stale_kernel &= ~f->invalidating;
		f->stale_user &= ~f->invalidating;
		f->invalidating = 0;
	}
}

void icache_executed(unsigned int core, uint32_t va, uint8_t asid, paddr_t pa)
{
	struct prediction *p = &predictions[core][(asid << 2 | (va >> 12 & 3)) % PREDICTIONS];
	const struct frame *f = frame_at(pa);

	if (p->used && p->va == (va & PTE_BASE) && p->asid == asid) {
		if (p->pa != pa)
			sim_fail("branches at 0x%08x are predicted from page 0x%08x, executed from "
			         "0x%08x",
			        va, p->pa, pa);
		if (p->edition != f->edition && !p->doomed && !f->invalidating)
			sim_fail("branches at 0x%08x are predicted from what page 0x%08x held "
			         "before",
			        va, pa);
	}
	*p = (struct prediction){.used = true,
	        .doomed = doomed_already(core),
	        .asid = asid,
	        .va = va & PTE_BASE,
	        .pa = pa,
	        .edition = f->edition};
}
