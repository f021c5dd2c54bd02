/* SPDX-License-Identifier: MIT */
/*
 * Address spaces under test, each with a model beside it that says what every page must read: one
 * byte per page, at PROBE. The model knows nothing of tables.
 *
 * To add an operation: write a function that calls the kernel, says in the model what must be so
 * after it, and stands in the table of test_mmu_user.c.
 */
#ifndef TESTS_HOST_MMU_WORLD_H
#define TESTS_HOST_MMU_WORLD_H

#include <lib/types.h>
#include <mm/mm.h>
#include <mm/pagecache.h>
#include "hooks.h"
#include "sim.h"

#define PROBE          0x7fcu /* offset in the page of the byte that the model follows */
#define WINDOWS        4
#define WINDOW_PAGES   24
#define ARENA_PAGES    (WINDOWS * WINDOW_PAGES)
#define BRK_WINDOW     2
#define MAX_SPACES     400

#define IMAGE_RESERVED 0x80000u /* bytes of the image */

#define OBJECT_PAGES   40
#define FILES          3

#define DEVICE_PHYS    0x09000000u /* OBJECT_PAGES of it, which are no RAM */

/* Where bytes come from: a file, shared anonymous memory, or the device. */
struct object {
	bool is_file;
	bool is_device;
	struct address_space as; /* files only */
	loff_t size;
	uint8_t bytes[OBJECT_PAGES];
	int regions;    /* that refer to it, by vm_ops */
	bool noreserve; /* shared anonymous memory that is promised page by page */
	uint32_t stamp; /* of the count that met it last */
};

/* What a page of a space is meant to be. */
struct ref_page {
	bool mapped;
	uint8_t prot; /* PROT_ */
	bool shared;
	bool may_write;
	bool own; /* private, and written since it was mapped: `byte` counts */
	uint8_t byte;
	bool locked, onfault;  /* VM_LOCKED, VM_LOCKONFAULT */
	bool account;          /* promised: VM_ACCOUNT */
	bool noreserve;        /* never promised */
	bool grows;            /* MAP_GROWSDOWN */
	bool dontcopy, wipe;   /* MADV_DONTFORK, MADV_WIPEONFORK */
	struct object *object; /* NULL: zeros */
	uint32_t index;
};

struct space {
	struct mm *mm; /* NULL: not there */
	uint32_t serial;
	uint32_t lock_future; /* VM_LOCK_MASK */
	bool reaped;
	struct ref_page pages[ARENA_PAGES];
};

extern struct space spaces[MAX_SPACES];
extern struct space *running[CORES];
extern struct object files[FILES];
extern struct object device;
extern uint8_t device_bytes[OBJECT_PAGES]; /* at PROBE, what is really there */
extern const struct vm_ops file_vm_ops;    /* for maps of files */
extern uint32_t max_spaces;                /* that a test wants at once */

/* Boots the memory management with `seed`. */
void world_start(uint64_t seed);
/* Takes everything down and looks for leaks. */
void world_end(void);

uint32_t page_va(uint32_t i);
/* The page at va; -1 outside of the windows. */
int32_t va_page(uint32_t va);

/* A range of pages within one window. */
struct range {
	uint32_t first, count;
};

/* Whether everything happens in the first few pages of the first window. */
extern bool narrow;
/* Whether rights are what the regions say, since there is no model. */
extern bool world_by_regions;

struct range random_range(void);
uint32_t range_va(struct range r);
uint32_t range_bytes(struct range r);

void page_unmapped(struct ref_page *page);
/* Is the range free for something that grows up into it, with the gap that stacks above keep? */
bool range_is_free(const struct space *s, struct range r);

/* Does a page show the device? */
bool page_is_device(const struct ref_page *page);

/* The space of this core, made and switched to if there is none. NULL: no memory. */
struct space *world_current(void);
/* An arbitrary live space. */
struct space *world_any(void);
struct space *space_create(void);
void space_adopt(struct space *s, struct mm *mm);
struct space *space_slot(void);
void world_run(unsigned int core, struct space *s);
/* Drops a space that is left by all cores first. */
void space_end(struct space *s);

/* Accesses page i of the running space: what must happen does. */
void world_touch(uint32_t i, enum sim_access access);
/* op_stack.c: what a fault at page i does first: a region above that may grows down to it. */
void model_grow_down(struct space *s, uint32_t i);
/* Reads all that can be read. */
void world_verify(void);
/* Do the counters of a space agree with its table and with the model? */
void world_check_counts(const struct space *s);
/* The part of it that needs no model: what is counted of a space's table. */
void world_check_tables(const struct space *s);
/* What a fault at page p of s has to give. */
enum mm_fault_result world_expected(
        const struct space *s, const struct ref_page *p, enum sim_access access);
/* The descriptor at va; 0: none. */
pte_t world_pte(const struct space *s, uint32_t va);
/*
 * Pages may have been faulted in: notes private copies that were made of files. With `all`, each that
 * can be there has to be.
 */
void world_populated(struct space *s, struct range r, bool all);
/* Forgets in the model what is not mapped any more: an operation failed half way. */
void world_relearn_mapped(struct space *s, struct range r);
/* The same for rights, locks and promises: each must be as it was `before` or as the model has it. */
void world_relearn_flags(struct space *s, struct range r, const struct ref_page *before);

/* promise.c: limits of the task that calls, and overcommit */
uint32_t task_limit(unsigned int resource); /* bytes */
extern bool task_privileged;
void promise_start(void);
/* May so many pages more be promised to s? */
bool promise_allowed(const struct space *s, uint32_t pages);
/* Is there a limit or a mode that can refuse pages in the middle of an operation? */
bool promise_tight(void);
/* May this page be refused to a fault? */
bool promise_lacking(const struct ref_page *p);
/* 0, -EAGAIN or -ENOMEM: for `more` pages like p in the place of the mapped ones of r (count 0: none). */
int promise_admit(const struct space *s, const struct ref_page *p, uint32_t more, struct range r);
/* Is what is promised in all what the model says? */
void promise_check(void);
/* What the region of p would have to be counted as. */
bool promise_needed(const struct ref_page *p);

/* Operations: op_*.c. They act on the space that runs on the current core. */
void op_map(void);
void op_unmap(void);
void op_unmap_wide(void);
void op_protect(void);
void op_move(void);
void op_grow(void);
void op_keep(void);
void op_duplicate(void);
void op_grow_down(void);
void op_advise(void);
void op_prefault(void);
void op_brk(void);
void op_fork(void);
void op_end(void);
void op_switch(void);
void op_thread(void);
void op_touch(void);
void op_execute(void);
void op_verify(void);
void op_truncate(void);
void op_write_file(void);
void op_access(void);
/* One byte of a space, as the kernel writes it: 0 or a negative errno. */
int write_byte(struct mm *mm, uint32_t va, uint8_t byte);
void op_sync(void);
void op_lock(void);
void op_lock_all(void);
void op_populate(void);
void op_limits(void);
void op_reclaim(void);
/* Drops some clean pages, whether mapped or not. */
void reclaim_some(void);
void op_reap(void);

#endif
