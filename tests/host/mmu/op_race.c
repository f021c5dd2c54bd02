/* SPDX-License-Identifier: MIT */
#include <lib/abi/mman.h>
#include <mm/access.h>
#include <mm/pagecache.h>
#include <string.h>
#include "op_race.h"
#include "ops.h"

#define RACE_SPACES 4

/* The first core may do something to any space, the second to its own, which nobody ends. */
static struct space *chosen(void)
{
	struct space *s = sim_core() ? running[1] : world_any();

	return s ? s : running[1];
}

/* All that happens, in a few pages that are mapped together or in many. */
static uint32_t random_va(void)
{
	return page_va(sim_below(narrow ? 4 : ARENA_PAGES));
}

static void race_map(void)
{
	struct range r = narrow ? (struct range){0, 4} : random_range();
	struct object *file = &files[sim_below(FILES)];
	bool shared = sim_chance(2);
	struct mm_map_request request = {.addr = range_va(r),
	        .length = range_bytes(r),
	        .prot = sim_chance(2) ? PROT_READ | PROT_WRITE : PROT_READ | PROT_EXEC,
	        .flags = MAP_FIXED | (shared ? MAP_SHARED : MAP_PRIVATE) |
	                 (sim_chance(4) ? MAP_POPULATE : 0),
	        .vm_flags = VM_MAYWRITE};

	sim_note("map 0x%08x, %u pages", range_va(r), r.count);
	if (sim_chance(4)) {
		if (shared && shared_anon_create(&request))
			return;
		if (!shared && sim_chance(2))
			request.vm_flags |= VM_GROWSDOWN;
	} else {
		request.as = &file->as;
		request.pgoff = sim_below(OBJECT_PAGES - WINDOW_PAGES);
		request.ops = &file_vm_ops;
		request.object = file;
	}
	mm_map(chosen()->mm, &request);
	if (shared && request.object && request.object != file)
		shared_anon_put(request.object);
}

static void race_unmap(void)
{
	struct range r = random_range();

	sim_note("unmap 0x%08x, %u pages", range_va(r), r.count);
	mm_unmap(chosen()->mm, range_va(r), range_bytes(r));
}

static void race_protect(void)
{
	struct range r = random_range();

	sim_note("protect 0x%08x, %u pages", range_va(r), r.count);
	mm_protect(chosen()->mm, range_va(r), range_bytes(r),
	        sim_chance(2) ? PROT_READ : PROT_READ | PROT_WRITE | PROT_EXEC);
}

static void race_move(void)
{
	struct range from = random_range(), to = random_range();

	sim_note("move 0x%08x, %u pages, to 0x%08x", range_va(from), from.count, range_va(to));
	mm_remap(chosen()->mm, range_va(from), range_bytes(from),
	        sim_chance(2) ? range_bytes(from) : range_bytes(to), MREMAP_MAYMOVE | MREMAP_FIXED,
	        range_va(to));
}

/* Moves only the pages, or maps what is shared a second time. */
static void race_keep(void)
{
	struct range from = random_range(), to = random_range();
	bool keep = sim_chance(2);

	sim_note("%s 0x%08x, %u pages, to 0x%08x", keep ? "move the pages of" : "duplicate",
	        range_va(from), from.count, range_va(to));
	mm_remap(chosen()->mm, range_va(from), keep ? range_bytes(from) : 0, range_bytes(from),
	        MREMAP_MAYMOVE | MREMAP_FIXED | (keep ? MREMAP_DONTUNMAP : 0), range_va(to));
}

static void advise(int advice)
{
	struct range r = random_range();

	sim_note("advice %d for 0x%08x, %u pages", advice, range_va(r), r.count);
	mm_advise(chosen()->mm, range_va(r), range_bytes(r), advice);
}

static void race_advise(void)
{
	static const uint8_t advices[] = {MADV_DONTNEED, MADV_DONTNEED_LOCKED, MADV_FREE,
	        MADV_DONTFORK, MADV_DOFORK, MADV_WIPEONFORK, MADV_KEEPONFORK, MADV_POPULATE_READ,
	        MADV_POPULATE_WRITE};

	advise(advices[sim_below(sizeof(advices))]);
}

