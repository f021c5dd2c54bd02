/* SPDX-License-Identifier: MIT */
/*
 * System calls about process ids, process groups and sessions.
 */
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/errno.h>

long sys_getpid(void)
{
	return current()->tgid;
}

long sys_gettid(void)
{
	return current()->pid;
}

/*
 * A copy of the parent's pid rather than the parent: that may end, and be freed, while we look.
 * It is one word, and only ever changes to init's.
 */
long sys_getppid(void)
{
	return __atomic_load_n(&current()->ppid, __ATOMIC_RELAXED);
}

/* Copies a field of a process under the lock; pid 0 is the caller. */
static long read_id(pid_t pid, bool session)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	struct task *t = pid ? task_find_locked(pid) : current();
	long id = -ESRCH;

	if (t)
		id = session ? t->sid : t->pgid;
	spin_unlock_irqrestore(&tasks_lock, flags);
	return id;
}

long sys_getpgid(pid_t pid)
{
	return read_id(pid, false);
}

long sys_getpgrp(void)
{
	return read_id(0, false);
}

long sys_getsid(pid_t pid)
{
	return read_id(pid, true);
}

/* A member of the group, or NULL. */
static struct task *group_member_locked(pid_t pgid)
{
	struct task *t;

	TAILQ_FOREACH (t, &all_tasks, all_link) {
		if (t->pgid == pgid)
			return t;
	}
	return NULL;
}

/* May the caller put t into that group? (setpgid(2)) */
static int check_setpgid_locked(const struct task *t, pid_t pgid)
{
	const struct task *me = current(), *member;

	if (!t)
		return -ESRCH;
	if (t->parent == me && t != me) {
		if (t->sid != me->sid)
			return -EPERM;
		if (t->execed)
			return -EACCES;
	} else if (t != me) {
		return -ESRCH;
	}
	if (t->sid == t->pid)
		return -EPERM; /* a session leader leads its group for good */
	if (pgid == t->pid)
		return 0;
	member = group_member_locked(pgid);
	return member && member->sid == me->sid ? 0 : -EPERM;
}

long sys_setpgid(pid_t pid, pid_t pgid)
{
	struct task *t;
	uint32_t flags;
	int err;

	if (!pid)
		pid = current()->pid;
	if (!pgid)
		pgid = pid;
	if (pgid < 0)
		return -EINVAL;
	flags = spin_lock_irqsave(&tasks_lock);
	t = task_find_locked(pid);
	err = check_setpgid_locked(t, pgid);
	if (!err)
		t->pgid = pgid;
	spin_unlock_irqrestore(&tasks_lock, flags);
	return err;
}

long sys_setsid(void)
{
	struct task *me = current();
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	long sid = -EPERM;

	if (!group_member_locked(me->pid)) {
		me->sid = me->pgid = me->pid;
		sid = me->sid;
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	return sid;
}

long sys_set_tid_address(uint32_t address)
{
	struct task *me = current();

	me->clear_tid = address;
	return me->pid;
}
