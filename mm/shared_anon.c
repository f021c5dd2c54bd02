/* SPDX-License-Identifier: MIT */
/*
 * Memory for MAP_SHARED | MAP_ANONYMOUS: a file without a name, of zeros, that lives as long as a
 * region maps it.
 */
#include <lib/abi/mman.h>
#include <lib/errno.h>
#include <mm/commit.h>
#include <mm/kmalloc.h>
#include <mm/mm.h>
#include <mm/pagecache.h>
#include <stddef.h>
#include <string.h>

struct shared_anon {
	uint32_t refs; /* atomic */
	uint32_t
	        committed; /* pages promised at once; 0 with MAP_NORESERVE: one by one, under as.lock */
	bool one_by_one;
	struct address_space as;
};

static int zero_page(struct address_space *as, struct page *page)
{
	struct shared_anon *object = (void *)((char *)as - offsetof(struct shared_anon, as));

	/* Reclaim takes pages that are still zeros: they were paid for. */
	if (object->one_by_one && object->committed == as->nrpages) {
		if (commit_charge(NULL, 1))
			return -ENOMEM;
		object->committed++;
	}
	memset(page_address(page), 0, PAGE_SIZE);
	return 0;
}

static void punched(struct address_space *as, uint32_t pages)
{
	struct shared_anon *object = (void *)((char *)as - offsetof(struct shared_anon, as));

	if (object->one_by_one) {
		commit_uncharge(pages);
		object->committed -= pages;
	}
}

static const struct address_space_ops shared_anon_as_ops = {
        .readpage = zero_page, .punched = punched};

static void shared_anon_open(struct vma *vma)
{
	struct shared_anon *object = vma->object;

	__atomic_fetch_add(&object->refs, 1, __ATOMIC_RELAXED);
}

static void shared_anon_close(struct vma *vma)
{
	shared_anon_put(vma->object);
}

static const struct vm_ops shared_anon_vm_ops = {
        .open = shared_anon_open,
        .close = shared_anon_close,
};

int shared_anon_create(struct mm_map_request *request)
{
	struct shared_anon *object = kmalloc(sizeof(*object));

	if (!object)
		return -ENOMEM;
	object->one_by_one =
	        (request->flags & MAP_NORESERVE) && overcommit.memory != OVERCOMMIT_NEVER;
	object->committed = object->one_by_one ? 0 : PAGE_ALIGN(request->length) >> PAGE_SHIFT;
	if (commit_charge(NULL, object->committed)) {
		kfree(object);
		return -ENOMEM;
	}
	object->refs = 1;
	address_space_init(&object->as, &shared_anon_as_ops);
	object->as.size = PAGE_ALIGN((loff_t)request->length);
	request->as = &object->as;
	request->pgoff = 0;
	request->ops = &shared_anon_vm_ops;
	request->object = object;
	return 0;
}

void shared_anon_put(void *p)
{
	struct shared_anon *object = p;

	if (__atomic_sub_fetch(&object->refs, 1, __ATOMIC_ACQ_REL))
		return;
	pagecache_destroy(&object->as);
	commit_uncharge(object->committed);
	kfree(object);
}
