/* SPDX-License-Identifier: MIT */
/*
 * Tests of the allocator of small objects: every object keeps a pattern of its own while it lives.
 */
#include "host.h"
#include <mm/kmalloc.h>
#include "mmu/world.h"

#define OBJECTS 600

static struct object_note {
	void *p;
	size_t size;
	uint8_t byte;
} notes[OBJECTS];

static void fill(struct object_note *n)
{
	n->byte = sim_random();
	memset(n->p, n->byte, n->size);
}

/* Has nobody else written to it? */
static void check(const struct object_note *n)
{
	const uint8_t *bytes = n->p;

	for (size_t i = 0; i<n->size; i += n->size> 8192 ? 997 : 1)
		assert_int_equal(bytes[i], n->byte);
}

/* Is the one empty page given back that a cache may have, and nothing else? `free` as long as it had none. */
static void shrink(const struct kmem_cache *cache, uint32_t free)
{
	uint32_t had = cache->pages, gone = kmem_shrink(), objects = PAGE_SIZE / cache->size;

	assert_true(gone <= 1);
	assert_int_equal(cache->pages, had - gone);
	assert_int_equal(page_free_count() + cache->pages, free);
	assert_true(cache->objects || !cache->pages);
	assert_true(cache->objects <= cache->pages * objects);
	assert_int_equal(kmem_shrink(), 0);
}

/* Does a cache of any size and alignment keep its objects apart, and give its pages back? */
static void one_cache(uint16_t size, uint16_t align)
{
	static struct kmem_cache all[20]; /* there for ever, as caches are */
	static unsigned int used;
	struct kmem_cache *cache = &all[used++];
	uint32_t free = page_free_count(), live = 0;

	*cache = (struct kmem_cache)KMEM_CACHE_INIT(*cache, "test", size, align);
	for (int i = 0; i < 6000; i++) {
		struct object_note *n = &notes[sim_below(i < 3000 ? OBJECTS : 20)];

		if (n->p) {
			check(n);
			kmem_cache_free(cache, n->p);
			n->p = NULL;
			live--;
		} else {
			n->p = kmem_cache_alloc(cache);
			n->size = size;
			assert_non_null(n->p);
			assert_int_equal((uintptr_t)n->p % align, 0);
			fill(n);
			live++;
		}
		assert_int_equal(cache->objects, live);
		if (sim_chance(100))
			shrink(cache, free);
	}
	for (int i = 0; i < OBJECTS; i++) {
		if (!notes[i].p)
			continue;
		check(&notes[i]);
		kmem_cache_free(cache, notes[i].p);
		notes[i].p = NULL;
	}
	assert_int_equal(cache->objects, 0);
	assert_true(cache->pages <= 1);
	shrink(cache, free);
	assert_int_equal(page_free_count(), free);
}

static void caches(void **state)
{
	static const uint16_t sizes[] = {8, 12, 24, 40, 100, 136, 513, 1024, 1360, 2048};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		one_cache(sizes[i], 8);
		if (!(sizes[i] & (sizes[i] - 1)))
			one_cache(sizes[i], sizes[i]);
	}
}

/* Powers of two from 16 to 4096 are aligned to themselves, the rest to 8. */
static void check_alignment(const void *p, size_t size)
{
	size_t align = size >= 16 && size <= 4096 && !(size & (size - 1)) ? size : 8;

	assert_int_equal((uintptr_t)p % align, 0);
}

static size_t random_size(void)
{
	switch (sim_below(8)) {
	case 0:
		return 1u << sim_below(14);
	case 1:
		return 1 + sim_below(40000);
	default:
		return 1 + sim_below(2100);
	}
}

static void all_sizes(void **state)
{
	for (size_t size = 1; size < 5000; size++) {
		void *p = kmalloc(size);

		assert_non_null(p);
		check_alignment(p, size);
		memset(p, 0xff, size);
		kfree(p);
		p = kzalloc(size);
		assert_non_null(p);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(((uint8_t *)p)[i], 0);
		kfree(p);
	}
}

static void random_sizes(void **state)
{
	for (int i = 0; i < 20000; i++) {
		struct object_note *n = &notes[sim_below(OBJECTS)];

		sim_set_core(sim_below(CORES));
		if (n->p) {
			check(n);
			kfree(n->p);
			n->p = NULL;
			continue;
		}
		n->size = random_size();
		n->p = kmalloc(n->size);
		if (!n->p)
			continue; /* large blocks run out */
		check_alignment(n->p, n->size);
		fill(n);
	}
	for (int i = 0; i < OBJECTS; i++) {
		kfree(notes[i].p); /* of NULL too */
		notes[i].p = NULL;
	}
	assert_int_equal(hooks_count_leaks(), 0);
}

/* What if the size is wild? */
static void too_large(void **state)
{
	assert_null(kmalloc((4u << 20) + 1));
	assert_null(kmalloc(0x7fffffff));
	assert_null(kmalloc(0xffffffff));
	assert_null(kmalloc(SIZE_MAX));
	assert_null(kzalloc(SIZE_MAX - PAGE_SIZE));
}

/* Without memory: NULL, and the cache is as it was. */
static void no_memory(void **state)
{
	struct kmem_cache cache = KMEM_CACHE_INIT(cache, "test", 2048, 8);
	void *a, *b;

	while (page_alloc(0, ALLOC_ATOMIC))
		;
	assert_null(kmem_cache_alloc(&cache));
	assert_int_equal(cache.objects + cache.pages, 0);
	page_free(virt_to_page(phys_to_virt(RAM_BASE + 0x400000)), 0);
	a = kmem_cache_alloc(&cache);
	b = kmem_cache_alloc(&cache);
	assert_true(a && b);
	assert_null(kmem_cache_alloc(&cache));
	kmem_cache_free(&cache, a);
	assert_ptr_equal(kmem_cache_alloc(&cache), a);
}

static void strings(void **state)
{
	char *copy = kstrdup("quire"), *empty = kstrdup("");

	assert_string_equal(copy, "quire");
	assert_string_equal(empty, "");
	kfree(copy);
	kfree(empty);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(caches), cmocka_unit_test(all_sizes),
	        cmocka_unit_test(random_sizes), cmocka_unit_test(too_large),
	        cmocka_unit_test(strings), cmocka_unit_test(no_memory), /* last: it leaves none */
	};

	world_start(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
