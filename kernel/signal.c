/* SPDX-License-Identifier: MIT */
/*
 * Signals: sending them, and acting on them when the task returns to user space.
 */
#include <kernel/itimer.h>
#include <kernel/sched.h>
#include <kernel/signal.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/resource.h>
#include <lib/abi/wait.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>
#include <string.h>

static struct kmem_cache queued_cache =
        KMEM_CACHE_INIT(queued_cache, "queued signal", sizeof(struct queued_signal), 8);

#define IGNORED_BY_DEFAULT                                                                         \
	(signal_bit(SIGCHLD) | signal_bit(SIGURG) | signal_bit(SIGWINCH) | signal_bit(SIGCONT))
#define STOPS                                                                                      \
	(signal_bit(SIGSTOP) | signal_bit(SIGTSTP) | signal_bit(SIGTTIN) | signal_bit(SIGTTOU))
/* The default action of these writes a core file where there is one; no sleep is cut short for them (Linux: complete_signal()). */
#define DUMPS_CORE                                                                                 \
	(SYNCHRONOUS | signal_bit(SIGQUIT) | signal_bit(SIGABRT) | signal_bit(SIGXCPU) |           \
	        signal_bit(SIGXFSZ))
/* Caused by the instruction that was running: delivered before any other (signal(7), Linux SYNCHRONOUS_MASK). */
#define SYNCHRONOUS                                                                                \
	(signal_bit(SIGSEGV) | signal_bit(SIGBUS) | signal_bit(SIGILL) | signal_bit(SIGTRAP) |     \
	        signal_bit(SIGFPE) | signal_bit(SIGSYS))

void signal_state_init(struct signal_state *s)
{
	TAILQ_INIT(&s->queue);
	s->altstack.ss_flags = SS_DISABLE;
}

/* Field by field (this is the form with the most): for a whole structure the compiler calls memset(). */
void siginfo_init(struct siginfo *info, int sig, int code)
{
	info->si_signo = sig;
	info->si_errno = 0;
	info->si_code = code;
	info->si_pid = 0;
	info->si_uid = 0;
	info->si_status = 0;
	info->si_utime = 0;
	info->si_stime = 0;
}

_Static_assert(sizeof(struct siginfo) == 8 * 4, "siginfo_init() leaves nothing out");

static struct queued_signal *entry_alloc_locked(struct signal_state *s)
{
	if (s->own_used)
		return kmem_cache_alloc(&queued_cache);
	s->own_used = true;
	return &s->own;
}

static void unqueue_locked(struct signal_state *s, struct queued_signal *q)
{
	TAILQ_REMOVE(&s->queue, q, link);
	s->queued--;
	if (q == &s->own)
		s->own_used = false;
	else
		kmem_cache_free(&queued_cache, q);
}

void signal_state_destroy(struct signal_state *s)
{
	struct queued_signal *q;

	while ((q = TAILQ_FIRST(&s->queue)))
		unqueue_locked(s, q);
}

/* The lowest signal of a set that is not empty. */
static int first_signal(ksigset_t set)
{
	uint32_t low = set;

	return low ? __builtin_ctz(low) + 1 : __builtin_ctz((uint32_t)(set >> 32)) + 33;
}

/* sig's bit comes along, since it takes a few instructions to make. */
static bool is_ignored_locked(const struct task *t, int sig, ksigset_t bit)
{
	const struct ksigaction *a = &t->signal.actions->action[sig - 1];

	if (a->sa_handler == SIG_IGN)
		return true;
	if (t == init_task && a->sa_handler == SIG_DFL)
		return true; /* nothing ends or stops init by default (Linux: SIGNAL_UNKILLABLE) */
	return a->sa_handler == SIG_DFL && (IGNORED_BY_DEFAULT & bit);
}

/* Does it end the task, without a handler or anything else coming in between? */
static __attribute__((noinline)) bool is_fatal(const struct task *t, int sig)
{
	const ksigset_t others = IGNORED_BY_DEFAULT | STOPS | DUMPS_CORE;

	if (sig == SIGKILL)
		return true;
	return !((others | t->signal.blocked) & signal_bit(sig)) && t != init_task &&
	       t->signal.actions->action[sig - 1].sa_handler == SIG_DFL;
}

static void drop_pending_locked(struct signal_state *s, ksigset_t set)
{
	struct queued_signal *q, *next;

	s->pending &= ~set;
	TAILQ_FOREACH_SAFE (q, &s->queue, link, next) {
		if (set & signal_bit(q->info.si_signo))
			unqueue_locked(s, q);
	}
}

