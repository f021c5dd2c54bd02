/* SPDX-License-Identifier: MIT */
/*
 * Tasks as things: making and freeing them, their pids, finding them.
 */
#include <arm/page_ops.h>
#include <kernel/sched.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <mm/kmalloc.h>
#include <mm/kstack.h>
#include <stddef.h>
#include <string.h>

_Static_assert(offsetof(struct task, work) == TASK_WORK, "kernel/entry.S");
_Static_assert(offsetof(struct task, ksp) == TASK_KSP, "kernel/entry.S");
_Static_assert(offsetof(struct task, tls) == TASK_TLS, "kernel/entry.S");
_Static_assert(offsetof(struct task, tpidrurw) == TASK_TPIDRURW, "kernel/entry.S");

#define PID_BUCKETS 256

extern char boot_stack_top[];

struct task_list all_tasks = TAILQ_HEAD_INITIALIZER(all_tasks);
struct task *init_task;
spinlock_t tasks_lock;
pid_t last_pid;
uint32_t total_forks;

/* In blocks: every fork clears one. */
#define TASK_BYTES ((sizeof(struct task) + 255) & ~255u)

static struct kmem_cache task_cache = KMEM_CACHE_INIT(task_cache, "task", TASK_BYTES, 8);
static struct task boot_idle;

LIST_HEAD(pid_bucket, task);

/* under tasks_lock */
static struct pid_bucket pid_hash[PID_BUCKETS];
static uint32_t pids_used[PID_MAX / 32];

struct task *task_alloc(void)
{
	struct task *t = kmem_cache_alloc(&task_cache);

	if (!t)
		return NULL;
	block_clear(t, TASK_BYTES);
	t->kstack = kstack_alloc();
	if (!t->kstack) {
		kmem_cache_free(&task_cache, t);
		return NULL;
	}
	t->refcount = 1;
	t->state = TASK_UNINTERRUPTIBLE;
	t->wake_at = WAIT_FOREVER;
	TAILQ_INIT(&t->children);
	wait_queue_init(&t->child_wait);
	signal_state_init(&t->signal);
	return t;
}

void task_put(struct task *t)
{
	if (__atomic_sub_fetch(&t->refcount, 1, __ATOMIC_ACQ_REL))
		return;
	if (t->kstack)
		kstack_free(t->kstack);
	signal_state_destroy(&t->signal);
	kmem_cache_free(&task_cache, t);
}

/*
 * A group or a session may outlive the process that it is named after: a new process of that pid could
 * not found its own, and would get the old one's signals.
 */
static bool names_group_locked(pid_t pid)
{
	struct task *t;

	TAILQ_FOREACH (t, &all_tasks, all_link) {
		if (t->pgid == pid || t->sid == pid)
			return true;
	}
	return false;
}

/* Pids go up and start again at 300 (Linux: RESERVED_PIDS), so that one is not reused at once. */
static pid_t pid_take_locked(void)
{
	static bool again; /* before all have been given out once, no old one can come up */
	pid_t pid = last_pid;

	for (int tries = 0; tries < PID_MAX; tries++) {
		if (++pid >= PID_MAX) {
			pid = 300;
			again = true;
		}
		if (!(pids_used[pid / 32] & 1u << pid % 32) &&
		        !(again && names_group_locked(pid))) {
			pids_used[pid / 32] |= 1u << pid % 32;
			last_pid = pid;
			return pid;
		}
	}
	return -EAGAIN;
}

bool task_too_many_locked(const struct task *t, uint32_t uid, uint32_t more)
{
	uint32_t limit = t->rlimits[RLIMIT_NPROC].rlim_cur;
	struct task *other;

	if (!uid)
		return false;
	TAILQ_FOREACH (other, &all_tasks, all_link)
		more += other->cred.uid == uid;
	return more > limit;
}

static bool may_be_one_more_locked(const struct task *t)
{
	return cred_is_root(&t->cred) || !task_too_many_locked(t, t->cred.uid, 1);
}

