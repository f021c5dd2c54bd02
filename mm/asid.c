/* SPDX-License-Identifier: MIT */
/*
 * ASIDs: 8-bit numbers that tag TLB entries with the address space they belong to, so that a
 * switch needs no flush.
 *
 * A space keeps its ASID as long as the numbers last. When all 255 are given out the generation
 * goes up: every space has to fetch a new number before it runs again, the spaces that run at this
 * moment keep theirs ("reserved"), and every core flushes its TLB before it uses a number of the
 * new generation. ASID 0 belongs to nobody: it stands in CONTEXTIDR while no user table is in use.
 *
 * A space that ends gives its number back at once, after its entries have left the TLBs; so only
 * more than 255 living spaces cause a rollover.
 */
#include <arm/cache.h>
#include <arm/cpu.h>
#include <arm/mmu.h>
#include <arm/tlb.h>
#include <lib/printk.h>
#include <lib/spinlock.h>
#include <mm/kernel_table.h>
#include <mm/mm.h>
#include <mm/stat.h>
#include <string.h>
#include "table.h"

#define NUM_ASIDS 256

struct tlb_counts tlb_counts;

static struct {
	spinlock_t lock;
	/* under lock; `generation` is also read without it, see mm_switch() */
	uint32_t generation;
	uint32_t used[NUM_ASIDS / 32];
	uint32_t next; /* where to search */
	struct {
		/* The context that runs on this core, or generation 0 after a rollover. */
		struct asid_context active;
		struct asid_context reserved;
		bool flush_pending;
	} cpu[MAX_CPUS];
	uint32_t rollovers;
} asids = {.generation = 1, .used = {1}, .next = 1};

static bool is_used(uint32_t asid)
{
	return asids.used[asid / 32] >> (asid % 32) & 1;
}

static void set_used(uint32_t asid)
{
	asids.used[asid / 32] |= 1u << (asid % 32);
}

/*
 * Starts a new generation. A core whose `active` was already taken in an earlier rollover and that
 * has not switched since still runs on its reserved number.
 */
static void rollover_locked(void)
{
	asids.generation++;
	asids.rollovers++;
	memset(asids.used, 0, sizeof(asids.used));
	set_used(0);
	for (int i = 0; i < MAX_CPUS; i++) {
		struct asid_context *active = &asids.cpu[i].active;

		if (active->generation) {
			asids.cpu[i].reserved = *active;
			active->generation = 0;
		}
		if (asids.cpu[i].reserved.generation)
			set_used(asids.cpu[i].reserved.asid);
		asids.cpu[i].flush_pending = true;
	}
	asids.next = 1;
}

/* Is this context one that runs on some core through the rollover? Then it carries on under the new generation. */
static bool renew_reserved_locked(struct asid_context *context)
{
	bool found = false;

	for (int i = 0; i < MAX_CPUS; i++) {
		struct asid_context *r = &asids.cpu[i].reserved;

		if (r->generation == context->generation && r->asid == context->asid &&
		        r->generation) {
			r->generation = asids.generation;
			found = true;
		}
	}
	return found;
}

static uint32_t find_free_locked(void)
{
	for (uint32_t n = 0; n < NUM_ASIDS; n++) {
		uint32_t asid = (asids.next + n) % NUM_ASIDS;

		if (!is_used(asid))
			return asid;
	}
	return 0;
}

static void assign_locked(struct asid_context *context)
{
	uint32_t asid;

	if (context->generation && renew_reserved_locked(context)) {
		context->generation = asids.generation;
		return;
	}
	asid = find_free_locked();
	if (!asid) {
		rollover_locked();
		asid = find_free_locked();
	}
	set_used(asid);
	asids.next = asid + 1;
	context->asid = asid;
	context->generation = asids.generation;
	/*
	 * Seen by all before this core walks the table under the new number: who changes a descriptor of a
	 * space that it does not run on reads the number after that (batch_flush()), and would otherwise
	 * invalidate under the old one what was walked under this.
	 */
	dsb_ishst();
}

/* Gives `context` a number of the current generation and makes it this core's active one. */
static void asid_activate(struct asid_context *context)
{
	unsigned int cpu = cpu_id();

	spin_lock(&asids.lock);
	if (context->generation != asids.generation)
		assign_locked(context);
	if (asids.cpu[cpu].flush_pending) {
		/* Entries of the last generation may carry the numbers of this one. */
		tlb_invalidate_all_local();
		count_tlb(all, 1);
		branch_predictor_invalidate_local();
		dsb_nsh(); /* both are done before the first use of the new number */
		isb();
		asids.cpu[cpu].flush_pending = false;
	}
	asids.cpu[cpu].active = *context;
	spin_unlock(&asids.lock);
}

void mm_switch(struct mm *mm)
{
	if (!mm) {
		mmu_switch_to_kernel(kernel_empty_table);
		spin_lock(&asids.lock);
		asids.cpu[cpu_id()].active.generation = 0;
		asids.cpu[cpu_id()].reserved.generation = 0;
		spin_unlock(&asids.lock);
		return;
	}
	asid_activate(&mm->context);
	mmu_switch(virt_to_phys(mm->l1), mm->context.asid, kernel_empty_table);
}

void asid_free(struct asid_context *context)
{
	uint32_t flags = spin_lock_irqsave(&asids.lock);

	if (context->generation == asids.generation)
		asids.used[context->asid / 32] &= ~(1u << (context->asid % 32));
	context->generation = 0;
	spin_unlock_irqrestore(&asids.lock, flags);
}

uint32_t asid_rollovers(void)
{
	return asids.rollovers;
}