static inline int queue_locked(struct task *t, int sig, ksigset_t bit, const struct siginfo *info)
{
	struct signal_state *s = &t->signal;
	struct queued_signal *q = NULL;

	if (sig < SIGRTMIN && (s->pending & bit))
		return 0; /* a standard signal is pending once */
	/* Real-time signals pile up, so there is a limit; the others can be 31 at most. */
	if (sig < SIGRTMIN || s->queued < t->rlimits[RLIMIT_SIGPENDING].rlim_cur)
		q = entry_alloc_locked(s);
	if (!q) {
		if (sig >= SIGRTMIN && info && info->si_code != SI_USER)
			return -EAGAIN; /* kill() promises no more than that one is pending */
	} else {
		if (info)
			q->info = *info;
		else
			siginfo_init(&q->info, sig, SI_KERNEL);
		q->info.si_signo = sig;
		TAILQ_INSERT_TAIL(&s->queue, q, link);
		s->queued++;
	}
	s->pending |= bit;
	return 0;
}

/* SIGCHLD for a stop or its end, and a wake-up for wait(). tasks_lock held. */
static void tell_parent_locked(struct task *t, int code, int status)
{
	struct siginfo info = {.si_code = code};
	const struct signal_actions *a = t->parent->signal.actions;

	info.si_pid = t->pid;
	info.si_uid = t->cred.uid;
	info.si_status = status;
	/* Not queued either where it is ignored and blocked. One word each: without the lock. */
	if (!(a->action[SIGCHLD - 1].sa_flags & SA_NOCLDSTOP) &&
	        a->action[SIGCHLD - 1].sa_handler != SIG_IGN)
		signal_send_locked(t->parent, SIGCHLD, &info);
	wake_up(&t->parent->child_wait);
}

/*
 * A stop signal cancels a pending SIGCONT and the other way round; SIGCONT and SIGKILL wake a stopped
 * task. True: it goes on by SIGCONT.
 */
static bool handle_stop_cont_locked(struct task *t, int sig)
{
	if (sig == SIGCONT) {
		drop_pending_locked(&t->signal, STOPS);
		/* Also where it has taken a stop signal and is on its way to stop(). */
		t->signal.continued = true;
		return sched_wake(t, 1u << TASK_STOPPED);
	}
	if (signal_bit(sig) & STOPS) {
		drop_pending_locked(&t->signal, signal_bit(SIGCONT));
	} else {
		t->stop_code = 0; /* neither that it stopped nor that it went on is news any more */
		t->continued = false;
		sched_wake(t, 1u << TASK_STOPPED);
	}
	return false;
}

/* tasks_lock held, hence interrupts off: t->parent and t's actions stay. */
int signal_send_locked(struct task *t, int sig, const struct siginfo *info)
{
	struct signal_state *s = &t->signal;
	struct signal_actions *actions = s->actions;
	ksigset_t bit = signal_bit(sig);
	bool goes_on = false;
	int err = 0;

	if (!actions)
		return 0;
	spin_lock(&actions->lock);
	if (bit & (STOPS | signal_bit(SIGCONT) | signal_bit(SIGKILL)))
		goes_on = handle_stop_cont_locked(t, sig);
	/* An ignored signal is dropped, unless it is blocked: the action may change before it is not. */
	if (!is_ignored_locked(t, sig, bit) || ((s->blocked | s->awaited) & bit))
		err = queue_locked(t, sig, bit, info);
	if (s->pending & ~s->blocked) {
		__atomic_fetch_or(&t->work, WORK_SIGNAL, __ATOMIC_SEQ_CST);
		/*
		 * Who is awake needs no waking: by the barriers here and in sched_set_state(),
		 * either we see that it goes to sleep, or it sees the flag before it does.
		 */
		if (__atomic_load_n(&t->state, __ATOMIC_RELAXED) != TASK_RUNNING)
			sched_wake(t, 1u << TASK_INTERRUPTIBLE | (uint32_t)is_fatal(t, sig)
			                                                 << TASK_KILLABLE);
	}
	spin_unlock(&actions->lock);
	if (goes_on) { /* not before: the parent may have the same lock */
		t->continued = true;
		t->stop_code = 0;
		tell_parent_locked(t, CLD_CONTINUED, SIGCONT);
	}
	return err;
}

int signal_send(struct task *t, int sig, const struct siginfo *info)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	int err = signal_send_locked(t, sig, info);

	spin_unlock_irqrestore(&tasks_lock, flags);
	return err;
}