/* A hole in a file, whoever maps it. */
static void race_remove(void)
{
	advise(MADV_REMOVE);
}

static void race_lock(void)
{
	struct range r = random_range();

	sim_note("lock 0x%08x, %u pages", range_va(r), r.count);
	mm_lock_range(chosen()->mm, range_va(r), range_bytes(r), sim_chance(2) ? VM_LOCKED : 0);
	mm_populate(chosen()->mm, range_va(r), range_bytes(r), true);
}

/* A user's access, or its fault. */
static void race_touch(void)
{
	struct space *s = running[sim_core()];
	enum sim_access access = sim_below(3);
	uint32_t va = random_va() + PROBE;
	paddr_t pa;

	if (!s)
		return;
	sim_note("touch 0x%08x, access %d", va, access);
	sim_focus(va, 1);
	for (int attempts = 3; attempts; attempts--) {
		if (sim_access(va, access, &pa)) {
			if (!phys_to_page(pa)->refcount)
				sim_fail("0x%08x is in a page that is free", va);
			return;
		}
		if (mm_fault(s->mm, va, (enum mm_access)access) != MM_FAULT_OK)
			return;
	}
}

/* The kernel's access. */
static void race_access(void)
{
	struct mm *mm = chosen()->mm;
	uint32_t va = random_va() + PROBE;
	uint8_t byte = sim_random();

	sim_note("access of the kernel to 0x%08x", va);
	if (sim_chance(2))
		write_byte(mm, va, byte);
	else
		mm_read(mm, va, &byte, 1);
}

static void race_fork(void)
{
	struct space *child = space_slot();
	struct mm *mm;

	if (!child)
		return;
	sim_note("fork");
	mm = mm_fork(chosen()->mm);
	if (mm)
		space_adopt(child, mm);
}

static void race_end_one(void)
{
	struct space *s = chosen();

	if (s == running[1])
		return;
	sim_note("end of space %u", s->serial);
	space_end(s);
}

static void race_switch(void)
{
	sim_note("switch");
	world_run(0, sim_chance(2) ? running[1] : world_any());
}

/* As write(2) does it. */
static void race_write(void)
{
	struct object *file = &files[sim_below(FILES)];
	uint32_t index = sim_below(OBJECT_PAGES);
	uint8_t byte = sim_random();
	struct page *page;
	int err;

	if ((loff_t)index * PAGE_SIZE >= file->size)
		return;
	sim_note("write page %u of file %d", index, (int)(file - files));
	page = pagecache_get(&file->as, index, &err);
	if (!page)
		return;
	memcpy((char *)page_address(page) + PROBE, &byte, 1);
	pagecache_dirtied(page);
	page_put(page);
}

static void race_truncate(void)
{
	struct object *file = &files[sim_below(FILES)];
	loff_t size = sim_below(OBJECT_PAGES * PAGE_SIZE);

	sim_note("truncate file %d to 0x%x", (int)(file - files), (uint32_t)size);
	pagecache_truncate(&file->as, size);
	file->size = size;
}

static void race_reclaim(void)
{
	sim_note("reclaim");
	reclaim_some();
}

static const struct op first_ops[] = {
        {race_touch, 30},
        {race_map, 10},
        {race_unmap, 4},
        {race_protect, 4},
        {race_move, 8},
        {race_keep, 3},
        {race_advise, 5},
        {race_remove, 3},
        {race_lock, 2},
        {race_access, 6},
        {race_fork, 6},
        {race_end_one, 6},
        {race_switch, 4},
        {NULL, 0},
};

static const struct op second_ops[] = {
        {race_truncate, 20},
        {race_write, 20},
        {race_reclaim, 10},
        {race_touch, 10},
        {race_map, 3},
        {race_unmap, 1},
        {race_protect, 2},
        {race_move, 3},
        {race_keep, 1},
        {race_advise, 2},
        {race_remove, 8},
        {race_lock, 1},
        {race_access, 2},
        {NULL, 0},
};

