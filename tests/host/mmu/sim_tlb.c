/* SPDX-License-Identifier: MIT */
/*
 * The TLBs: walking the real tables, filling at any time, and forgetting only when told to.
 */
#include <string.h>
#include "sim_private.h"

struct tlb_entry sim_tlb[CORES][TLB_ENTRIES];

static uint32_t focus_va = USER_BASE, focus_bytes = 4096;

void sim_focus(uint32_t va, uint32_t bytes)
{
	focus_va = va & PTE_BASE;
	focus_bytes = bytes ? bytes : 1;
}

uint32_t tlb_bytes(const struct tlb_entry *e)
{
	return e->section || e->table ? SECTION_BYTES : 4096;
}

/* What the entry leads to: a page, a section or a second-level table. */
paddr_t tlb_target(const struct tlb_entry *e)
{
	return e->pte & (e->table ? L1_TABLE_BASE : e->section ? SECTION_BASE : PTE_BASE);
}

static bool matches(const struct tlb_entry *e, uint32_t va, uint8_t asid)
{
	return e->used && va - e->va < tlb_bytes(e) && (e->global || e->asid == asid);
}

static bool is_doomed(const struct tlb_entry *e)
{
	return e->doomed || e->doomed_local;
}

static struct tlb_entry *find(unsigned int core, uint32_t va, uint8_t asid, bool table)
{
	for (int i = 0; i < TLB_ENTRIES; i++) {
		struct tlb_entry *e = &sim_tlb[core][i];

		if (e->table == table && matches(e, va, asid) && (!is_doomed(e) || sim_chance(2)))
			return e;
	}
	return NULL;
}

/* Two entries for one address: the core may use either, or a mixture (B3.10.1). */
static void check_conflict(unsigned int core, const struct tlb_entry *new)
{
	for (int i = 0; i < TLB_ENTRIES; i++) {
		const struct tlb_entry *e = &sim_tlb[core][i];

		if (e->used && e->table == new->table &&matches(e, new->va, new->asid) &&
		        ((e->pte ^ new->pte) & ~(new->section || new->table ? 0 : PTE_RIGHTS)))
			sim_fail("0x%08x is cached as 0x%08x and as 0x%08x: a break is missing",
			        new->va, e->pte, new->pte);
	}
}

static void insert(unsigned int core, const struct tlb_entry *new)
{
	struct tlb_entry *place = &sim_tlb[core][sim_below(TLB_ENTRIES)];

	check_fill(core, new);
	check_conflict(core, new);
	for (int i = 0; i < TLB_ENTRIES; i++) {
		struct tlb_entry *e = &sim_tlb[core][i];

		if (e->used && !memcmp(e, new, sizeof(*e)))
			return;
		if (!e->used)
			place = e;
	}
	*place = *new;
}

static uint32_t either(struct sim_register r)
{
	return sim_chance(2) ? r.now : r.before;
}

/* The first-level descriptor for new->va, from memory or as an earlier walk remembers it. */
static bool read_l1(unsigned int core, struct tlb_entry *new)
{
	const struct tlb_entry *cached = find(core, new->va, new->asid, true);

	if (cached && sim_chance(2)) {
		new->pte = cached->pte;
		new->l1 = cached->l1;
		new->serial = cached->serial;
		return true;
	}
	new->slot = new->l1 + L1_INDEX(new->va) * sizeof(pte_t);
	new->pte = ram_walk_read(new->slot);
	if (l1_is_table(new->pte) && sim_chance(2)) {
		struct tlb_entry table = *new;

		table.table = true;
		table.va &= SECTION_BASE;
		insert(core, &table);
	}
	return new->pte &L1_TYPE_MASK;
}

/* Walks the tables for va; false: no valid descriptor, which is never cached. */
static bool walk(unsigned int core, uint32_t va, struct tlb_entry *new)
{
	const struct sim_cpu *cpu = &sim_cpus[core];
	struct space_info info;

	memset(new, 0, sizeof(*new));
	new->used = true;
	new->va = va &PTE_BASE;
	new->global = va >= USER_END;
	new->asid = new->global ? 0 : either(cpu->contextidr);
	new->l1 = va < USER_END ? either(cpu->ttbr0) & 0xffffe000
	                        : KERNEL_L1 - KERNEL_BASE + IMAGE_PHYS;
	if (!new->global && sim_ops.space(new->l1, &info))
		new->serial = info.serial;
	if (!read_l1(core, new))
		return false;
	if (l1_is_section(new->pte)) {
		new->section = true;
		new->va &= SECTION_BASE;
		new->global = !(new->pte &SECTION_NG);
		return true;
	}
	new->slot = (new->pte &L1_TABLE_BASE) + L2_INDEX(va) * sizeof(pte_t);
	new->pte = ram_walk_read(new->slot);
	if (!new->global && pte_valid(new->pte) && !(new->pte &PTE_NG))
		sim_fail("user address 0x%08x is mapped global", va);
	return pte_valid(new->pte);
}

/*
 * Another core's user may be executing just now, and its branches are predicted from then on. (Not
 * by way of an entry whose invalidation is under way: a predictor invalidation that shares the DSB
 * with it is taken to come after it.)
 */
