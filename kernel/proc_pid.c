/* SPDX-License-Identifier: MIT */
/*
 * /proc/PID: which processes there are, and those of their files that need no page of their own
 * (proc(5) in the Linux manual).
 */
#include <lib/errno.h>
#include <lib/printk.h>
#include <mm/access.h>
#include <string.h>
#include "proc_files.h"

static pid_t pid_self(void)
{
	return current()->tgid;
}

static pid_t pid_next(pid_t pid)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	pid_t best = 0;
	struct task *t;

	TAILQ_FOREACH (t, &all_tasks, all_link) {
		if (t->pid == t->tgid && t->pid > pid && (!best || t->pid < best))
			best = t->pid;
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	return best;
}

static void *pid_get(pid_t pid)
{
	return task_find(pid);
}

static void pid_put(void *task)
{
	task_put(task);
}

static void pid_owner(void *task, uint32_t *uid, uint32_t *gid)
{
	const struct task *t = task;

	*uid = t->cred.euid;
	*gid = t->cred.egid;
}

static struct files *pid_files(void *task)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	struct files *files = ((struct task *)task)->files;

	if (files)
		files_get(files);
	spin_unlock_irqrestore(&tasks_lock, flags);
	return files;
}

static void own_root(struct path *path)
{
	fs_get_root(current()->fs, path);
}

int proc_may_look(struct task *t)
{
	const struct cred *me = &current()->cred, *it = &t->cred;

	if (t == current() || cred_is_root(me))
		return 0;
	return me->uid == it->uid && me->uid == it->euid && me->uid == it->suid &&
	                       me->gid == it->gid && me->gid == it->egid && me->gid == it->sgid
	               ? 0
	               : -EACCES;
}

struct mm *proc_mm_get(struct task *t, int *err)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	struct mm *mm;

	*err = proc_may_look(t);
	mm = *err ? NULL : t->mm;
	if (mm)
		mm_get(mm);
	spin_unlock_irqrestore(&tasks_lock, flags);
	return mm;
}

/* -- the program and its place -- */