/* Pages of files that are faulted in and moved, while the files lose and get them. */
static const struct op mover_ops[] = {
        {race_touch, 40},
        {race_map, 6},
        {race_move, 10},
        {race_keep, 3},
        {race_fork, 2},
        {race_end_one, 2},
        {NULL, 0},
};

static const struct op remover_ops[] = {
        {race_remove, 30},
        {race_truncate, 10},
        {race_touch, 10},
        {NULL, 0},
};

static void some_of(const struct op *ops)
{
	for (uint32_t n = 0; n < 8; n++)
		op_one_of(ops);
}

void race_first(void)
{
	some_of(first_ops);
}

void race_second(void)
{
	some_of(second_ops);
}

void race_move_pages(void)
{
	some_of(mover_ops);
}

void race_remove_pages(void)
{
	some_of(remover_ops);
}

void race_start(void)
{
	max_spaces = RACE_SPACES;
	narrow = sim_chance(2);
	world_by_regions = true;
	world_run(1, space_create());
	world_run(0, space_create());
}

void race_end(void)
{
	world_end();
}

/* How many descriptors show each frame. */
static uint16_t shown[RAM_BYTES >> PAGE_SHIFT];

/* Does the page of a region that has a file belong there? */
static void check_file_page(const struct vma *vma, uint32_t va, const struct page *page)
{
	uint32_t index = vma->pgoff + ((va - vma->start) >> PAGE_SHIFT);

	if ((loff_t)index << PAGE_SHIFT >= vma->as->size)
		sim_fail("0x%08x is mapped, past the end of the file", va);
	if (!(page->flags & PG_ANON) &&
	        (!(page->flags & PG_CACHED) || page->mapping != vma->as || page->index != index))
		sim_fail("0x%08x shows a page that the file has lost", va);
}

static void check_page(const struct vma *vma, uint32_t va, pte_t pte)
{
	struct page *page = phys_to_page(pte & PTE_BASE);

	if (!pte_valid(pte) || (pte & PTE_SPECIAL))
		return;
	shown[page - mem_map]++;
	if (vma->as)
		check_file_page(vma, va, page);
}

static void check_regions(const struct space *s)
{
	struct mm *mm = s->mm;
	uint32_t all = 0, locked = 0, promised = 0;

	for (struct vma *vma = vma_find_locked(mm, 0); vma; vma = vma_next_locked(vma)) {
		uint32_t pages = (vma->end - vma->start) >> PAGE_SHIFT;

		for (uint32_t va = vma->start; va < vma->end; va += PAGE_SIZE)
			check_page(vma, va, world_pte(s, va));
		all += pages;
		locked += vma->flags & VM_LOCKED ? pages : 0;
		promised += vma->flags & VM_ACCOUNT ? pages : 0;
	}
	if (mm->total_vm != all || mm->locked_vm != locked || mm->committed != promised)
		sim_fail("%u, %u and %u pages are counted, there are %u, %u and %u", mm->total_vm,
		        mm->locked_vm, mm->committed, all, locked, promised);
}

static void check_pages(void)
{
	for (uint32_t i = 0; i < ram_frames; i++) {
		const struct page *page = &mem_map[i];
		uint32_t users = shown[i] + !!(page->flags & PG_CACHED);

		/* Whoever maps it executable next believes that. */
		if ((page->flags & PG_CACHED) && (page->flags & PG_ISYNCED) &&
		        !sim_is_synced(page_to_phys(page)))
			sim_fail("page 0x%08x is not what instruction fetches see",
			        page_to_phys(page));
		if ((users || (page->flags & PG_ANON && page->refcount)) && page->refcount != users)
			sim_fail("page 0x%08x has %u users, %u are counted", page_to_phys(page),
			        users, page->refcount);
	}
}

void race_check(void)
{
	sim_note("check");
	sim_check();
	memset(shown, 0, sizeof(shown));
	for (uint32_t n = 0; n < max_spaces; n++) {
		struct space *s = &spaces[n];

		if (!s->mm)
			continue;
		check_regions(s);
		world_check_tables(s);
	}
	check_pages();
}
