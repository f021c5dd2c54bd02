/* SPDX-License-Identifier: MIT */
/*
 * /proc/PID/maps, smaps and smaps_rollup: the regions of a process, and what of them is in memory
 * (Linux: Documentation/filesystems/proc.rst).
 */
#include <fs/dentry.h>
#include <kernel/file_map.h>
#include <lib/errno.h>
#include <mm/mm.h>
#include <string.h>
#include "proc_files.h"

#define NAME_COLUMN 49

/* The page of helpers that every program can execute (include/arm/layout.h). */
static struct vma vectors = {
        .start = KUSER_PAGE,
        .end = KUSER_PAGE + PAGE_SIZE,
        .flags = VM_READ | VM_EXEC,
};

static void show_prefix(
        struct seq *seq, const struct vma *vma, uint64_t offset, uint32_t dev, uint32_t ino)
{
	seq_printf(seq, "%08x-%08x %c%c%c%c %08llx %02x:%02x %u ", vma->start, vma->end,
	        vma->flags & VM_READ ? 'r' : '-', vma->flags & VM_WRITE ? 'w' : '-',
	        vma->flags & VM_EXEC ? 'x' : '-', vma->flags & VM_SHARED ? 's' : 'p', offset,
	        dev_major(dev), dev_minor(dev), ino);
}

static const char *anon_name(const struct mm *mm, const struct vma *vma)
{
	if (vma == &vectors)
		return "[vectors]";
	if (vma->flags & VM_SHARED)
		return "/dev/zero (deleted)";
	if (vma->start < mm->brk && vma->end > mm->brk_start)
		return "[heap]";
	if (vma->start <= mm->start_stack && vma->end >= mm->start_stack)
		return "[stack]";
	return NULL;
}

static void show_region(struct seq *seq, const struct mm *mm, const struct vma *vma)
{
	struct file *file = vma_file(vma);
	const char *name = file ? NULL : anon_name(mm, vma);

	if (file)
		show_prefix(seq, vma, (uint64_t)vma->pgoff << PAGE_SHIFT,
		        file->inode->sb ? file->inode->sb->dev : 0, file->inode->ino);
	else
		show_prefix(seq, vma, 0, vma->flags & VM_SHARED ? dev_make(0, 1) : 0, 0);
	if (file || name)
		seq_pad(seq, NAME_COLUMN);
	if (file)
		seq_path(seq, &file->path, NULL, "\n");
	else if (name)
		seq_puts(seq, name);
	seq_putc(seq, '\n');
}

/* Calls show for each region. `arg` is for it. */
static int for_each_region(struct seq *seq, struct task *t,
        void (*show)(struct seq *seq, struct mm *mm, struct vma *vma, void *arg), void *arg)
{
	int err;
	struct mm *mm = proc_mm_get(t, &err);
	struct vma *vma;

	if (!mm)
		return err;
	mutex_lock(&mm->lock);
	for (vma = vma_find_locked(mm, 0); vma; vma = vma_next_locked(vma))
		show(seq, mm, vma, arg);
	show(seq, mm, &vectors, arg);
	mutex_unlock(&mm->lock);
	mm_put(mm);
	return 0;
}

static void map_line(struct seq *seq, struct mm *mm, struct vma *vma, void *arg)
{
	(void)arg;
	show_region(seq, mm, vma);
}

int proc_show_maps(struct seq *seq, void *task)
{
	return for_each_region(seq, task, map_line, NULL);
}

/* -- what is in memory -- */

#define PSS_SHIFT 12

struct resident {
	/* pages */
	uint32_t all, anon, clean[2], dirty[2]; /* [1]: shared, that is, in other tables too */
	/* bytes << PSS_SHIFT, each page divided by the number of tables that show it */
	uint64_t pss, pss_dirty, pss_anon, pss_locked;
	uint32_t first, last; /* of all regions */
};

static void add_page(uint32_t va, pte_t pte, void *arg)
{
	struct resident *r = arg;
	struct page *page;
	uint32_t users, share;
	bool anon;

	(void)va;
	if (pte & PTE_SPECIAL)
		return;
	page = phys_to_page(pte & PTE_BASE);
	users = page_map_count(page);
	share = (PAGE_SIZE << PSS_SHIFT) / (users ? users : 1);
	anon = page->flags & PG_ANON;
	r->all++;
	r->pss += share;
	if (anon) {
		r->anon++;
		r->pss_anon += share;
	}
	if (anon || (page->flags & PG_DIRTY)) {
		r->dirty[users > 1]++;
		r->pss_dirty += share;
	} else {
		r->clean[users > 1]++;
	}
}

static void add_region(struct resident *r, struct mm *mm, const struct vma *vma)
{
	uint64_t before = r->pss;

	table_for_each_locked(mm, vma->start, vma->end, add_page, r);
	if (vma->flags & VM_LOCKED)
		r->pss_locked += r->pss - before;
}

