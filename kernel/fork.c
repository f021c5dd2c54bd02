/* SPDX-License-Identifier: MIT */
/*
 * clone, fork and vfork: a task like the caller, sharing or copying each of its parts.
 */
#include <arm/sysreg.h>
#include <drivers/timer.h>
#include <kernel/sched.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/sched.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>
#include <string.h>

void return_from_fork(void);

/* What kernel/entry.S pops when it switches to a task: r4-r11 and lr. */
struct switch_frame {
	uint32_t r4_r11[8];
	uint32_t lr;
};

#define CLONE_SUPPORTED                                                                            \
	(CSIGNAL | CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_VFORK |               \
	        CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID | CLONE_SETTLS |   \
	        CLONE_SYSVSEM | CLONE_DETACHED)

/*
 * Prepares the stack so that the first switch to t calls `first` (may be NULL) in the kernel and
 * then enters user space by the trap frame, which the caller fills.
 */
static struct trap_frame *prepare_stack(struct task *t, void (*first)(void))
{
	struct trap_frame *frame = task_frame(t);
	struct switch_frame *sw = (struct switch_frame *)frame - 1;

	memset(sw, 0, sizeof(*sw));
	sw->r4_r11[0] = (uint32_t)first;
	sw->lr = (uint32_t)return_from_fork;
	t->ksp = sw;
	return frame;
}

static int copy_mm(struct task *t, unsigned long flags)
{
	struct mm *mm = current()->mm;

	if (flags & CLONE_VM) {
		mm_get(mm);
		t->mm = mm;
		t->left.minor_faults = -mm->minor_faults; /* those before it were not its own */
		return 0;
	}
	t->mm = mm_fork(mm);
	return t->mm ? 0 : -ENOMEM;
}

static int copy_files(struct task *t, unsigned long flags)
{
	struct task *me = current();

	if (flags & CLONE_FILES) {
		files_get(me->files);
		t->files = me->files;
	} else {
		t->files = files_fork(me->files);
	}
	if (flags & CLONE_FS) {
		fs_context_get(me->fs);
		t->fs = me->fs;
	} else {
		t->fs = fs_context_copy(me->fs);
	}
	return t->files && t->fs ? 0 : -ENOMEM;
}

static int copy_signals(struct task *t, unsigned long flags)
{
	struct task *me = current();

	if (flags & CLONE_SIGHAND) {
		__atomic_fetch_add(&me->signal.actions->refcount, 1, __ATOMIC_RELAXED);
		t->signal.actions = me->signal.actions;
	} else {
		t->signal.actions = signal_actions_copy(me->signal.actions);
	}
	t->signal.blocked = me->signal.blocked;
	if (!(flags & CLONE_VM) || (flags & CLONE_VFORK))
		t->signal.altstack = me->signal.altstack;
	else
		t->signal.altstack.ss_flags = SS_DISABLE;
	return t->signal.actions ? 0 : -ENOMEM;
}

/* Undoes whatever of the copies exists. */
static void drop_parts(struct task *t)
{
	if (t->mm)
		mm_put(t->mm);
	if (t->files)
		files_put(t->files);
	if (t->fs)
		fs_context_put(t->fs);
	if (t->signal.actions)
		signal_actions_put(t->signal.actions);
	if (t->exe)
		file_put(t->exe);
	t->signal.actions = NULL;
	task_put(t);
}

static int copy_parts(struct task *t, unsigned long flags)
{
	struct task *me = current();
	int err = copy_files(t, flags);

	if (!err)
		err = copy_signals(t, flags);
	if (!err)
		err = copy_mm(t, flags);
	if (err)
		return err;
	memcpy(t->comm, me->comm, TASK_COMM);
	t->cred = me->cred;
	t->start_time = clock_now();
	t->exe = me->exe;
	if (t->exe)
		file_get(t->exe);
	vfp_sync(me);
	t->vfp = me->vfp;
	return 0;
}

