/* SPDX-License-Identifier: MIT */
/*
 * What a space may take: RLIMIT_AS, RLIMIT_DATA and RLIMIT_MEMLOCK of the task that asks, and how many
 * regions.
 */
#include <lib/abi/resource.h>
#include <lib/errno.h>
#include <mm/hooks.h>
#include "region.h"

int max_map_count = 65530; /* Linux: DEFAULT_MAX_MAP_COUNT */

static const struct mm_hooks *hooks;

void mm_hooks_register(const struct mm_hooks *h)
{
	hooks = h;
}

uint32_t mm_limit(unsigned int resource)
{
	return hooks ? hooks->limits()[resource].rlim_cur : RLIM_INFINITY;
}

bool mm_privileged(void)
{
	return !hooks || hooks->privileged();
}

bool out_of_memory(void)
{
	return hooks && hooks->out_of_memory();
}

/* What RLIMIT_DATA counts: private, writable, and no stack (Linux: is_data_mapping()). */
static bool is_data(uint32_t flags)
{
	return (flags & (VM_WRITE | VM_SHARED | VM_GROWSDOWN)) == VM_WRITE;
}

static uint32_t data_pages_locked(struct mm *mm)
{
	struct vma *vma = vma_find_locked(mm, 0);
	uint32_t pages = 0;

	for (; vma; vma = vma_next_locked(vma)) {
		if (is_data(vma->flags))
			pages += vma_pages(vma);
	}
	return pages;
}

bool may_expand_locked(struct mm *mm, uint32_t flags, uint32_t pages)
{
	const struct rlimit *limits = hooks ? hooks->limits() : NULL;
	uint32_t limit;

	if (!limits)
		return true;
	limit = limits[RLIMIT_AS].rlim_cur;
	if (limit != RLIM_INFINITY && mm->total_vm + pages > limit >> PAGE_SHIFT)
		return false;
	/* Hardly anybody sets this one: then it is worth a walk, and nobody else pays for a counter. */
	limit = limits[RLIMIT_DATA].rlim_cur;
	return limit == RLIM_INFINITY || !is_data(flags) ||
	       data_pages_locked(mm) + pages <= limit >> PAGE_SHIFT;
}

bool may_lock_locked(const struct mm *mm, uint32_t flags, uint32_t pages)
{
	return !(flags & VM_LOCKED) || mm_privileged() ||
	       mm->locked_vm + pages <= mm_limit(RLIMIT_MEMLOCK) >> PAGE_SHIFT;
}

struct overlap overlap_locked(struct mm *mm, uint32_t start, uint32_t end)
{
	struct overlap sum = {0};
	struct vma *vma = vma_find_locked(mm, start);

	for (; vma && vma->start < end; vma = vma_next_locked(vma)) {
		uint32_t from = vma->start > start ? vma->start : start;
		uint32_t pages = ((vma->end < end ? vma->end : end) - from) >> PAGE_SHIFT;

		sum.pages += pages;
		sum.committed += vma->flags & VM_ACCOUNT ? pages : 0;
		sum.locked += vma->flags & VM_LOCKED ? pages : 0;
	}
	return sum;
}

/* Would a part at one end of a region be joined by the neighbour there if it had these flags? */
static bool would_join(struct vma *vma, uint32_t start, uint32_t flags)
{
	struct vma *other;

	if (vma->start == start) {
		other = vma_prev_locked(vma);
		return other && other->end == start && other->flags == flags &&
		       continues(other, vma);
	}
	other = vma_next_locked(vma);
	return other && other->start == vma->end && other->flags == flags && continues(vma, other);
}

int split_part_locked(struct vma *vma, uint32_t start, uint32_t end, uint32_t flags)
{
	int more = (vma->start < start) + (vma->end > end);

	/* Where only a border between two regions moves, there are no more when that is done. */
	if (more && (int)vma->mm->map_count + more > max_map_count &&
	        (more == 2 || !would_join(vma, start, flags)))
		return -ENOMEM;
	return split_at_ends_locked(vma->mm, start, end);
}
