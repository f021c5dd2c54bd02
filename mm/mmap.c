/* SPDX-License-Identifier: MIT */
/*
 * mmap, munmap, mprotect and brk: changing what an address space is meant to be. Descriptors are
 * only taken away here; the fault handler adds them.
 */
#include <lib/abi/mman.h>
#include <lib/abi/resource.h>
#include <lib/errno.h>
#include <mm/commit.h>
#include <mm/hooks.h>
#include <mm/mm.h>
#include "region.h"
#include "table.h"

static uint32_t prot_to_flags(uint32_t prot)
{
	return (prot & PROT_READ ? VM_READ : 0) | (prot & PROT_WRITE ? VM_WRITE : 0) |
	       (prot & PROT_EXEC ? VM_EXEC : 0);
}

bool range_free_locked(struct mm *mm, uint32_t addr, uint32_t length)
{
	struct vma *next = vma_find_locked(mm, addr);
	uint32_t limit = next ? next->start : USER_END;

	if (next && (next->flags & VM_GROWSDOWN))
		limit = limit > STACK_GAP ? limit - STACK_GAP : 0;
	return addr >= MMAP_MIN_ADDR && addr + length <= limit && addr + length > addr;
}

uint32_t find_hole_locked(struct mm *mm, uint32_t length)
{
	uint32_t end = mm->mmap_base;
	struct vma *vma;

	while (end >= MMAP_MIN_ADDR + length) {
		uint32_t addr = end - length;

		/* The highest region that reaches into [addr, end + gap) tells where to go on. */
		if (range_free_locked(mm, addr, length))
			return addr;
		vma = vma_find_locked(mm, addr);
		if (!vma)
			break;
		end = vma->start;
		if (vma->flags & VM_GROWSDOWN)
			end = end > STACK_GAP ? end - STACK_GAP : 0;
	}
	end = mm->mmap_base;
	while (end + length <= STACK_TOP && end + length > end) {
		if (range_free_locked(mm, end, length))
			return end;
		vma = vma_find_locked(mm, end);
		if (!vma)
			break;
		end = vma->end;
	}
	return 0;
}

/* Where a request goes: its address, or a negative errno. */
static long choose_address_locked(struct mm *mm, const struct mm_map_request *r, uint32_t length)
{
	uint32_t addr = r->addr & PAGE_MASK;
	bool fixed = r->flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);

	if (length > USER_END)
		return -ENOMEM;
	if (fixed) {
		struct vma *next;

		if (r->addr & ~PAGE_MASK)
			return -EINVAL;
		if (addr > USER_END - length)
			return -ENOMEM;
		if (addr < MMAP_MIN_ADDR)
			return -EPERM;
		next = vma_find_locked(mm, addr);
		if ((r->flags & MAP_FIXED_NOREPLACE) && next && next->start < addr + length)
			return -EEXIST;
		return addr;
	}
	if (addr) {
		if (addr < MMAP_MIN_ADDR)
			addr = MMAP_MIN_ADDR;
		if (addr <= USER_END - length && range_free_locked(mm, addr, length))
			return addr;
	}
	addr = find_hole_locked(mm, length);
	return addr ? (long)addr : -ENOMEM;
}

int split_at_ends_locked(struct mm *mm, uint32_t start, uint32_t end)
{
	struct vma *vma = vma_find_locked(mm, start);
	int err;

	if (vma && vma->start < start) {
		err = vma_split_locked(mm, vma, start);
		if (err)
			return err;
	}
	vma = vma_find_locked(mm, end - 1);
	if (vma && vma->start < end && vma->end > end)
		return vma_split_locked(mm, vma, end);
	return 0;
}

static void unmap_one_locked(struct mm *mm, struct vma *vma)
{
	if (vma->flags & VM_ACCOUNT)
		commit_uncharge(vma_pages(vma));
	spin_lock(&mm->table_lock);
	table_unmap(mm, vma->start, vma->end);
	spin_unlock(&mm->table_lock);
	vma_remove_locked(mm, vma);
	vma_destroy(vma);
}

int unmap_locked(struct mm *mm, uint32_t start, uint32_t end)
{
	struct vma *vma = vma_find_locked(mm, start), *prev;
	uint32_t floor = 0, ceiling = USER_END;
	int err;

	if (!vma || vma->start >= end)
		return 0;
	if (vma->start < start || vma->end != end) { /* not just this one region */
		/* A region becomes two; at either end of it there is not one more when we are done. */
		if (vma->start < start && vma->end > end && (int)mm->map_count >= max_map_count)
			return -ENOMEM;
		err = split_at_ends_locked(mm, start, end);
		if (err)
			return err;
		vma = vma_find_locked(mm, start);
	}
	prev = vma_prev_locked(vma);
	if (prev)
		floor = prev->end;
	while (vma && vma->start < end) {
		struct vma *next = vma_next_locked(vma);

		unmap_one_locked(mm, vma);
		vma = next;
	}
	if (vma)
		ceiling = vma->start;
	table_free_range(mm, start, end, floor, ceiling);
	return 0;
}

