/* SPDX-License-Identifier: MIT */
/*
 * What a process does with each signal: the table that fork() copies and CLONE_SIGHAND shares.
 */
#include <arm/page_ops.h>
#include <kernel/signal.h>
#include <kernel/task.h>
#include <mm/kmalloc.h>

struct signal_actions *signal_actions_alloc(void)
{
	struct signal_actions *a = kzalloc(sizeof(*a));

	if (a)
		a->refcount = 1;
	return a;
}

_Static_assert(sizeof((struct signal_actions){}.action) % 256 == 0, "block_copy()");

struct signal_actions *signal_actions_copy(struct signal_actions *from)
{
	struct signal_actions *a = kmalloc(sizeof(*a));
	uint32_t flags;

	if (!a)
		return NULL;
	flags = spin_lock_irqsave(&from->lock);
	block_copy(a->action, from->action, sizeof(a->action));
	spin_unlock_irqrestore(&from->lock, flags);
	a->refcount = 1;
	a->lock = (spinlock_t)SPINLOCK_INIT;
	return a;
}

void signal_actions_put(struct signal_actions *actions)
{
	if (__atomic_sub_fetch(&actions->refcount, 1, __ATOMIC_ACQ_REL) == 0)
		kfree(actions);
}

void signal_actions_exec(struct task *t)
{
	struct signal_actions *a = t->signal.actions;

	spin_lock_irq(&a->lock);
	for (int i = 0; i < _NSIG; i++) {
		if (a->action[i].sa_handler != SIG_IGN)
			a->action[i].sa_handler = SIG_DFL;
		a->action[i].sa_flags = 0;
		a->action[i].sa_restorer = 0;
		a->action[i].sa_mask = 0;
	}
	spin_unlock_irq(&a->lock);
	t->signal.altstack = (struct sigaltstack){.ss_flags = SS_DISABLE};
}