int signal_send_pgrp(pid_t pgid, int sig, const struct siginfo *info)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	struct task *t;
	int err = -ESRCH;

	TAILQ_FOREACH (t, &all_tasks, all_link) {
		if (t->pgid == pgid) {
			err = 0;
			if (sig)
				signal_send_locked(t, sig, info);
		}
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	return err;
}

/* `fatal`: no handler is to run for it. */
static void force(int sig, int code, uint32_t addr, bool fatal)
{
	struct task *t = current();
	struct signal_state *s = &t->signal;
	struct ksigaction *a = &s->actions->action[sig - 1];
	ksigset_t bit = signal_bit(sig);
	struct siginfo info;
	uint32_t flags;

	siginfo_init(&info, sig, code);
	info.si_addr = addr;
	flags = spin_lock_irqsave(&s->actions->lock);
	if (fatal || (s->blocked & bit) || a->sa_handler == SIG_IGN) {
		a->sa_handler = SIG_DFL;
		s->blocked &= ~bit;
	}
	queue_locked(t, sig, bit, &info);
	__atomic_fetch_or(&t->work, WORK_SIGNAL, __ATOMIC_RELEASE);
	spin_unlock_irqrestore(&s->actions->lock, flags);
}

void signal_force(int sig, int code, uint32_t addr)
{
	force(sig, code, addr, false);
}

bool signal_pending(void)
{
	return current()->work & WORK_SIGNAL;
}

bool signal_deadly_pending(void)
{
	const struct task *t = current();

	for (ksigset_t set = t->signal.pending; set; set &= set - 1) {
		if (is_fatal(t, first_signal(set)))
			return true;
	}
	return false;
}

bool signal_fatal_pending(void)
{
	return current()->signal.pending & signal_bit(SIGKILL);
}

static void recalculate_locked(struct task *t)
{
	if (t->signal.pending & ~t->signal.blocked)
		__atomic_fetch_or(&t->work, WORK_SIGNAL, __ATOMIC_RELEASE);
	else
		__atomic_fetch_and(&t->work, ~(uint32_t)WORK_SIGNAL, __ATOMIC_RELEASE);
}

void signal_set_blocked(ksigset_t mask)
{
	struct task *t = current();

	spin_lock_irq(&t->signal.actions->lock);
	t->signal.blocked = mask & ~UNBLOCKABLE;
	recalculate_locked(t);
	spin_unlock_irq(&t->signal.actions->lock);
}

void signal_change_action(int sig, const struct ksigaction *new, struct ksigaction *old)
{
	struct task *t = current();
	struct signal_actions *actions = t->signal.actions;
	struct ksigaction *a = &actions->action[sig - 1];

	spin_lock_irq(&actions->lock);
	*old = *a;
	if (new) {
		*a = *new;
		a->sa_mask &= ~UNBLOCKABLE;
		/* POSIX: setting an action to ignore throws away a pending one. */
		if (new->sa_handler == SIG_IGN ||
		        (new->sa_handler == SIG_DFL && (IGNORED_BY_DEFAULT & signal_bit(sig)))) {
			drop_pending_locked(&t->signal, signal_bit(sig));
			recalculate_locked(t);
		}
	}
	spin_unlock_irq(&actions->lock);
}

/* Is there another entry for the same (real-time) signal behind q? */
static bool queued_again(const struct queued_signal *q)
{
	const struct queued_signal *next = q;

	while ((next = TAILQ_NEXT(next, link))) {
		if (next->info.si_signo == q->info.si_signo)
			return true;
	}
	return false;
}

static inline int take_locked(struct task *t, ksigset_t set, struct siginfo *info)
{
	struct signal_state *s = &t->signal;
	struct queued_signal *q;
	ksigset_t ready = s->pending & set;
	bool more = false;
	int sig;

	if (!ready)
		return 0;
	if (ready & (SYNCHRONOUS | signal_bit(SIGKILL))) {
		ready &= SYNCHRONOUS | signal_bit(SIGKILL);
		if (ready & signal_bit(SIGKILL)) /* what it dies of, whatever else there is */
			ready = signal_bit(SIGKILL);
	}
	sig = first_signal(ready);
	TAILQ_FOREACH (q, &s->queue, link) {
		if (q->info.si_signo == sig)
			break;
	}
	if (q) {
		*info = q->info;
		more = sig >= SIGRTMIN && queued_again(q);
		unqueue_locked(s, q);
	} else { /* no memory for more than its number */
		siginfo_init(info, sig, SI_USER);
	}
	if (!more)
		s->pending &= ~signal_bit(sig);
	return sig;
}

