/* SPDX-License-Identifier: MIT */
/*
 * How tasks end, and how parents learn of it.
 */
#include <drivers/tty.h>
#include <kernel/futex.h>
#include <kernel/itimer.h>
#include <kernel/sched.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/resource.h>
#include <lib/abi/wait.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <string.h>

/* The parent of a vfork may go on. The flag is cleared first: after the wake-up the queue is gone. */
void vfork_release(struct task *t)
{
	struct wait_queue *done;
	uint32_t flags;

	if (!t->vfork_done)
		return;
	/* Under the lock that the sleeper needs to leave: the queue stands on its stack. */
	flags = spin_lock_irqsave(&tasks_lock);
	done = t->vfork_done; /* NULL by now if the sleeper was killed */
	__atomic_store_n(&t->vfork_done, NULL, __ATOMIC_RELEASE);
	if (done)
		wake_up(done);
	spin_unlock_irqrestore(&tasks_lock, flags);
}

void clear_tid_release(struct task *t)
{
	if (t->clear_tid && __atomic_load_n(&t->mm->users, __ATOMIC_RELAXED) > 1) {
		if (put_user_u32(0, (uint32_t __user *)t->clear_tid) == 0)
			futex_wake_address(t->clear_tid, 1);
	}
	t->clear_tid = 0;
}

static void drop_mm(struct task *t)
{
	struct mm *mm = t->mm;
	uint32_t flags;

	if (!mm)
		return;
	clear_tid_release(t);
	flags = spin_lock_irqsave(&tasks_lock); /* against task_mm_get() */
	usage_leave_mm_locked(t, mm);
	t->mm = NULL;
	mm_switch(NULL);
	spin_unlock_irqrestore(&tasks_lock, flags);
	vfork_release(t);
	mm_put(mm);
}

static void drop_resources(struct task *t)
{
	struct files *files = t->files;
	struct fs_context *fs = t->fs;
	struct file *exe = t->exe;
	uint32_t flags;

	drop_mm(t);
	flags = spin_lock_irqsave(&tasks_lock); /* against readers of /proc/PID */
	t->files = NULL;
	t->fs = NULL;
	t->exe = NULL;
	spin_unlock_irqrestore(&tasks_lock, flags);
	files_put(files);
	fs_context_put(fs);
	if (exe)
		file_put(exe);
}

static void child_siginfo(struct siginfo *info, const struct task *t, int code, int status)
{
	memset(info, 0, sizeof(*info));
	info->si_signo = SIGCHLD;
	info->si_code = code;
	info->si_pid = t->pid;
	info->si_uid = t->cred.uid;
	info->si_status = status;
	info->si_utime = sched_cpu_time(t) / 10000000;
}

/* Does the parent want to hear of children (0), are they to vanish by themselves (1), and without a signal (2)? */
static int parent_ignores_locked(const struct task *parent)
{
	struct signal_actions *actions = parent->signal.actions;
	const struct ksigaction *a = &actions->action[SIGCHLD - 1];
	int ignores;

	spin_lock(&actions->lock); /* so that both words are of one action */
	ignores = a->sa_handler == SIG_IGN ? 2 : !!(a->sa_flags & SA_NOCLDWAIT);
	spin_unlock(&actions->lock);
	return ignores;
}

static bool notify_parent_locked(struct task *t)
{
	struct siginfo info;
	int status = t->exit_code;
	int ignored = t->exit_signal == SIGCHLD ? parent_ignores_locked(t->parent) : 0;

	child_siginfo(&info, t, status & 0x7f ? CLD_KILLED : CLD_EXITED,
	        status & 0x7f ? status & 0x7f : status >> 8);
	info.si_signo = t->exit_signal;
	/* clone() takes any number; one that is no signal tells nobody (Linux: do_notify_parent()). */
	if (t->exit_signal > 0 && t->exit_signal <= _NSIG && ignored < 2)
		signal_send_locked(t->parent, t->exit_signal, &info);
	wake_up(&t->parent->child_wait);
	return ignored;
}

/* Gives up a zombie: nobody can find it from here on. */
static void reap_locked(struct task *t)
{
	/* Its spaces it has left, so `left` is all of its own but for the time. */
	t->left.cpu_time = sched_cpu_time(t);
	usage_add(&t->parent->children_usage, &t->left);
	usage_add(&t->parent->children_usage, &t->children_usage);
	task_unpublish_locked(t);
	t->state = TASK_DEAD;
}

/* The children become init's. */
static void reparent_children_locked(struct task *t)
{
	struct task *child;

	while ((child = TAILQ_FIRST(&t->children))) {
		TAILQ_REMOVE(&t->children, child, sibling);
		child->parent = init_task;
		child->ppid = init_task->pid;
		child->exit_signal = SIGCHLD;
		TAILQ_INSERT_TAIL(&init_task->children, child, sibling);
		task_group_left_locked(child, t);
		/* init has not heard of its end, and may not want to. */
		if (child->state == TASK_ZOMBIE && notify_parent_locked(child)) {
			reap_locked(child);
			task_put(child);
		}
	}
}

void task_exit(int status)
{
	struct task *t = current();
	struct signal_actions *actions;
	bool vanish;

	if (t == init_task)
		panic("init ended with status 0x%04x: nothing is left to run",
		        (unsigned int)status);
	if (t->sid == t->pid)
		tty_session_exit(t->sid);
	itimer_stop();
	drop_resources(t);
	irq_disable();
	spin_lock(&tasks_lock);
	t->exit_code = status;
	reparent_children_locked(t);
	sched_set_state(TASK_ZOMBIE);
	task_group_left_locked(t, t->parent);
	vanish = notify_parent_locked(t);
	actions = t->signal.actions;
	t->signal.actions = NULL;
	if (alloc_fail_remaining(t)) /* its memory may soon be another task's */
		alloc_fail_nth(NULL, 0);
	if (vanish)
		reap_locked(t);
	spin_unlock(&tasks_lock);
	signal_actions_put(actions);
	if (vanish)
		task_put(t);
	sched_end();
}

