/* SPDX-License-Identifier: MIT */
/*
 * The translation tables of users: adding second-level tables, taking pages out, changing rights,
 * copying for fork. Each operation ends with the TLB knowing nothing that the table does not say.
 */
#include <arm/cache.h>
#include <arm/page_ops.h>
#include <arm/tlb.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <mm/kernel_table.h>
#include <mm/kmalloc.h>
#include "l2.h"
#include "table.h"

static struct kmem_cache l2_cache = KMEM_CACHE_INIT(l2_cache, "l2 tables", L2_SIZE, L2_SIZE);

pte_t *l2_alloc(void)
{
	pte_t *l2 = kmem_cache_alloc(&l2_cache);

	if (l2)
		block_clear(l2, L2_SIZE);
	return l2;
}

void l2_free(pte_t *l2)
{
	kmem_cache_free(&l2_cache, l2);
}

/* Never executable: a speculative fetch is an access too. Out of line, since mprotect() is not for devices. */
static __attribute__((cold, noinline)) pte_t device_prot(uint32_t flags)
{
	struct small_page p = {.type = MT_DEVICE, .user = flags & VM_ACCESS, .special = true};

	return small_page_encode(p);
}

pte_t vma_prot(uint32_t flags)
{
	struct small_page p = {
	        .type = MT_NORMAL,
	        .user = flags & VM_ACCESS, /* PROT_NONE keeps its pages, out of the user's reach */
	        .executable = flags & VM_EXEC,
	};

	if (flags & VM_PFNMAP)
		return device_prot(flags);

	return small_page_encode(p);
}

pte_t *table_slot_alloc(struct mm *mm, uint32_t va)
{
	pte_t *slot = table_slot(mm->l1, va);
	pte_t *l2;

	if (slot)
		return slot;
	l2 = l2_alloc();
	if (!l2)
		return NULL;
	mm->table_bytes += L2_SIZE;
	/* The empty table is in memory before a descriptor leads a walker to it. */
	dsb_ishst();
	pte_write(&mm->l1[L1_INDEX(va)],
	        l1_table_encode((struct l1_table){
	                .base = virt_to_phys(l2), .domain = DOMAIN_USER, .pxn = true}));
	/* Seen by the walker, also where the descriptor stored next is the one that is waited for. */
	table_sync();
	return l2 + L2_INDEX(va);
}

/* Pages taken out of a table, to be released once no TLB can reach them. */
#define BATCH_PAGES 32

struct batch {
	struct mm *mm;
	uint32_t first_va, count;
	bool executable;
	struct page *pages[BATCH_PAGES];
	uint32_t vas[BATCH_PAGES];
};

static void batch_flush(struct batch *b)
{
	uint8_t asid;

	if (!b->count)
		return;
	table_sync_before_tlbi();
	/* Not earlier: a core that gives the space a new number from here on finds the new table. */
	asid = b->mm->context.asid;
	for (uint32_t i = 0; i < b->count; i++)
		tlb_invalidate_page(b->vas[i], asid);
	count_tlb(page, b->count);
	if (b->executable)
		branch_predictor_invalidate(); /* a later page here may hold other code */
	tlb_sync(); /* no core can reach the pages any more: they may go */
	for (uint32_t i = 0; i < b->count; i++) {
		if (b->pages[i])
			page_put(b->pages[i]);
	}
	b->count = 0;
	b->executable = false;
}

static void batch_add(struct batch *b, pte_t *slot, uint32_t va)
{
	pte_t old = pte_read(slot);
	struct page *page = NULL;

	if (!pte_valid(old))
		return;
	pte_write(slot, 0);
	if (!(old & PTE_SPECIAL)) {
		page = phys_to_page(old & PTE_BASE);
		if (page->flags & PG_ANON)
			b->mm->anon_pages--;
		else
			b->mm->file_pages--;
	}
	if (!(old & PTE_XN))
		b->executable = true;
	b->pages[b->count] = page;
	b->vas[b->count++] = va;
	if (b->count == BATCH_PAGES)
		batch_flush(b);
}

