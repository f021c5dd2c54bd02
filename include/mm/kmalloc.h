/* SPDX-License-Identifier: MIT */
/*
 * Small kernel objects: caches of objects of one size, and kmalloc() over a row of such caches.
 */
#ifndef MM_KMALLOC_H
#define MM_KMALLOC_H

#include <lib/spinlock.h>
#include <lib/types.h>
#include <mm/page.h>
#include <sys/queue.h>

/*
 * A cache of equal objects, carved from single pages of the linear map (objects up to 2 KiB, so
 * virt_to_phys() is good for them). Define with KMEM_CACHE_INIT.
 */
struct kmem_cache {
	const char *name;
	uint16_t size;  /* bytes of an object */
	uint16_t align; /* power of two, at least 8 */
	spinlock_t lock;
	/* under lock */
	TAILQ_HEAD(slab_list, page) partial; /* pages with a free object; an empty one is last */
	uint32_t pages, objects;
	bool listed;             /* kmem_shrink() knows it */
	struct kmem_cache *next; /* in its list; set once */
};

#define KMEM_CACHE_INIT(cache, text, bytes, alignment)                                             \
	{                                                                                          \
		.name = (text), .size = (bytes), .align = (alignment),                             \
		.partial = TAILQ_HEAD_INITIALIZER((cache).partial)                                 \
	}

/* One object, contents undefined; NULL without memory. Any context. */
void *kmem_cache_alloc(struct kmem_cache *cache);
void kmem_cache_free(struct kmem_cache *cache, void *object);

/* Gives back the empty page that each cache keeps. Returns how many. Any context; holds no lock of the caller's up. */
uint32_t kmem_shrink(void);

/*
 * size bytes, aligned to 8 (to their size where that is a power of two from 16 to 4096), in the
 * linear map; more than 2 KiB takes whole pages, up to 4 MiB. NULL without memory. kzalloc fills
 * with zeros. kfree(NULL) does nothing. Any context.
 */
void *kmalloc(size_t size);
void *kzalloc(size_t size);
void kfree(void *p);
char *kstrdup(const char *s);

#endif
