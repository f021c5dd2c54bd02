/* SPDX-License-Identifier: MIT */
/*
 * Tests of the ASID allocator on four cores, whose registers and TLBs are a few variables: the TLB
 * of a core is a note, for each number, of the space that last ran under it there.
 */
#include "host.h"

#define ARM_CACHE_H
#define ARM_CPU_H
#define ARM_MMU_H
#define ARM_TLB_H
#define ARM_BARRIER_H
#define ARM_IRQFLAGS_H
#define MAX_CPUS           4
#define irq_save()         0
#define irq_restore(flags) ((void)(flags))
#define irq_disable()
#define irq_enable()
#define wfe()
#define sev()
#define dsb_ishst()

#include <arm/pte.h>

/* Named by a header, not used by the allocator. */
static pte_t pte_read(const pte_t *slot)
{
	return *slot;
}

#define CORES 4
#define EMPTY 0x1234000u /* the table without user entries */

struct space;

static unsigned int core; /* that executes */
static struct {
	uint32_t ttbr0, asid;
	struct space *tlb[256];
	bool invalidated; /* TLBIALL issued, DSB outstanding */
} cores[CORES];

static uint32_t flushes;

static unsigned int cpu_id(void)
{
	return core;
}

static void tlb_invalidate_all_local(void)
{
	cores[core].invalidated = true;
	flushes++;
}

static void branch_predictor_invalidate_local(void)
{
}

static void dsb_nsh(void)
{
	if (cores[core].invalidated)
		memset(cores[core].tlb, 0, sizeof(cores[core].tlb));
	cores[core].invalidated = false;
}

static void isb(void)
{
}

static void mmu_switch(uint32_t table, uint8_t asid, uint32_t empty)
{
	assert_int_equal(empty, EMPTY);
	cores[core].ttbr0 = table;
	cores[core].asid = asid;
}

static void mmu_switch_to_kernel(uint32_t empty)
{
	mmu_switch(empty, 0, empty);
}

#include "../../lib/spinlock.c"
#include "../../mm/asid.c"

paddr_t kernel_empty_table = EMPTY;
paddr_t ram_base;
struct page *mem_map;

struct space {
	struct mm mm;
	bool alive;
	uint32_t runs_on; /* bit per core */
};

#define SPACES 700

static struct space spaces[SPACES];
static struct space *running[CORES];

static void start(void)
{
	memset(spaces, 0, sizeof(spaces));
	memset(running, 0, sizeof(running));
	memset(cores, 0, sizeof(cores));
	memset(&asids, 0, sizeof(asids));
	asids.generation = 1;
	asids.used[0] = 1;
	asids.next = 1;
}

static void check_core(unsigned int c)
{
	struct space *s = running[c];

	assert_false(cores[c].invalidated);
	if (!s) {
		assert_int_equal(cores[c].asid, 0);
		return;
	}
	assert_int_not_equal(cores[c].asid, 0);
	/* Its threads on other cores share the entries; nobody else does. */
	for (unsigned int other = 0; other < CORES; other++) {
		if (running[other] == s)
			assert_int_equal(cores[other].asid, cores[c].asid);
		else if (running[other])
			assert_int_not_equal(cores[other].asid, cores[c].asid);
	}
	assert_int_equal(s->mm.context.asid, cores[c].asid);
}

static void run(unsigned int c, struct space *s)
{
	core = c;
	if (running[c])
		running[c]->runs_on &= ~(1u << c);
	mm_switch(s ? &s->mm : NULL);
	running[c] = s;
	if (s) {
		struct space **entry = &cores[c].tlb[cores[c].asid];

		s->runs_on |= 1u << c;
		/* What the TLB holds under its number is its own. */
		assert_true(!*entry || *entry == s);
		*entry = s;
	}
	for (unsigned int i = 0; i < CORES; i++)
		check_core(i);
}

static void begin(struct space *s)
{
	memset(s, 0, sizeof(*s));
	s->alive = true;
	s->mm.l1 = (pte_t *)(uintptr_t)(LINEAR_BASE + (s - spaces) * 0x2000);
}