/* The child's first act in its own space (CLONE_CHILD_SETTID). */
static void write_own_tid(void)
{
	put_user_u32(current()->pid, (uint32_t __user *)current()->set_tid);
}

static void copy_frame(struct task *t, unsigned long flags, uint32_t stack, uint32_t tls)
{
	struct trap_frame *frame =
	        prepare_stack(t, flags & CLONE_CHILD_SETTID ? write_own_tid : NULL);

	*frame = *task_frame(current());
	frame->r[0] = 0;
	if (stack)
		frame->sp = stack;
	t->tpidrurw = read_tpidrurw();
	t->tls = flags & CLONE_SETTLS ? tls : current()->tls;
}

static int check_flags(unsigned long flags)
{
	if (flags & ~(unsigned long)CLONE_SUPPORTED)
		return -EINVAL;
	if ((flags & CLONE_SIGHAND) && !(flags & CLONE_VM))
		return -EINVAL;
	return 0;
}

/* vfork: sleeps until the child has another address space or none, or a SIGKILL comes. */
static void wait_for_vfork(struct task *t, struct wait_queue *done)
{
	uint32_t flags;

	wait_event_killable(done, __atomic_load_n(&t->vfork_done, __ATOMIC_ACQUIRE) == NULL);
	/*
	 * The child may still be in wake_up(done), under this lock, and a child that goes on after we
	 * were killed must not begin with it: `done` stands on our stack.
	 */
	flags = spin_lock_irqsave(&tasks_lock);
	t->vfork_done = NULL;
	spin_unlock_irqrestore(&tasks_lock, flags);
	task_put(t);
}

static void write_tids(struct task *t, unsigned long flags, uint32_t parent_tid, uint32_t child_tid)
{
	if (flags & CLONE_PARENT_SETTID)
		put_user_u32(t->pid, (uint32_t __user *)parent_tid);
	if (flags & CLONE_CHILD_CLEARTID)
		t->clear_tid = child_tid;
	if (flags & CLONE_CHILD_SETTID)
		t->set_tid = child_tid; /* it writes that itself: the memory may be its own */
}

long sys_clone(
        unsigned long flags, uint32_t stack, uint32_t parent_tid, uint32_t tls, uint32_t child_tid)
{
	struct wait_queue done;
	struct task *t;
	int err = check_flags(flags);
	pid_t pid;

	if (err)
		return err;
	t = task_alloc();
	if (!t)
		return -ENOMEM;
	err = copy_parts(t, flags);
	if (!err) {
		copy_frame(t, flags, stack, tls);
		t->exit_signal = flags & CSIGNAL;
		err = task_publish(t, current());
	}
	if (err) {
		drop_parts(t);
		return err;
	}
	write_tids(t, flags, parent_tid, child_tid);
	pid = t->pid;
	if (flags & CLONE_VFORK) {
		wait_queue_init(&done);
		t->vfork_done = &done;
		task_get(t);
	}
	sched_start(t);
	if (flags & CLONE_VFORK)
		wait_for_vfork(t, &done);
	return pid;
}

long sys_fork(void)
{
	return sys_clone(SIGCHLD, 0, 0, 0, 0);
}

long sys_vfork(void)
{
	return sys_clone(CLONE_VFORK | CLONE_VM | SIGCHLD, 0, 0, 0, 0);
}

int task_start_init(void (*fn)(void), const struct path *root)
{
	struct task *t = task_alloc();
	int err;

	if (!t)
		return -ENOMEM;
	t->signal.actions = signal_actions_alloc();
	t->files = files_alloc();
	t->fs = fs_context_alloc(root);
	strcpy(t->comm, "init");
	rlimits_init(t->rlimits);
	t->start_time = clock_now();
	memset(prepare_stack(t, fn), 0, FRAME_SIZE);
	err = t->files && t->fs && t->signal.actions ? task_publish(t, current()) : -ENOMEM;
	if (err) {
		drop_parts(t);
		return err;
	}
	t->parent = t;
	init_task = t;
	sched_start(t);
	return 0;
}
