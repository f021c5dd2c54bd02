/* SPDX-License-Identifier: MIT */
/*
 * The list of physical address ranges that have an owner, sorted by address.
 */
#include <drivers/resource.h>
#include <lib/errno.h>
#include <lib/spinlock.h>
#include <mm/kmalloc.h>

static spinlock_t resource_lock = SPINLOCK_INIT;
/* under resource_lock */
static TAILQ_HEAD(, resource) resources = TAILQ_HEAD_INITIALIZER(resources);

/* The first range that does not lie wholly below `first`. */
static struct resource *find_locked(paddr_t first)
{
	struct resource *r;

	TAILQ_FOREACH (r, &resources, link) {
		if (r->last >= first)
			return r;
	}
	return NULL;
}

int resource_claim(paddr_t start, size_t size, const char *name)
{
	struct resource *r, *next;
	uint32_t flags;
	int ret = -EBUSY;

	if (size == 0 || start + (size - 1) < start)
		return -EINVAL;
	r = kmalloc(sizeof(*r));
	if (!r)
		return -ENOMEM;
	r->first = start;
	r->last = start + (size - 1);
	r->name = name;

	flags = spin_lock_irqsave(&resource_lock);
	next = find_locked(r->first);
	if (!next || next->first > r->last) {
		if (next)
			TAILQ_INSERT_BEFORE(next, r, link);
		else
			TAILQ_INSERT_TAIL(&resources, r, link);
		ret = 0;
	}
	spin_unlock_irqrestore(&resource_lock, flags);
	if (ret)
		kfree(r);
	return ret;
}

void resource_release(paddr_t start)
{
	uint32_t flags = spin_lock_irqsave(&resource_lock);
	struct resource *r = find_locked(start);

	if (r && r->first == start)
		TAILQ_REMOVE(&resources, r, link);
	else
		r = NULL;
	spin_unlock_irqrestore(&resource_lock, flags);
	kfree(r);
}

bool resource_is_claimed(paddr_t start, size_t size)
{
	paddr_t last = start + (size - 1);
	uint32_t flags = spin_lock_irqsave(&resource_lock);
	struct resource *r = find_locked(start);
	bool claimed = r && r->first <= last;

	spin_unlock_irqrestore(&resource_lock, flags);
	return claimed;
}

const struct resource *resource_next(const struct resource *r)
{
	uint32_t flags = spin_lock_irqsave(&resource_lock);

	r = r ? TAILQ_NEXT(r, link) : TAILQ_FIRST(&resources);
	spin_unlock_irqrestore(&resource_lock, flags);
	return r;
}