/* As mm_put(): its entries leave all TLBs, then the number goes back. */
static void end(struct space *s)
{
	for (unsigned int c = 0; c < CORES; c++) {
		if (running[c] == s)
			run(c, NULL);
		if (cores[c].tlb[s->mm.context.asid] == s)
			cores[c].tlb[s->mm.context.asid] = NULL;
		/* Under an older number it may linger until that core flushes. */
	}
	asid_free(&s->mm.context);
	s->alive = false;
}

/* No two spaces with the same valid number, however many there are. */
static void check_unique(void)
{
	struct space *owner[NUM_ASIDS] = {NULL};

	for (int i = 0; i < SPACES; i++) {
		struct asid_context *c = &spaces[i].mm.context;

		if (!spaces[i].alive || c->generation != asids.generation)
			continue;
		assert_int_not_equal(c->asid, 0);
		assert_null(owner[c->asid]);
		owner[c->asid] = &spaces[i];
		assert_true(is_used(c->asid));
	}
}

/* Do 255 living spaces do without a rollover, and 10,000 that end in turn too? */
static void no_needless_rollover(void **state)
{
	start();
	for (int i = 0; i < 255; i++) {
		begin(&spaces[i]);
		run(i % CORES, &spaces[i]);
	}
	assert_int_equal(asid_rollovers(), 0);
	for (int i = 0; i < 10000; i++) {
		struct space *s = &spaces[i % 255];

		end(s);
		begin(s);
		run(i % CORES, s);
	}
	check_unique();
	assert_int_equal(asid_rollovers(), 0);
	assert_int_equal(flushes, 0);
}

/* Does the 256th cause exactly one, with one flush on each core before its next switch? */
static void one_more(void **state)
{
	start();
	flushes = 0;
	for (int i = 0; i < 256; i++) {
		begin(&spaces[i]);
		run(0, &spaces[i]);
	}
	assert_int_equal(asid_rollovers(), 1);
	assert_int_equal(flushes, 1);
	for (unsigned int c = 1; c < CORES; c++)
		run(c, &spaces[c]);
	assert_int_equal(flushes, CORES);
	check_unique();
}

/* Does a space that runs through rollovers without a switch keep its number? */
static void reserved_is_kept(void **state)
{
	uint32_t asid;

	start();
	for (int i = 0; i < SPACES; i++)
		begin(&spaces[i]);
	run(3, &spaces[0]);
	asid = cores[3].asid;
	for (int round = 0; round < 5; round++) {
		for (int i = 1; i < SPACES; i++)
			run(i % 3, &spaces[i]);
	}
	assert_true(asid_rollovers() >= 5);
	assert_int_equal(cores[3].asid, asid);
	run(2, &spaces[0]); /* its second thread comes to another core */
	assert_int_equal(cores[2].asid, asid);
	run(3, &spaces[0]);
	assert_int_equal(cores[3].asid, asid);
	check_unique();
}

static void step(struct fuzz *f, uint32_t population)
{
	struct space *s = &spaces[fuzz_below(f, population)];
	unsigned int c = fuzz_below(f, CORES);

	if (!s->alive) {
		begin(s);
		run(c, s);
		return;
	}
	switch (fuzz_below(f, 16)) {
	case 0:
		end(s);
		break;
	case 1:
		run(c, NULL);
		break;
	case 2: /* the same again */
		run(c, running[c]);
		break;
	default:
		run(c, s);
	}
}

static void random_switches(void **state)
{
	static const uint32_t populations[] = {3, 100, 254, 256, 300, SPACES};
	struct fuzz f = {.state = 1};

	for (size_t i = 0; i < sizeof(populations) / sizeof(populations[0]); i++) {
		start();
		for (int n = 0; n < 60000; n++) {
			step(&f, populations[i]);
			if (n % 64 == 0)
				check_unique();
		}
	}
	assert_true(asid_rollovers() > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(no_needless_rollover),
	        cmocka_unit_test(one_more),
	        cmocka_unit_test(reserved_is_kept),
	        cmocka_unit_test(random_switches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