/* What few regions have. Out of line, for the others. */
static __attribute__((noinline)) uint32_t rare_flags(const struct mm_map_request *r, uint32_t flags)
{
	if (r->flags & MAP_LOCKED)
		flags |= VM_LOCKED;
	if ((r->flags & MAP_NORESERVE) && overcommit.memory != OVERCOMMIT_NEVER)
		flags |= VM_NORESERVE;
	if (flags & VM_PFNMAP) { /* neither locked nor copied on write */
		flags &= ~VM_LOCK_MASK;
		if (!(flags & VM_SHARED))
			flags &= ~VM_MAYWRITE;
	}
	return flags;
}

static uint32_t region_flags(const struct mm *mm, const struct mm_map_request *r)
{
	uint32_t flags = prot_to_flags(r->prot) | r->vm_flags | mm->lock_future |
	                 (r->flags & MAP_SHARED ? VM_SHARED : VM_MAYWRITE);

	if ((r->flags & (MAP_LOCKED | MAP_NORESERVE)) || (r->vm_flags & VM_PFNMAP))
		flags = rare_flags(r, flags);
	return accountable(flags) ? flags | VM_ACCOUNT : flags;
}

/*
 * Admits a region by the limits, and promises its pages. What it replaces counts for it: *force are
 * pages to be promised without a question once that has given them back.
 */
static int admit_locked(
        struct mm *mm, uint32_t flags, uint32_t addr, uint32_t pages, bool fixed, uint32_t *force)
{
	struct overlap old = {0};

	if (!may_lock_locked(mm, flags, pages))
		return -EAGAIN;
	if (fixed)
		old = overlap_locked(mm, addr, addr + pages * PAGE_SIZE);
	if (!may_expand_locked(mm, flags, pages - old.pages))
		return -ENOMEM;
	*force = 0;
	if (!(flags & VM_ACCOUNT))
		return 0;
	*force = old.committed;
	return commit_charge(mm, pages - old.committed);
}

static long map_locked(struct mm *mm, const struct mm_map_request *r, uint32_t length)
{
	struct vma template; /* the links are the tree's to fill in */
	struct vma *vma;
	uint32_t force;
	int err;
	long addr;

	if ((int)mm->map_count > max_map_count)
		return -ENOMEM;
	addr = choose_address_locked(mm, r, length);
	if (addr < 0)
		return addr;
	template.start = addr;
	template.end = addr + length;
	template.flags = region_flags(mm, r);
	template.prot = vma_prot(template.flags);
	template.as = r->as;
	template.pgoff = r->pgoff;
	template.ops = r->ops;
	template.object = r->object;
	if (r->refusal)
		return may_lock_locked(mm, template.flags, length >> PAGE_SHIFT) ? r->refusal
		                                                                 : -EAGAIN;
	err = admit_locked(mm, template.flags, addr, length >> PAGE_SHIFT,
	        r->flags & (MAP_FIXED | MAP_FIXED_NOREPLACE), &force);
	if (err)
		return err;
	vma = vma_create(mm, &template);
	if (!vma) {
		err = -ENOMEM;
	} else if (r->flags & MAP_FIXED) { /* else the place is free */
		err = unmap_locked(mm, addr, addr + length);
		if (err)
			vma_destroy(vma);
	}
	if (err) {
		if (template.flags & VM_ACCOUNT)
			commit_uncharge((length >> PAGE_SHIFT) - force);
		return err;
	}
	if (force)
		commit_uncharge(-force);
	vma_insert_locked(mm, vma);
	vma_merge_locked(mm, vma);
	return addr;
}

long mm_map(struct mm *mm, const struct mm_map_request *request)
{
	uint32_t length = PAGE_ALIGN(request->length);
	uint32_t pages = length >> PAGE_SHIFT;
	bool populate;
	long addr;

	if (!request->length)
		return -EINVAL;
	if (!length)
		return -ENOMEM;
	if (request->pgoff + pages < request->pgoff)
		return -EOVERFLOW;
	if ((request->flags & MAP_LOCKED) && !may_lock_at_all())
		return -EPERM;
	mutex_lock(&mm->lock);
	addr = map_locked(mm, request, length);
	populate = (request->flags & (MAP_POPULATE | MAP_NONBLOCK)) == MAP_POPULATE ||
	           (request->flags & MAP_LOCKED) || mm->lock_future;
	mutex_unlock(&mm->lock);
	if (addr >= 0 && populate)
		mm_populate(mm, addr, length, true);
	return addr;
}

int mm_unmap(struct mm *mm, uint32_t addr, uint32_t length)
{
	int err;

	if ((addr & ~PAGE_MASK) || addr > USER_END || length > USER_END - addr || !length)
		return -EINVAL;
	length = PAGE_ALIGN(length);
	mutex_lock(&mm->lock);
	err = unmap_locked(mm, addr, addr + length);
	mutex_unlock(&mm->lock);
	return err;
}

