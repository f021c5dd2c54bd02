/* SPDX-License-Identifier: MIT */
/*
 * mremap: a region grows or shrinks where it is, or moves with its pages to another address.
 */
#include <lib/abi/mman.h>
#include <lib/errno.h>
#include <mm/commit.h>
#include <mm/mm.h>
#include "region.h"
#include "table.h"

struct move {
	uint32_t from, old_length, to, new_length;
	/*
	 * The old region stays, without its pages (MREMAP_DONTUNMAP); or there is a second one of what
	 * is shared (old_length 0).
	 */
	bool keep;
};

/* Second-level tables for the target, so that nothing can fail once pages have begun to move. */
static int prepare_tables(struct mm *mm, const struct move *m)
{
	for (uint32_t va = m->to; va < m->to + m->new_length;
	        va = (va & SECTION_BASE) + SECTION_BYTES) {
		if (!table_slot_alloc(mm, va))
			return -ENOMEM;
	}
	return 0;
}

/* Those of them that no region needs, where it did fail. */
static void drop_tables(struct mm *mm, const struct move *m)
{
	struct vma *next = vma_find_locked(mm, m->to);
	struct vma *prev = next ? vma_prev_locked(next) : RB_MAX(vma_tree, &mm->vmas);

	table_free_range(mm, m->to, m->to + m->new_length, prev ? prev->end : 0,
	        next ? next->start : USER_END);
}

/* The region at the target: like the old one, with its own reference to the object. */
static struct vma *create_target(struct mm *mm, const struct vma *old, const struct move *m)
{
	struct vma template = *old;

	template.start = m->to;
	template.end = m->to + m->new_length;
	template.pgoff += (m->from - old->start) >> PAGE_SHIFT;
	return vma_create(mm, &template);
}

static void unmap_old_locked(struct mm *mm, const struct move *m, uint32_t flags)
{
	if (flags & VM_ACCOUNT) /* unmapping takes the promise back: it goes along instead */
		commit_uncharge(-(m->old_length >> PAGE_SHIFT));
	unmap_locked(mm, m->from, m->from + m->old_length);
}

/* What is left behind has no pages that could be locked. */
static void unlock_old_locked(struct mm *mm, const struct move *m)
{
	struct vma *vma = vma_find_locked(mm, m->from);

	if (!m->old_length)
		return;
	vma_set_flags_locked(mm, vma, vma->flags & ~VM_LOCK_MASK);
	vma_merge_locked(mm, vma);
}

static long move_locked(struct mm *mm, struct vma *old, const struct move *m)
{
	uint32_t peak = mm->peak_vm;
	struct vma *target;
	int err;

	/* The moved region, and what may be left of the old one on both sides (Linux: move_vma()). */
	if ((int)mm->map_count >= max_map_count - 3)
		return -ENOMEM;
	target = create_target(mm, old, m);
	if (!target)
		return -ENOMEM;
	err = prepare_tables(mm, m);
	if (!err && m->old_length) /* the old region has to end where the moved part does */
		err = split_at_ends_locked(mm, m->from, m->from + m->old_length);
	if (err) {
		drop_tables(mm, m);
		vma_destroy(target);
		return err;
	}
	/*
	 * In the file's list before any page moves, and behind the old region: truncation, which may
	 * come at any time, takes pages from the one first and from the other then.
	 */
	vma_insert_after_locked(mm, target, vma_find_locked(mm, m->from));
	spin_lock(&mm->table_lock);
	table_move(mm, m->from, m->to, m->old_length);
	spin_unlock(&mm->table_lock);
	if (m->keep)
		unlock_old_locked(mm, m);
	else
		unmap_old_locked(mm, m, target->flags);
	vma_merge_locked(mm, vma_find_locked(mm, m->to));
	mm->peak_vm = peak; /* not what there was in two places for a moment */
	note_peak_vm(mm);
	return m->to;
}

/* Grows the region up in place, if it ends where the request does and nothing is in the way. */
static bool grow_locked(struct mm *mm, struct vma *vma, const struct move *m)
{
	uint32_t end = m->from + m->old_length, more = m->new_length - m->old_length;
	const struct vma *next = vma_next_locked(vma);

	/* A stack above may be met: it keeps its gap when it grows (Linux: vma_expandable()). */
	if (vma->end != end || more > (next ? next->start : USER_END) - end)
		return false;
	vma->end += more;
	count_pages_locked(mm, vma->flags, more >> PAGE_SHIFT);
	note_peak_vm(mm);
	vma_merge_locked(mm, vma);
	return true;
}

