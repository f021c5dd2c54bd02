/* SPDX-License-Identifier: MIT */
/*
 * What the host tests of fs/ put in the place of the machine: compiled in front of every file (gcc
 * -include) and of the headers that it replaces. Pages come from malloc, interrupts do not exist,
 * tasks are threads.
 */
#ifndef FAKE_KERNEL_H
#define FAKE_KERNEL_H

/* The headers whose place this one takes. */
#define ARM_BARRIER_H
#define ARM_CPU_H
#define ARM_IRQFLAGS_H
#define ARM_SYSREG_H
#define MM_PAGE_H

#include <lib/types.h>
#include <sys/queue.h>
#include <sys/tree.h>

/* <arm/barrier.h>, <arm/irqflags.h>, <arm/sysreg.h> */
static inline void dsb_ishst(void)
{
}

static inline void dsb_ish(void)
{
}

static inline void isb(void)
{
}

static inline void sev(void)
{
}

void wfe(void);

static inline uint32_t irq_save(void)
{
	return 0;
}

static inline void irq_restore(uint32_t flags)
{
}

static inline void irq_disable(void)
{
}

static inline void irq_enable(void)
{
}

static inline uint64_t read_cntvct(void)
{
	return 1;
}

/* <arm/cpu.h>, <mm/page.h> */
#define MAX_CPUS       4
#define MAX_ORDER      11
#define PAGE_SHIFT     12
#define PAGE_SIZE      (1u << PAGE_SHIFT)
#define PAGE_MASK      (~(PAGE_SIZE - 1))

#define PAGE_ALIGN(x)  (((x) + PAGE_SIZE - 1) & PAGE_MASK)
#define PAGE_OFFSET(x) ((x) & (PAGE_SIZE - 1))

struct address_space;

enum page_flags {
	PG_DIRTY = 1,
	PG_ISYNCED = 2,
	PG_CACHED = 4,
	PG_REFERENCED = 8,
	PG_REWRITTEN = 16,
};

struct page {
	uint32_t refcount;
	uint16_t flags;
	struct address_space *mapping;
	uint32_t index;
	RB_ENTRY(page) cache_link;
	TAILQ_ENTRY(page) slab_link;
	void *bytes;
};

struct page *page_alloc(unsigned int order, unsigned int flags);
void page_put(struct page *page);
uint32_t page_total_count(void);

static inline void page_get(struct page *page)
{
	__atomic_fetch_add(&page->refcount, 1, __ATOMIC_RELAXED);
}

static inline void *page_address(const struct page *page)
{
	return page->bytes;
}

static inline void *phys_to_virt(paddr_t pa)
{
	return (void *)(uintptr_t)pa;
}

/* -- for the tests -- */

/* Allocations (pages and objects) that are live now. */
extern int fake_live;
/* Allocations until one fails, once; negative: none does. Counts down to -1. */
extern int fake_fail_after;
/* The size of RAM that page_total_count() reports; tmpfs allows itself half of it. */
extern uint32_t fake_ram_pages;
/* User addresses in [from, to) are bad. */
extern const char *fake_bad_from, *fake_bad_to;

/* The clock of inode times, ns. */
extern int64_t fake_time;

/* Makes the calling thread a task. Each thread that may sleep calls it first. */
void fake_task_init(void);
/* Sends every sleeping task a signal, from now until false. */
void fake_interrupt(bool on);
/* How many tasks sleep. Waits until it is n. */
void fake_wait_for_sleepers(int n);

#endif