void table_unmap(struct mm *mm, uint32_t start, uint32_t end)
{
	struct table_run run = {.stop = start};
	struct batch batch;

	note_peak_rss(mm);
	batch.mm = mm;
	batch.count = 0;
	batch.executable = false;
	while (table_next_run(mm->l1, &run, end)) {
		for (uint32_t va = run.va; va < run.stop; va += PAGE_SIZE)
			batch_add(&batch, run.slot++, va);
	}
	batch_flush(&batch);
}

void table_unmap_page(struct mm *mm, uint32_t va, const struct page *page)
{
	pte_t *slot = table_slot(mm->l1, va);
	pte_t pte = slot ? pte_read(slot) : 0;

	/* A private region may show its own copy there instead. */
	if (pte_valid(pte) && !(pte & PTE_SPECIAL) && (pte & PTE_BASE) == page_to_phys(page))
		table_unmap(mm, va, va + PAGE_SIZE);
}

/* Up to BATCH_PAGES pages from one address to another, by way of "nowhere". */
static void move_batch(struct mm *mm, uint32_t from, uint32_t to, uint32_t pages)
{
	uint32_t moved[BATCH_PAGES]; /* descriptors on their way */
	uint32_t valid = 0;
	bool executable = false;

	for (uint32_t i = 0; i < pages; i++) {
		pte_t *slot = table_slot(mm->l1, from + i * PAGE_SIZE);

		moved[i] = slot ? pte_read(slot) : 0;
		if (moved[i])
			pte_write(slot, 0);
	}
	table_sync_before_tlbi();
	for (uint32_t i = 0; i < pages; i++) {
		if (pte_valid(moved[i])) {
			tlb_invalidate_page(from + i * PAGE_SIZE, mm->context.asid);
			valid++;
			executable |= !(moved[i] & PTE_XN);
		}
	}
	count_tlb(page, valid);
	if (executable)
		branch_predictor_invalidate(); /* other code may come to the old addresses */
	tlb_sync();                            /* the old addresses reach nothing any more */
	for (uint32_t i = 0; i < pages; i++) {
		pte_t pte = moved[i];

		if (!pte)
			continue;
		/* Rewritten since it was mapped: its first use there synchronises it. */
		if (!(pte & PTE_SPECIAL) && !(phys_to_page(pte & PTE_BASE)->flags & PG_ISYNCED))
			pte |= PTE_XN;
		pte_write(table_slot(mm->l1, to + i * PAGE_SIZE), pte);
	}
	table_sync(); /* the new ones do when mremap() returns */
}

void table_move(struct mm *mm, uint32_t from, uint32_t to, uint32_t length)
{
	uint32_t pages = length >> PAGE_SHIFT;

	for (uint32_t done = 0; done < pages; done += BATCH_PAGES) {
		uint32_t n = pages - done < BATCH_PAGES ? pages - done : BATCH_PAGES;

		move_batch(mm, from + done * PAGE_SIZE, to + done * PAGE_SIZE, n);
	}
}

/* Where the struct page of physical frame 0 would stand: kept in a register by the loops below. */
static inline struct page *frame_zero(void)
{
	uintptr_t at = (uintptr_t)mem_map - (ram_base >> PAGE_SHIFT) * sizeof(struct page);

	__asm__("" : "+r"(at)); /* or the compiler takes the sum apart again in each turn */
	return (struct page *)at;
}

/* The last reference is gone: `left` says how many there are now, if all is well 0. */
static __attribute__((noinline)) void free_last(struct page *page, int left)
{
	BUG_ON(left < 0);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	page_free(page, 0);
}