int signal_take(ksigset_t set, struct siginfo *info)
{
	struct task *t = current();
	int sig;

	spin_lock_irq(&t->signal.actions->lock);
	sig = take_locked(t, set, info);
	recalculate_locked(t);
	spin_unlock_irq(&t->signal.actions->lock);
	if (sig == SIGALRM)
		itimer_restart();
	return sig;
}

/* Stops the task until SIGCONT or SIGKILL, and tells the parent. */
static void stop(int sig)
{
	struct task *t = current();
	uint32_t flags = spin_lock_irqsave(&tasks_lock);

	/* What came since the stop was taken would not wake us: a SIGKILL is acted on, a SIGCONT cancels it. */
	if (!signal_fatal_pending() && !t->signal.continued) {
		t->stop_code = sig;
		t->continued = false;
		sched_set_state(TASK_STOPPED);
		tell_parent_locked(t, CLD_STOPPED, sig);
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	schedule();
}

/*
 * A system call that the signal interrupted: EINTR, or once more. `handler` is the action that
 * runs now, NULL if none does.
 */
static void settle_restart(struct trap_frame *f, const struct ksigaction *handler)
{
	int error = -(int)f->r[0];

	if (f->syscall == NO_SYSCALL || error < ERESTARTSYS || error > ERESTART_RESTARTBLOCK)
		return;
	if (handler && error != ERESTARTNOINTR &&
	        !(error == ERESTARTSYS && (handler->sa_flags & SA_RESTART))) {
		f->syscall = NO_SYSCALL;
		f->r[0] = -EINTR;
	} else if (error == ERESTART_RESTARTBLOCK) {
		/* Here and now: r7 is the program's, who counts on finding its number there again. */
		f->r[0] = sys_restart_syscall();
	} else {
		f->syscall = NO_SYSCALL;
		f->r[0] = f->orig_r0;
		f->pc -= f->cpsr & PSR_T ? 2 : 4; /* back to the SVC instruction */
	}
}

static __attribute__((noinline)) void default_action(int sig)
{
	if (signal_bit(sig) & IGNORED_BY_DEFAULT)
		return;
	if (signal_bit(sig) & STOPS) {
		/* The terminal's stops would be for ever there (Linux: get_signal()). */
		if (sig == SIGSTOP || !task_group_orphaned(current()->pgid))
			stop(sig);
		return;
	}
	task_exit(sig);
}

/* A signal on its way to its handler. */
struct delivery {
	int sig;
	struct siginfo info;
	struct ksigaction action;
	ksigset_t mask; /* for the handler's return */
};

/*
 * Takes the next signal; sig is 0 if there is none. If a handler is to run, the signals that wait for
 * its end are blocked from here on: one taking of the lock does for both.
 */
static void next_delivery(struct task *t, struct delivery *d)
{
	struct signal_state *s = &t->signal;
	struct signal_actions *actions = s->actions;

	spin_lock_irq(&actions->lock);
	s->continued = false;
	d->sig = take_locked(t, ~s->blocked, &d->info);
	if (d->sig) {
		struct ksigaction *a = &actions->action[d->sig - 1];

		d->action = *a;
		if (d->action.sa_handler > SIG_IGN) {
			ksigset_t blocked = s->blocked;

			d->mask = s->restore_mask ? s->saved_mask : blocked;
			s->restore_mask = false;
			blocked |= d->action.sa_mask;
			if (!(d->action.sa_flags & SA_NODEFER))
				blocked |= signal_bit(d->sig);
			s->blocked = blocked;
			if (d->action.sa_flags & SA_RESETHAND)
				a->sa_handler = SIG_DFL;
		}
	}
	recalculate_locked(t);
	spin_unlock_irq(&actions->lock);
}

static void run_handler(struct trap_frame *f, struct delivery *d)
{
	settle_restart(f, &d->action);
	if (!signal_setup_frame(f, d->sig, &d->action, &d->info, d->mask))
		return;
	signal_set_blocked(d->mask);
	force(SIGSEGV, SI_KERNEL, 0, d->sig == SIGSEGV);
}

void signal_deliver(struct trap_frame *f)
{
	struct task *t = current();
	struct delivery d;

	while (next_delivery(t, &d), d.sig) {
		if (d.sig == SIGALRM)
			itimer_restart();
		if (d.action.sa_handler == SIG_IGN)
			continue;
		if (d.action.sa_handler != SIG_DFL) {
			run_handler(f, &d);
			return;
		}
		if (t != init_task || (signal_bit(d.sig) & SYNCHRONOUS))
			default_action(d.sig);
	}
	settle_restart(f, NULL);
	if (t->signal.restore_mask) {
		t->signal.restore_mask = false;
		signal_set_blocked(t->signal.saved_mask);
	}
}
