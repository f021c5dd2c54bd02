/* SPDX-License-Identifier: MIT */
/*
 * Demand paging and copy-on-write. A fault is decided from the region; then one function,
 * install(), writes the descriptor.
 */
#include <arm/cache.h>
#include <arm/page_ops.h>
#include <arm/tlb.h>
#include <lib/abi/resource.h>
#include <lib/errno.h>
#include <mm/commit.h>
#include <mm/hooks.h>
#include <mm/mm.h>
#include <mm/pagecache.h>
#include <mm/stat.h>
#include "region.h"
#include "table.h"

static void count_fault(struct mm *mm)
{
	mm->minor_faults++;
	page_faults[cpu_id()]++;
}

/* What is being resolved. */
struct fault {
	struct mm *mm;
	struct vma *vma;
	uint32_t addr; /* page aligned */
	enum mm_access access;
	pte_t *slot;
	pte_t old;
	struct page *own; /* taken before table_lock, for a private copy; NULL: not yet */
};

/*
 * Stores the new descriptor for f->addr. From invalid to valid needs no invalidation, since an
 * invalid descriptor is never cached. Any other change is made by way of invalid: the address must
 * not be seen with two pages or two sets of attributes (ARM DDI 0406C, B3.10.1).
 */
static void install(struct fault *f, pte_t pte)
{
	if (pte_valid(f->old)) {
		pte_write(f->slot, 0);
		table_sync_before_tlbi();
		tlb_invalidate_page(f->addr, f->mm->context.asid);
		count_tlb(page, 1);
		if (!(pte & PTE_XN))
			branch_predictor_invalidate();
		tlb_sync(); /* nobody has the old page any more when the new one appears */
	}
	pte_write(f->slot, pte);
	table_sync(); /* the access that is repeated next finds it */
}

/*
 * The same page with write permission: address and attributes stay, so no break is needed, but the
 * TLB may hold the read-only descriptor.
 */
static void make_writable(struct fault *f)
{
	pte_write(f->slot, f->old & ~PTE_AP2);
	table_sync_before_tlbi();
	tlb_invalidate_page(f->addr, f->mm->context.asid);
	count_tlb(page, 1);
	tlb_sync();
}

/*
 * Makes the page's bytes what instruction fetches see. Two more cores may meet it here:
 *
 *	this one		a writer			another that maps the page
 *	synchronises
 *				stores bytes
 *				PG_ISYNCED off (it is)
 *	PG_ISYNCED on						executes what was there before
 *
 * PG_ISYNCED on first would be no better: the third would not wait for us. So writers leave
 * PG_REWRITTEN too, and the page counts as synchronised only where that has not come since we began.
 * One core at a time, or a second one's beginning would hide that from the first.
 */
