/* SPDX-License-Identifier: MIT */
/*
 * Between the kernel's mm and its allocators (the linker's --wrap), and what mm expects of the rest
 * of the kernel.
 */
#include <lib/printk.h>
#include <lib/wait.h>
#include <mm/kmalloc.h>
#include <mm/page.h>
#include <stdio.h>
#include "hooks.h"
#include "sim.h"
#include "sim_locks.h"
#include "sim_race.h"

static uint32_t countdown;
static bool go_on, failed;

void hooks_fail_at(uint32_t n, bool on)
{
	countdown = n;
	go_on = on;
	failed = false;
}

bool hooks_failed(void)
{
	return failed;
}

bool hooks_fail_for_good(void)
{
	return failed && go_on;
}

uint32_t hooks_every, hooks_failures;

void hooks_maybe_fail(uint32_t odds, uint32_t most)
{
	if (hooks_every)
		hooks_fail_at(hooks_every, sim_chance(2));
	else
		hooks_fail_at(sim_chance(odds) ? 1 + sim_below(most) : 0, sim_chance(2));
}

static bool fails_now(void)
{
	if (!countdown)
		return false;
	if (--countdown)
		return false;
	countdown = go_on;
	hooks_failures++;
	return failed = true;
}

struct page *__real_page_alloc(unsigned int order, unsigned int flags);
struct page *__wrap_page_alloc(unsigned int order, unsigned int flags);
void __real_page_free(struct page *page, unsigned int order);
void __wrap_page_free(struct page *page, unsigned int order);
void __real_page_put(struct page *page);
void __wrap_page_put(struct page *page);
void __real_page_alloc_add_range(paddr_t start, paddr_t end);
void __wrap_page_alloc_add_range(paddr_t start, paddr_t end);
void *__real_kmem_cache_alloc(struct kmem_cache *cache);
void *__wrap_kmem_cache_alloc(struct kmem_cache *cache);
void __real_kmem_cache_free(struct kmem_cache *cache, void *object);
void __wrap_kmem_cache_free(struct kmem_cache *cache, void *object);
void *__real_kmalloc(size_t size);
void *__wrap_kmalloc(size_t size);

void __wrap_spin_lock_contended(spinlock_t *lock);
void __real_mutex_unlock_slow(struct mutex *m);
void __wrap_mutex_unlock_slow(struct mutex *m);

void __wrap_spin_lock_contended(spinlock_t *lock)
{
	do
		sim_wait("a spinlock");
	while (!spin_trylock(lock));
}

void __wrap_mutex_unlock_slow(struct mutex *m)
{
	sim_yield(); /* it is free already: somebody else may take it, and free it too */
	__real_mutex_unlock_slow(m);
}

struct page *__wrap_page_alloc(unsigned int order, unsigned int flags)
{
	if (!(flags & ALLOC_ATOMIC))
		sim_may_sleep("page_alloc()");
	return fails_now() ? NULL : __real_page_alloc(order, flags);
}

void *__wrap_kmem_cache_alloc(struct kmem_cache *cache)
{
	return fails_now() ? NULL : __real_kmem_cache_alloc(cache);
}

void *__wrap_kmalloc(size_t size)
{
	return fails_now() ? NULL : __real_kmalloc(size);
}

void __wrap_page_free(struct page *page, unsigned int order)
{
	sim_check_free(page_address(page), PAGE_SIZE << order);
	sim_poison(page_address(page), PAGE_SIZE << order);
	__real_page_free(page, order);
}

void __wrap_page_put(struct page *page)
{
	if (page->refcount == 1) {
		sim_check_free(page_address(page), PAGE_SIZE);
		sim_poison(page_address(page), PAGE_SIZE);
	}
	__real_page_put(page);
}

void __wrap_page_alloc_add_range(paddr_t start, paddr_t end)
{
	sim_check_free(phys_to_virt(start), end - start);
	__real_page_alloc_add_range(start, end);
}

void __wrap_kmem_cache_free(struct kmem_cache *cache, void *object)
{
	sim_check_free(object, cache->size);
	sim_counts_forget(object); /* if it is a space */
	sim_poison(object, cache->size);
	__real_kmem_cache_free(cache, object);
}

uint32_t hooks_count_leaks(void)
{
	uint32_t leaks = 0;

	for (uint32_t i = 0; i < ram_frames; i++) {
		const struct page *page = &mem_map[i];

		if (page->flags & PG_SLAB)
			leaks += page->in_use;
		else if (page->refcount && page_to_phys(page) != zero_page_phys)
			leaks++;
	}
	return leaks;
}

void printk(enum log_level level, const char *fmt, ...)
{
	va_list ap;

	if (level > LOG_WARNING)
		return;
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
}

void panic(const char *fmt, ...)
{
	char text[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	sim_fail("panic: %s", text);
}
