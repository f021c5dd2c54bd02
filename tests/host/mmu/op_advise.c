/* SPDX-License-Identifier: MIT */
/*
 * madvise against the model.
 */
#include <lib/abi/mman.h>
#include <lib/errno.h>
#include <string.h>
#include "sim_race.h"
#include "world.h"

static const struct advice {
	int advice;
	const char *name;
} effective[] =
        {
                {MADV_DONTNEED, "discard"},
                {MADV_FREE, "free"},
                {MADV_REMOVE, "remove"},
                {MADV_DONTFORK, "do not fork"},
                {MADV_WIPEONFORK, "wipe on fork"},
},
  others[] = {
          {MADV_DONTNEED_LOCKED, "discard, locked or not,"},
          {MADV_DOFORK, "do fork"},
          {MADV_KEEPONFORK, "keep on fork"},
          {MADV_NORMAL, "normal"},
          {MADV_RANDOM, "random"},
          {MADV_SEQUENTIAL, "sequential"},
          {MADV_WILLNEED, "will need"},
          {MADV_DONTDUMP, "do not dump"},
          {MADV_DODUMP, "do dump"},
          {MADV_COLD, "cold"},
          {MADV_PAGEOUT, "page out"},
};

static const struct advice *random_advice(void)
{
	return sim_chance(3) ? &others[sim_below(sizeof(others) / sizeof(others[0]))]
	                     : &effective[sim_below(sizeof(effective) / sizeof(effective[0]))];
}

/* Would it change this page? Of those, chance alone finds too few. */
static bool is_rare(const struct ref_page *p, int advice)
{
	switch (advice) {
	case MADV_REMOVE:
		return p->object && p->shared && p->may_write;
	case MADV_DOFORK:
		return p->dontcopy;
	case MADV_KEEPONFORK:
		return p->wipe;
	default:
		return false;
	}
}

static struct range choose_range(const struct space *s, int advice)
{
	struct range r = random_range();

	for (uint32_t n = 0; n < ARENA_PAGES && !sim_chance(100); n++) {
		uint32_t i = (r.first + n) % ARENA_PAGES;

		if (is_rare(&s->pages[i], advice))
			return (struct range){i, 1};
	}
	return r;
}

/* Private pages are given back: they read as their file again, or as zeros. */
static int model_discard(struct ref_page *p, int advice)
{
	if (page_is_device(p) || (p->locked && advice != MADV_DONTNEED_LOCKED))
		return -EINVAL;
	if (advice == MADV_FREE && p->object)
		return -EINVAL;
	p->own = false;
	return 0;
}

/* A hole in the object, for all who map it; private copies stay. */
static int model_remove(struct ref_page *p)
{
	if (p->locked || !p->object || page_is_device(p))
		return -EINVAL;
	if (!p->shared || !p->may_write)
		return -EACCES;
	if (p->index < OBJECT_PAGES)
		p->object->bytes[p->index] = 0;
	return 0;
}

static int model_advice(struct ref_page *p, int advice)
{
	switch (advice) {
	case MADV_DONTNEED:
	case MADV_DONTNEED_LOCKED:
	case MADV_FREE:
		return model_discard(p, advice);
	case MADV_REMOVE:
		return model_remove(p);
	case MADV_COLD:
	case MADV_PAGEOUT:
		return p->locked || page_is_device(p) ? -EINVAL : 0;
	case MADV_DODUMP:
		return page_is_device(p) ? -EINVAL : 0;
	case MADV_DOFORK:
		if (page_is_device(p))
			return -EINVAL;
		p->dontcopy = false;
		return 0;
	case MADV_DONTFORK:
		p->dontcopy = true;
		return 0;
	case MADV_WIPEONFORK:
		if (p->shared || p->object)
			return -EINVAL;
		p->wipe = true;
		return 0;
	case MADV_KEEPONFORK:
		p->wipe = false;
		return 0;
	default:
		return 0;
	}
}

/* What a call does to the model: it ends at an error, and passes over holes, of which it tells. */
static int model_advise(struct space *s, struct range r, int advice)
{
	int result = 0, err;

	for (uint32_t i = r.first; i < r.first + r.count; i++) {
		if (!s->pages[i].mapped) {
			result = -ENOMEM;
			continue;
		}
		err = model_advice(&s->pages[i], advice);
		if (err)
			return err;
	}
	return result;
}

void op_advise(void)
{
	static struct ref_page before[ARENA_PAGES];
	struct space *s = world_current();
	struct range r;
	const struct advice *pick = random_advice();
	int want, got;

	if (!s)
		return;
	if (sim_chance(6))
		s = world_any();
	r = choose_range(s, pick->advice);
	sim_note("%s 0x%08x, %u pages", pick->name, range_va(r), r.count);
	sim_focus(range_va(r), range_bytes(r));
	memcpy(before, s->pages, sizeof(before));
	want = model_advise(s, r, pick->advice);
	hooks_maybe_fail(6, 4);
	got = mm_advise(s->mm, range_va(r), range_bytes(r), pick->advice);
	if (got == -EAGAIN && hooks_failed())
		world_relearn_flags(s, r, before);
	else if (got != want)
		sim_fail("gives %d, not %d", got, want);
	hooks_fail_at(0, false);
}

/* MADV_POPULATE_READ and MADV_POPULATE_WRITE: what they have to give; *lacking if memory may be refused. */
static int expected_prefault(
        const struct space *s, struct range r, enum sim_access access, bool *lacking)
{
	uint8_t right = access == SIM_WRITE ? PROT_WRITE : PROT_READ;
	int result = 0;

	*lacking = false;
	for (uint32_t i = r.first; i < r.first + r.count; i++) {
		const struct ref_page *p = &s->pages[i];

		if (!p->mapped) {
			result = -ENOMEM;
			continue;
		}
		if (page_is_device(p) || !(p->prot & right))
			return -EINVAL;
		if (s->reaped)
			return -ENOMEM;
		if (world_expected(s, p, access) == MM_FAULT_BUS)
			return -EFAULT;
		*lacking |= promise_lacking(p);
	}
	return result;
}

void op_prefault(void)
{
	struct space *s = world_current();
	struct range r = random_range();
	enum sim_access access = sim_chance(2) ? SIM_WRITE : SIM_READ;
	bool lacking;
	int want, got;

	if (!s)
		return;
	sim_note("populate for access %d 0x%08x, %u pages", access, range_va(r), r.count);
	sim_focus(range_va(r), range_bytes(r));
	hooks_maybe_fail(6, 6);
	want = expected_prefault(s, r, access, &lacking);
	got = mm_advise(s->mm, range_va(r), range_bytes(r),
	        access == SIM_WRITE ? MADV_POPULATE_WRITE : MADV_POPULATE_READ);
	if (got != want && !(got == -ENOMEM && (hooks_failed() || lacking)))
		sim_fail("gives %d, not %d", got, want);
	world_populated(s, r, false);
	for (uint32_t i = r.first; !got && !sim_racing() && i < r.first + r.count; i++) {
		pte_t pte = world_pte(s, page_va(i));

		if (!pte_valid(pte) || (access == SIM_WRITE && !pte_writable(pte)))
			sim_fail("0x%08x is not there: 0x%08x", page_va(i), pte);
	}
	hooks_fail_at(0, false);
}
