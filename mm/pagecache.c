/* SPDX-License-Identifier: MIT */
/*
 * The page cache: for each file a tree of the pages that are in memory. A cached page holds one
 * reference for the tree and one for each descriptor that maps it.
 */
#include <lib/errno.h>
#include <mm/mm.h>
#include <mm/pagecache.h>
#include <string.h>
#include "table.h"

static int page_compare(const struct page *a, const struct page *b)
{
	return a->index < b->index ? -1 : a->index > b->index;
}

RB_GENERATE_STATIC(page_tree, page, cache_link, page_compare)

void address_space_init(struct address_space *as, const struct address_space_ops *ops)
{
	memset(as, 0, sizeof(*as));
	as->ops = ops;
	mutex_init(&as->lock);
	RB_INIT(&as->pages);
	LIST_INIT(&as->mappings);
}

static struct page *find_locked(struct address_space *as, uint32_t index)
{
	struct page *page = RB_ROOT(&as->pages);

	while (page && page->index != index)
		page = index < page->index ? RB_LEFT(page, cache_link) : RB_RIGHT(page, cache_link);
	return page;
}

/*
 * Guards page->mapping of all pages where it is set and cleared, for pagecache_drop(), which comes to a
 * file by way of a page: while it holds this lock, a page's file cannot go away.
 */
static spinlock_t mapping_lock = SPINLOCK_INIT;

static void set_mapping(struct page *page, struct address_space *as)
{
	spin_lock(&mapping_lock);
	page->mapping = as;
	spin_unlock(&mapping_lock);
}

static struct page *read_locked(struct address_space *as, uint32_t index, int *err)
{
	struct page *page = page_alloc(0, 0);

	if (!page) {
		*err = -ENOMEM;
		return NULL;
	}
	set_mapping(page, as);
	page->index = index;
	*err = as->ops->readpage(as, page);
	if (*err) {
		page_put(page);
		return NULL;
	}
	RB_INSERT(page_tree, &as->pages, page);
	page->flags |= PG_CACHED;
	as->nrpages++;
	return page;
}

/* A reference for the caller; and the page has been used. */
static void use_locked(struct page *page)
{
	page_get(page);
	if (!(page->flags & PG_REFERENCED))
		__atomic_or_fetch(&page->flags, PG_REFERENCED, __ATOMIC_RELAXED);
}

struct page *pagecache_get(struct address_space *as, uint32_t index, int *err)
{
	struct page *page;

	mutex_lock(&as->lock);
	page = find_locked(as, index);
	if (!page)
		page = read_locked(as, index, err);
	if (page)
		use_locked(page);
	mutex_unlock(&as->lock);
	return page;
}

int pagecache_get_around(struct address_space *as, uint32_t index, uint32_t first, uint32_t count,
        struct page *pages[])
{
	struct page *page, *near;
	int err = 0;

	for (uint32_t i = 0; i < count; i++)
		pages[i] = NULL;
	mutex_lock(&as->lock);
	page = find_locked(as, index);
	if (!page)
		page = read_locked(as, index, &err);
	if (page) {
		use_locked(page);
		pages[index - first] = page;
		/* Neighbours in the file are neighbours in the tree: no search for each. */
		for (near = page;
		        (near = RB_PREV(page_tree, NULL, near)) && near->index >= first;) {
			page_get(near);
			pages[near->index - first] = near;
		}
		for (near = page;
		        (near = RB_NEXT(page_tree, NULL, near)) && near->index - first < count;) {
			page_get(near);
			pages[near->index - first] = near;
		}
	}
	mutex_unlock(&as->lock);
	return err;
}

struct page *pagecache_find(struct address_space *as, uint32_t index)
{
	struct page *page;

	mutex_lock(&as->lock);
	page = find_locked(as, index);
	if (page)
		use_locked(page);
	mutex_unlock(&as->lock);
	return page;
}

/* The file of a page with its lock taken; NULL where somebody has it, or it is in none. */
static struct address_space *lock_mapping(struct page *page)
{
	struct address_space *as;

	spin_lock(&mapping_lock);
	as = page->flags & PG_CACHED ? page->mapping : NULL;
	if (as && !mutex_trylock(&as->lock))
		as = NULL;
	spin_unlock(&mapping_lock);
	return as;
}

void pagecache_dirtied(struct page *page)
{
	/* Release: who sees the mark sees the new bytes (sync_page()). In this order, or the other would miss both. */
	__atomic_or_fetch(&page->flags, PG_DIRTY | PG_REWRITTEN, __ATOMIC_RELEASE);
	__atomic_and_fetch(&page->flags, (uint16_t)~PG_ISYNCED, __ATOMIC_RELAXED);
}

