/* SPDX-License-Identifier: MIT */
/*
 * mmap, munmap, mprotect and brk against the model.
 */
#include <lib/abi/mman.h>
#include <lib/errno.h>
#include <stdlib.h>
#include "world.h"

static uint32_t random_prot(void)
{
	static const uint8_t prots[] = {0, PROT_READ, PROT_READ | PROT_WRITE,
	        PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC, PROT_READ | PROT_EXEC,
	        PROT_READ | PROT_WRITE | PROT_EXEC, PROT_WRITE, PROT_EXEC};

	return prots[sim_below(sizeof(prots))];
}

/* Fails an allocation in one operation out of six. */
static void maybe_fail(void)
{
	hooks_fail_at(sim_chance(6) ? 1 + sim_below(5) : 0, sim_chance(2));
}

/* What is mapped, and what the model calls it. */
struct mapping {
	struct mm_map_request request;
	struct ref_page page; /* the first; index counts up */
};

static void make_file_mapping(struct mapping *m, bool shared)
{
	struct object *file = &files[sim_below(FILES)];
	bool may_write = !shared || sim_chance(2);

	m->page.object = file;
	m->page.index = sim_below(OBJECT_PAGES - WINDOW_PAGES);
	m->page.may_write = may_write;
	m->request.as = &file->as;
	m->request.pgoff = m->page.index;
	m->request.ops = &file_vm_ops;
	m->request.object = file;
	m->request.vm_flags = may_write ? VM_MAYWRITE : 0;
	if (!may_write)
		m->request.prot &= ~PROT_WRITE;
}

static void make_device_mapping(struct mapping *m, bool shared)
{
	bool may_write = shared && sim_chance(2);

	m->page.object = &device;
	m->page.index = sim_below(OBJECT_PAGES - WINDOW_PAGES);
	m->page.may_write = may_write;
	m->request.pgoff = DEVICE_PHYS / PAGE_SIZE + m->page.index;
	m->request.ops = &file_vm_ops;
	m->request.object = &device;
	m->request.vm_flags = VM_PFNMAP | (may_write ? VM_MAYWRITE : 0);
	if (!may_write)
		m->request.prot &= ~PROT_WRITE;
}

static int make_mapping(struct mapping *m, struct range r)
{
	bool shared = sim_chance(3);

	*m = (struct mapping){.page = {.mapped = true, .shared = shared, .may_write = true}};
	m->request.addr = range_va(r);
	m->request.length = range_bytes(r) - sim_below(PAGE_SIZE);
	m->request.prot = random_prot();
	m->request.flags = (shared ? MAP_SHARED : MAP_PRIVATE) |
	                   (sim_chance(5) ? MAP_FIXED_NOREPLACE : MAP_FIXED);
	if (sim_chance(8)) {
		make_device_mapping(m, shared);
	} else if (sim_chance(2)) {
		make_file_mapping(m, shared);
	} else if (shared) {
		if (shared_anon_create(&m->request))
			return -ENOMEM;
		m->request.vm_flags = VM_MAYWRITE;
		m->page.object = calloc(1, sizeof(struct object));
		m->page.object->size = range_bytes(r);
	}
	m->page.prot = m->request.prot;
	return 0;
}

static bool any_mapped(const struct space *s, struct range r)
{
	for (uint32_t i = r.first; i < r.first + r.count; i++) {
		if (s->pages[i].mapped)
			return true;
	}
	return false;
}

void op_map(void)
{
	struct space *s = world_current();
	struct range r = random_range();
	struct mapping m;
	long got, want = range_va(r);

	if (!s)
		return;
	maybe_fail();
	sim_note("map 0x%08x, %u pages", range_va(r), r.count);
	sim_focus(range_va(r), range_bytes(r));
	if (make_mapping(&m, r))
		return hooks_fail_at(0, false);
	if ((m.request.flags & MAP_FIXED_NOREPLACE) && any_mapped(s, r))
		want = -EEXIST;
	sim_note("map 0x%08x, %u pages, prot %x, flags %x, %s, page %u", range_va(r), r.count,
	        m.request.prot, m.request.flags,
	        page_is_device(&m.page) ? "device"
	        : m.request.as          ? "object"
	                                : "anonymous",
	        m.page.index);
	got = mm_map(s->mm, &m.request);
	if (m.page.object && !m.page.object->is_file && !m.page.object->is_device)
		shared_anon_put(m.request.object);
	if (got != want && !(got == -ENOMEM && hooks_failed()))
		sim_fail("gives %ld, not %ld", got, want);
	hooks_fail_at(0, false);
	for (uint32_t i = 0; got > 0 && i < r.count; i++) {
		s->pages[r.first + i] = m.page;
		s->pages[r.first + i].index += i;
	}
}