static int check_target(const struct move *m, bool fixed)
{
	if ((m->to & ~PAGE_MASK) || m->new_length > USER_END || m->to > USER_END - m->new_length)
		return -EINVAL;
	if (m->from + m->old_length > m->to && m->to + m->new_length > m->from)
		return -EINVAL;
	return fixed && m->to < MMAP_MIN_ADDR ? -EPERM : 0;
}

/* The limits and the promise for so many pages more; what DONTUNMAP leaves behind is not locked any more. */
static int admit_growth_locked(
        struct mm *mm, const struct vma *vma, const struct move *m, uint32_t pages)
{
	uint32_t more = m->new_length - m->old_length;

	if (more && !may_lock_locked(mm, vma->flags, more >> PAGE_SHIFT))
		return -EAGAIN;
	if (!may_expand_locked(mm, vma->flags, pages))
		return -ENOMEM;
	return vma->flags & VM_ACCOUNT ? commit_charge(mm, pages) : 0;
}

/* To a place that is free, or made free here if it is the caller's choice. */
static long resize_locked(struct mm *mm, struct move *m, uint32_t flags)
{
	struct vma *vma = vma_find_locked(mm, m->from);
	uint32_t pages = (m->new_length - (m->keep ? 0 : m->old_length)) >> PAGE_SHIFT;
	long result;

	if (!vma || vma->start > m->from)
		return -EFAULT;
	if (m->old_length ? m->keep && (vma->flags & VM_PFNMAP) : !(vma->flags & VM_SHARED))
		return -EINVAL;
	/* Whoever mapped the device has checked the frames up to the end, and no more. */
	if (m->old_length > vma->end - m->from || (pages && (vma->flags & VM_PFNMAP)))
		return -EFAULT;
	if (m->new_length > USER_END)
		return -ENOMEM;
	result = pages ? admit_growth_locked(mm, vma, m, pages) : 0;
	if (result)
		return result;
	if (!(flags & MREMAP_FIXED)) {
		if (!m->keep && grow_locked(mm, vma, m))
			return m->from;
		if (!range_free_locked(mm, m->to, m->new_length)) /* it may be wished for */
			m->to = flags & MREMAP_MAYMOVE ? find_hole_locked(mm, m->new_length) : 0;
	}
	result = m->to ? move_locked(mm, vma, m) : -ENOMEM;
	if (result < 0 && (vma->flags & VM_ACCOUNT))
		commit_uncharge(pages);
	return result;
}

static long remap_locked(struct mm *mm, struct move *m, uint32_t flags)
{
	struct vma *vma = vma_find_locked(mm, m->from);
	int err = 0;

	if (!vma || vma->start > m->from)
		return -EFAULT;
	if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP))
		err = check_target(m, flags & MREMAP_FIXED);
	else
		m->to = 0;
	/* Before anything at the target goes that the move would fail for then (Linux: mremap_to()). */
	if (!err && (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) &&
	        (int)mm->map_count + 2 >= max_map_count - 3)
		err = -ENOMEM;
	if (!err && m->new_length < m->old_length && m->old_length > USER_END - m->from)
		err = -EINVAL; /* what munmap() says of such an end */
	if (!err && (flags & MREMAP_FIXED))
		err = unmap_locked(mm, m->to, m->to + m->new_length);
	if (!err && m->new_length < m->old_length)
		err = unmap_locked(mm, m->from + m->new_length, m->from + m->old_length);
	if (err)
		return err;
	if (m->new_length <= m->old_length && !m->keep) {
		if (!(flags & MREMAP_FIXED))
			return m->from;
		m->old_length = m->new_length;
	}
	return resize_locked(mm, m, flags);
}

long mm_remap(struct mm *mm, uint32_t addr, uint32_t old_length, uint32_t new_length,
        uint32_t flags, uint32_t new_addr)
{
	struct move m = {.from = addr,
	        .old_length = PAGE_ALIGN(old_length),
	        .to = new_addr,
	        .new_length = PAGE_ALIGN(new_length)};
	struct vma *vma;
	bool locked;
	long result;

	if ((flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)) || (addr & ~PAGE_MASK))
		return -EINVAL;
	if (flags && !(flags & MREMAP_MAYMOVE))
		return -EINVAL;
	if (!m.new_length || ((flags & MREMAP_DONTUNMAP) && old_length != new_length))
		return -EINVAL;
	m.keep = !m.old_length || (flags & MREMAP_DONTUNMAP);
	mutex_lock(&mm->lock);
	result = remap_locked(mm, &m, flags);
	vma = result < 0 ? NULL : vma_find_locked(mm, result);
	locked = vma && (vma->flags & VM_LOCKED) && m.new_length > m.old_length;
	mutex_unlock(&mm->lock);
	if (locked)
		mm_populate(mm, result + m.old_length, m.new_length - m.old_length, true);
	return result;
}
