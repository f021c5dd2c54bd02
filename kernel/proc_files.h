/* SPDX-License-Identifier: MIT */
/*
 * What the files of kernel/ that fill /proc share.
 */
#ifndef KERNEL_PROC_FILES_H
#define KERNEL_PROC_FILES_H

#include <fs/procfs.h>
#include <kernel/task.h>
#include <mm/stat.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define KB(pages)    ((pages) << (PAGE_SHIFT - 10))

/* Linux's clock ticks (100/s), in which /proc counts time: from ns. */
static inline uint64_t ticks(int64_t ns)
{
	return (uint64_t)ns / 10000000;
}

/* Only the boot core runs tasks. */
#define CPUS_ONLINE 1

/*
 * May the caller look into this process's memory and the like? Root, or the same user and group in every
 * respect (Linux: ptrace_may_access()). 0 or -EACCES.
 */
int proc_may_look(struct task *t);

/*
 * Its address space with a user count, if the caller may look; NULL with *err, 0 for a zombie. Both in one
 * step, or an execve() could put the memory of a set-user-ID program in between.
 */
struct mm *proc_mm_get(struct task *t, int *err);

/* A number written to a file: decimal, 0x or 0, blanks around it allowed. -EINVAL, -ERANGE. */
int proc_parse_long(const char *text, long *value);

/* Times that /proc/sys/vm/drop_caches was told to drop pages, and names. */
extern uint32_t drop_counts[2];

/* What all tasks together have done. */
struct task_totals {
	uint32_t tasks, blocked;
	int64_t cpu_time; /* ns, of the ended ones too */
	uint32_t forks;
	pid_t last_pid;
	uint32_t table_bytes;
};

void task_totals(struct task_totals *totals);

/* kernel/proc_*.c: one group of files each */
int proc_show_status(struct seq *seq, void *task);
int proc_show_stat(struct seq *seq, void *task);
int proc_show_statm(struct seq *seq, void *task);
int proc_show_maps(struct seq *seq, void *task);
int proc_show_smaps(struct seq *seq, void *task);
int proc_show_smaps_rollup(struct seq *seq, void *task);
ssize_t proc_read_pagemap(struct uio *uio, loff_t *pos, void *task);
int proc_show_oom_score(struct seq *seq, void *task);
int proc_show_oom_score_adj(struct seq *seq, void *task);
int proc_write_oom_score_adj(const char *text, size_t n, void *task);
int proc_show_oom_adj(struct seq *seq, void *task);
int proc_write_oom_adj(const char *text, size_t n, void *task);

void proc_pids_init(void);
void proc_memory_init(void);
void proc_system_init(void);
void proc_hardware_init(void);
void proc_sysctl_init(void);

#endif
