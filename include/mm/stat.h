/* SPDX-License-Identifier: MIT */
/*
 * What memory is used for: by one address space, by all. For /proc.
 */
#ifndef MM_STAT_H
#define MM_STAT_H

#include <arm/cpu.h>
#include <arm/pte.h>
#include <lib/types.h>
#include <mm/mm.h>
#include <mm/page.h>

/* Of one space. Pages, unless the name says bytes. */
struct mm_usage {
	uint32_t total, peak_total;    /* mapped, touched or not */
	uint32_t anon, file, peak_rss; /* with a frame behind them */
	uint32_t data, stack, exec;    /* mapped: private and writable; that grow; code */
	uint32_t code_bytes;           /* of the program itself, out of `exec` */
	uint32_t locked;               /* of regions with VM_LOCKED, touched or not */
	uint32_t table_bytes;
};

/* Pages, the most that were in memory at once. A moment's view without the space's lock. */
static inline uint32_t mm_peak_rss(const struct mm *mm)
{
	uint32_t rss = mm->anon_pages + mm->file_pages;

	return rss > mm->peak_rss ? rss : mm->peak_rss;
}

/* Sleepable context; locks the space. */
void mm_usage(struct mm *mm, struct mm_usage *usage);

/*
 * Calls fn for each valid descriptor of [start, end) below USER_END, ascending. Takes table_lock, so fn
 * must not sleep. mm->lock held.
 */
void table_for_each_locked(struct mm *mm, uint32_t start, uint32_t end,
        void (*fn)(uint32_t va, pte_t pte, void *arg), void *arg);

/* How many descriptors of all tables show this page. A reader may be counted too for a moment. */
static inline uint32_t page_map_count(const struct page *page)
{
	uint32_t n = __atomic_load_n(&page->refcount, __ATOMIC_RELAXED);

	return n && (page->flags & PG_CACHED) ? n - 1 : n;
}

/* Of all frames. */
struct page_usage {
	uint32_t anon, cached, mapped, slab; /* `mapped` are those of `cached` that somebody maps */
	uint32_t blocks[MAX_ORDER];          /* free blocks by order */
};

/* Looks at every frame: some milliseconds for a gigabyte. Any context. */
void page_usage(struct page_usage *usage);

/*
 * Pages in memory that are in locked regions of any space, each once: a walk over all frames to forget what was
 * counted before, then one over each space with locked regions, which gives how many it adds. One caller at a time.
 */
void mm_count_locked_begin(void);
uint32_t mm_count_locked(struct mm *mm);

/* Frames that were taken and given back since boot; these wrap. Any context. */
void page_traffic(uint32_t *allocated, uint32_t *freed);

/* Page faults resolved by each core, all without waiting for a disk. Written by that core alone. */
extern uint32_t page_faults[MAX_CPUS];

/* Times that the ASIDs ran out (mm/asid.c). */
uint32_t asid_rollovers(void);

/* TLB invalidations that each core has asked for since boot: of a page, of an ASID, of everything. */
struct tlb_counts {
	uint32_t page[MAX_CPUS], asid[MAX_CPUS], all[MAX_CPUS];
};

extern struct tlb_counts tlb_counts;

/* count_tlb(page, n): one addition for a batch. */
#define count_tlb(what, n) ((void)(tlb_counts.what[cpu_id()] += (n)))

#endif