static __attribute__((noinline)) void sync_page(struct page *page)
{
	static spinlock_t one_core = SPINLOCK_INIT;
	uint16_t flags;

	spin_lock(&one_core);
	/* Acquire, for pagecache_dirtied()'s release: bytes whose mark goes here are cleaned below. */
	__atomic_and_fetch(&page->flags, (uint16_t)~PG_REWRITTEN, __ATOMIC_ACQUIRE);
	sync_instructions(page_address(page), PAGE_SIZE);
	flags = __atomic_load_n(&page->flags, __ATOMIC_RELAXED);
	while (!(flags & PG_REWRITTEN) &&
	        !__atomic_compare_exchange_n(&page->flags, &flags, flags | PG_ISYNCED, false,
	                __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
	spin_unlock(&one_core);
}

/* The descriptor for a page in this region; instructions in it are made visible first. */
static pte_t make_pte(const struct fault *f, struct page *page, bool writable)
{
	pte_t pte = page_to_phys(page) | f->vma->prot;

	if (!(pte & PTE_XN) && !(page->flags & PG_ISYNCED))
		sync_page(page);
	return writable ? pte & ~PTE_AP2 : pte;
}

/* The caller counts it. */
static enum mm_fault_result install_anon(struct fault *f, struct page *page)
{
	page->flags |= PG_ANON;
	/* Or another core that shares the space could come by the new descriptor to what the frame held before. */
	dmb_ishst();
	install(f, make_pte(f, page, f->vma->flags & VM_WRITE));
	return MM_FAULT_OK;
}

/* One more page in an anonymous region, whose faults do not hold the lock that the counter changes under. */
static void count_anon(struct mm *mm)
{
	spin_lock(&mm->table_lock);
	mm->anon_pages++;
	spin_unlock(&mm->table_lock);
}

/* First touch of anonymous memory: a read gets the shared page of zeros, a write one of its own. */
static enum mm_fault_result fault_anon(struct fault *f)
{
	struct page *page;

	if (f->access != ACCESS_WRITE) {
		install(f, zero_page_phys | f->vma->prot | PTE_SPECIAL);
		return MM_FAULT_OK;
	}
	page = page_alloc(0, ALLOC_ZERO);
	if (!page)
		return MM_FAULT_OOM;
	count_anon(f->mm);
	return install_anon(f, page);
}

/* Copies what the slot shows (a cached, a shared or the zero page) into a page of this space's own. */
static enum mm_fault_result copy_to_own(struct fault *f, struct page *from)
{
	struct page *own = f->own ? f->own : page_alloc(0, from ? 0 : ALLOC_ZERO);

	if (!own)
		return MM_FAULT_OOM;
	f->own = NULL;
	if (from)
		page_copy(page_address(own), page_address(from));
	return install_anon(f, own);
}

/* A write to a page that is mapped read-only in a writable region. */
static enum mm_fault_result fault_write_protected(struct fault *f)
{
	bool special = f->old & PTE_SPECIAL;
	struct page *page = special ? NULL : phys_to_page(f->old & PTE_BASE);
	enum mm_fault_result result;
	bool anon;

	count_fault(f->mm);
	if (f->vma->flags & VM_SHARED) {
		if (page)
			pagecache_dirtied(page);
		make_writable(f);
		return MM_FAULT_OK;
	}
	anon = page && (page->flags & PG_ANON);
	if (anon && __atomic_load_n(&page->refcount, __ATOMIC_ACQUIRE) == 1) {
		make_writable(f); /* the other owners are gone */
		return MM_FAULT_OK;
	}
	result = copy_to_own(f, page);
	if (result != MM_FAULT_OK)
		return result;
	if (!page) {
		count_anon(f->mm); /* only anonymous regions show the page of zeros */
		return result;
	}
	if (!anon) { /* a file's: table_lock is held */
		f->mm->file_pages--;
		f->mm->anon_pages++;
	}
	page_put(page);
	return result;
}

/* Maps a page of the cache, taking over the caller's reference. */
static void install_cached(struct fault *f, struct page *page)
{
	bool writable = (f->vma->flags & VM_SHARED) && (f->vma->flags & VM_WRITE);

	if (writable)
		pagecache_dirtied(page);
	f->mm->file_pages++;
	install(f, make_pte(f, page, writable));
}

/*
 * A write to a private page of a file may need a copy, and page_alloc() may sleep: takes the page
 * while that is allowed. False without memory.
 */
static bool take_own(struct fault *f)
{
	if (f->access != ACCESS_WRITE || (f->vma->flags & VM_SHARED))
		return true;
	f->own = page_alloc(0, 0);
	return f->own;
}

static void drop_own(struct fault *f)
{
	if (f->own)
		page_put(f->own);
	f->own = NULL;
}

/* Has the file lost this page of it since it was found, or become shorter before? table_lock held. */
static bool is_cut_off(const struct address_space *as, const struct page *page)
{
	return page->mapping != as || (loff_t)page->index << PAGE_SHIFT >= as->size;
}

/* First write to a page that comes from a file. */
static enum mm_fault_result fault_file_write(struct fault *f, uint32_t index)
{
	struct address_space *as = f->vma->as;
	enum mm_fault_result result = MM_FAULT_OK;
	struct page *page;
	int err;

	page = pagecache_get(as, index, &err);
	if (!page)
		return err == -ENOMEM ? MM_FAULT_OOM : MM_FAULT_BUS;
	if (!take_own(f)) {
		page_put(page);
		return MM_FAULT_OOM;
	}
	spin_lock(&f->mm->table_lock);
	if (is_cut_off(as, page)) {
		page_put(page); /* truncated meanwhile: the access faults again */
	} else if (!(f->vma->flags & VM_SHARED)) {
		result = copy_to_own(f, page);
		if (result == MM_FAULT_OK)
			f->mm->anon_pages++;
		page_put(page);
	} else {
		install_cached(f, page);
	}
	spin_unlock(&f->mm->table_lock);
	drop_own(f);
	return result;
}

/* What one fault may map: the cached pages in the aligned 64 KiB around it, as far as the region goes. */
#define AROUND_PAGES 16

struct around {
	uint32_t first, count; /* page numbers in the file */
	pte_t *slot;           /* of the first */
	struct page *pages[AROUND_PAGES];
};

static void choose_around(const struct fault *f, uint32_t index, struct around *a)
{
	uint32_t start = f->addr & ~(AROUND_PAGES * PAGE_SIZE - 1);
	uint32_t end = start + AROUND_PAGES * PAGE_SIZE, before;

	if (start < f->vma->start)
		start = f->vma->start;
	if (end > f->vma->end)
		end = f->vma->end;
	before = (f->addr - start) >> PAGE_SHIFT;
	a->first = index - before;
	a->count = (end - start) >> PAGE_SHIFT;
	a->slot = f->slot - before; /* 64 KiB lie in one second-level table */
}

/*
 * Maps a page that nobody asked for yet, taking over its reference, where that costs nothing more: a
 * later write faults, and so does the execution of a page that would have to be synchronised first.
 */
static void map_near(struct fault *f, pte_t *slot, struct page *page)
{
	bool ready = f->vma->prot & PTE_XN || page->flags & PG_ISYNCED;

	if (is_cut_off(f->vma->as, page) || pte_read(slot) || !ready) {
		page_put(page);
		return;
	}
	pte_write(slot, page_to_phys(page) | f->vma->prot); /* table_sync() follows in install() */
	f->mm->file_pages++;
}

/* First read or execution of a page that comes from a file. */
static enum mm_fault_result fault_file_read(struct fault *f, uint32_t index)
{
	struct address_space *as = f->vma->as;
	struct around a;
	struct page *page;
	int err;

	choose_around(f, index, &a);
	err = pagecache_get_around(as, index, a.first, a.count, a.pages);
	if (err)
		return err == -ENOMEM ? MM_FAULT_OOM : MM_FAULT_BUS;
	spin_lock(&f->mm->table_lock);
	for (uint32_t i = 0; i < a.count; i++) {
		if (a.pages[i] && a.slot + i != f->slot)
			map_near(f, a.slot + i, a.pages[i]);
	}
	page = a.pages[index - a.first];
	if (is_cut_off(as, page)) {
		page_put(page); /* truncated meanwhile: the access faults again */
		table_sync();   /* for the others */
	} else {
		install_cached(f, page);
	}
	spin_unlock(&f->mm->table_lock);
	return MM_FAULT_OK;
}

/* Touch of a page that comes from a file. */
static enum mm_fault_result fault_file(struct fault *f)
{
	uint32_t index = f->vma->pgoff + ((f->addr - f->vma->start) >> PAGE_SHIFT);

	if ((loff_t)index << PAGE_SHIFT >= f->vma->as->size)
		return MM_FAULT_BUS;
	return f->access == ACCESS_WRITE ? fault_file_write(f, index) : fault_file_read(f, index);
}

/* First touch of a device. */
static enum mm_fault_result fault_frame(struct fault *f)
{
	uint32_t frame = f->vma->pgoff + ((f->addr - f->vma->start) >> PAGE_SHIFT);
	pte_t pte = frame << PAGE_SHIFT | f->vma->prot;

	install(f, f->vma->flags & VM_WRITE ? pte & ~PTE_AP2 : pte);
	return MM_FAULT_OK;
}

/* The descriptor is there and the region allows the access. */
static enum mm_fault_result fault_present_locked(struct fault *f)
{
	if (f->access == ACCESS_WRITE && !pte_writable(f->old))
		return fault_write_protected(f);
	if (f->access == ACCESS_EXECUTE && (f->old & PTE_XN)) {
		struct page *page = phys_to_page(f->old & PTE_BASE);

		/* mprotect() made it executable and left the first use to us. */
		if (f->old & PTE_SPECIAL)
			install(f, f->old & ~PTE_XN);
		else
			install(f, make_pte(f, page, pte_writable(f->old)));
		return MM_FAULT_OK;
	}
	/* Another thread was faster, or this core had a stale entry: forget it and try again. */
	tlb_invalidate_page(f->addr, f->mm->context.asid);
	count_tlb(page, 1);
	tlb_sync();
	return MM_FAULT_OK;
}

static enum mm_fault_result fault_present(struct fault *f)
{
	enum mm_fault_result result;

	if (!f->vma->as)
		return fault_present_locked(f);
	if (!pte_writable(f->old) && !take_own(f))
		return MM_FAULT_OOM;
	spin_lock(&f->mm->table_lock);
	f->old = pte_read(f->slot); /* truncation may have taken the page before we had the lock */
	result = pte_valid(f->old) ? fault_present_locked(f) : MM_FAULT_OK;
	spin_unlock(&f->mm->table_lock);
	drop_own(f);
	return result;
}

static bool access_allowed(const struct vma *vma, enum mm_access access)
{
	if (access == ACCESS_WRITE)
		return vma->flags & VM_WRITE;
	if (access == ACCESS_EXECUTE)
		return (vma->flags & (VM_EXEC | VM_PFNMAP)) == VM_EXEC;
	return vma->flags & VM_ACCESS; /* on ARM what can be written or executed can be read */
}

/* Grows a stack region down to addr, if the task's limits and its lower neighbour allow. */
static bool grow_stack_locked(struct mm *mm, struct vma *vma, uint32_t addr)
{
	struct vma *prev = vma_prev_locked(vma);
	uint32_t pages = (vma->start - addr) >> PAGE_SHIFT;

	if (!(vma->flags & VM_GROWSDOWN) || vma->end - addr > mm_limit(RLIMIT_STACK))
		return false;
	if (addr < MMAP_MIN_ADDR)
		return false;
	/* Up to another that grows down there need be no gap (Linux: expand_downwards()). */
	if (prev && (prev->flags & VM_ACCESS) && !(prev->flags & VM_GROWSDOWN) &&
	        prev->end + STACK_GAP > addr)
		return false;
	if (!may_expand_locked(mm, vma->flags, pages) || !may_lock_locked(mm, vma->flags, pages))
		return false;
	if ((vma->flags & VM_ACCOUNT) && commit_charge(mm, pages))
		return false;
	vma->start = addr; /* anonymous: nobody goes by the page numbers */
	count_pages_locked(mm, vma->flags, pages);
	note_peak_vm(mm);
	return true;
}

static enum mm_fault_result fault_locked(struct fault *f)
{
	if (f->mm->reaped)
		return MM_FAULT_OOM;
	f->vma = vma_find_locked(f->mm, f->addr);
	if (!f->vma)
		return MM_FAULT_MAPERR;
	if (f->addr < f->vma->start && !grow_stack_locked(f->mm, f->vma, f->addr))
		return MM_FAULT_MAPERR;
	if (!access_allowed(f->vma, f->access))
		return MM_FAULT_ACCERR;
	f->slot = table_slot_alloc(f->mm, f->addr);
	if (!f->slot)
		return MM_FAULT_OOM;
	f->old = pte_read(f->slot);
	if (pte_valid(f->old))
		return fault_present(f);
	count_fault(f->mm);
	if (f->vma->as)
		return fault_file(f);
	return f->vma->flags & VM_PFNMAP ? fault_frame(f) : fault_anon(f);
}

enum mm_fault_result fault_in_locked(struct mm *mm, uint32_t addr, enum mm_access access)
{
	struct fault f = {.mm = mm, .addr = addr & PAGE_MASK, .access = access};

	return fault_locked(&f);
}

enum mm_fault_result mm_fault(struct mm *mm, uint32_t addr, enum mm_access access)
{
	struct fault f = {.mm = mm, .addr = addr & PAGE_MASK, .access = access};
	enum mm_fault_result result;

	if (addr >= USER_END)
		return MM_FAULT_MAPERR;
	do {
		mutex_lock(&mm->lock);
		result = fault_locked(&f);
		mutex_unlock(&mm->lock);
	} while (result == MM_FAULT_OOM && !mm->reaped && out_of_memory());
	return result;
}
