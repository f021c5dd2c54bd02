/* SPDX-License-Identifier: MIT */
/*
 * The allocator of physical frames: a binary buddy system, with a short list of single frames per
 * core in front of it, since single frames are nearly all that anyone asks for.
 *
 * A free block of order n holds 2^n frames and is aligned to its size; its buddy is the block that
 * differs in one bit of the frame number, and two free buddies become one block.
 */
#include <arm/cpu.h>
#include <arm/page_ops.h>
#include <lib/printk.h>
#include <lib/spinlock.h>
#include <mm/page.h>
#include <mm/reclaim.h>
#include <mm/stat.h>
#include <string.h>

paddr_t ram_base;
uint32_t ram_frames;
struct page *mem_map;

TAILQ_HEAD(page_list, page);

static struct {
	spinlock_t lock;
	/* under lock */
	struct page_list free[MAX_ORDER];
	uint32_t free_frames; /* in the lists above */
	uint32_t total_frames;
} buddy;

/* Single frames kept back by each core; touched by that core alone with interrupts off. */
#define HOT_MAX       256
#define HOT_BATCH     128

#define RESERVE_MAX   256 /* 1 MiB */
#define RECLAIM_BATCH 32

static struct hot_list {
	uint32_t count;
	uint32_t allocated, freed; /* frames in all, blocks too */
	struct page *pages[HOT_MAX];
} hot_lists[MAX_CPUS];

static uint32_t frame_number(const struct page *page)
{
	return page - mem_map;
}

static void buddy_insert_locked(struct page *page, unsigned int order)
{
	page->flags = PG_BUDDY;
	page->order = order;
	TAILQ_INSERT_HEAD(&buddy.free[order], page, free_link);
}

static void buddy_remove_locked(struct page *page)
{
	TAILQ_REMOVE(&buddy.free[page->order], page, free_link);
	page->flags = 0;
}

static struct page *buddy_take_locked(unsigned int order)
{
	struct page *page;
	unsigned int found = order;

	while (found < MAX_ORDER && TAILQ_EMPTY(&buddy.free[found]))
		found++;
	if (found == MAX_ORDER)
		return NULL;
	page = TAILQ_FIRST(&buddy.free[found]);
	buddy_remove_locked(page);
	while (found > order) { /* give back the upper halves */
		found--;
		buddy_insert_locked(page + (1u << found), found);
	}
	buddy.free_frames -= 1u << order;
	return page;
}

static void buddy_give_locked(struct page *page, unsigned int order)
{
	uint32_t frame = frame_number(page);

	buddy.free_frames += 1u << order;
	for (; order < MAX_ORDER - 1; order++) {
		uint32_t other = frame ^ (1u << order);

		if (other + (1u << order) > ram_frames)
			break;
		if (!(mem_map[other].flags & PG_BUDDY) || mem_map[other].order != order)
			break;
		buddy_remove_locked(&mem_map[other]);
		frame &= ~(1u << order);
	}
	buddy_insert_locked(&mem_map[frame], order);
}

/*
 * Frames that only ALLOC_ATOMIC may have once there are no others, so that what cannot wait (small
 * objects, above all) does not fail as soon as a user program has taken all it could get.
 */
static uint32_t reserve_locked(unsigned int flags)
{
	uint32_t reserve = buddy.total_frames / 128;

	return flags & ALLOC_ATOMIC ? 0 : reserve < RESERVE_MAX ? reserve : RESERVE_MAX;
}

/* One frame at least, but no more for later from what is kept back. */
static void hot_refill(struct hot_list *hot, unsigned int flags)
{
	uint32_t want = HOT_BATCH, spare;

	spin_lock(&buddy.lock);
	spare = buddy.free_frames - reserve_locked(0);
	if (buddy.free_frames < reserve_locked(0) + HOT_BATCH)
		want = buddy.free_frames > reserve_locked(0)
		               ? spare
		               : buddy.free_frames > reserve_locked(flags);
	while (hot->count < want) {
		struct page *page = buddy_take_locked(0);

		if (!page)
			break;
		hot->pages[hot->count++] = page;
	}
	spin_unlock(&buddy.lock);
}

static void hot_drain(struct hot_list *hot, uint32_t keep)
{
	spin_lock(&buddy.lock);
	while (hot->count > keep)
		buddy_give_locked(hot->pages[--hot->count], 0);
	spin_unlock(&buddy.lock);
}

static struct page *alloc_single(unsigned int alloc_flags)
{
	uint32_t flags = irq_save();
	struct hot_list *hot = &hot_lists[cpu_id()];
	struct page *page = NULL;

	if (!hot->count)
		hot_refill(hot, alloc_flags);
	if (hot->count) {
		page = hot->pages[--hot->count];
		hot->allocated++;
	}
	irq_restore(flags);
	return page;
}

static struct page *take_block_locked(unsigned int order, unsigned int flags)
{
	if (buddy.free_frames < (1u << order) + reserve_locked(flags))
		return NULL;
	return buddy_take_locked(order);
}

