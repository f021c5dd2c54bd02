/* SPDX-License-Identifier: MIT */
/*
 * The rules:
 *  - a walk for a space happens under that space's ASID, and never begins in a table of nobody;
 *  - user memory is never global, and its tables are in the users' domain with PXN;
 *  - a valid descriptor is not replaced by one with another address or type before it was made
 *    invalid, seen to be so, and forgotten by all TLBs (break before make, DDI 0406C B3.10.1);
 *  - after an operation, a core can hit no entry that gives more than tables and regions do, nor
 *    will it when it comes back to a space that it has run before;
 *  - memory that a TLB or a walk can reach is not freed;
 *  - users see RAM as Normal memory, and devices as Device memory that is never executed.
 */
#include <stddef.h>
#include "sim_locks.h"
#include "sim_private.h"
#include "sim_race.h"

/* Can this core hit the entry as its registers are? */
static bool reachable(unsigned int core, const struct tlb_entry *e)
{
	const struct sim_cpu *cpu = &sim_cpus[core];

	return e->used && (e->global || e->asid == (cpu->contextidr.now & 0xff) ||
	                          e->asid == (cpu->contextidr.before & 0xff));
}

/* Can its core hit it, now or after a switch that flushes nothing? */
static bool is_live(unsigned int core, const struct tlb_entry *e)
{
	struct space_info info;

	if (!e->used)
		return false;
	if (e->global || reachable(core, e))
		return true;
	return sim_ops.space(e->l1, &info) && info.serial == e->serial && info.asid == e->asid;
}

/* RAM is Normal memory, or caches would disagree about it; what is no RAM is Device memory. */
static void check_type(const struct tlb_entry *e)
{
	struct small_page page = small_page_decode(e->pte);

	if (ram_holds(page.base, 4096) ? page.type != MT_NORMAL
	                               : page.type != MT_DEVICE || page.executable)
		sim_fail("0x%08x shows 0x%08x as type %u, executable %u", e->va, page.base,
		        page.type, page.executable);
}

void check_fill(unsigned int core, const struct tlb_entry *e)
{
	struct space_info info;
	struct l1_table table = l1_table_decode(e->pte);

	if (e->va >= USER_END)
		return;
	if (e->section)
		sim_fail("a walk for 0x%08x finds a section 0x%08x", e->va, e->pte);
	if (!sim_ops.space(e->l1, &info))
		sim_fail("a walk for 0x%08x begins in 0x%08x, which is nobody's table", e->va,
		        e->l1);
	if (info.asid != e->asid)
		sim_fail("space %u, ASID %u, is walked for 0x%08x under ASID %u on core %u",
		        info.serial, info.asid, e->va, e->asid, core);
	if (!e->asid)
		sim_fail("ASID 0 is used for user memory");
	if (!e->table)
		check_type(e);
	if (e->table && (table.domain != DOMAIN_USER || !table.pxn))
		sim_fail("the table at 0x%08x is in domain %u, PXN %u", table.base, table.domain,
		        table.pxn);
}

/* The bits that must not change from one valid descriptor to the other. */
static uint32_t fixed_bits(bool is_page)
{
	return is_page ? ~PTE_RIGHTS : ~0u;
}

/* Is the descriptor one of a second-level table? First-level ones lie in a table that `space` knows. */
static bool is_page_slot(paddr_t slot)
{
	struct space_info info;
	paddr_t kernel = KERNEL_L1 - KERNEL_BASE + IMAGE_PHYS;

	return slot - kernel >= L1_SIZE && !sim_ops.space(slot & 0xffffe000, &info);
}

void check_store(paddr_t slot, pte_t old, pte_t new)
{
	bool page = is_page_slot(slot);
	uint32_t fixed = fixed_bits(page), valid = page ? PTE_VALID : L1_TYPE_MASK;
	pte_t older;

	if (!(new &valid))
		return;
	if ((old & valid) && ((old ^ new) & fixed))
		sim_fail("valid 0x%08x becomes valid 0x%08x without a break", old, new);
	if (ram_is_pending(slot, &older) && (older & valid) && ((older ^ new) & fixed))
		sim_fail("0x%08x follows 0x%08x before a DSB", new, older);
	for (unsigned int core = 0; core < CORES; core++) {
		for (int i = 0; i < TLB_ENTRIES; i++) {
			const struct tlb_entry *e = &sim_tlb[core][i];

			if (is_live(core, e) && e->slot == slot && ((e->pte ^ new) & fixed))
				sim_fail("0x%08x is made while core %u still has 0x%08x for 0x%08x",
				        new, core, e->pte, e->va);
		}
	}
	if (page && (new &PTE_NG) && !(new &PTE_XN) &&
	        (!pte_valid(old) || (old & PTE_XN) || ((old ^ new) & PTE_BASE)))
		icache_mapped(new &PTE_BASE);
}

