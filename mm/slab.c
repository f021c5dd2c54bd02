/* SPDX-License-Identifier: MIT */
/*
 * Small kernel objects. A kmem_cache cuts pages into equal objects; the free ones of a page form a
 * list through their first words. A page whose last object is freed goes back at once, except one
 * that the cache keeps for the next allocation.
 */
#include <lib/printk.h>
#include <mm/kmalloc.h>
#include <string.h>

static struct kmem_cache *caches; /* all that ever had a page; only ever grows */

static uint32_t object_size(const struct kmem_cache *cache)
{
	return (cache->size + cache->align - 1) & ~(cache->align - 1u);
}

static void list_cache_locked(struct kmem_cache *cache)
{
	cache->listed = true;
	cache->next = __atomic_load_n(&caches, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(
	        &caches, &cache->next, cache, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
}

static __attribute__((noinline)) struct page *slab_new(struct kmem_cache *cache)
{
	struct page *page = page_alloc(0, ALLOC_ATOMIC);
	uint32_t step = object_size(cache);
	uint8_t *base;

	if (!page)
		return NULL;
	if (!cache->listed)
		list_cache_locked(cache);
	base = page_address(page);
	page->flags = PG_SLAB;
	page->cache = cache;
	page->in_use = 0;
	page->free_objects = NULL;
	for (uint32_t at = PAGE_SIZE / step * step; at; at -= step) {
		void **object = (void **)(base + at - step);

		*object = page->free_objects;
		page->free_objects = object;
	}
	return page;
}

void *kmem_cache_alloc(struct kmem_cache *cache)
{
	uint32_t flags = spin_lock_irqsave(&cache->lock);
	struct page *page = TAILQ_FIRST(&cache->partial);
	void **object = NULL;

	if (alloc_should_fail())
		goto out;
	if (!page) {
		page = slab_new(cache);
		if (!page)
			goto out;
		TAILQ_INSERT_HEAD(&cache->partial, page, slab_link);
		cache->pages++;
	}
	object = page->free_objects;
	page->free_objects = *object;
	page->in_use++;
	cache->objects++;
	if (!page->free_objects)
		TAILQ_REMOVE(&cache->partial, page, slab_link);
out:
	spin_unlock_irqrestore(&cache->lock, flags);
	return object;
}

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	struct page *page = virt_to_page(object);
	uint32_t flags = spin_lock_irqsave(&cache->lock);
	bool give_back;

	BUG_ON(!(page->flags & PG_SLAB) || page->cache != cache);
	if (!page->free_objects)
		TAILQ_INSERT_HEAD(&cache->partial, page, slab_link);
	*(void **)object = page->free_objects;
	page->free_objects = object;
	page->in_use--;
	cache->objects--;
	/* One empty page stays: a cache that swings between 0 and 1 objects would thrash. */
	give_back = !page->in_use &&
	            (TAILQ_FIRST(&cache->partial) != page || TAILQ_NEXT(page, slab_link));
	if (give_back) {
		TAILQ_REMOVE(&cache->partial, page, slab_link);
		cache->pages--;
	}
	spin_unlock_irqrestore(&cache->lock, flags);
	if (give_back)
		page_free(page, 0);
}

uint32_t kmem_shrink(void)
{
	uint32_t freed = 0;

	for (struct kmem_cache *c = __atomic_load_n(&caches, __ATOMIC_ACQUIRE); c; c = c->next) {
		uint32_t flags = spin_lock_irqsave(&c->lock);
		struct page *page = TAILQ_LAST(&c->partial, slab_list);

		if (page && !page->in_use) {
			TAILQ_REMOVE(&c->partial, page, slab_link);
			c->pages--;
			page_free(page, 0);
			freed++;
		}
		spin_unlock_irqrestore(&c->lock, flags);
	}
	return freed;
}

/* Class i, n bytes, aligned to the largest power of two that divides n. */
#define SIZE_CLASS(i, n) [i] = KMEM_CACHE_INIT(size_classes[i], "kmalloc-" #n, n, (n) & -(n))

static struct kmem_cache size_classes[] = {
        SIZE_CLASS(0, 16),
        SIZE_CLASS(1, 32),
        SIZE_CLASS(2, 64),
        SIZE_CLASS(3, 96),
        SIZE_CLASS(4, 128),
        SIZE_CLASS(5, 192),
        SIZE_CLASS(6, 256),
        SIZE_CLASS(7, 512),
        SIZE_CLASS(8, 1024),
        SIZE_CLASS(9, 2048),
};

#define NUM_CLASSES (sizeof(size_classes) / sizeof(size_classes[0]))

static struct kmem_cache *class_for(size_t size)
{
	for (uint32_t i = 0; i < NUM_CLASSES; i++) {
		if (size <= size_classes[i].size)
			return &size_classes[i];
	}
	return NULL;
}

static unsigned int order_for(size_t size)
{
	unsigned int order = 0;

	while (order < MAX_ORDER && (size_t)PAGE_SIZE << order < size)
		order++;
	return order;
}

void *kmalloc(size_t size)
{
	struct kmem_cache *cache = class_for(size);
	struct page *page;

	if (cache)
		return kmem_cache_alloc(cache);
	page = page_alloc(order_for(size), ALLOC_ATOMIC);
	return page ? page_address(page) : NULL;
}

void *kzalloc(size_t size)
{
	void *p = kmalloc(size);

	if (p)
		memset(p, 0, size);
	return p;
}

void kfree(void *p)
{
	struct page *page;

	if (!p)
		return;
	page = virt_to_page(p);
	if (page->flags & PG_SLAB)
		kmem_cache_free(page->cache, p);
	else
		page_free(page, page->order);
}

char *kstrdup(const char *s)
{
	size_t n = strlen(s) + 1;
	char *copy = kmalloc(n);

	if (copy)
		memcpy(copy, s, n);
	return copy;
}
