/* SPDX-License-Identifier: MIT */
/*
 * /proc/PID/oom_score and oom_score_adj: how likely a process is to be killed when memory runs out
 * (Linux: mm/oom_kill.c, fs/proc/base.c).
 */
#include <kernel/oom.h>
#include <lib/cmdline.h>
#include <lib/errno.h>
#include <string.h>
#include "proc_files.h"

int proc_show_oom_score(struct seq *seq, void *task)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	int32_t points = oom_badness_locked(task), total = page_total_count();
	int64_t score = 0;

	spin_unlock_irqrestore(&tasks_lock, flags);
	if (points != OOM_NEVER)
		score = (1000 + points * 1000ll / total) * 2 / 3;
	seq_printf(seq, "%d\n", (int)score);
	return 0;
}

int proc_show_oom_score_adj(struct seq *seq, void *task)
{
	seq_printf(seq, "%d\n", ((struct task *)task)->oom_score_adj);
	return 0;
}

int proc_parse_long(const char *text, long *value)
{
	bool negative, sign;
	const char *end;
	uint64_t n;

	text += strspn(text, " \t\n");
	negative = *text == '-';
	sign = negative || *text == '+';
	if (cmdline_memparse(text + sign, &n, &end))
		return -EINVAL;
	/* A size may end in K, M or G; a plain number may not. */
	if (strchr("KMGkmg", end[-1]) || end[strspn(end, " \t\n")])
		return -EINVAL;
	if (n > INT32_MAX)
		return -ERANGE;
	*value = negative ? -(long)n : (long)n;
	return 0;
}

/* Who shares memory would be freed together: they get the same value. */
static void set_sharers_locked(struct task *t, long adj, bool privileged)
{
	struct task *other;

	TAILQ_FOREACH (other, &all_tasks, all_link) {
		if (other != t &&
		        (!t->mm || other->mm != t->mm || other->vfork_done || t->vfork_done))
			continue;
		other->oom_score_adj = adj;
		if (privileged)
			other->oom_score_adj_min = adj;
	}
}

int proc_write_oom_score_adj(const char *text, size_t n, void *task)
{
	bool privileged = cred_is_root(&current()->cred);
	struct task *t = task;
	uint32_t flags;
	long adj;
	int err = proc_parse_long(text, &adj);

	(void)n;
	if (err)
		return err;
	if (adj < OOM_ADJ_MIN || adj > OOM_ADJ_MAX)
		return -EINVAL;
	flags = spin_lock_irqsave(&tasks_lock);
	if (adj < t->oom_score_adj_min && !privileged)
		err = -EACCES;
	else
		set_sharers_locked(t, adj, privileged);
	spin_unlock_irqrestore(&tasks_lock, flags);
	return err;
}
