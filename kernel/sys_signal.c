/* SPDX-License-Identifier: MIT */
/*
 * The system calls about signals, but for those that end a handler (signal_frame.c).
 */
#include "user_time.h"
#include <kernel/sched.h>
#include <kernel/signal.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/errno.h>

/* The old form of sigaction(2), with 32-bit sets. */
struct old_sigaction {
	uint32_t handler, mask, flags, restorer;
};

static bool valid_signal(int sig)
{
	return sig >= 1 && sig <= _NSIG;
}

static int change_action(int sig, struct ksigaction *new, struct ksigaction *old)
{
	if (!valid_signal(sig) || (new && (signal_bit(sig) & UNBLOCKABLE)))
		return -EINVAL;
	if (new) /* so that programs find out which there are (Linux: do_sigaction()) */
		new->sa_flags &= SA_KNOWN;
	signal_change_action(sig, new, old);
	return 0;
}

long sys_rt_sigaction(
        int sig, const struct ksigaction __user *new, struct ksigaction __user *old, size_t setsize)
{
	struct ksigaction k, before;
	int err;

	if (setsize != sizeof(ksigset_t))
		return -EINVAL;
	if (new &&copy_from_user(&k, new, sizeof(k)))
		return -EFAULT;
	err = change_action(sig, new ? &k : NULL, &before);
	if (err)
		return err;
	return old && copy_to_user(old, &before, sizeof(before)) ? -EFAULT : 0;
}

long sys_sigaction(int sig, const uint32_t __user *new, uint32_t __user *old)
{
	struct old_sigaction o;
	struct ksigaction k, before;
	int err;

	if (new) {
		if (copy_from_user(&o, new, sizeof(o)))
			return -EFAULT;
		k = (struct ksigaction){.sa_handler = o.handler,
		        .sa_flags = o.flags,
		        .sa_restorer = o.restorer,
		        .sa_mask = o.mask};
	}
	err = change_action(sig, new ? &k : NULL, &before);
	if (err || !old)
		return err;
	o = (struct old_sigaction){
	        before.sa_handler, before.sa_mask, before.sa_flags, before.sa_restorer};
	return copy_to_user(old, &o, sizeof(o));
}

static int change_mask(int how, ksigset_t set)
{
	ksigset_t blocked = current()->signal.blocked;

	switch (how) {
	case SIG_BLOCK:
		blocked |= set;
		break;
	case SIG_UNBLOCK:
		blocked &= ~set;
		break;
	case SIG_SETMASK:
		blocked = set;
		break;
	default:
		return -EINVAL;
	}
	signal_set_blocked(blocked);
	return 0;
}

long sys_rt_sigprocmask(int how, const ksigset_t __user *new, ksigset_t __user *old, size_t setsize)
{
	ksigset_t before = current()->signal.blocked, set;
	int err = 0;

	if (setsize != sizeof(ksigset_t))
		return -EINVAL;
	if (new) {
		if (copy_from_user(&set, new, sizeof(set)))
			return -EFAULT;
		err = change_mask(how, set);
	}
	if (!err && old && copy_to_user(old, &before, sizeof(before)))
		err = -EFAULT;
	return err;
}

long sys_sigprocmask(int how, const uint32_t __user *new, uint32_t __user *old)
{
	ksigset_t before = current()->signal.blocked;
	uint32_t set;
	int err = 0;

	if (new) {
		if (get_user_u32(&set, new))
			return -EFAULT;
		/* The old call has 32 signals; the others stay as they are. */
		err = change_mask(how, how == SIG_SETMASK ? (before & ~0xffffffffull) | set : set);
	}
	if (!err && old && put_user_u32(before, old))
		err = -EFAULT;
	return err;
}

long sys_rt_sigpending(ksigset_t __user *set, size_t setsize)
{
	ksigset_t pending = current()->signal.pending & current()->signal.blocked;

	if (setsize > sizeof(ksigset_t))
		return -EINVAL;
	return copy_to_user(set, &pending, setsize);
}

long sys_sigpending(uint32_t __user *set)
{
	return put_user_u32(current()->signal.pending & current()->signal.blocked, set);
}

/* Sleeps until a signal comes that is not blocked, and again if no handler runs for it. */
static long sleep_for_signal(void)
{
	while (!signal_pending()) {
		sched_set_state(TASK_INTERRUPTIBLE);
		if (!signal_pending())
			schedule();
		sched_set_state(TASK_RUNNING);
	}
	return -ERESTARTNOHAND;
}

/* The mask holds until a handler has been set up, whose return brings the old one back. */
static long suspend_with(ksigset_t mask)
{
	struct signal_state *s = &current()->signal;

	s->saved_mask = s->blocked;
	s->restore_mask = true;
	signal_set_blocked(mask);
	return sleep_for_signal();
}

long sys_rt_sigsuspend(const ksigset_t __user *mask, size_t setsize)
{
	ksigset_t set;

	if (setsize != sizeof(ksigset_t))
		return -EINVAL;
	if (copy_from_user(&set, mask, sizeof(set)))
		return -EFAULT;
	return suspend_with(set);
}

long sys_sigsuspend(int unused1, int unused2, uint32_t mask)
{
	(void)unused1;
	(void)unused2;
	return suspend_with(mask);
}