void table_discard(struct mm *mm, uint32_t start, uint32_t end)
{
	struct table_run run = {.stop = start};
	struct page *frames = frame_zero();

	/* One barrier for all references: what was done to the pages comes before they are dropped. */
	__atomic_thread_fence(__ATOMIC_RELEASE);
	while (table_next_run(mm->l1, &run, end)) {
		pte_t *stop = run.slot + ((run.stop - run.va) >> PAGE_SHIFT);

		for (; run.slot < stop; run.slot++) {
			pte_t old = pte_read(run.slot);
			struct page *page = frames + (old >> PAGE_SHIFT);
			int left;

			if (!pte_valid(old))
				continue;
			pte_write(run.slot, 0);
			if (old & PTE_SPECIAL)
				continue;
			left = __atomic_sub_fetch(&page->refcount, 1, __ATOMIC_RELAXED);
			if (left <= 0) /* else the other side of a fork has it too */
				free_last(page, left);
		}
	}
}

void table_discard_tables(struct mm *mm, uint32_t start, uint32_t end)
{
	for (uint32_t va = start & SECTION_BASE; va < end; va += SECTION_BYTES) {
		pte_t *entry = &mm->l1[L1_INDEX(va)];
		pte_t old = pte_read(entry);

		if (l1_is_table(old)) {
			pte_write(entry, 0);
			l2_free(l2_of(old));
		}
	}
}

void table_free_range(struct mm *mm, uint32_t start, uint32_t end, uint32_t floor, uint32_t ceiling)
{
	for (uint32_t va = start & SECTION_BASE; va < end; va += SECTION_BYTES) {
		pte_t *entry = &mm->l1[L1_INDEX(va)];
		pte_t old = pte_read(entry);

		if (va < floor || va + SECTION_BYTES > ceiling || !l1_is_table(old))
			continue;
		pte_write(entry, 0);
		table_sync_before_tlbi();
		/* By address: also what a core remembers of the walk through the first level. */
		tlb_invalidate_page(va, mm->context.asid);
		count_tlb(page, 1);
		tlb_sync(); /* no walker is in the table any more: it may go */
		l2_free(l2_of(old));
		mm->table_bytes -= L2_SIZE;
	}
}

/* Would a write to this page of a private region be let through at once (fault_write_protected())? */
static inline __attribute__((always_inline)) bool is_sole_owner(pte_t pte)
{
	struct page *page;

	if (pte & PTE_SPECIAL)
		return false;
	page = phys_to_page(pte & PTE_BASE);
	return (page->flags & PG_ANON) && __atomic_load_n(&page->refcount, __ATOMIC_ACQUIRE) == 1;
}

/*
 * The rights of a mapped page in a region. Where the region allows writing, writable stays what it was,
 * and what need not be copied becomes so: that saves the fault which would find it out.
 */
static pte_t with_rights(pte_t old, const struct vma *vma)
{
	pte_t new = (old & (PTE_BASE | PTE_SPECIAL)) | vma->prot;

	if ((vma->flags & VM_WRITE) &&
	        (pte_writable(old) || (!(vma->flags & VM_SHARED) && is_sole_owner(old))))
		new &= ~PTE_AP2;
	return new;
}

/* Gives one descriptor the region's rights: has that changed anything? */
static inline bool protect_slot(pte_t *slot, const struct vma *vma)
{
	pte_t old = pte_read(slot), new;

	if (!pte_valid(old))
		return false;
	new = with_rights(old, vma);
	/* What becomes executable faults first, so that the fault handler synchronises the caches. */
	new |= old &PTE_XN;
	if (new == old)
		return false;
	pte_write(slot, new);
	return true;
}

/* How many that changes in all; *va is one of them. */
static __attribute__((noinline)) uint32_t protect_slots(
        struct mm *mm, const struct vma *vma, uint32_t *va)
{
	struct table_run run = {.stop = vma->start};
	uint32_t changed = 0;

	while (table_next_run(mm->l1, &run, vma->end)) {
		for (uint32_t at = run.va; at < run.stop; at += PAGE_SIZE, run.slot++) {
			if (protect_slot(run.slot, vma)) {
				*va = at;
				changed++;
			}
		}
	}
	return changed;
}

