/* SPDX-License-Identifier: MIT */
/*
 * /proc/meminfo, vmstat and buddyinfo: memory as a whole. What Quire does not have (swap, disks,
 * lists of active pages) reads 0.
 */
#include <arm/layout.h>
#include <kernel/oom.h>
#include <lib/printk.h>
#include <mm/commit.h>
#include "proc_files.h"

/* The space with locked memory of the process that comes next after `pid`, with a user count; NULL if there is none. */
static struct mm *next_locked(pid_t *pid)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	struct task *t, *best = NULL;
	struct mm *mm = NULL;

	TAILQ_FOREACH (t, &all_tasks, all_link) {
		if (t->pid > *pid && (!best || t->pid < best->pid) && t->mm && t->mm->locked_vm)
			best = t;
	}
	if (best) {
		*pid = best->pid;
		mm = best->mm;
		mm_get(mm);
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	return mm;
}

/* Found by looking: hardly anybody locks memory, and then nobody else pays for the counting. */
static uint32_t locked_pages(void)
{
	static struct mutex counting = MUTEX_INIT(counting);
	uint32_t n = 0;
	pid_t pid = 0;
	struct mm *mm = next_locked(&pid);

	if (!mm)
		return 0;
	mutex_lock(&counting);
	mm_count_locked_begin();
	for (; mm; mm = next_locked(&pid)) {
		n += mm_count_locked(mm);
		mm_put(mm);
	}
	mutex_unlock(&counting);
	return n;
}

static int show_meminfo(struct seq *seq, void *arg)
{
	uint32_t total = page_total_count(), free = page_free_count();
	uint32_t locked = locked_pages();
	struct task_totals tasks;
	struct page_usage u;

	(void)arg;
	page_usage(&u);
	task_totals(&tasks);

	const struct {
		const char *name;
		uint32_t kb;
	} lines[] = {
	        {"MemTotal:", KB(total)},
	        {"MemFree:", KB(free)},
	        /* Files are in memory only: none of their pages could be dropped. */
	        {"MemAvailable:", KB(free)},
	        {"Buffers:", 0},
	        {"Cached:", KB(u.cached)},
	        {"SwapCached:", 0},
	        {"Active:", 0},
	        {"Inactive:", 0},
	        {"Active(anon):", 0},
	        {"Inactive(anon):", 0},
	        {"Active(file):", 0},
	        {"Inactive(file):", 0},
	        {"Unevictable:", KB(locked)},
	        {"Mlocked:", KB(locked)},
	        {"SwapTotal:", 0},
	        {"SwapFree:", 0},
	        {"Dirty:", 0},
	        {"Writeback:", 0},
	        {"AnonPages:", KB(u.anon)},
	        {"Mapped:", KB(u.mapped)},
	        {"Shmem:", KB(u.cached)},
	        {"KReclaimable:", 0},
	        {"Slab:", KB(u.slab)},
	        {"SReclaimable:", 0},
	        {"SUnreclaim:", KB(u.slab)},
	        {"KernelStack:", tasks.tasks * (KSTACK_SIZE >> 10)},
	        {"PageTables:", tasks.table_bytes >> 10},
	        {"SecPageTables:", 0},
	        {"NFS_Unstable:", 0},
	        {"Bounce:", 0},
	        {"WritebackTmp:", 0},
	        {"CommitLimit:", KB(commit_limit())},
	        {"Committed_AS:", KB(committed_pages())},
	        {"VmallocTotal:", (VMALLOC_END - VMALLOC_BASE) >> 10},
	        {"VmallocUsed:", 0},
	        {"VmallocChunk:", 0},
	        {"Percpu:", 0},
	};

	for (unsigned int i = 0; i < COUNT(lines); i++)
		seq_printf(seq, "%-16s%8u kB\n", lines[i].name, lines[i].kb);
	return 0;
}

/* Of all cores. */
static uint32_t sum(const uint32_t counts[MAX_CPUS])
{
	uint32_t n = 0;

	for (int i = 0; i < MAX_CPUS; i++)
		n += __atomic_load_n(&counts[i], __ATOMIC_RELAXED);
	return n;
}

static int show_vmstat(struct seq *seq, void *arg)
{
	uint32_t locked = locked_pages();
	struct task_totals tasks;
	uint32_t allocated, freed;
	struct page_usage u;

	(void)arg;
	page_usage(&u);
	task_totals(&tasks);
	page_traffic(&allocated, &freed);

	const struct {
		const char *name;
		uint32_t value;
	} lines[] = {
	        {"nr_free_pages", page_free_count()},
	        {"nr_unevictable", locked},
	        {"nr_mlock", locked},
	        {"nr_anon_pages", u.anon},
	        {"nr_mapped", u.mapped},
	        {"nr_file_pages", u.cached},
	        {"nr_dirty", 0},
	        {"nr_writeback", 0},
	        {"nr_shmem", u.cached},
	        {"nr_slab_reclaimable", 0},
	        {"nr_slab_unreclaimable", u.slab},
	        {"nr_kernel_stack", tasks.tasks * (KSTACK_SIZE >> 10)},
	        {"nr_page_table_pages", tasks.table_bytes >> PAGE_SHIFT},
	        {"pgpgin", 0},
	        {"pgpgout", 0},
	        {"pswpin", 0},
	        {"pswpout", 0},
	        {"pgalloc_normal", allocated},
	        {"pgfree", freed},
	        {"pgfault", sum(page_faults)},
	        {"pgmajfault", 0}, /* no disk to wait for */
	        {"drop_pagecache", drop_counts[0]},
	        {"drop_slab", drop_counts[1]},
	        {"oom_kill", oom_kills},
	        /* Quire's own. */
	        {"asid_rollovers", asid_rollovers()},
	        {"tlb_flush_page", sum(tlb_counts.page)},
	        {"tlb_flush_asid", sum(tlb_counts.asid)},
	        {"tlb_flush_all", sum(tlb_counts.all)},
	};

	for (unsigned int i = 0; i < COUNT(lines); i++)
		seq_printf(seq, "%s %u\n", lines[i].name, lines[i].value);
	return 0;
}

static int show_buddyinfo(struct seq *seq, void *arg)
{
	struct page_usage u;

	(void)arg;
	page_usage(&u);
	seq_printf(seq, "Node %d, zone %8s ", 0, "Normal");
	for (int order = 0; order < MAX_ORDER; order++)
		seq_printf(seq, "%6u ", u.blocks[order]);
	seq_putc(seq, '\n');
	return 0;
}

static const struct proc_entry entries[] = {
        {.name = "meminfo", .mode = 0444, .show = show_meminfo},
        {.name = "vmstat", .mode = 0444, .show = show_vmstat},
        {.name = "buddyinfo", .mode = 0444, .show = show_buddyinfo},
};

void proc_memory_init(void)
{
	if (proc_register(entries, COUNT(entries)))
		panic("no memory for /proc/meminfo");
}