/* Takes the pages from number `first` on out of every space that maps them. */
static void unmap_mappings(struct address_space *as, uint32_t first)
{
	struct vma *vma;

	spin_lock(&as->mappings_lock);
	LIST_FOREACH (vma, &as->mappings, mapping_link) {
		uint32_t pages = (vma->end - vma->start) >> PAGE_SHIFT;
		uint32_t skip = first > vma->pgoff ? first - vma->pgoff : 0;

		if (skip >= pages)
			continue;
		spin_lock(&vma->mm->table_lock);
		table_unmap(vma->mm, vma->start + skip * PAGE_SIZE, vma->end);
		spin_unlock(&vma->mm->table_lock);
	}
	spin_unlock(&as->mappings_lock);
}

static void remove_locked(struct address_space *as, struct page *page)
{
	RB_REMOVE(page_tree, &as->pages, page);
	as->nrpages--;
	__atomic_and_fetch(&page->flags, (uint16_t)~PG_CACHED, __ATOMIC_RELAXED);
	set_mapping(page, NULL); /* a fault that found it before us must not map it now */
	page_put(page);
}

/* Takes a page out of every space that maps it; false if one of them has it locked, and that counts. */
static bool unmap_page(struct address_space *as, struct page *page, bool spare_locked)
{
	struct vma *vma;
	bool locked = false;

	spin_lock(&as->mappings_lock);
	LIST_FOREACH (vma, &as->mappings, mapping_link) {
		uint32_t skip = page->index - vma->pgoff;

		if (page->index < vma->pgoff || skip >= vma_pages(vma))
			continue;
		if (spare_locked && (vma->flags & VM_LOCKED)) {
			locked = true;
			break;
		}
		spin_lock(&vma->mm->table_lock);
		table_unmap_page(vma->mm, vma->start + skip * PAGE_SIZE, page);
		spin_unlock(&vma->mm->table_lock);
	}
	spin_unlock(&as->mappings_lock);
	return !locked;
}

bool pagecache_drop(struct page *page)
{
	struct address_space *as = lock_mapping(page);
	bool dropped;

	if (!as)
		return false;
	/* With the lock held nobody finds the page in the cache: one reference is the cache's own. */
	dropped = !(page->flags & PG_DIRTY) && unmap_page(as, page, true) &&
	          __atomic_load_n(&page->refcount, __ATOMIC_ACQUIRE) == 1 &&
	          !(page->flags & PG_DIRTY);
	if (dropped)
		remove_locked(as, page);
	/* pagecache_destroy(): with the page gone, nothing else keeps the file. */
	spin_lock(&mapping_lock);
	mutex_unlock(&as->lock);
	spin_unlock(&mapping_lock);
	return dropped;
}

static void drop_pages_locked(struct address_space *as, uint32_t first)
{
	struct page *page, *next;

	RB_FOREACH_SAFE (page, page_tree, &as->pages, next) {
		if (page->index < first)
			continue;
		remove_locked(as, page);
	}
}

void pagecache_punch(struct address_space *as, uint32_t first, uint32_t end)
{
	struct page *page, *next;
	uint32_t before;

	mutex_lock(&as->lock);
	before = as->nrpages;
	RB_FOREACH_SAFE (page, page_tree, &as->pages, next) {
		if (page->index < first || page->index >= end)
			continue;
		page_get(page);
		/* In this order: a fault that found the page before sees that it is in no file now. */
		remove_locked(as, page);
		unmap_page(as, page, false);
		page_put(page);
	}
	if (as->ops->punched)
		as->ops->punched(as, before - as->nrpages);
	mutex_unlock(&as->lock);
}

static void zero_tail_locked(struct address_space *as, loff_t size)
{
	struct page *page = find_locked(as, size >> PAGE_SHIFT);
	uint32_t offset = PAGE_OFFSET((uint32_t)size);

	if (page && offset) {
		memset((char *)page_address(page) + offset, 0, PAGE_SIZE - offset);
		pagecache_dirtied(page);
	}
}

void pagecache_truncate(struct address_space *as, loff_t size)
{
	uint32_t first = (size + PAGE_SIZE - 1) >> PAGE_SHIFT;
	bool shrinks;

	mutex_lock(&as->lock);
	shrinks = size < as->size;
	as->size = size;
	if (shrinks) {
		drop_pages_locked(as, first);
		zero_tail_locked(as, size);
	}
	mutex_unlock(&as->lock);
	if (shrinks)
		unmap_mappings(as, first);
}

void pagecache_destroy(struct address_space *as)
{
	mutex_lock(&as->lock);
	drop_pages_locked(as, 0);
	mutex_unlock(&as->lock);
	/* pagecache_drop() may have let go of as->lock a moment ago and not be done with unlocking it. */
	spin_lock(&mapping_lock);
	spin_unlock(&mapping_lock);
}