long sys_pause(void)
{
	return sleep_for_signal();
}

/* -- sending -- */

static int may_send(const struct task *t, int sig)
{
	const struct cred *me = &current()->cred;

	if ((uint32_t)sig > _NSIG) /* not before there is somebody to send it to */
		return -EINVAL;
	if (me->euid == 0 || me->euid == t->cred.suid || me->euid == t->cred.uid ||
	        me->uid == t->cred.suid || me->uid == t->cred.uid)
		return 0;
	return sig == SIGCONT && t->sid == current()->sid ? 0 : -EPERM;
}

static void user_siginfo(struct siginfo *info, int sig, int code)
{
	siginfo_init(info, sig, code);
	info->si_pid = current()->pid;
	info->si_uid = current()->cred.uid;
}

static long send_to_pid(pid_t pid, int sig, const struct siginfo *info)
{
	struct task *t;
	long err;

	spin_lock_irq(&tasks_lock);
	t = task_find_locked(pid);
	err = !t ? -ESRCH : may_send(t, sig);
	if (!err && sig)
		err = signal_send_locked(t, sig, info);
	spin_unlock_irq(&tasks_lock);
	return err;
}

/* pid 0: the caller's group; -1: everybody but init and the caller; below: the group -pid. */
static bool in_group(const struct task *t, pid_t pid)
{
	if (pid == 0)
		return t->pgid == current()->pgid;
	if (pid == -1)
		return t != init_task && t != current();
	return t->pgid == -pid;
}

static long send_to_group(pid_t pid, int sig, const struct siginfo *info)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	struct task *t;
	long err = -ESRCH, no;

	TAILQ_FOREACH (t, &all_tasks, all_link) {
		if (!in_group(t, pid))
			continue;
		no = may_send(t, sig);
		if (!no && sig)
			signal_send_locked(t, sig, info);
		if (err)
			err = no;
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	return err;
}

long sys_kill(pid_t pid, int sig)
{
	struct siginfo info;

	if (pid == INT32_MIN)
		return -ESRCH;
	user_siginfo(&info, sig, SI_USER);
	return pid > 0 ? send_to_pid(pid, sig, &info) : send_to_group(pid, sig, &info);
}

long sys_tkill(pid_t tid, int sig)
{
	struct siginfo info;

	if (tid <= 0)
		return -EINVAL;
	user_siginfo(&info, sig, SI_TKILL);
	return send_to_pid(tid, sig, &info);
}

long sys_tgkill(pid_t tgid, pid_t tid, int sig)
{
	if (tid <= 0 || tgid <= 0)
		return -EINVAL;
	return tgid == tid ? sys_tkill(tid, sig) : -ESRCH;
}

long sys_rt_sigqueueinfo(pid_t pid, int sig, struct user_siginfo __user *uinfo)
{
	struct siginfo info;
	int err = siginfo_from_user(&info, uinfo);

	if (err)
		return err;
	/* Nobody may pass for kill() or for the kernel (Linux: do_rt_sigqueueinfo). */
	if ((info.si_code >= 0 || info.si_code == SI_TKILL) && pid != current()->pid)
		return -EPERM;
	info.si_signo = sig;
	return send_to_pid(pid, sig, &info);
}

/* -- sigtimedwait -- */

static long timed_wait(ksigset_t set, struct user_siginfo __user *uinfo, int64_t deadline)
{
	struct signal_state *s = &current()->signal;
	ksigset_t blocked = s->blocked;
	struct siginfo info;
	int sig;

	s->awaited = blocked; /* so that none is dropped: SIGCHLD is ignored by default */
	signal_set_blocked(blocked & ~set); /* so that these wake us */
	while (!(sig = signal_take(set, &info))) {
		struct wait_queue nobody = WAIT_QUEUE_INIT(nobody);
		int err;

		if (signal_pending())
			break;
		err = wait_event_until(&nobody, signal_pending(), true, deadline);
		if (err == -ETIMEDOUT)
			break;
	}
	signal_set_blocked(blocked);
	s->awaited = 0; /* not before: each that comes meets one or the other */
	if (!sig)
		return signal_pending() ? -EINTR : -EAGAIN;
	if (uinfo && siginfo_to_user(uinfo, &info))
		return -EFAULT;
	return sig;
}

static long do_sigtimedwait(const ksigset_t __user *uset, struct user_siginfo __user *info,
        const void __user *timeout, size_t setsize, enum time_abi abi)
{
	int64_t deadline;
	ksigset_t set;
	int err;

	if (setsize != sizeof(set))
		return -EINVAL;
	if (copy_from_user(&set, uset, sizeof(set)))
		return -EFAULT;
	err = get_deadline(&deadline, timeout, abi);
	return err ? err : timed_wait(set & ~UNBLOCKABLE, info, deadline);
}

long sys_rt_sigtimedwait(const ksigset_t __user *uset, struct user_siginfo __user *info,
        const struct timespec32 __user *timeout, size_t setsize)
{
	return do_sigtimedwait(uset, info, timeout, setsize, TIME_32);
}

long sys_rt_sigtimedwait_time64(const ksigset_t __user *uset, struct user_siginfo __user *info,
        const struct timespec64 __user *timeout, size_t setsize)
{
	return do_sigtimedwait(uset, info, timeout, setsize, TIME_64);
}
