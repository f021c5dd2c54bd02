/* SPDX-License-Identifier: MIT */
/*
 * Accesses of a running user, and what the model says about them.
 */
#include <lib/abi/mman.h>
#include "sim_private.h"
#include "sim_race.h"
#include "world.h"

/* What the region of a page and its file say about an access. */
static enum mm_fault_result allowed(const struct ref_page *p, enum sim_access access)
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

enum mm_fault_result world_expected(
        const struct space *s, const struct ref_page *p, enum sim_access access)
{
	return s->reaped ? MM_FAULT_OOM : allowed(p, access);
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

	if (allowed(p, access) != MM_FAULT_OK)
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
	enum mm_fault_result want, got;
	bool through;
	paddr_t pa;

	if (sim_access(va, access, &pa)) {
		if (s->reaped && !s->pages[i].shared)
			sim_fail("0x%08x can be used still", va);
		done(&s->pages[i], va, access, pa);
		return;
	}
	model_grow_down(s, i);
	want = world_expected(s, &s->pages[i], access);
	do {
		got = mm_fault(s->mm, va, (enum mm_access)access);
		if (got == MM_FAULT_OOM && (hooks_failed() || promise_lacking(&s->pages[i])))
			return;
		if (got != want)
			sim_fail("the fault at 0x%08x, access %d, gives %d, not %d", va, access,
			        got, want);
		if (got != MM_FAULT_OK)
			return;
		through = sim_access(va, access, &pa);
	} while (!through && sim_racing()); /* the page may have been reclaimed */
	if (!through)
		sim_fail("0x%08x, access %d, faults again at once", va, access);
	done(&s->pages[i], va, access, pa);
}

void op_touch(void)
{
	struct range r = random_range();

	if (!world_current())
		return;
	sim_note("touch 0x%08x, %u pages", range_va(r), r.count);
	sim_focus(range_va(r), range_bytes(r));
	hooks_maybe_fail(8, 4);
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
		if (world_expected(s, &s->pages[i], SIM_READ) == MM_FAULT_OK)
			world_touch(i, SIM_READ);
	}
}

void op_verify(void)
{
	sim_note("verify");
	world_verify();
}

/* Counts what the table of a space holds. */
static void count_pages(struct mm *mm, uint32_t *anon, uint32_t *file, uint32_t *tables)
{
	for (uint32_t l1 = 0; l1 < L1_USER_ENTRIES; l1++) {
		const struct vma *vma;
		const pte_t *l2;

		if (!l1_is_table(mm->l1[l1]))
			continue;
		++*tables;
		vma = vma_find_locked(mm, l1 << SECTION_SHIFT);
		if (!vma || vma->start >> SECTION_SHIFT > l1) /* its end would not find it */
			sim_fail("the table for 0x%08x lies under no region", l1 << SECTION_SHIFT);
		l2 = ram_at(mm->l1[l1] & L1_TABLE_BASE);
		for (int i = 0; i < L2_ENTRIES; i++) {
			if (!pte_valid(l2[i]) || (l2[i] & PTE_SPECIAL))
				continue;
			++*(phys_to_page(l2[i] & PTE_BASE)->flags & PG_ANON ? anon : file);
		}
	}
}

static void check_regions(const struct space *s)
{
	const struct mm *mm = s->mm;
	uint32_t mapped = 0, locked = 0, account = 0;

	for (uint32_t i = 0; i < ARENA_PAGES; i++) {
		mapped += s->pages[i].mapped;
		locked += s->pages[i].locked;
		account += s->pages[i].account;
	}
	if (mm->total_vm != mapped)
		sim_fail("%u pages are counted as mapped, not %u", mm->total_vm, mapped);
	if (mm->locked_vm != locked)
		sim_fail("%u pages are counted as locked, not %u", mm->locked_vm, locked);
	if (mm->committed != account)
		sim_fail("%u pages are counted as promised, not %u", mm->committed, account);
	if (mm->lock_future != s->lock_future)
		sim_fail("future maps are locked by %x, not %x", mm->lock_future, s->lock_future);
}