static void unmap(struct space *s, uint32_t va, uint32_t bytes)
{
	int err;

	sim_note("unmap 0x%08x, 0x%x bytes", va, bytes);
	sim_focus(va, bytes);
	maybe_fail();
	err = mm_unmap(s->mm, va, bytes);
	if (err && !(err == -ENOMEM && hooks_failed()))
		sim_fail("gives %d", err);
	hooks_fail_at(0, false);
	for (uint32_t i = 0; !err && i < ARENA_PAGES; i++) {
		if (page_va(i) - va < bytes)
			page_unmapped(&s->pages[i]);
	}
}

void op_unmap(void)
{
	struct space *s = world_current();
	struct range r = random_range();

	if (s)
		unmap(sim_chance(6) ? world_any() : s, range_va(r), range_bytes(r));
}

/* From one window into another. */
void op_unmap_wide(void)
{
	struct space *s = world_current();
	uint32_t a = page_va(sim_below(ARENA_PAGES)), b = page_va(sim_below(ARENA_PAGES));

	if (!s || a == b)
		return;
	unmap(s, a < b ? a : b, a < b ? b - a : a - b);
}

/* What mprotect(2) does to the model up to its first error. */
static int model_protect(struct space *s, struct range r, uint32_t prot)
{
	for (uint32_t i = r.first; i < r.first + r.count; i++) {
		struct ref_page *p = &s->pages[i];

		if (!p->mapped)
			return -ENOMEM;
		if ((prot & PROT_WRITE) && !p->may_write)
			return -EACCES;
		p->prot = prot;
	}
	return 0;
}

/* After a failed allocation a part may have been done: ask the regions how much. */
static void relearn_prot(struct space *s, struct range r, const struct ref_page *before)
{
	for (uint32_t i = r.first; i < r.first + r.count; i++) {
		struct ref_page *p = &s->pages[i];
		struct vma *vma = p->mapped ? vma_find_locked(s->mm, page_va(i)) : NULL;
		uint32_t now;

		if (!vma)
			continue;
		now = (vma->flags & VM_READ ? PROT_READ : 0) |
		      (vma->flags & VM_WRITE ? PROT_WRITE : 0) |
		      (vma->flags & VM_EXEC ? PROT_EXEC : 0);
		if (now != p->prot && now != before[i].prot)
			sim_fail("0x%08x has neither the old rights nor the new", page_va(i));
		p->prot = now;
	}
}

void op_protect(void)
{
	static struct ref_page before[ARENA_PAGES];
	struct space *s = world_current();
	struct range r = random_range();
	uint32_t prot = random_prot();
	int got, want;

	if (!s)
		return;
	if (sim_chance(6))
		s = world_any();
	sim_note("protect 0x%08x, %u pages, prot %x", range_va(r), r.count, prot);
	sim_focus(range_va(r), range_bytes(r));
	for (uint32_t i = 0; i < ARENA_PAGES; i++)
		before[i] = s->pages[i];
	want = model_protect(s, r, prot);
	maybe_fail();
	got = mm_protect(s->mm, range_va(r), range_bytes(r), prot);
	if (got == -ENOMEM && hooks_failed())
		relearn_prot(s, r, before);
	else if (got != want)
		sim_fail("gives %d, not %d", got, want);
	hooks_fail_at(0, false);
}

/* May the heap grow over pages [from, to)? */
static bool heap_is_free(const struct space *s, int32_t from, int32_t to)
{
	for (int32_t i = from; i < to; i++) {
		if (s->pages[i].mapped)
			return false;
	}
	return true;
}

static void model_brk(struct space *s, int32_t from, int32_t to)
{
	for (int32_t i = from; i < to; i++)
		s->pages[i] = (struct ref_page){
		        .mapped = true, .prot = PROT_READ | PROT_WRITE, .may_write = true};
	for (int32_t i = to; i < from; i++)
		page_unmapped(&s->pages[i]);
}

void op_brk(void)
{
	struct space *s = world_current();
	uint32_t start = page_va(BRK_WINDOW * WINDOW_PAGES), want, got, old;
	int32_t from, to;

	if (!s)
		return;
	want = start + sim_below((WINDOW_PAGES - 1) * PAGE_SIZE);
	old = s->mm->brk;
	from = va_page(PAGE_ALIGN(old));
	to = va_page(PAGE_ALIGN(want));
	sim_note("brk 0x%08x", want);
	sim_focus(start, WINDOW_PAGES * PAGE_SIZE);
	maybe_fail();
	got = mm_brk(s->mm, want);
	if (want < s->mm->brk_start || (to > from && !heap_is_free(s, from, to)))
		want = old;
	if (got != want && !(got == old && hooks_failed()))
		sim_fail("gives 0x%08x, not 0x%08x", got, want);
	hooks_fail_at(0, false);
	if (got != old)
		model_brk(s, from, to);
}