static void execute(unsigned int core, const struct tlb_entry *e)
{
	if (!is_doomed(e) && core != sim_core() && !e->section && pte_user(e->pte) &&
	        !(e->pte & PTE_XN))
		icache_executed(core, e->va, e->asid, tlb_target(e));
}

static void speculate_once(unsigned int core)
{
	uint32_t va = sim_chance(3) ? sim_ops.interesting() : focus_va + sim_below(focus_bytes);
	const struct tlb_entry *hit = find(core, va, sim_cpus[core].contextidr.now, false);
	struct tlb_entry new;

	if (hit && sim_chance(4)) {
		execute(core, hit);
	} else if (walk(core, va, &new)) {
		insert(core, &new);
		execute(core, &new);
	}
}

void tlb_speculate(void)
{
	for (unsigned int core = 0; core < CORES; core++) {
		for (uint32_t n = sim_below(3); n; n--)
			speculate_once(core);
	}
}

/* Invalidation of what matches; it holds from the DSB on. */
static void doom(struct tlb_entry *e, bool local)
{
	if (local)
		e->doomed_local = true;
	else
		e->doomed |= 1u << sim_core();
}

enum by {
	BY_ALL,
	BY_VA,      /* and ASID; global entries too */
	BY_VA_ONLY, /* whatever the ASID */
	BY_ASID,
};

static bool is_meant(const struct tlb_entry *e, enum by by, uint32_t value)
{
	bool same_va = (value & PTE_BASE) - e->va < tlb_bytes(e);
	bool same_asid = e->asid == (value & 0xff);

	switch (by) {
	case BY_VA:
		return same_va && (e->global || same_asid);
	case BY_VA_ONLY:
		return same_va;
	case BY_ASID:
		return !e->global && same_asid;
	default:
		return true;
	}
}

/* DDI 0406C, B4.2.2 */
bool tlb_op(const char *insn, uint32_t value)
{
	static const struct {
		const char *insn;
		enum by by;
		bool local;
	} ops[] = {
	        {"mcr p15, 0, %0, c8, c3, 0", BY_ALL, false},     /* TLBIALLIS */
	        {"mcr p15, 0, %0, c8, c3, 1", BY_VA, false},      /* TLBIMVAIS */
	        {"mcr p15, 0, %0, c8, c3, 2", BY_ASID, false},    /* TLBIASIDIS */
	        {"mcr p15, 0, %0, c8, c3, 3", BY_VA_ONLY, false}, /* TLBIMVAAIS */
	        {"mcr p15, 0, %0, c8, c7, 0", BY_ALL, true},      /* TLBIALL */
	        {"mcr p15, 0, %0, c8, c7, 1", BY_VA, true},       /* TLBIMVA */
	        {"mcr p15, 0, %0, c8, c7, 2", BY_ASID, true},     /* TLBIASID */
	        {"mcr p15, 0, %0, c8, c7, 3", BY_VA_ONLY, true},  /* TLBIMVAA */
	};

	for (size_t op = 0; op < sizeof(ops) / sizeof(ops[0]); op++) {
		if (strcmp(insn, ops[op].insn))
			continue;
		for (unsigned int core = 0; core < CORES; core++) {
			if (ops[op].local && core != sim_core())
				continue;
			for (int i = 0; i < TLB_ENTRIES; i++) {
				struct tlb_entry *e = &sim_tlb[core][i];

				if (e->used && is_meant(e, ops[op].by, value))
					doom(e, ops[op].local);
			}
		}
		return true;
	}
	return false;
}

void tlb_dsb(unsigned int core, bool local_only, bool *done)
{
	for (unsigned int i = 0; i < CORES * TLB_ENTRIES; i++) {
		struct tlb_entry *e = &sim_tlb[i / TLB_ENTRIES][i % TLB_ENTRIES];
		bool own = e->doomed_local && i / TLB_ENTRIES == core;

		if (e->used && (own || (!local_only && (e->doomed >> core & 1)))) {
			e->used = false;
			*done = true;
		}
	}
}

static bool allows(const struct tlb_entry *e, enum sim_access access)
{
	bool user = e->va < USER_END;

	if (e->section)
		return access == SIM_EXECUTE ? !(e->pte & SECTION_XN)
		                             : access == SIM_READ || !(e->pte & SECTION_AP2);
	if (user && !pte_user(e->pte))
		return false;
	if (access == SIM_WRITE)
		return pte_writable(e->pte);
	return access == SIM_READ || !(e->pte & PTE_XN);
}

bool sim_access(uint32_t va, enum sim_access access, paddr_t *pa)
{
	const struct sim_cpu *cpu = &sim_cpus[sim_core()];
	struct tlb_entry *hit, new;

	tlb_speculate();
	if (cpu->needs_isb)
		sim_fail("0x%08x is used without an ISB since the last DSB or register write", va);
	hit = find(sim_core(), va, cpu->contextidr.now, false);
	if (!hit) {
		if (!walk(sim_core(), va, &new))
			return false;
		insert(sim_core(), &new);
		hit = &new;
	}
	if (!allows(hit, access))
		return false;
	*pa = tlb_target(hit) + (va & (hit->section ? ~SECTION_BASE : ~PTE_BASE));
	if (access == SIM_EXECUTE)
		icache_executed(sim_core(), va, cpu->contextidr.now, *pa & PTE_BASE);
	return true;
}