long sys_exit(int code)
{
	task_exit((code & 0xff) << 8);
}

/* -- waiting -- */

/* Which children count: those of fork() only, unless one of these says otherwise (wait(2), "Linux notes"). */
#define WAIT_WHOM ((int)(__WNOTHREAD | __WALL | __WCLONE))

struct wait_request {
	pid_t pid, pgid; /* the child, or any child of the group; both 0: any child */
	int options;
	bool with_usage;
	/* the answer */
	int status;
	int code; /* CLD_* */
	struct usage usage;
	uint32_t uid;
};

static bool wanted(const struct wait_request *w, const struct task *t)
{
	bool clone = t->exit_signal != SIGCHLD;

	if (!(w->options & __WALL) && clone != !!(w->options & (int)__WCLONE))
		return false;
	return (!w->pid || t->pid == w->pid) && (!w->pgid || t->pgid == w->pgid);
}

/* Does this child have something to report? */
static bool reportable_locked(struct wait_request *w, struct task *t)
{
	if (t->state == TASK_ZOMBIE) { /* and WEXITED */
		w->status = t->exit_code;
		w->code = t->exit_code & 0x7f ? CLD_KILLED : CLD_EXITED;
		return true;
	}
	if (t->stop_code && (w->options & WUNTRACED)) {
		w->status = t->stop_code << 8 | 0x7f;
		w->code = CLD_STOPPED;
		if (!(w->options & WNOWAIT))
			t->stop_code = 0;
		return true;
	}
	if (t->continued && (w->options & WCONTINUED)) {
		w->status = 0xffff;
		w->code = CLD_CONTINUED;
		if (!(w->options & WNOWAIT))
			t->continued = false;
		return true;
	}
	return false;
}

/* Looks once. A pid, 0 if nobody has anything to say yet, -ECHILD. */
static pid_t wait_once(struct wait_request *w)
{
	struct task *me = current(), *t, *reaped = NULL;
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	pid_t result = -ECHILD;

	TAILQ_FOREACH (t, &me->children, sibling) {
		if (!wanted(w, t))
			continue;
		if (t->state == TASK_ZOMBIE && !(w->options & WEXITED))
			continue; /* nothing will ever come of it, whatever it did before */
		result = 0;
		if (!reportable_locked(w, t))
			continue;
		result = t->pid;
		if (w->with_usage) {
			w->usage = t->children_usage;
			usage_add_task_locked(&w->usage, t);
		}
		w->uid = t->cred.uid;
		if (t->state == TASK_ZOMBIE && !(w->options & WNOWAIT)) {
			reap_locked(t);
			reaped = t;
		}
		break;
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	if (reaped)
		task_put(reaped);
	return result;
}

static pid_t wait_for_child(struct wait_request *w)
{
	pid_t result;
	int err;

	if (w->options & WNOHANG)
		return wait_once(w);
	err = wait_event_interruptible(&current()->child_wait, (result = wait_once(w)) != 0);
	return err ? err : result;
}

long sys_wait4(pid_t pid, uint32_t __user *status, int options, struct rusage __user *rusage)
{
	struct wait_request w = {.options = options | WEXITED, .with_usage = rusage};
	pid_t result;

	if (options & ~(WNOHANG | WUNTRACED | WCONTINUED | WAIT_WHOM))
		return -EINVAL;
	if (pid == INT32_MIN)
		return -ESRCH;
	if (pid > 0)
		w.pid = pid;
	else if (pid != -1)
		w.pgid = pid ? -pid : current()->pgid;
	result = wait_for_child(&w);
	if (result <= 0)
		return result;
	if (status && put_user_u32(w.status, status))
		return -EFAULT;
	if (rusage && usage_to_user(rusage, &w.usage))
		return -EFAULT;
	return result;
}

static int waitid_whom(int idtype, pid_t id, struct wait_request *w)
{
	switch (idtype) {
	case P_ALL:
		return 0;
	case P_PID:
		w->pid = id;
		return id > 0 ? 0 : -EINVAL;
	case P_PGID:
		w->pgid = id ? id : current()->pgid;
		return id >= 0 ? 0 : -EINVAL;
	default:
		return -EINVAL;
	}
}

long sys_waitid(int idtype, pid_t id, struct user_siginfo __user *info, int options,
        struct rusage __user *rusage)
{
	struct wait_request w = {.options = options, .with_usage = rusage};
	struct siginfo si;
	pid_t result;

	if (!(options & (WEXITED | WUNTRACED | WCONTINUED)) ||
	        (options & ~(WNOHANG | WEXITED | WUNTRACED | WCONTINUED | WNOWAIT | WAIT_WHOM)) ||
	        waitid_whom(idtype, id, &w))
		return -EINVAL;
	result = wait_for_child(&w);
	if (result < 0)
		return result;
	memset(&si, 0, sizeof(si));
	if (result) {
		si.si_signo = SIGCHLD;
		si.si_code = w.code;
		si.si_pid = result;
		si.si_uid = w.uid;
		si.si_status = w.code == CLD_EXITED      ? w.status >> 8
		               : w.code == CLD_CONTINUED ? SIGCONT
		               : w.code == CLD_STOPPED   ? w.status >> 8
		                                         : w.status & 0x7f;
		if (rusage && usage_to_user(rusage, &w.usage))
			return -EFAULT;
	}
	return info && siginfo_to_user(info, &si) ? -EFAULT : 0;
}
