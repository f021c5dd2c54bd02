/* SPDX-License-Identifier: MIT */
/*
 * The page cache: the pages of files that are in memory, keyed by file and page number. read(),
 * write(), mmap() and execve() all use the same page.
 */
#ifndef MM_PAGECACHE_H
#define MM_PAGECACHE_H

#include <lib/types.h>
#include <lib/wait.h>
#include <mm/page.h>
#include <sys/queue.h>
#include <sys/tree.h>

struct address_space;

struct address_space_ops {
	/*
	 * Fills a new page with the file's bytes (zeros past the end and in holes). 0 or -errno.
	 * May sleep; the cache's lock is held.
	 */
	int (*readpage)(struct address_space *, struct page *);
	/* So many pages have left the cache by pagecache_punch(). May be NULL; the cache's lock is held. */
	void (*punched)(struct address_space *, uint32_t pages);
};

struct vma;

RB_HEAD(page_tree, page);

/* The cached pages of one file. Embedded in the file system's inode. */
struct address_space {
	const struct address_space_ops *ops;
	loff_t size; /* bytes of the file; changed under lock */
	struct mutex lock;
	/* under lock */
	struct page_tree pages;
	uint32_t nrpages;
	spinlock_t mappings_lock;
	/* under mappings_lock */
	LIST_HEAD(, vma) mappings; /* the regions that map this file, for truncation */
};

void address_space_init(struct address_space *as, const struct address_space_ops *ops);

/*
 * The page `index` of the file with a reference for the caller, read in if it was not there.
 * NULL only through *err: -ENOMEM or readpage's errno. May sleep.
 */
struct page *pagecache_get(struct address_space *as, uint32_t index, int *err);

/*
 * The same for page `index`, which has to be in [first, first + count), and with it whatever else of
 * that range is cached: pages[i] is page first + i with a reference for the caller, or NULL. 0 or -errno.
 */
int pagecache_get_around(struct address_space *as, uint32_t index, uint32_t first, uint32_t count,
        struct page *pages[]);

/* The same, but NULL if it is not cached; never reads. */
struct page *pagecache_find(struct address_space *as, uint32_t index);

/*
 * Every writer of a cached page calls this after it changed the bytes: the page is newer than its
 * file, and instructions in it have to be synchronised before they are next mapped executable.
 */
void pagecache_dirtied(struct page *page);

/*
 * Drops a page that may be in any file, or none, if its file can give it again: it is clean, nobody
 * uses it, and no region that maps it is locked. True if it is free now. May not sleep, but takes locks:
 * none of a file or a space may be held as a spinlock.
 */
bool pagecache_drop(struct page *page);

/*
 * Drops all pages that begin at or after byte `size`, zeroes the rest of the last page, takes
 * them out of every mapping, and sets as->size. May sleep.
 */
void pagecache_truncate(struct address_space *as, loff_t size);

/*
 * Drops the pages [first, end), so that they read as a hole, takes them out of every mapping, locked or not. Private
 * copies stay with their owners. May sleep.
 */
void pagecache_punch(struct address_space *as, uint32_t first, uint32_t end);

/* Drops every page, at the end of the file's life. Nobody maps it any more. */
void pagecache_destroy(struct address_space *as);

#endif
