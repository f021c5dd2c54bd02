/* SPDX-License-Identifier: MIT */
/*
 * /proc/PID/status, stat and statm: one process in numbers, as ps and top read them (proc(5); Linux:
 * fs/proc/array.c).
 */
#include <drivers/tty.h>
#include <kernel/sched.h>
#include <lib/errno.h>
#include <mm/mm.h>
#include <string.h>
#include "proc_files.h"

#define ALL_CAPABILITIES 0x1ffffffffffull /* 41 of them in Linux 6.1 */

/* A process at one moment. */
struct snapshot {
	struct task *task;
	enum task_state state;
	pid_t ppid, pgid, sid;
	struct usage own, children;
	struct cred cred;
	ksigset_t pending, blocked, ignored, caught;
	uint32_t queued;
	struct mm *mm; /* with a reference; NULL for a zombie */
	struct mm_usage use;
};

static void copy_signals_locked(struct snapshot *s, struct task *t)
{
	struct signal_actions *actions = t->signal.actions;
	struct queued_signal *q;

	if (!actions)
		return; /* a zombie */
	spin_lock(&actions->lock);
	s->pending = t->signal.pending;
	s->blocked = t->signal.blocked;
	TAILQ_FOREACH (q, &t->signal.queue, link)
		s->queued++;
	for (int sig = 1; sig <= _NSIG; sig++) {
		uint32_t handler = actions->action[sig - 1].sa_handler;

		if (handler == SIG_IGN)
			s->ignored |= signal_bit(sig);
		else if (handler != SIG_DFL)
			s->caught |= signal_bit(sig);
	}
	spin_unlock(&actions->lock);
}

static void snapshot_end(struct snapshot *s)
{
	if (s->mm)
		mm_put(s->mm);
}

/* snapshot_end() drops the reference. -ESRCH if the parent has taken note of the end. */
static int snapshot_begin(struct snapshot *s, struct task *t)
{
	uint32_t flags;

	memset(s, 0, sizeof(*s));
	s->task = t;
	s->mm = task_mm_get(t);
	if (s->mm)
		mm_usage(s->mm, &s->use);
	flags = spin_lock_irqsave(&tasks_lock);
	s->state = t->state;
	s->ppid = t->ppid;
	s->pgid = t->pgid;
	s->sid = t->sid;
	usage_add_task_locked(&s->own, t);
	s->children = t->children_usage;
	s->cred = t->cred;
	copy_signals_locked(s, t);
	spin_unlock_irqrestore(&tasks_lock, flags);
	if (s->state != TASK_DEAD)
		return 0;
	snapshot_end(s);
	return -ESRCH;
}

static const char *const state_names[] = {
        [TASK_RUNNING] = "R (running)",
        [TASK_INTERRUPTIBLE] = "S (sleeping)",
        [TASK_UNINTERRUPTIBLE] = "D (disk sleep)",
        [TASK_KILLABLE] = "D (disk sleep)",
        [TASK_STOPPED] = "T (stopped)",
        [TASK_ZOMBIE] = "Z (zombie)",
        [TASK_DEAD] = "X (dead)",
};

static void show_ids(struct seq *seq, const struct snapshot *s)
{
	const struct cred *c = &s->cred;
	uint32_t umask = 0, files = 0, flags = spin_lock_irqsave(&tasks_lock);

	if (s->task->fs)
		umask = s->task->fs->umask;
	if (s->task->files)
		files = s->task->files->size;
	spin_unlock_irqrestore(&tasks_lock, flags);
	seq_printf(seq, "Name:\t%.*s\n", TASK_COMM, s->task->comm);
	if (files)
		seq_printf(seq, "Umask:\t%#04o\n", umask);
	seq_printf(seq, "State:\t%s\nTgid:\t%d\nNgid:\t0\nPid:\t%d\nPPid:\t%d\nTracerPid:\t0\n",
	        state_names[s->state], s->task->tgid, s->task->pid, s->ppid);
	/* The fourth is for file access, which Quire decides by the effective one. */
	seq_printf(seq, "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\nFDSize:\t%u\nGroups:\t",
	        c->uid, c->euid, c->suid, c->euid, c->gid, c->egid, c->sgid, c->egid, files);
	for (uint32_t i = 0; i < c->ngroups; i++)
		seq_printf(seq, "%u ", c->groups[i]);
	seq_puts(seq, "\n");
}

static void show_sizes(struct seq *seq, const struct mm_usage *u)
{
	const struct {
		const char *name;
		uint32_t kb;
	} sizes[] = {
	        {"VmPeak", KB(u->peak_total)},
	        {"VmSize", KB(u->total)},
	        {"VmLck", KB(u->locked)},
	        {"VmPin", 0},
	        {"VmHWM", KB(u->peak_rss)},
	        {"VmRSS", KB(u->anon + u->file)},
	        {"RssAnon", KB(u->anon)},
	        /* All files are in memory only, like those of Linux's tmpfs, and count as it counts them. */
	        {"RssFile", 0},
	        {"RssShmem", KB(u->file)},
	        {"VmData", KB(u->data)},
	        {"VmStk", KB(u->stack)},
	        {"VmExe", u->code_bytes >> 10},
	        {"VmLib", KB(u->exec) - (u->code_bytes >> 10)},
	        {"VmPTE", u->table_bytes >> 10},
	        {"VmSwap", 0},
	};

	for (unsigned int i = 0; i < COUNT(sizes); i++)
		seq_printf(seq, "%s:\t%8u kB\n", sizes[i].name, sizes[i].kb);
	seq_puts(seq, "CoreDumping:\t0\nTHP_enabled:\t0\n");
}