int task_publish(struct task *t, struct task *parent)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	pid_t pid;

	if (parent->pid) { /* what others may change at any time */
		memcpy(t->rlimits, parent->rlimits, sizeof(t->rlimits));
		t->oom_score_adj = parent->oom_score_adj;
		t->oom_score_adj_min = parent->oom_score_adj_min;
	}
	/*
	 * A signal for the group may have come while the child was made. The child was not one of
	 * them: the fork comes after the signal, if at all (Linux: copy_process()).
	 */
	if (signal_pending())
		pid = -ERESTARTNOINTR;
	else
		pid = may_be_one_more_locked(t) ? pid_take_locked() : -EAGAIN;
	if (pid > 0) {
		total_forks++;
		t->pid = t->tgid = pid;
		t->parent = parent;
		t->ppid = parent->pid;
		t->pgid = parent->pgid; /* 0 for init, until it calls setsid() */
		t->sid = parent->sid;
		task_get(t); /* the lists' reference */
		LIST_INSERT_HEAD(&pid_hash[pid % PID_BUCKETS], t, pid_link);
		TAILQ_INSERT_TAIL(&all_tasks, t, all_link);
		if (parent->pid)
			TAILQ_INSERT_TAIL(&parent->children, t, sibling);
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	return pid > 0 ? 0 : pid;
}

void task_unpublish_locked(struct task *t)
{
	TAILQ_REMOVE(&t->parent->children, t, sibling);
	TAILQ_REMOVE(&all_tasks, t, all_link);
	LIST_REMOVE(t, pid_link);
	pids_used[t->pid / 32] &= ~(1u << t->pid % 32);
}

struct task *task_find_locked(pid_t pid)
{
	struct task *t;

	if (pid <= 0)
		return NULL;
	LIST_FOREACH (t, &pid_hash[pid % PID_BUCKETS], pid_link) {
		if (t->pid == pid)
			return t;
	}
	return NULL;
}

struct task *task_find(pid_t pid)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	struct task *t = task_find_locked(pid);

	if (t)
		task_get(t);
	spin_unlock_irqrestore(&tasks_lock, flags);
	return t;
}

struct mm *task_mm_get(struct task *t)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	struct mm *mm = t->mm;

	if (mm)
		mm_get(mm);
	spin_unlock_irqrestore(&tasks_lock, flags);
	return mm;
}

/* Could the parent, say a shell, wake t again if it stopped? init does not care for its orphans. */
static bool has_guardian_locked(const struct task *t)
{
	return t->state != TASK_ZOMBIE && t->parent != init_task && t->parent->sid == t->sid &&
	       t->parent->pgid != t->pgid;
}

bool task_group_orphaned(pid_t pgrp)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	struct task *t;
	bool orphaned = true;

	TAILQ_FOREACH (t, &all_tasks, all_link) {
		if (t->pgid == pgrp && has_guardian_locked(t)) {
			orphaned = false;
			break;
		}
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	return orphaned;
}

void task_group_left_locked(const struct task *t, const struct task *parent)
{
	bool stopped = false;
	struct task *other;

	if (parent->pgid == t->pgid || parent->sid != t->sid)
		return; /* it was no link to the rest of the session */
	TAILQ_FOREACH (other, &all_tasks, all_link) {
		if (other->pgid != t->pgid)
			continue;
		if (has_guardian_locked(other))
			return;
		stopped |= other->state == TASK_STOPPED;
	}
	TAILQ_FOREACH (other, &all_tasks, all_link) {
		if (stopped && other->pgid == t->pgid) {
			signal_send_locked(other, SIGHUP, NULL);
			signal_send_locked(other, SIGCONT, NULL);
		}
	}
}

void task_init(void)
{
	pids_used[0] = 1; /* the idle tasks */
	boot_idle.refcount = 1;
	strcpy(boot_idle.comm, "idle");
	boot_idle.kstack = boot_stack_top;
	TAILQ_INIT(&boot_idle.children);
	signal_state_init(&boot_idle.signal);
	sched_init_core(&boot_idle);
}
