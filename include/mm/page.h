/* SPDX-License-Identifier: MIT */
/*
 * Physical memory: one struct page for each 4 KiB frame of RAM, the linear map that makes all of
 * it addressable by the kernel, and the allocator of free frames.
 */
#ifndef MM_PAGE_H
#define MM_PAGE_H

#include <arm/layout.h>
#include <lib/types.h>
#include <sys/queue.h>
#include <sys/tree.h>

#define PAGE_SHIFT     12
#define PAGE_SIZE      (1u << PAGE_SHIFT)
#define PAGE_MASK      (~(PAGE_SIZE - 1))

#define PAGE_ALIGN(x)  (((x) + PAGE_SIZE - 1) & PAGE_MASK)
#define PAGE_OFFSET(x) ((x) & (PAGE_SIZE - 1))

struct address_space;

enum page_flags {
	PG_BUDDY = 1 << 0,      /* head of a free block; `order` says how large */
	PG_CACHED = 1 << 1,     /* in a file's page cache, which holds a reference */
	PG_SLAB = 1 << 2,       /* belongs to a kmem_cache */
	PG_DIRTY = 1 << 3,      /* page cache: newer than what its file system holds */
	PG_ANON = 1 << 4,       /* a process's private memory */
	PG_ISYNCED = 1 << 5,    /* the instruction caches know the page's bytes as they are */
	PG_REFERENCED = 1 << 6, /* page cache: used since reclaim_pages() came by */
	PG_COUNTED = 1 << 7,    /* mm_count_locked() has seen it */
	PG_REWRITTEN = 1 << 8,  /* its bytes have changed since sync_page() began (mm/fault.c) */
};

struct page {
	uint32_t refcount; /* atomic; 0 = free */
	uint16_t flags;
	uint16_t order; /* of a free block or a compound allocation */
	union {
		TAILQ_ENTRY(page) free_link; /* free block, under the allocator's lock */
		struct {                     /* page cache, under the address_space's lock */
			struct address_space *mapping;
			uint32_t index; /* page number in the file */
			RB_ENTRY(page) cache_link;
		};
		struct { /* slab, under the kmem_cache's lock */
			struct kmem_cache *cache;
			void *free_objects;
			TAILQ_ENTRY(page) slab_link;
			uint32_t in_use;
		};
	};
};

/* Set once by the boot code: the first byte of RAM and the number of frames in mem_map. */
extern paddr_t ram_base;
extern uint32_t ram_frames;
extern struct page *mem_map;

/* The page of zeros that reads of untouched anonymous memory see; never freed, never written. */
extern paddr_t zero_page_phys;

/* The linear map. Only for RAM that the map holds; LINEAR_BASE is ram_base. */
static inline void *phys_to_virt(paddr_t pa)
{
	return (void *)(uintptr_t)(pa - ram_base + LINEAR_BASE);
}

static inline paddr_t virt_to_phys(const void *va)
{
	return (paddr_t)(uintptr_t)va - LINEAR_BASE + ram_base;
}

static inline struct page *phys_to_page(paddr_t pa)
{
	return &mem_map[(pa - ram_base) >> PAGE_SHIFT];
}

static inline paddr_t page_to_phys(const struct page *page)
{
	return ram_base + ((paddr_t)(page - mem_map) << PAGE_SHIFT);
}

static inline void *page_address(const struct page *page)
{
	return phys_to_virt(page_to_phys(page));
}

static inline struct page *virt_to_page(const void *va)
{
	return phys_to_page(virt_to_phys(va));
}

/* Is this physical address a frame of RAM that Quire manages? Everything else is a device or a hole. */
static inline bool phys_is_ram(paddr_t pa)
{
	return pa >= ram_base && ((pa - ram_base) >> PAGE_SHIFT) < ram_frames;
}

enum alloc_flags {
	ALLOC_ZERO = 1 << 0,   /* fill with zeros */
	ALLOC_ATOMIC = 1 << 1, /* may not reclaim, but take what is kept back for that */
	ALLOC_EASY = 1 << 2,   /* may not reclaim: the caller does without */
};

#define MAX_ORDER 11 /* blocks of up to 2^10 frames: 4 MiB */

/*
 * Takes 2^order frames, aligned to their size, with refcount 1; NULL if there are none. The
 * contents are undefined without ALLOC_ZERO. Any context with ALLOC_ATOMIC; else no spinlock may be held.
 */
struct page *page_alloc(unsigned int order, unsigned int flags);

/* Would page_alloc(0, 0) succeed on this core at this moment? Any context. */
bool page_available(void);

/* Gives back a block of page_alloc() whose last reference the caller holds. Any context. */
void page_free(struct page *page, unsigned int order);

/* Takes and drops a reference to a single frame; the last put frees it. Any context. */
static inline void page_get(struct page *page)
{
	__atomic_fetch_add(&page->refcount, 1, __ATOMIC_RELAXED);
}

void page_put(struct page *page);

/* Hands the frames [start, end) to the allocator at boot. Page aligned. */
void page_alloc_add_range(paddr_t start, paddr_t end);

/*
 * For tests: the n-th allocation from now on, of frames or small objects, that `task` makes fails; 0:
 * none. As Linux's /proc/PID/fail-nth. One task at a time; the last call counts.
 */
void alloc_fail_nth(const void *task, uint32_t n);
/* How many remain until then; 0 after it has happened, and for other tasks. */
uint32_t alloc_fail_remaining(const void *task);

extern uint32_t alloc_fail_count;
bool alloc_fail_due(void);

/* Is this the allocation that is to fail? */
static inline bool alloc_should_fail(void)
{
	return alloc_fail_count && alloc_fail_due();
}

/* Free frames now, and all the frames that the allocator was ever given. */
uint32_t page_free_count(void);
uint32_t page_total_count(void);

#endif