void world_check_tables(const struct space *s)
{
	struct mm *mm = s->mm;
	uint32_t anon = 0, file = 0, tables = 0;

	count_pages(mm, &anon, &file, &tables);
	if (mm->anon_pages != anon || mm->file_pages != file)
		sim_fail("%u anonymous and %u file pages are counted, %u and %u mapped",
		        mm->anon_pages, mm->file_pages, anon, file);
	if (mm->table_bytes != 2 * PAGE_SIZE + tables * L2_SIZE)
		sim_fail("%u bytes of tables are counted for %u tables", mm->table_bytes, tables);
}

void world_check_counts(const struct space *s)
{
	check_regions(s);
	world_check_tables(s);
}

pte_t world_pte(const struct space *s, uint32_t va)
{
	pte_t l1 = s->mm->l1[L1_INDEX(va)];

	return l1_is_table(l1) ? ram_at(l1 & L1_TABLE_BASE)[L2_INDEX(va)] : 0;
}

static void check_present(const struct space *s, uint32_t i, pte_t pte)
{
	const struct ref_page *p = &s->pages[i];
	bool copied = !p->shared && (p->prot & PROT_WRITE);

	if (page_is_device(p) || (sim_racing() && !p->locked))
		return;
	if (p->onfault || world_expected(s, p, copied ? SIM_WRITE : SIM_READ) != MM_FAULT_OK)
		return;
	if (!promise_lacking(p) && !(pte_valid(pte) && (!copied || pte_writable(pte))))
		sim_fail("0x%08x is not there: 0x%08x", page_va(i), pte);
}

void world_populated(struct space *s, struct range r, bool all)
{
	for (uint32_t i = r.first; i < r.first + r.count; i++) {
		struct ref_page *p = &s->pages[i];
		pte_t pte = p->mapped ? world_pte(s, page_va(i)) : 0;

		if (!p->own && !p->shared && pte_valid(pte) && !(pte & PTE_SPECIAL) &&
		        (phys_to_page(pte & PTE_BASE)->flags & PG_ANON)) {
			p->byte = model_byte(p);
			p->own = true;
		}
		if (all)
			check_present(s, i, pte);
	}
}

static struct vma *region_at(struct space *s, uint32_t va)
{
	struct vma *vma = vma_find_locked(s->mm, va);

	return vma && vma->start <= va ? vma : NULL;
}

void world_relearn_mapped(struct space *s, struct range r)
{
	for (uint32_t i = r.first; i < r.first + r.count; i++) {
		if (!region_at(s, page_va(i)))
			page_unmapped(&s->pages[i]);
	}
}

static bool same_flags(const struct ref_page *a, const struct ref_page *b)
{
	return a->prot == b->prot && a->locked == b->locked && a->onfault == b->onfault &&
	       a->account == b->account && a->dontcopy == b->dontcopy && a->wipe == b->wipe;
}

void world_relearn_flags(struct space *s, struct range r, const struct ref_page *before)
{
	for (uint32_t i = r.first; i < r.first + r.count; i++) {
		struct ref_page *p = &s->pages[i], was = before[i], now = *p;
		const struct vma *vma = p->mapped ? region_at(s, page_va(i)) : NULL;

		if (!vma)
			continue;
		p->prot = (vma->flags & VM_READ ? PROT_READ : 0) |
		          (vma->flags & VM_WRITE ? PROT_WRITE : 0) |
		          (vma->flags & VM_EXEC ? PROT_EXEC : 0);
		p->locked = vma->flags & VM_LOCKED;
		p->onfault = vma->flags & VM_LOCKONFAULT;
		p->account = vma->flags & VM_ACCOUNT;
		p->dontcopy = vma->flags & VM_DONTCOPY;
		p->wipe = vma->flags & VM_WIPEONFORK;
		if (!same_flags(p, &was) && !same_flags(p, &now))
			sim_fail("0x%08x is neither what it was nor what it was to be", page_va(i));
	}
}
