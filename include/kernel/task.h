/* SPDX-License-Identifier: MIT */
/*
 * Tasks: what runs. Each has a kernel stack of its own and, but for the idle tasks, an address
 * space, open files and so on, which clone() may let it share with others.
 */
#ifndef KERNEL_TASK_H
#define KERNEL_TASK_H

#include <arm/cpu.h>
#include <fs/cred.h>
#include <fs/fdtable.h>
#include <fs/namei.h>
#include <kernel/signal.h>
#include <kernel/task_offsets.h>
#include <kernel/trap.h>
#include <kernel/usage.h>
#include <kernel/vfp.h>
#include <lib/abi/resource.h>
#include <lib/types.h>
#include <lib/wait.h>
#include <mm/mm.h>
#include <sys/queue.h>
#include <sys/tree.h>

#define PID_MAX   32768
#define TASK_COMM 16

enum task_state {
	TASK_RUNNING,       /* on a CPU or in the run queue */
	TASK_INTERRUPTIBLE, /* asleep; a signal wakes it */
	TASK_UNINTERRUPTIBLE,
	TASK_KILLABLE, /* asleep; SIGKILL wakes it */
	TASK_STOPPED,  /* by SIGSTOP and the like; SIGCONT or SIGKILL wakes it */
	TASK_ZOMBIE,   /* ended; the parent has not asked yet */
	TASK_DEAD,     /* ended and asked for; its stack may go once it is off the CPU */
};

/* task->work: why a return to user space has to look further. */
enum task_work {
	WORK_RESCHED = 1 << 0,
	WORK_SIGNAL = 1 << 1,
};

/* How restart_syscall() goes on with a call that a signal without a handler interrupted. */
struct restart {
	long (*again)(const struct restart *); /* NULL: nothing was interrupted */
	int64_t deadline;                      /* when the wait ends */
	uint32_t arg[4];                       /* the call's own */
};

/* In an order without gaps: fork() clears it in blocks of 256 bytes, and it fills four of them. */
struct task {
	/* kernel/entry.S knows these four by offset */
	uint32_t work;     /* WORK_*, changed atomically by any core */
	void *ksp;         /* kernel stack pointer while not running */
	uint32_t tls;      /* TPIDRURO: set_tls() */
	uint32_t tpidrurw; /* TPIDRURW: the program's own */

	pid_t pid, tgid;
	uint32_t refcount; /* atomic: looked up by others, beyond the task's own life */
	char comm[TASK_COMM];
	void *kstack; /* top of the kernel stack */
	struct vfp_state vfp;

	/* under sched_lock (kernel/sched.c) */
	enum task_state state;
	bool on_queue, on_cpu, timed; /* the last: in the tree of sleepers */
	TAILQ_ENTRY(task) run_link;
	uint32_t switches; /* turns in all */
	int64_t wake_at;   /* WAIT_FOREVER, or when to wake without being asked */
	RB_ENTRY(task) sleep_link;
	uint64_t turn_began; /* clock_ticks() */
	uint64_t
	        ran_ticks; /* user and system, without the turn that goes on; see sched_cpu_time() */
	uint32_t preempted; /* turns that ended while it could go on */

	/* changed by the task itself alone; the pointers and `cred` under tasks_lock, for others who look */
	struct mm *mm;
	struct files *files;
	struct fs_context *fs;
	struct cred cred;
	struct file *exe;
	int64_t start_time;
	struct rlimit rlimits[RLIM_NLIMITS]; /* under tasks_lock; one number may be read without */
	/* as /proc/PID/oom_score_adj has it, and how low an unprivileged process may set it; under tasks_lock */
	int16_t oom_score_adj, oom_score_adj_min;
	bool oom_victim;   /* killed for its memory; under tasks_lock */
	bool itimer_runs;  /* ITIMER_REAL, under a lock of kernel/itimer.c, as these: */
	int64_t itimer_at; /* when it fires, or did last */
	int64_t itimer_interval;
	RB_ENTRY(task) itimer_link;
	uint32_t set_tid;   /* user address where the task writes its pid before it starts */
	uint32_t clear_tid; /* user address to zero at exit (set_tid_address) */
	struct restart restart;

	struct signal_state signal;
	/* of the last exception, for signal frames: Linux's trap number, DFSR or IFSR, address */
	uint32_t fault_trap, fault_error, fault_address;
	struct wait_queue *vfork_done;