static struct page *alloc_block(unsigned int order, unsigned int alloc_flags)
{
	uint32_t flags = spin_lock_irqsave(&buddy.lock);
	struct page *page = take_block_locked(order, alloc_flags);

	if (!page) {
		/* Buddies of free frames may wait in this core's list. */
		spin_unlock(&buddy.lock);
		hot_drain(&hot_lists[cpu_id()], 0);
		spin_lock(&buddy.lock);
		page = take_block_locked(order, alloc_flags);
	}
	if (page)
		hot_lists[cpu_id()].allocated += 1u << order;
	spin_unlock_irqrestore(&buddy.lock, flags);
	return page;
}

static struct page *take(unsigned int order, unsigned int flags)
{
	return order ? alloc_block(order, flags) : alloc_single(flags);
}

struct page *page_alloc(unsigned int order, unsigned int flags)
{
	struct page *page;

	if (order >= MAX_ORDER || alloc_should_fail())
		return NULL;
	page = take(order, flags);
	if (!page && !(flags & (ALLOC_ATOMIC | ALLOC_EASY)) &&
	        reclaim_pages(RECLAIM_BATCH << order))
		page = take(order, flags);
	if (!page)
		return NULL;
	page->flags = 0;
	page->order = order;
	page->refcount = 1;
	if (flags & ALLOC_ZERO)
		block_clear(page_address(page), PAGE_SIZE << order);
	return page;
}

bool page_available(void)
{
	uint32_t flags = spin_lock_irqsave(&buddy.lock);
	bool available = hot_lists[cpu_id()].count || buddy.free_frames > reserve_locked(0);

	spin_unlock_irqrestore(&buddy.lock, flags);
	return available;
}

void page_free(struct page *page, unsigned int order)
{
	uint32_t flags;

	page->refcount = 0;
	if (order) {
		flags = spin_lock_irqsave(&buddy.lock);
		buddy_give_locked(page, order);
		hot_lists[cpu_id()].freed += 1u << order;
		spin_unlock_irqrestore(&buddy.lock, flags);
	} else {
		struct hot_list *hot;

		flags = irq_save();
		hot = &hot_lists[cpu_id()];
		if (hot->count == HOT_MAX)
			hot_drain(hot, HOT_MAX - HOT_BATCH);
		hot->pages[hot->count++] = page;
		hot->freed++;
		irq_restore(flags);
	}
}

void page_put(struct page *page)
{
	BUG_ON(page->refcount == 0);
	if (__atomic_sub_fetch(&page->refcount, 1, __ATOMIC_ACQ_REL) == 0)
		page_free(page, 0);
}

void page_alloc_add_range(paddr_t start, paddr_t end)
{
	uint32_t frame = (start - ram_base) >> PAGE_SHIFT;
	uint32_t last = (end - ram_base) >> PAGE_SHIFT;
	uint32_t flags;

	if (start >= end)
		return; /* what was to be given back does not fill a page */
	flags = spin_lock_irqsave(&buddy.lock);

	if (!buddy.free[0].tqh_last) {
		for (int i = 0; i < MAX_ORDER; i++)
			TAILQ_INIT(&buddy.free[i]);
	}
	buddy.total_frames += last - frame;
	while (frame < last) {
		unsigned int order = 0;

		while (order < MAX_ORDER - 1 && !(frame & ((2u << order) - 1)) &&
		        frame + (2u << order) <= last)
			order++;
		buddy_give_locked(&mem_map[frame], order);
		frame += 1u << order;
	}
	spin_unlock_irqrestore(&buddy.lock, flags);
}

uint32_t page_free_count(void)
{
	uint32_t n = __atomic_load_n(&buddy.free_frames, __ATOMIC_RELAXED);

	for (int i = 0; i < MAX_CPUS; i++)
		n += __atomic_load_n(&hot_lists[i].count, __ATOMIC_RELAXED);
	return n;
}

uint32_t page_total_count(void)
{
	return buddy.total_frames;
}

void page_traffic(uint32_t *allocated, uint32_t *freed)
{
	*allocated = *freed = 0;
	for (int i = 0; i < MAX_CPUS; i++) {
		*allocated += __atomic_load_n(&hot_lists[i].allocated, __ATOMIC_RELAXED);
		*freed += __atomic_load_n(&hot_lists[i].freed, __ATOMIC_RELAXED);
	}
}

uint32_t alloc_fail_count; /* 0: nothing is to fail */
static const void *alloc_fail_task;

void alloc_fail_nth(const void *task, uint32_t n)
{
	alloc_fail_task = task;
	alloc_fail_count = n;
}

uint32_t alloc_fail_remaining(const void *task)
{
	return task == alloc_fail_task ? alloc_fail_count : 0;
}

bool alloc_fail_due(void)
{
	return current_task() == alloc_fail_task && --alloc_fail_count == 0;
}