static void show_rights(struct seq *seq, const struct snapshot *s)
{
	const struct cred *c = &s->cred;
	bool some = !c->uid || !c->euid || !c->suid;

	seq_printf(seq, "Threads:\t1\nSigQ:\t%u/%u\n", s->queued,
	        s->task->rlimits[RLIMIT_SIGPENDING].rlim_cur);
	seq_printf(seq, "SigPnd:\t%016llx\nShdPnd:\t%016x\nSigBlk:\t%016llx\n", s->pending, 0,
	        s->blocked);
	seq_printf(seq, "SigIgn:\t%016llx\nSigCgt:\t%016llx\n", s->ignored, s->caught);
	seq_printf(seq, "CapInh:\t%016x\nCapPrm:\t%016llx\nCapEff:\t%016llx\n", 0,
	        some ? ALL_CAPABILITIES : 0, c->euid ? 0 : ALL_CAPABILITIES);
	seq_printf(seq, "CapBnd:\t%016llx\nCapAmb:\t%016x\n", ALL_CAPABILITIES, 0);
	seq_puts(seq, "NoNewPrivs:\t0\nSeccomp:\t0\nSeccomp_filters:\t0\n");
	seq_puts(seq, "Cpus_allowed:\t1\nCpus_allowed_list:\t0\n");
}

int proc_show_status(struct seq *seq, void *task)
{
	struct snapshot s;
	int err = snapshot_begin(&s, task);

	if (err)
		return err;
	show_ids(seq, &s);
	if (s.mm)
		show_sizes(seq, &s.use);
	show_rights(seq, &s);
	seq_printf(seq, "voluntary_ctxt_switches:\t%u\nnonvoluntary_ctxt_switches:\t%u\n",
	        s.task->switches - s.task->preempted, s.task->preempted);
	if (s.mm)
		seq_printf(seq, "Asid:\t%u\n", s.mm->context.asid);
	snapshot_end(&s);
	return 0;
}

/* The addresses of its parts are for those who may look into the process. */
static void show_addresses(struct seq *seq, const struct mm *mm, bool permitted)
{
	if (mm && permitted)
		seq_printf(seq, " %u %u %u %u %u %u %u", mm->start_data, mm->end_data,
		        mm->brk_start, mm->arg_start, mm->arg_end, mm->env_start, mm->env_end);
	else
		seq_puts(seq, " 0 0 0 0 0 0 0");
}

int proc_show_stat(struct seq *seq, void *task)
{
	bool permitted = !proc_may_look(task);
	pid_t foreground = -1;
	struct task *t = task;
	struct snapshot s;
	int err = snapshot_begin(&s, task);
	uint32_t tty;

	if (err)
		return err;
	tty = tty_of_session(s.sid, &foreground);
	seq_printf(seq, "%d (%.*s) %c %d %d %d %u %d", t->pid, TASK_COMM, t->comm,
	        state_names[s.state][0], s.ppid, s.pgid, s.sid, tty, foreground);
	/* flags: PF_FORKNOEXEC; faults; user and system time are not told apart */
	seq_printf(seq, " %u %u %u 0 0 %llu 0 %llu 0", t->execed ? 0 : 0x40, s.own.minor_faults,
	        s.children.minor_faults, ticks(s.own.cpu_time), ticks(s.children.cpu_time));
	/* priority, nice, threads, itrealvalue */
	seq_printf(seq, " 20 0 1 0 %llu %u %u %u", ticks(t->start_time), s.use.total << PAGE_SHIFT,
	        s.use.anon + s.use.file, t->rlimits[RLIMIT_RSS].rlim_cur);
	if (s.mm && permitted)
		seq_printf(seq, " %u %u %u", s.mm->start_code, s.mm->end_code, s.mm->start_stack);
	else
		seq_puts(seq, s.mm ? " 1 1 0" : " 0 0 0");
	/* stack pointer and program counter are not shown; the sets are the low 31 signals */
	seq_printf(seq, " 0 0 %u %u %u %u", (uint32_t)s.pending & 0x7fffffff,
	        (uint32_t)s.blocked & 0x7fffffff, (uint32_t)s.ignored & 0x7fffffff,
	        (uint32_t)s.caught & 0x7fffffff);
	/* wchan, nswap, cnswap; processor, rt_priority, policy, blkio delay, guest times */
	seq_printf(seq, " 0 0 0 %d 0 0 0 0 0 0", t->exit_signal);
	show_addresses(seq, s.mm, permitted);
	seq_printf(seq, " %d\n", permitted ? t->exit_code : 0);
	snapshot_end(&s);
	return 0;
}

int proc_show_statm(struct seq *seq, void *task)
{
	struct mm *mm = task_mm_get(task);
	struct mm_usage u = {0};

	if (mm) {
		mm_usage(mm, &u);
		mm_put(mm);
	}
	seq_printf(seq, "%u %u %u %u 0 %u 0\n", u.total, u.anon + u.file, u.file,
	        u.code_bytes >> PAGE_SHIFT, u.data + u.stack);
	return 0;
}