	/* under tasks_lock (kernel/task.c) */
	struct task *parent;
	pid_t ppid; /* parent->pid, 0 for init; one word, may be read without the lock */
	TAILQ_HEAD(task_list, task) children;
	TAILQ_ENTRY(task) sibling;
	TAILQ_ENTRY(task) all_link;
	LIST_ENTRY(task) pid_link;
	pid_t pgid, sid;
	int exit_code;                /* as wait4() reports it */
	int exit_signal;              /* sent to the parent at the end */
	int stop_code;                /* signal that stopped it, not yet reported; 0 */
	bool continued;               /* by SIGCONT, not yet reported */
	bool too_many;                /* its user was over RLIMIT_NPROC at setuid() */
	bool execed;                  /* has called execve(): setpgid() by the parent is too late */
	struct wait_queue child_wait; /* woken when a child ends, stops or goes on */
	struct usage children_usage;  /* of those that have been waited for */
	struct usage left;            /* its own in spaces that it has left */
};

static inline struct task *current(void)
{
	return current_task();
}

/* Every task but the idle ones, and the first program, which inherits orphans. */
extern struct task_list all_tasks;
extern struct task *init_task;
extern spinlock_t tasks_lock;
/* under tasks_lock: the pid given out last, and how many there have been */
extern pid_t last_pid;
extern uint32_t total_forks;

static inline struct trap_frame *task_frame(struct task *t)
{
	return (struct trap_frame *)t->kstack - 1;
}

/* The task with this pid and a reference, or NULL. task_put() drops it. Any context. */
struct task *task_find(pid_t pid);
struct task *task_find_locked(pid_t pid);
static inline void task_get(struct task *t)
{
	__atomic_fetch_add(&t->refcount, 1, __ATOMIC_RELAXED);
}
void task_put(struct task *t);

/*
 * Is there nobody in the group's session, but outside of the group, who is the parent of one of its members
 * and could make it go on (POSIX: orphaned process group)? Any context.
 */
bool task_group_orphaned(pid_t pgrp);

/*
 * t, of whom `parent` was the parent until now, has lost it or ends: if that leaves its group orphaned and
 * with a member that is stopped, nobody would make that go on, so all get SIGHUP and SIGCONT (POSIX:
 * _exit(); Linux: kill_orphaned_pgrp()). tasks_lock held.
 */
void task_group_left_locked(const struct task *t, const struct task *parent);

/* The address space of a task with a user count for the caller; NULL for zombies. */
struct mm *task_mm_get(struct task *t);

/* Once: makes the boot code task 0, the idle task of the boot core. */
void task_init(void);

/*
 * Makes the first task, pid 1. It starts in fn, in the kernel, and enters user space when fn returns
 * after a successful do_execve(). -ENOMEM.
 */
int task_start_init(void (*fn)(void), const struct path *root);

/* A task with its kernel stack, not yet visible to anyone; NULL without memory. task_put() frees it. */
struct task *task_alloc(void);
/*
 * Gives it a pid, the limits of `parent`, and enters it in the lists as its child. -EAGAIN: no pid is free, or its user
 * has as many processes as RLIMIT_NPROC allows. -ERESTARTNOINTR: the caller has a signal to see to first.
 */
int task_publish(struct task *t, struct task *parent);
/* Takes an ended task out of the lists; its pid is free again. Drops the lists' reference later by task_put(). */
void task_unpublish_locked(struct task *t);

/*
 * With `more` beside the processes that user has, zombies among them: are they more than t's RLIMIT_NPROC?
 * Never for user 0.
 */
bool task_too_many_locked(const struct task *t, uint32_t uid, uint32_t more);

/* The limits that the first process starts with. */
void rlimits_init(struct rlimit limits[RLIM_NLIMITS]);

/*
 * Zeroes the word that set_tid_address() has named, and wakes who waits for it, if others use the memory:
 * the caller is about to leave that (Linux: mm_release()).
 */
void clear_tid_release(struct task *t);

/* Signals vfork()'s parent that the caller does not use its memory any more. */
void vfork_release(struct task *t);

/* Ends the calling task with a wait status (exit code << 8, or a signal number). */
void task_exit(int status) __attribute__((noreturn));

/* execve(2) for the calling task; returns 0 with its frame set and args->mm taken, or -errno. */
struct exec_args;
int do_execve(const char *path, struct exec_args *args);
/* The same with the kernel's own strings. */
int kernel_execve(const char *path, char *const *argv, char *const *envp);

#endif
