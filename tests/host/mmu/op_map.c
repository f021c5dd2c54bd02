/* SPDX-License-Identifier: MIT */
/*
 * mmap, munmap, mprotect and brk against the model.
 */
#include <lib/abi/mman.h>
#include <lib/abi/resource.h>
#include <lib/errno.h>
#include <mm/commit.h>
#include <stdlib.h>
#include "world.h"

static uint32_t random_prot(void)
{
	static const uint8_t prots[] = {0, PROT_READ, PROT_READ | PROT_WRITE,
	        PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC, PROT_READ | PROT_EXEC,
	        PROT_READ | PROT_WRITE | PROT_EXEC, PROT_WRITE, PROT_EXEC};

	return prots[sim_below(sizeof(prots))];
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

static uint32_t random_flags(bool shared)
{
	return (shared ? MAP_SHARED : MAP_PRIVATE) |
	       (sim_chance(5) ? MAP_FIXED_NOREPLACE : MAP_FIXED) |
	       (sim_chance(5) ? MAP_POPULATE : 0) | (sim_chance(12) ? MAP_LOCKED : 0) |
	       (sim_chance(6) ? MAP_NORESERVE : 0);
}

/* What the kernel makes of MAP_LOCKED, MAP_NORESERVE and mlockall(). */
static void model_flags(const struct space *s, struct mapping *m)
{
	if (page_is_device(&m->page))
		return;
	m->page.locked = (m->request.flags & MAP_LOCKED) || s->lock_future;
	m->page.onfault = s->lock_future & VM_LOCKONFAULT;
	m->page.noreserve =
	        (m->request.flags & MAP_NORESERVE) && overcommit.memory != OVERCOMMIT_NEVER;
	m->page.account = promise_needed(&m->page);
}

static int make_mapping(struct mapping *m, struct range r)
{
	bool shared = sim_chance(3);

	*m = (struct mapping){.page = {.mapped = true, .shared = shared, .may_write = true}};
	m->request.addr = range_va(r);
	m->request.length = range_bytes(r) - sim_below(PAGE_SIZE);
	m->request.prot = random_prot();
	m->request.flags = random_flags(shared);
	if (sim_chance(8)) {
		make_device_mapping(m, shared);
	} else if (sim_chance(2)) {
		make_file_mapping(m, shared);
	} else if (!shared && sim_chance(3)) {
		m->request.flags |= MAP_GROWSDOWN;
		m->request.vm_flags = VM_GROWSDOWN;
		m->page.grows = true;
	} else if (shared) {
		if (shared_anon_create(&m->request))
			return -ENOMEM;
		m->request.vm_flags = VM_MAYWRITE;
		m->page.object = calloc(1, sizeof(struct object));
		m->page.object->size = range_bytes(r);
		m->page.object->noreserve =
		        (m->request.flags & MAP_NORESERVE) && overcommit.memory != OVERCOMMIT_NEVER;
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

/* What mmap() has to give. */
static long expected_map(const struct space *s, const struct mapping *m, struct range r)
{
	int err;

	if ((m->request.flags & MAP_LOCKED) && !task_privileged && !task_limit(RLIMIT_MEMLOCK))
		return -EPERM;
	if ((m->request.flags & MAP_FIXED_NOREPLACE) && any_mapped(s, r))
		return -EEXIST;
	err = promise_admit(s, &m->page, r.count, r);
	return err ? err : (long)range_va(r);
}

/* With its object, or false where that cannot be had. */
static bool make_or_refuse(struct mapping *m, struct range r)
{
	bool allowed = promise_allowed(NULL, r.count);

	if (!make_mapping(m, r))
		return true;
	if (!hooks_failed() && allowed)
		sim_fail("shared memory is refused");
	hooks_fail_at(0, false);
	return false;
}

static void model_map(struct space *s, const struct mapping *m, struct range r)
{
	for (uint32_t i = 0; i < r.count; i++) {
		s->pages[r.first + i] = m->page;
		s->pages[r.first + i].index += i;
	}
	if ((m->request.flags & (MAP_POPULATE | MAP_LOCKED)) || s->lock_future)
		world_populated(s, r, !hooks_failed() && !s->reaped);
}

void op_map(void)
{
	struct space *s = world_current();
	struct range r = random_range();
	struct mapping m;
	long got, want;

	if (!s)
		return;
	hooks_maybe_fail(6, 5);
	sim_note("map 0x%08x, %u pages", range_va(r), r.count);
	sim_focus(range_va(r), range_bytes(r));
	if (!make_or_refuse(&m, r))
		return;
	model_flags(s, &m);
	want = expected_map(s, &m, r);
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
	if (got > 0)
		model_map(s, &m, r);
	hooks_fail_at(0, false);
}

static void unmap(struct space *s, uint32_t va, uint32_t bytes)
{
	int err;

	sim_note("unmap 0x%08x, 0x%x bytes", va, bytes);
	sim_focus(va, bytes);
	hooks_maybe_fail(6, 5);
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
		p->account |= promise_needed(p);
	}
	return 0;
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
	hooks_maybe_fail(6, 5);
	got = mm_protect(s->mm, range_va(r), range_bytes(r), prot);
	if (got == -ENOMEM && (hooks_failed() || promise_tight()))
		world_relearn_flags(s, r, before);
	else if (got != want)
		sim_fail("gives %d, not %d", got, want);
	hooks_fail_at(0, false);
	world_populated(s, r, false); /* what is locked and becomes writable is copied at once */
}

static void model_brk(struct space *s, int32_t from, int32_t to, const struct ref_page *page)
{
	for (int32_t i = from; i < to; i++)
		s->pages[i] = *page;
	for (int32_t i = to; i < from; i++)
		page_unmapped(&s->pages[i]);
	if (to > from && s->lock_future)
		world_populated(s, (struct range){from, to - from}, !hooks_failed() && !s->reaped);
}

/* May it grow from page `from` to page `to`, where the break would be at `brk`? */
static bool may_grow(
        const struct space *s, int32_t from, int32_t to, uint32_t brk, const struct ref_page *page)
{
	return range_is_free(s, (struct range){from, to - from}) &&
	       PAGE_ALIGN(brk) - s->mm->brk_start <= task_limit(RLIMIT_DATA) &&
	       !promise_admit(s, page, to - from, (struct range){0, 0});
}

void op_brk(void)
{
	struct space *s = world_current();
	uint32_t start = page_va(BRK_WINDOW * WINDOW_PAGES), want, got, old;
	struct ref_page page = {.mapped = true, .prot = PROT_READ | PROT_WRITE, .may_write = true};
	int32_t from, to;
	bool ok;

	if (!s)
		return;
	page.locked = s->lock_future;
	page.onfault = s->lock_future & VM_LOCKONFAULT;
	page.account = true;
	want = start + sim_below((WINDOW_PAGES - 1) * PAGE_SIZE);
	old = s->mm->brk;
	from = va_page(PAGE_ALIGN(old));
	to = va_page(PAGE_ALIGN(want));
	sim_note("brk 0x%08x", want);
	sim_focus(start, WINDOW_PAGES * PAGE_SIZE);
	hooks_maybe_fail(6, 5);
	ok = want >= s->mm->brk_start && (to <= from || may_grow(s, from, to, want, &page));
	got = mm_brk(s->mm, want);
	if (!ok)
		want = old;
	if (got != want && !(got == old && hooks_failed()))
		sim_fail("gives 0x%08x, not 0x%08x", got, want);
	if (got != old)
		model_brk(s, from, to, &page);
	hooks_fail_at(0, false);
}