static int link_exe(struct path *path, void *task)
{
	int err = proc_may_look(task);
	uint32_t flags;
	struct file *exe;

	if (err)
		return err;
	flags = spin_lock_irqsave(&tasks_lock);
	exe = ((struct task *)task)->exe;
	if (exe) {
		*path = exe->path;
		path_get(path);
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	return exe ? 0 : -ENOENT;
}

static int link_fs(
        struct path *path, struct task *t, void (*get)(struct fs_context *, struct path *))
{
	int err = proc_may_look(t);
	struct fs_context *fs;
	uint32_t flags;

	if (err)
		return err;
	flags = spin_lock_irqsave(&tasks_lock);
	fs = t->fs;
	if (fs)
		fs_context_get(fs);
	spin_unlock_irqrestore(&tasks_lock, flags);
	if (!fs)
		return -ENOENT;
	get(fs, path);
	fs_context_put(fs);
	return 0;
}

static int link_cwd(struct path *path, void *task)
{
	return link_fs(path, task, fs_get_cwd);
}

static int link_root(struct path *path, void *task)
{
	return link_fs(path, task, fs_get_root);
}

/* -- arguments and environment, from the process's own memory -- */

static int show_memory(struct seq *seq, struct mm *mm, uint32_t from, uint32_t to)
{
	char part[256];
	int err = 0;

	while (from < to && !err) {
		size_t n = to - from < sizeof(part) ? to - from : sizeof(part);

		err = mm_read(mm, from, part, n);
		if (!err)
			seq_write(seq, part, n);
		from += n;
	}
	return err == -EFAULT ? 0 : err; /* it has unmapped them: what there is */
}

static int show_cmdline(struct seq *seq, void *task)
{
	struct mm *mm = task_mm_get(task);
	int err;

	if (!mm)
		return 0;
	err = show_memory(seq, mm, mm->arg_start, mm->arg_end);
	mm_put(mm);
	return err;
}

static int show_environ(struct seq *seq, void *task)
{
	int err;
	struct mm *mm = proc_mm_get(task, &err);

	if (!mm)
		return err;
	err = show_memory(seq, mm, mm->env_start, mm->env_end);
	mm_put(mm);
	return err;
}

/* -- small ones -- */

static int show_comm(struct seq *seq, void *task)
{
	seq_printf(seq, "%.*s\n", TASK_COMM, ((struct task *)task)->comm);
	return 0;
}

static int write_comm(const char *text, size_t n, void *task)
{
	char name[TASK_COMM] = "";

	if (((struct task *)task)->tgid != current()->tgid)
		return -EINVAL;
	memcpy(name, text, n < TASK_COMM ? n : TASK_COMM - 1);
	memcpy(((struct task *)task)->comm, name, TASK_COMM);
	return 0;
}

static int show_wchan(struct seq *seq, void *task)
{
	(void)task; /* where it sleeps would tell kernel addresses: Linux, too, shows 0 to most */
	seq_putc(seq, '0');
	return 0;
}

/* Linux: Documentation/fault-injection. For tests of what happens when memory runs out in the middle. */
static int show_fail_nth(struct seq *seq, void *task)
{
	seq_printf(seq, "%u\n", alloc_fail_remaining(task));
	return 0;
}

static int write_fail_nth(const char *text, size_t n, void *task)
{
	struct task *t = task;
	uint32_t flags;
	long nth;
	int err = 0;

	(void)n;
	if (!cred_is_root(&current()->cred))
		return -EPERM;
	if (proc_parse_long(text, &nth) || nth < 0)
		return -EINVAL;
	/* task_exit() forgets it under this lock: after that nobody would. */
	flags = spin_lock_irqsave(&tasks_lock);
	if (t->signal.actions)
		alloc_fail_nth(t, nth);
	else
		err = -ESRCH;
	spin_unlock_irqrestore(&tasks_lock, flags);
	return err;
}

static void show_limit(struct seq *seq, uint32_t value)
{
	if (value == RLIM_INFINITY)
		seq_printf(seq, "%-20s ", "unlimited");
	else
		seq_printf(seq, "%-20u ", value);
}

static int show_limits(struct seq *seq, void *task)
{
	static const char *const names[RLIM_NLIMITS][2] = {
	        {"cpu time", "seconds"},
	        {"file size", "bytes"},
	        {"data size", "bytes"},
	        {"stack size", "bytes"},
	        {"core file size", "bytes"},
	        {"resident set", "bytes"},
	        {"processes", "processes"},
	        {"open files", "files"},
	        {"locked memory", "bytes"},
	        {"address space", "bytes"},
	        {"file locks", "locks"},
	        {"pending signals", "signals"},
	        {"msgqueue size", "bytes"},
	        {"nice priority", ""},
	        {"realtime priority", ""},
	        {"realtime timeout", "us"},
	};
	const struct task *t = task;

	seq_printf(seq, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit", "Hard Limit", "Units");
	for (int i = 0; i < RLIM_NLIMITS; i++) {
		seq_printf(seq, "Max %-21s ", names[i][0]);
		show_limit(seq, t->rlimits[i].rlim_cur);
		show_limit(seq, t->rlimits[i].rlim_max);
		if (names[i][1][0])
			seq_printf(seq, "%-10s", names[i][1]);
		seq_putc(seq, '\n');
	}
	return 0;
}

static const struct proc_pid_entry entries[] = {
        {.name = "status", .mode = 0444, .show = proc_show_status},
        {.name = "stat", .mode = 0444, .show = proc_show_stat},
        {.name = "statm", .mode = 0444, .show = proc_show_statm},
        {.name = "maps", .mode = 0444, .show = proc_show_maps},
        {.name = "smaps", .mode = 0444, .show = proc_show_smaps},
        {.name = "smaps_rollup", .mode = 0444, .show = proc_show_smaps_rollup},
        {.name = "pagemap", .mode = 0400, .read = proc_read_pagemap},
        {.name = "cmdline", .mode = 0444, .show = show_cmdline},
        {.name = "environ", .mode = 0400, .show = show_environ},
        {.name = "comm", .mode = 0644, .show = show_comm, .write = write_comm},
        {.name = "exe", .mode = 0777, .link = link_exe},
        {.name = "cwd", .mode = 0777, .link = link_cwd},
        {.name = "root", .mode = 0777, .link = link_root},
        {.name = "limits", .mode = 0444, .show = show_limits},
        {.name = "fail-nth", .mode = 0644, .show = show_fail_nth, .write = write_fail_nth},
        {.name = "oom_score", .mode = 0444, .show = proc_show_oom_score},
        {
                .name = "oom_score_adj",
                .mode = 0644,
                .show = proc_show_oom_score_adj,
                .write = proc_write_oom_score_adj,
        },
        {
                .name = "oom_adj",
                .mode = 0644,
                .show = proc_show_oom_adj,
                .write = proc_write_oom_adj,
        },
        {.name = "wchan", .mode = 0444, .show = show_wchan},
};

static const struct proc_pid_ops ops = {
        .self = pid_self,
        .next = pid_next,
        .get = pid_get,
        .put = pid_put,
        .owner = pid_owner,
        .files = pid_files,
        .root = own_root,
        .entries = entries,
        .count = COUNT(entries),
};

void proc_pids_init(void)
{
	proc_register_pids(&ops);
}
