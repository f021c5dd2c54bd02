/* SPDX-License-Identifier: MIT */
/*
 * /proc/PID/oom_score and oom_score_adj: how likely a process is to be killed when memory runs out
 * (Linux: mm/oom_kill.c, fs/proc/base.c). oom_adj is the older form of the latter, from -17 to 15.
 */
#include <kernel/oom.h>
#include <lib/cmdline.h>
#include <lib/errno.h>
#include <string.h>
#include "proc_files.h"

#define OLD_STEPS 17 /* of oom_adj, for what are 1000 of oom_score_adj */
#define OLD_MAX   15 /* and that means 1000 too */

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

/* The old file has neither a share in what an unprivileged process may go back to, nor is it held to that. */
static int set_adj(struct task *t, long adj, bool old)
{
	bool privileged = cred_is_root(&current()->cred);
	uint32_t flags;
	int err = 0;

	if (adj < OOM_ADJ_MIN || adj > OOM_ADJ_MAX)
		return -EINVAL;
	flags = spin_lock_irqsave(&tasks_lock);
	if (adj < (old ? t->oom_score_adj : t->oom_score_adj_min) && !privileged)
		err = -EACCES;
	else
		set_sharers_locked(t, adj, privileged && !old);
	spin_unlock_irqrestore(&tasks_lock, flags);
	return err;
}

int proc_write_oom_score_adj(const char *text, size_t n, void *task)
{
	long adj;
	int err = proc_parse_long(text, &adj);

	(void)n;
	return err ? err : set_adj(task, adj, false);
}

int proc_show_oom_adj(struct seq *seq, void *task)
{
	int adj = ((struct task *)task)->oom_score_adj * OLD_STEPS / OOM_ADJ_MAX;

	seq_printf(seq, "%d\n", adj > OLD_MAX ? OLD_MAX : adj);
	return 0;
}

int proc_write_oom_adj(const char *text, size_t n, void *task)
{
	long adj;
	int err = proc_parse_long(text, &adj);

	(void)n;
	if (err)
		return err;
	if (adj < -OLD_STEPS || adj > OLD_MAX)
		return -EINVAL;
	return set_adj(task, adj == OLD_MAX ? OOM_ADJ_MAX : adj * OOM_ADJ_MAX / OLD_STEPS, true);
}
