/* SPDX-License-Identifier: MIT */
/*
 * Getting frames back when they run out, before anybody is killed for memory: first what the kernel keeps
 * at hand for itself, then pages of files that their file can give again. (What a tmpfs file was given, only
 * the page cache holds: such a page is dirty for good and stays.)
 *
 * A clock hand goes over all frames. A page that was used since the hand came by last is passed over
 * once.
 */
#include <lib/spinlock.h>
#include <mm/kmalloc.h>
#include <mm/kstack.h>
#include <mm/pagecache.h>
#include <mm/reclaim.h>

static struct {
	spinlock_t lock;
	uint32_t hand; /* under lock: the frame that is looked at next */
} reclaim_clock;

static struct page *next_frame(void)
{
	uint32_t flags = spin_lock_irqsave(&reclaim_clock.lock);
	uint32_t frame = reclaim_clock.hand;

	reclaim_clock.hand = frame + 1 < ram_frames ? frame + 1 : 0;
	spin_unlock_irqrestore(&reclaim_clock.lock, flags);
	return &mem_map[frame];
}

/* Could this be dropped? Without any lock, so only a first guess. */
static bool is_candidate(struct page *page)
{
	uint16_t flags = __atomic_load_n(&page->flags, __ATOMIC_RELAXED);

	if ((flags & (PG_CACHED | PG_DIRTY)) != PG_CACHED)
		return false;
	if (!(flags & PG_REFERENCED))
		return true;
	__atomic_and_fetch(&page->flags, (uint16_t)~PG_REFERENCED, __ATOMIC_RELAXED);
	return false;
}

uint32_t reclaim_kernel(void)
{
	uint32_t freed = kstack_shrink(); /* first: its tables may leave a slab page empty */

	return freed + kmem_shrink();
}

uint32_t reclaim_pages(uint32_t want)
{
	uint32_t freed = reclaim_kernel();

	/* Twice around: the second time meets what the first passed over. */
	for (uint32_t n = 2 * ram_frames; n && freed < want; n--) {
		struct page *page = next_frame();

		if (is_candidate(page) && pagecache_drop(page))
			freed++;
	}
	return freed;
}