static uint32_t pss_kb(uint64_t pss)
{
	return pss >> (PSS_SHIFT + 10);
}

/* The fields that smaps and smaps_rollup share. */
static void show_resident(struct seq *seq, const struct resident *r, bool rollup)
{
	const struct {
		const char *name;
		uint32_t kb;
	} fields[] = {
	        {"Rss:", KB(r->all)},
	        {"Pss:", pss_kb(r->pss)},
	        {"Pss_Dirty:", pss_kb(r->pss_dirty)},
	        {"Pss_Anon:", pss_kb(r->pss_anon)},
	        {"Pss_File:", 0},
	        {"Pss_Shmem:", pss_kb(r->pss - r->pss_anon)},
	        {"Shared_Clean:", KB(r->clean[1])},
	        {"Shared_Dirty:", KB(r->dirty[1])},
	        {"Private_Clean:", KB(r->clean[0])},
	        {"Private_Dirty:", KB(r->dirty[0])},
	        {"Referenced:", KB(r->all)}, /* only what was touched is mapped */
	        {"Anonymous:", KB(r->anon)},
	        {"LazyFree:", 0},
	        {"AnonHugePages:", 0},
	        {"ShmemPmdMapped:", 0},
	        {"FilePmdMapped:", 0},
	        {"Shared_Hugetlb:", 0},
	        {"Private_Hugetlb:", 0},
	        {"Swap:", 0},
	        {"SwapPss:", 0},
	        {"Locked:", pss_kb(r->pss_locked)},
	};

	for (unsigned int i = 0; i < COUNT(fields); i++) {
		if (rollup || i < 3 || i > 5)
			seq_printf(seq, "%-16s%8u kB\n", fields[i].name, fields[i].kb);
	}
}

/* In the order of Linux's VM_ bits: a name, and the flags that a region with it has. */
static const struct {
	char name[2];
	uint16_t flags;
} flag_names[] = {
        {"rd", VM_READ},
        {"wr", VM_WRITE},
        {"ex", VM_EXEC},
        {"sh", VM_SHARED | VM_MAYWRITE},
        {"mr", 0}, /* files that are shared can be read and executed always */
        {"mw", VM_MAYWRITE},
        {"me", 0},
        {"ms", VM_SHARED},
        {"gd", VM_GROWSDOWN},
        {"pf", VM_PFNMAP},
        {"lo", VM_LOCKED},
        {"io", VM_PFNMAP},
        {"sr", VM_SEQ_READ},
        {"rr", VM_RAND_READ},
        {"dc", VM_DONTCOPY},
        {"de", VM_PFNMAP},
        {"lf", VM_LOCKONFAULT},
        {"ac", VM_ACCOUNT},
        {"nr", VM_NORESERVE},
        {"wf", VM_WIPEONFORK},
        {"dd", VM_DONTDUMP},
};

static void show_flags(struct seq *seq, const struct vma *vma)
{
	uint32_t flags = vma->flags | (vma->flags & VM_PFNMAP ? VM_DONTDUMP : 0);

	seq_puts(seq, "VmFlags: ");
	for (unsigned int i = 0; i < COUNT(flag_names); i++) {
		if ((flags & flag_names[i].flags) == flag_names[i].flags)
			seq_printf(seq, "%.2s ", flag_names[i].name);
	}
	seq_putc(seq, '\n');
}

static void smaps_region(struct seq *seq, struct mm *mm, struct vma *vma, void *arg)
{
	uint32_t size = (vma->end - vma->start) >> 10;
	struct resident r = {0};

	(void)arg;
	add_region(&r, mm, vma);
	show_region(seq, mm, vma);
	seq_printf(seq, "%-16s%8u kB\n%-16s%8u kB\n%-16s%8u kB\n", "Size:", size,
	        "KernelPageSize:", 4, "MMUPageSize:", 4);
	show_resident(seq, &r, false);
	seq_puts(seq, "THPeligible:    0\n");
	show_flags(seq, vma);
}

int proc_show_smaps(struct seq *seq, void *task)
{
	return for_each_region(seq, task, smaps_region, NULL);
}

static void sum_region(struct seq *seq, struct mm *mm, struct vma *vma, void *arg)
{
	struct resident *r = arg;

	(void)seq;
	if (vma == &vectors)
		return;
	if (!r->last)
		r->first = vma->start;
	r->last = vma->end;
	add_region(r, mm, vma);
}

int proc_show_smaps_rollup(struct seq *seq, void *task)
{
	struct resident r = {0};
	struct vma all = {0};
	int err = for_each_region(seq, task, sum_region, &r);

	if (err || !r.last)
		return err ? err : -ESRCH;
	all.start = r.first;
	all.end = r.last;
	show_prefix(seq, &all, 0, 0, 0);
	seq_pad(seq, NAME_COLUMN);
	seq_puts(seq, "[rollup]\n");
	show_resident(seq, &r, true);
	return 0;
}