/* What the table says now at the place of an entry; 0: nothing. */
static pte_t look_up(const struct tlb_entry *e)
{
	pte_t l1 = *ram_at(e->l1 + L1_INDEX(e->va) * sizeof(pte_t));

	if (e->table || e->section)
		return l1 & (e->section ? SECTION_VALID : L1_TYPE_TABLE) ? l1 : 0;
	if (!l1_is_table(l1))
		return 0;
	return *ram_at((l1 & L1_TABLE_BASE) + L2_INDEX(e->va) * sizeof(pte_t));
}

static uint32_t rights_of(pte_t pte)
{
	return (pte_user(pte) ? RIGHT_READ : 0) |
	       (pte_user(pte) && pte_writable(pte) ? RIGHT_WRITE : 0) |
	       (pte_user(pte) && !(pte & PTE_XN) ? RIGHT_EXECUTE : 0);
}

static void check_entry(unsigned int core, const struct tlb_entry *e)
{
	paddr_t ttbr0 = sim_cpus[core].ttbr0.now & 0xffffe000;
	pte_t now = look_up(e);
	struct space_info info;

	if (!e->global && reachable(core, e) &&
	        (e->l1 != ttbr0 || !sim_ops.space(ttbr0, &info) || info.serial != e->serial))
		sim_fail("core %u can hit 0x%08x of space %u under ASID %u, which another space "
		         "has now",
		        core, e->va, e->serial, e->asid);
	if (e->table || e->section) {
		if (now != e->pte)
			sim_fail("core %u has first-level 0x%08x for 0x%08x, the table 0x%08x",
			        core, e->pte, e->va, now);
		return;
	}
	if (!pte_valid(now) || ((now ^ e->pte) & ~PTE_RIGHTS))
		sim_fail("core %u has 0x%08x for 0x%08x of space %u, ASID %u, the table 0x%08x",
		        core, e->pte, e->va, e->serial, e->asid, now);
	if (e->global)
		return;
	if (rights_of(e->pte) & ~rights_of(now))
		sim_fail("core %u has 0x%08x for 0x%08x, more than the table: 0x%08x", core, e->pte,
		        e->va, now);
	if (rights_of(e->pte) & ~sim_ops.rights(e->l1, e->va))
		sim_fail("core %u has 0x%08x for 0x%08x, more than the region gives", core, e->pte,
		        e->va);
}

void sim_check(void)
{
	if (sim_racing()) /* the other core is in the middle of something */
		return;
	sim_check_locks();
	for (unsigned int core = 0; core < CORES; core++) {
		for (int i = 0; i < TLB_ENTRIES; i++) {
			if (is_live(core, &sim_tlb[core][i]))
				check_entry(core, &sim_tlb[core][i]);
		}
	}
}

static bool overlaps(paddr_t a, uint32_t a_bytes, paddr_t b, uint32_t b_bytes)
{
	return a < b + b_bytes && b < a + a_bytes;
}

void sim_check_free(const void *start, uint32_t bytes)
{
	paddr_t pa = ram_phys(start);

	for (unsigned int core = 0; core < CORES; core++) {
		if (overlaps(pa, bytes, sim_cpus[core].ttbr0.now & 0xffffe000, 8192))
			sim_fail("the first-level table of core %u is freed", core);
		for (int i = 0; i < TLB_ENTRIES; i++) {
			const struct tlb_entry *e = &sim_tlb[core][i];

			if (is_live(core, e) && !e->section &&
			        overlaps(pa, bytes, tlb_target(e), e->table ? L2_SIZE : 4096))
				sim_fail("0x%08x is freed while core %u has 0x%08x for 0x%08x", pa,
				        core, e->pte, e->va);
		}
	}
}
