/* SPDX-License-Identifier: MIT */
/*
 * /proc/PID/pagemap: a 64-bit word for each page of a process's address space (Linux:
 * Documentation/admin-guide/mm/pagemap.rst).
 */
#include <lib/errno.h>
#include <mm/mm.h>
#include <string.h>
#include "proc_files.h"

#define PM_PRESENT   (1ull << 63)
#define PM_FILE      (1ull << 61) /* of a file, or shared anonymous */
#define PM_EXCLUSIVE (1ull << 56) /* no other table shows it */
/* bits 54:0: frame number, for root only */

#define BATCH        64

struct batch {
	uint32_t start; /* address of the first word's page */
	bool frames;
	uint64_t words[BATCH];
};

static void add_word(uint32_t va, pte_t pte, void *arg)
{
	struct batch *b = arg;
	uint64_t word = PM_PRESENT;

	if (b->frames)
		word |= (pte & PTE_BASE) >> PAGE_SHIFT;
	if (!(pte & PTE_SPECIAL)) {
		const struct page *page = phys_to_page(pte & PTE_BASE);

		if (!(page->flags & PG_ANON))
			word |= PM_FILE;
		if (page_map_count(page) == 1)
			word |= PM_EXCLUSIVE;
	}
	b->words[(va - b->start) >> PAGE_SHIFT] = word;
}

/* Words from *pos on, as many as fit. Bytes moved, 0 at the end of the address space. */
static ssize_t read_batch(struct mm *mm, struct uio *uio, loff_t *pos)
{
	struct batch b = {.frames = cred_is_root(&current()->cred)};
	size_t n = uio->resid < sizeof(b.words) ? uio->resid : sizeof(b.words), left, moved;

	if (*pos >= (loff_t)(USER_END >> PAGE_SHIFT) * 8)
		return 0;
	b.start = (uint32_t)*pos / 8 << PAGE_SHIFT;
	left = ((USER_END - b.start) >> PAGE_SHIFT) * 8;
	if (n > left)
		n = left;
	mutex_lock(&mm->lock);
	table_for_each_locked(mm, b.start, b.start + (n / 8 << PAGE_SHIFT), add_word, &b);
	mutex_unlock(&mm->lock);
	moved = uio_copy_out(uio, b.words, n);
	*pos += moved;
	return moved || !n ? (ssize_t)moved : -EFAULT;
}

ssize_t proc_read_pagemap(struct uio *uio, loff_t *pos, void *task)
{
	ssize_t n = 0, done = 0;
	int err;
	struct mm *mm = proc_mm_get(task, &err);

	if (!mm)
		return err;
	if (*pos % 8 || uio->resid % 8)
		n = -EINVAL;
	while (n >= 0 && uio->resid && (n = read_batch(mm, uio, pos)) > 0)
		done += n;
	mm_put(mm);
	return done ? done : n;
}
