/* SPDX-License-Identifier: MIT */
/*
 * Finding descriptors of a user table. One walker: it returns slots and decides nothing.
 *
 *	va  31        20 19        12 11         0
 *	   +------------+------------+------------+
 *	   |  L1 index  |  L2 index  |  in page   |
 *	   +------------+------------+------------+
 */
#ifndef MM_TABLE_H
#define MM_TABLE_H

#include <arm/tlb.h>
#include <mm/mm.h>
#include <mm/stat.h>

static inline pte_t *l2_of(pte_t l1_entry)
{
	return phys_to_virt(l1_entry & L1_TABLE_BASE);
}

/* The slot for va; NULL if it has no second-level table. */
static inline pte_t *table_slot(pte_t *l1, uint32_t va)
{
	pte_t entry = pte_read(&l1[L1_INDEX(va)]);

	return l1_is_table(entry) ? l2_of(entry) + L2_INDEX(va) : NULL;
}

/* A run of neighbouring slots in one second-level table, for [va, stop). */
struct table_run {
	pte_t *slot;
	uint32_t va, stop;
};

/*
 * The next run behind run->stop and below `end`, leaving out what has no second-level table.
 * Start with .stop = first address; false when there is no more.
 */
static inline bool table_next_run(pte_t *l1, struct table_run *run, uint32_t end)
{
	while (run->stop < end) {
		run->va = run->stop;
		run->stop = (run->va & SECTION_BASE) + SECTION_BYTES;
		if (run->stop > end)
			run->stop = end;
		run->slot = table_slot(l1, run->va);
		if (run->slot)
			return true;
	}
	return false;
}

/* The slot for va, with a new second-level table if need be; NULL without memory. mm->lock held. */
pte_t *table_slot_alloc(struct mm *mm, uint32_t va);

/*
 * Takes every page of [start, end) out of the table and the TLB, and drops their references. The
 * region is all of `as` or all anonymous. mm->lock held, or as->mappings_lock for a region with `as`.
 */
void table_unmap(struct mm *mm, uint32_t start, uint32_t end);

/* The same for one page, if it is `page` that stands at va. */
void table_unmap_page(struct mm *mm, uint32_t va, const struct page *page);

/* The same for a space that no core runs on any more and that has left all TLBs. */
void table_discard(struct mm *mm, uint32_t start, uint32_t end);

/* And then the second-level tables that [start, end) touches. */
void table_discard_tables(struct mm *mm, uint32_t start, uint32_t end);

/*
 * Moves the pages of [from, from + length) to `to`, whose second-level tables exist and are empty
 * there. The ranges do not overlap. mm->lock and table_lock held.
 */
void table_move(struct mm *mm, uint32_t from, uint32_t to, uint32_t length);

/* Frees second-level tables that lie wholly in [floor, ceiling) and touch [start, end); they are empty. mm->lock held. */
void table_free_range(
        struct mm *mm, uint32_t start, uint32_t end, uint32_t floor, uint32_t ceiling);

/* Gives the pages of a region that are mapped new rights. mm->lock held. */
void table_protect(struct mm *mm, const struct vma *vma);

/*
 * Copies a region's descriptors into another space, write-protecting both sides where the region
 * is private. The caller flushes the parent's TLB afterwards. -ENOMEM. Both locks held.
 */
int table_copy(struct mm *child, struct mm *parent, const struct vma *vma);

/* Descriptor bits for a page of a region with these VM_ flags, without write permission. */
pte_t vma_prot(uint32_t flags);

/* mm/vma.c */
struct vma *vma_create(struct mm *mm, const struct vma *template);
void vma_destroy(struct vma *vma);
void vma_insert_locked(struct mm *mm, struct vma *vma);
/* The same, behind `other` in the file's list of mappings; both map the same file or none. */
void vma_insert_after_locked(struct mm *mm, struct vma *vma, struct vma *other);
void vma_remove_locked(struct mm *mm, struct vma *vma);
/* Takes a region that is about to go out of its file's list of mappings. */
void vma_hide(struct vma *vma);
struct vma *vma_prev_locked(struct vma *vma);
int vma_split_locked(struct mm *mm, struct vma *vma, uint32_t at);
void vma_merge_locked(struct mm *mm, struct vma *vma);
/* Do two regions that touch show what belongs together, so that they could be one if their flags were the same? */
bool continues(const struct vma *lower, const struct vma *upper);

/* mm/asid.c */
/* Gives a space's number back. Its entries have left all TLBs, and no core runs on it. */
void asid_free(struct asid_context *context);

static inline uint32_t vma_pages(const struct vma *vma)
{
	return (vma->end - vma->start) >> PAGE_SHIFT;
}

/* A region with these flags has so many pages more (fewer: negative, as unsigned). Locked. */
static inline void count_pages_locked(struct mm *mm, uint32_t flags, uint32_t pages)
{
	mm->total_vm += pages;
	if (flags & VM_ACCOUNT)
		mm->committed += pages;
	if (flags & VM_LOCKED)
		mm->locked_vm += pages;
}

/* A space's high-water marks: called when it has grown, and before pages are taken from it. Locked. */
static inline void note_peak_vm(struct mm *mm)
{
	if (mm->total_vm > mm->peak_vm)
		mm->peak_vm = mm->total_vm;
}

static inline void note_peak_rss(struct mm *mm)
{
	if (mm->anon_pages + mm->file_pages > mm->peak_rss)
		mm->peak_rss = mm->anon_pages + mm->file_pages;
}

#endif