static void set_flags_locked(struct mm *mm, struct vma *vma, uint32_t flags)
{
	if ((vma->flags ^ flags) & (VM_ACCOUNT | VM_LOCKED))
		vma_set_flags_locked(mm, vma, flags);
	vma->flags = flags;
	vma->prot = vma_prot(flags);
	if (vma->as) /* truncation of the file takes pages under table_lock alone */
		spin_lock(&mm->table_lock);
	table_protect(mm, vma);
	if (vma->as)
		spin_unlock(&mm->table_lock);
	vma_merge_locked(mm, vma);
}

/* Limits and promises, where pages become private and writable that were not. */
static int admit_writing_locked(struct mm *mm, uint32_t old, uint32_t *new, uint32_t pages)
{
	if (!accountable(*new) || accountable(old))
		return 0;
	if (!may_expand_locked(mm, *new, pages) && may_expand_locked(mm, old, pages))
		return -ENOMEM;
	if (old & VM_ACCOUNT)
		return 0;
	*new |= VM_ACCOUNT;
	return commit_charge(mm, pages);
}

static int protect_part_locked(struct vma *vma, uint32_t start, uint32_t end, void *arg)
{
	struct mm *mm = vma->mm;
	uint32_t old = vma->flags, access = *(uint32_t *)arg, new = (old & ~VM_ACCESS) | access;
	uint32_t pages = (end - start) >> PAGE_SHIFT;
	int err;

	if ((access & VM_WRITE) && !(old & VM_MAYWRITE))
		return -EACCES;
	if (new == old)
		return 0;
	err = admit_writing_locked(mm, old, &new, pages);
	if (err)
		return err;
	if (vma->start < start || vma->end > end) {
		err = split_part_locked(vma, start, end, new);
		if (err) {
			commit_uncharge(new & ~old &VM_ACCOUNT ? pages : 0);
			return err;
		}
		vma = vma_find_locked(mm, start);
	}
	set_flags_locked(mm, vma, new);
	/* What is locked and private gets its own pages before the first write, not by it. */
	if ((old & (VM_WRITE | VM_SHARED | VM_LOCKED)) == VM_LOCKED && (access & VM_WRITE))
		populate_part_locked(vma_find_locked(mm, start), start, end, &pages);
	return 0;
}

/* PROT_GROWSDOWN: from the lower end of the stack that `addr` is in, wherever that is by now. */
static int start_of_stack_locked(struct mm *mm, uint32_t *addr, uint32_t end)
{
	struct vma *vma = vma_find_locked(mm, *addr);

	if (!vma || vma->start >= end)
		return -ENOMEM;
	*addr = vma->start;
	return vma->flags & VM_GROWSDOWN ? 0 : -EINVAL;
}

int mm_protect(struct mm *mm, uint32_t addr, uint32_t length, uint32_t prot)
{
	uint32_t end = addr + PAGE_ALIGN(length), flags = prot_to_flags(prot);
	bool down = prot & PROT_GROWSDOWN;
	int err = 0;

	if ((addr & ~PAGE_MASK) || (down && (prot & PROT_GROWSUP)))
		return -EINVAL;
	if (!length)
		return 0;
	if (end <= addr)
		return -ENOMEM;
	if (prot & ~(PROT_READ | PROT_WRITE | PROT_EXEC | PROT_SEM | PROT_GROWSDOWN))
		return -EINVAL; /* stacks that grow up are there for other processors only */
	mutex_lock(&mm->lock);
	if (down)
		err = start_of_stack_locked(mm, &addr, end);
	if (!err)
		err = for_each_part_locked(
		        mm, addr, end, STOP_AT_HOLE, protect_part_locked, &flags);
	mutex_unlock(&mm->lock);
	return err;
}

static int brk_grow_locked(struct mm *mm, uint32_t from, uint32_t to)
{
	struct mm_map_request r = {
	        .addr = from,
	        .length = to - from,
	        .prot = PROT_READ | PROT_WRITE,
	        .flags = MAP_PRIVATE | MAP_FIXED,
	};
	uint32_t limit = mm_limit(RLIMIT_DATA);

	if (to > USER_END || !range_free_locked(mm, from, to - from))
		return -ENOMEM;
	/* RLIMIT_DATA counts the program's own data here (Linux: check_data_rlimit()). */
	if (limit != RLIM_INFINITY && to - mm->brk_start + (mm->end_data - mm->start_data) > limit)
		return -ENOMEM;
	return map_locked(mm, &r, to - from) < 0 ? -ENOMEM : 0;
}

uint32_t mm_brk(struct mm *mm, uint32_t brk)
{
	uint32_t old_end, new_end;
	bool populate;
	int err = 0;

	mutex_lock(&mm->lock);
	old_end = PAGE_ALIGN(mm->brk);
	new_end = PAGE_ALIGN(brk);
	if (brk < mm->brk_start || new_end < brk)
		err = -ENOMEM;
	else if (new_end > old_end)
		err = brk_grow_locked(mm, old_end, new_end);
	else if (new_end < old_end)
		err = unmap_locked(mm, new_end, old_end);
	if (!err)
		mm->brk = brk;
	brk = mm->brk;
	populate = !err && new_end > old_end && mm->lock_future;
	mutex_unlock(&mm->lock);
	if (populate)
		mm_populate(mm, old_end, new_end - old_end, true);
	return brk;
}