void table_protect(struct mm *mm, const struct vma *vma)
{
	uint32_t changed, va = vma->start;

	if (vma->end - va == PAGE_SIZE) { /* as programs do that guard a page: needs no walk */
		pte_t entry = pte_read(&mm->l1[L1_INDEX(va)]);

		changed = l1_is_table(entry) && protect_slot(l2_of(entry) + L2_INDEX(va), vma);
	} else {
		changed = protect_slots(mm, vma, &va);
	}
	if (!changed)
		return;
	table_sync_before_tlbi();
	if (changed == 1) {
		tlb_invalidate_page(va, mm->context.asid);
		count_tlb(page, 1);
	} else {
		tlb_invalidate_asid(mm->context.asid);
		count_tlb(asid, 1);
	}
	branch_predictor_invalidate();
	tlb_sync(); /* the old rights are gone when mprotect() returns */
}

/*
 * Copies the descriptors of one run. A fork spends most of its time here, so the usual case is one
 * comparison: a counted page that need not be write-protected, or is so since the last fork.
 */
static __attribute__((noinline)) void copy_run(
        struct mm *child, const struct table_run *run, pte_t *to, const struct vma *vma)
{
	const pte_t protect = vma->flags & VM_SHARED ? 0 : PTE_AP2;
	const pte_t mask = PTE_VALID | PTE_SPECIAL | protect, usual = PTE_VALID | protect;
	const bool look = vma->as || (vma->flags & VM_EXEC); /* what page it is matters */
	struct page *frames = frame_zero();
	pte_t *from = run->slot, *end = from + ((run->stop - run->va) >> PAGE_SHIFT);
	uint32_t anon = 0, counted = 0;

	for (; from < end; from++, to++) {
		pte_t pte = pte_read(from);
		struct page *page;

		if (!pte)
			continue;
		if ((pte & mask) != usual) {
			if (!pte_valid(pte))
				continue;
			if (protect & ~pte) {
				pte |= protect;
				pte_write(from, pte);
			}
			if (pte & PTE_SPECIAL) {
				pte_write(to, pte);
				continue;
			}
		}
		page = frames + (pte >> PAGE_SHIFT);
		page_get(page);
		counted++;
		if (look) {
			anon += !!(page->flags & PG_ANON);
			/* Rewritten since it was mapped: the child's first use synchronises it. */
			if (!(page->flags & PG_ISYNCED))
				pte |= PTE_XN;
		}
		pte_write(to, pte);
	}
	if (!vma->as)
		anon = counted;
	child->anon_pages += anon;
	child->file_pages += counted - anon;
}

/* Moves a run's start to its first descriptor that is not 0; false if there is none. */
static bool skip_empty(struct table_run *run)
{
	for (; run->va < run->stop; run->va += PAGE_SIZE, run->slot++) {
		if (pte_read(run->slot))
			return true;
	}
	return false;
}

int table_copy(struct mm *child, struct mm *parent, const struct vma *vma)
{
	struct table_run run = {.stop = vma->start};

	while (table_next_run(parent->l1, &run, vma->end)) {
		pte_t *to;

		if (!skip_empty(&run))
			continue;
		to = table_slot_alloc(child, run.va);
		if (!to)
			return -ENOMEM;
		copy_run(child, &run, to, vma);
	}
	return 0;
}

void table_query(const struct mm *mm, uint32_t addr, pte_t *l1, pte_t *l2)
{
	pte_t *table = addr >= USER_END ? kernel_l1 : mm ? mm->l1 : NULL;
	paddr_t base;

	*l1 = table ? pte_read(&table[L1_INDEX(addr)]) : 0;
	*l2 = 0;
	if (!l1_is_table(*l1))
		return;
	base = *l1 & L1_TABLE_BASE;
	if (addr >= KERNEL_BASE)
		*l2 = pte_read(kernel_l1 + L1_SIZE / sizeof(pte_t) + ((addr - KERNEL_BASE) >> 12));
	else if (phys_is_ram(base))
		*l2 = pte_read((pte_t *)phys_to_virt(base) + L2_INDEX(addr));
}
