/* SPDX-License-Identifier: MIT */
/*
 * Job control's half that knows processes: who is in which group, and who gets a signal.
 */
#include <drivers/tty.h>
#include <kernel/task.h>
#include <kernel/tty_hooks.h>
#include <lib/errno.h>

static void signal_pgrp(pid_t pgrp, int sig)
{
	signal_send_pgrp(pgrp, sig, NULL);
}

static pid_t current_pid(void)
{
	return current()->tgid;
}

static pid_t current_pgrp(void)
{
	return current()->pgid;
}

static pid_t current_sid(void)
{
	return current()->sid;
}

static bool signal_ignored(int sig)
{
	const struct signal_state *s = &current()->signal;

	return (s->blocked & signal_bit(sig)) || s->actions->action[sig - 1].sa_handler == SIG_IGN;
}

static pid_t pgrp_session(pid_t pgrp)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	struct task *t;
	pid_t sid = -ESRCH;

	TAILQ_FOREACH (t, &all_tasks, all_link) {
		if (t->pgid == pgrp) {
			sid = t->sid;
			break;
		}
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	return sid;
}

static const struct tty_hooks hooks = {
        .signal_pgrp = signal_pgrp,
        .current_pid = current_pid,
        .current_pgrp = current_pgrp,
        .current_sid = current_sid,
        .signal_ignored = signal_ignored,
        .pgrp_session = pgrp_session,
        .pgrp_orphaned = task_group_orphaned,
};

void tty_hooks_init(void)
{
	tty_register_hooks(&hooks);
}
