/* SPDX-License-Identifier: MIT */
/*
 * Accesses of a running user, and what the model says about them.
 */
#include <lib/abi/mman.h>
#include "sim_private.h"
#include "world.h"

/* What the fault handler has to say about an access that needs it. */
static enum mm_fault_result expected(const struct ref_page *p, enum sim_access access)
{
	if (!p->mapped)
		return MM_FAULT_MAPERR;
	if (!p->prot || (access == SIM_WRITE && !(p->prot & PROT_WRITE)) ||
	        (access == SIM_EXECUTE && (!(p->prot & PROT_EXEC) || page_is_device(p))))
		return MM_FAULT_ACCERR;
	if (!p->own && p->object && (loff_t)p->index * PAGE_SIZE >= p->object->size)
		return MM_FAULT_BUS;
	return MM_FAULT_OK;
}

static uint8_t model_byte(const struct ref_page *p)
{
	return p->own ? p->byte : p->object ? p->object->bytes[p->index] : 0;
}

static void model_store(struct ref_page *p, uint8_t byte)
{
	if (p->shared) {
		p->object->bytes[p->index] = byte;
	} else {
		p->own = true;
		p->byte = byte;
	}
}

static bool is_device(paddr_t pa)
{
	return pa - DEVICE_PHYS < OBJECT_PAGES * PAGE_SIZE;
}

static uint8_t *byte_at(paddr_t pa)
{
	if (is_device(pa))
		return &device_bytes[(pa - DEVICE_PHYS) >> PAGE_SHIFT];
	return (uint8_t *)ram_at(pa & PTE_BASE) + PROBE;
}

/* The access went through: was it allowed, and to the right byte? */
static void done(struct ref_page *p, uint32_t va, enum sim_access access, paddr_t pa)
{
	uint8_t byte = sim_random();

	if (expected(p, access) != MM_FAULT_OK)
		sim_fail("access %d at 0x%08x goes through", access, va);
	if (*byte_at(pa) != model_byte(p))
		sim_fail("0x%08x reads 0x%02x, not 0x%02x", va, *byte_at(pa), model_byte(p));
	if (access != SIM_WRITE)
		return;
	if ((pa & PTE_BASE) == zero_page_phys)
		sim_fail("the zero page is written through 0x%08x", va);
	*byte_at(pa) = byte;
	if (!is_device(pa))
		sim_user_store(pa & PTE_BASE);
	model_store(p, byte);
}

void world_touch(uint32_t i, enum sim_access access)
{
	struct space *s = running[sim_core()];
	uint32_t va = page_va(i) + PROBE;
	enum mm_fault_result want = expected(&s->pages[i], access), got;
	paddr_t pa;

	if (sim_access(va, access, &pa)) {
		done(&s->pages[i], va, access, pa);
		return;
	}
	got = mm_fault(s->mm, va, (enum mm_access)access);
	if (got == MM_FAULT_OOM && hooks_failed())
		return;
	if (got != want)
		sim_fail("the fault at 0x%08x, access %d, gives %d, not %d", va, access, got, want);
	if (got != MM_FAULT_OK)
		return;
	if (!sim_access(va, access, &pa))
		sim_fail("0x%08x, access %d, faults again at once", va, access);
	done(&s->pages[i], va, access, pa);
}

void op_touch(void)
{
	struct range r = random_range();
	bool fail = sim_chance(8);

	if (!world_current())
		return;
	sim_note("touch 0x%08x, %u pages%s", range_va(r), r.count, fail ? ", without memory" : "");
	sim_focus(range_va(r), range_bytes(r));
	hooks_fail_at(fail ? 1 + sim_below(4) : 0, sim_chance(2));
	for (uint32_t i = 0; i < r.count; i++)
		world_touch(r.first + i, (enum sim_access)sim_below(3));
	hooks_fail_at(0, false);
}

/* Runs code, as far as there is any. */
void op_execute(void)
{
	struct range r = random_range();

	if (!world_current())
		return;
	sim_note("execute 0x%08x, %u pages", range_va(r), r.count);
	sim_focus(range_va(r), range_bytes(r));
	for (uint32_t i = 0; i < r.count; i++)
		world_touch(r.first + i, SIM_EXECUTE);
}

void world_verify(void)
{
	const struct space *s = running[sim_core()];

	for (uint32_t i = 0; s && i < ARENA_PAGES; i++) {
		if (expected(&s->pages[i], SIM_READ) == MM_FAULT_OK)
			world_touch(i, SIM_READ);
	}
}

void op_verify(void)
{
	sim_note("verify");
	world_verify();
}

/* Counts what the table of a space holds. */
static void count_pages(const struct mm *mm, uint32_t *anon, uint32_t *file, uint32_t *tables)
{
	for (uint32_t l1 = 0; l1 < L1_USER_ENTRIES; l1++) {
		const pte_t *l2;

		if (!l1_is_table(mm->l1[l1]))
			continue;
		++*tables;
		l2 = ram_at(mm->l1[l1] & L1_TABLE_BASE);
		for (int i = 0; i < L2_ENTRIES; i++) {
			if (!pte_valid(l2[i]) || (l2[i] & PTE_SPECIAL))
				continue;
			++*(phys_to_page(l2[i] & PTE_BASE)->flags & PG_ANON ? anon : file);
		}
	}
}

void world_check_counts(const struct space *s)
{
	const struct mm *mm = s->mm;
	uint32_t anon = 0, file = 0, tables = 0, mapped = 0;

	count_pages(mm, &anon, &file, &tables);
	for (uint32_t i = 0; i < ARENA_PAGES; i++)
		mapped += s->pages[i].mapped;
	if (mm->anon_pages != anon || mm->file_pages != file)
		sim_fail("%u anonymous and %u file pages are counted, %u and %u mapped",
		        mm->anon_pages, mm->file_pages, anon, file);
	if (mm->table_bytes != 2 * PAGE_SIZE + tables * L2_SIZE)
		sim_fail("%u bytes of tables are counted for %u tables", mm->table_bytes, tables);
	if (mm->total_vm != mapped)
		sim_fail("%u pages are counted as mapped, not %u", mm->total_vm, mapped);
}
