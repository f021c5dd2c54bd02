/* SPDX-License-Identifier: MIT */
/*
 * Signals: sending, default actions, handlers.
 */
#ifndef KERNEL_SIGNAL_H
#define KERNEL_SIGNAL_H

#include <arm/uaccess.h>
#include <lib/abi/signal.h>
#include <lib/spinlock.h>
#include <lib/types.h>
#include <sys/queue.h>

struct task;
struct trap_frame;

/* What a process does with each signal; shared by CLONE_SIGHAND. */
struct signal_actions {
	uint32_t refcount; /* atomic */
	/*
	 * For the actions, and for the signal_state of each task that has them (Linux: siglock). Taken
	 * after tasks_lock, one at a time: a child's may be its parent's.
	 */
	spinlock_t lock;
	/* under lock; one word of an action alone may be read without */
	struct ksigaction action[_NSIG]; /* of signal n at n - 1 */
};

/* A signal on its way, with what came with it. */
struct queued_signal {
	struct siginfo info;
	TAILQ_ENTRY(queued_signal) link;
};

struct signal_state {
	/* changed by the task itself, under tasks_lock; NULL: it has ended, and takes no signals */
	struct signal_actions *actions;
	/* under actions->lock */
	ksigset_t pending;
	TAILQ_HEAD(signal_queue, queued_signal) queue;
	uint32_t queued; /* length of the queue */
	/* An entry that needs no allocation: mostly one signal is on its way at a time. */
	struct queued_signal own;
	bool own_used;
	bool continued; /* SIGCONT has come since the last signal was taken: a stop is off */
	/* the same, but changed by the task itself alone, which may read it without */
	ksigset_t blocked;
	/* what is only not blocked while sigtimedwait() goes on; set before, and cleared after `blocked` */
	ksigset_t awaited;
	/* the task's own affair */
	ksigset_t saved_mask;
	bool restore_mask; /* sigsuspend: put saved_mask back after the handler */
	struct sigaltstack altstack;
};

static inline ksigset_t signal_bit(int sig)
{
	return (ksigset_t)1 << (sig - 1);
}

/* Signals that cannot be caught, blocked or ignored. */
#define UNBLOCKABLE (signal_bit(SIGKILL) | signal_bit(SIGSTOP))

/* A process without handlers; a copy for fork; NULL without memory. */
struct signal_actions *signal_actions_alloc(void);
struct signal_actions *signal_actions_copy(struct signal_actions *from);
void signal_actions_put(struct signal_actions *actions);
/* execve(): handlers become defaults, what was ignored stays ignored. */
void signal_actions_exec(struct task *t);

void signal_state_init(struct signal_state *s);
void signal_state_destroy(struct signal_state *s);

/* A siginfo with no more than these; all other fields are 0. */
void siginfo_init(struct siginfo *info, int sig, int code);

/*
 * Sends a signal; info may be NULL (SI_KERNEL). 0, or -EAGAIN without memory for a real-time
 * signal. Any context.
 */
int signal_send(struct task *t, int sig, const struct siginfo *info);
/* The same with tasks_lock held. */
int signal_send_locked(struct task *t, int sig, const struct siginfo *info);

/* To every task of a process group; -ESRCH if there is none. Any context. */
int signal_send_pgrp(pid_t pgid, int sig, const struct siginfo *info);

/*
 * A signal that the current task caused by an exception: it is delivered even if blocked or
 * ignored, then with the default action (Linux: force_sig_info).
 */
void signal_force(int sig, int code, uint32_t addr);

/* Has the current task a signal to act on (not blocked, not ignored)? */
bool signal_pending(void);

/* Is a SIGKILL on its way to the current task? */
bool signal_fatal_pending(void);

/* Or any other signal that will end it, which cuts a killable sleep short? */
bool signal_deadly_pending(void);

/* Sets the mask of blocked signals of the current task. Interrupts on. */
void signal_set_blocked(ksigset_t mask);

/*
 * Exchanges the action of the current task, and of those it shares them with; new may be NULL. What it
 * comes to ignore is not pending any more. Interrupts on.
 */
void signal_change_action(int sig, const struct ksigaction *new, struct ksigaction *old);

/* Takes the next pending signal of `set` off the queue: its number, or 0. Interrupts on. */
int signal_take(ksigset_t set, struct siginfo *info);

/* Acts on pending signals before a return to user space: kills, stops or sets up a handler. */
void signal_deliver(struct trap_frame *f);

/* Copies to and from the 128 bytes of user space. -EFAULT; -E2BIG where bytes are set that mean nothing. */
int siginfo_to_user(struct user_siginfo __user *to, const struct siginfo *info);
int siginfo_from_user(struct siginfo *info, const struct user_siginfo __user *from);

/* Builds the frame for a handler. 0, or -EFAULT where the stack cannot take it. (kernel/signal_frame.c) */
int signal_setup_frame(struct trap_frame *f, int sig, const struct ksigaction *action,
        const struct siginfo *info, ksigset_t mask);

#endif
