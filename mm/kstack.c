/* SPDX-License-Identifier: MIT */
/*
 * Kernel stacks, in the lower half of the vmalloc area. Freed ones are kept mapped for the next
 * fork, up to a few: mapping and unmapping would cost a TLB invalidation on all cores each.
 */
#include <arm/layout.h>
#include <arm/pte.h>
#include <lib/spinlock.h>
#include <mm/kernel_table.h>
#include <mm/kstack.h>
#include <mm/page.h>
#include "vmalloc_layout.h"

#define SLOT_SIZE (2 * KSTACK_SIZE)
#define SLOTS     ((KSTACK_AREA_END - VMALLOC_BASE) / SLOT_SIZE)
#define PAGES     (KSTACK_SIZE / PAGE_SIZE)
#define KEEP      16

_Static_assert(SECTION_BYTES / SLOT_SIZE == 2 * 32, "kstack_shrink()");

static struct {
	spinlock_t lock;
	/* under lock */
	uint32_t used[SLOTS / 32];
	uint32_t hint; /* no free slot below this word */
	uint32_t kept_count;
	void *kept[KEEP]; /* mapped and free */
} stacks;

static uint32_t slot_take(void)
{
	uint32_t flags = spin_lock_irqsave(&stacks.lock);
	uint32_t slot = SLOTS;

	for (uint32_t i = stacks.hint; i < SLOTS / 32; i++) {
		if (stacks.used[i] != UINT32_MAX) {
			uint32_t bit = __builtin_ctz(~stacks.used[i]);

			stacks.used[i] |= 1u << bit;
			stacks.hint = i;
			slot = i * 32 + bit;
			break;
		}
	}
	spin_unlock_irqrestore(&stacks.lock, flags);
	return slot;
}

static void slot_give(uint32_t slot)
{
	uint32_t flags = spin_lock_irqsave(&stacks.lock);

	stacks.used[slot / 32] &= ~(1u << slot % 32);
	if (slot / 32 < stacks.hint)
		stacks.hint = slot / 32;
	spin_unlock_irqrestore(&stacks.lock, flags);
}

static uint32_t slot_stack(uint32_t slot)
{
	return VMALLOC_BASE + slot * SLOT_SIZE + KSTACK_SIZE;
}

/* Maps `pages[0..n)` below a stack top, or takes everything back. */
static int map_stack(uint32_t va, struct page *pages[PAGES])
{
	for (uint32_t i = 0; i < PAGES; i++) {
		struct small_page p = {
		        .base = page_to_phys(pages[i]),
		        .type = MT_NORMAL,
		        .writable = true,
		        .global = true,
		};
		int err = kernel_map_page(va + i * PAGE_SIZE, small_page_encode(p));

		if (err) {
			kernel_unmap_pages(va, i);
			return err;
		}
	}
	return 0;
}

static void *stack_new(void)
{
	struct page *pages[PAGES] = {NULL};
	uint32_t slot = slot_take();
	bool ok = slot < SLOTS;

	for (uint32_t i = 0; ok && i < PAGES; i++)
		ok = (pages[i] = page_alloc(0, 0)) != NULL;
	if (ok && map_stack(slot_stack(slot), pages) == 0)
		return (void *)(uintptr_t)(slot_stack(slot) + KSTACK_SIZE);
	for (uint32_t i = 0; i < PAGES; i++) {
		if (pages[i])
			page_put(pages[i]);
	}
	if (slot < SLOTS)
		slot_give(slot);
	return NULL;
}

static inline __attribute__((always_inline)) void *kept_take(void)
{
	uint32_t flags = spin_lock_irqsave(&stacks.lock);
	void *top = stacks.kept_count ? stacks.kept[--stacks.kept_count] : NULL;

	spin_unlock_irqrestore(&stacks.lock, flags);
	return top;
}

void *kstack_alloc(void)
{
	void *top = kept_take();

	return top ? top : stack_new();
}

static __attribute__((noinline)) void stack_destroy(void *top)
{
	uint32_t va = (uint32_t)(uintptr_t)kstack_bottom(top);
	struct page *pages[PAGES];

	for (uint32_t i = 0; i < PAGES; i++)
		pages[i] = phys_to_page(kernel_page_phys(va + i * PAGE_SIZE));
	kernel_unmap_pages(va, PAGES);
	for (uint32_t i = 0; i < PAGES; i++)
		page_put(pages[i]);
	slot_give((va - VMALLOC_BASE) / SLOT_SIZE);
}

void kstack_free(void *top)
{
	uint32_t flags = spin_lock_irqsave(&stacks.lock);
	bool keep = stacks.kept_count < KEEP;

	if (keep)
		stacks.kept[stacks.kept_count++] = top;
	spin_unlock_irqrestore(&stacks.lock, flags);
	if (!keep)
		stack_destroy(top);
}

uint32_t kstack_shrink(void)
{
	uint32_t freed = 0, flags;
	void *top;

	for (; (top = kept_take()); freed += PAGES)
		stack_destroy(top);
	flags = spin_lock_irqsave(&stacks.lock);       /* nobody takes a slot meanwhile */
	for (uint32_t i = 0; i < SLOTS / 32; i += 2) { /* as one table maps */
		if (!stacks.used[i] && !stacks.used[i + 1])
			kernel_free_table(VMALLOC_BASE + i * 32 * SLOT_SIZE);
	}
	spin_unlock_irqrestore(&stacks.lock, flags);
	return freed;
}
