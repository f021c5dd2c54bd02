/* SPDX-License-Identifier: MIT */
/*
 * Overcommit: how much memory may be promised (Linux: Documentation/mm/overcommit-accounting.rst,
 * mm/util.c). What is promised are the pages of private writable regions, of shared anonymous
 * memory and of tmpfs files, touched or not: Committed_AS.
 */
#ifndef MM_COMMIT_H
#define MM_COMMIT_H

#include <lib/types.h>

struct mm;

/* /proc/sys/vm/; each is one word that may be read and written without a lock. */
struct overcommit {
	int memory;        /* OVERCOMMIT_GUESS, _ALWAYS or _NEVER */
	int ratio;         /* per cent of RAM that may be promised in mode 2 ... */
	int kbytes;        /* ... or so many KiB, where this is not 0 */
	int admin_reserve; /* KiB kept back for root in mode 2 */
	int user_reserve;  /* KiB kept back from a single process in mode 2 */
};

extern struct overcommit overcommit;

/* Once, when all memory is known: sets the two reserves as Linux does. */
void commit_init(void);

/*
 * Promises `pages`: 0, or -ENOMEM with nothing changed. `mm` is the space that asks, for the size
 * that its user_reserve depends on; may be NULL. Any context.
 */
int commit_charge(const struct mm *mm, uint32_t pages);

/* Takes back a promise. Any context. */
void commit_uncharge(uint32_t pages);

/* Pages: CommitLimit and Committed_AS of /proc/meminfo. */
uint32_t commit_limit(void);
uint32_t committed_pages(void);

#endif
