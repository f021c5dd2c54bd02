/* SPDX-License-Identifier: MIT */
/*
 * The OOM killer: when no frame is left for a page that somebody touches, the process that has most
 * is ended, so that the others go on (Linux: mm/oom_kill.c).
 *
 * Nobody waits for the victim to end by itself: it may be asleep for something that the one who
 * needs memory holds. Its private pages are taken from it at once (mm_reap()).
 */
#include <drivers/timer.h>
#include <kernel/oom.h>
#include <kernel/sched.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <mm/hooks.h>
#include <mm/stat.h>

#define PATIENCE   1000000000 /* ns for a victim to end before another is chosen */
#define REAP_TRIES 100
#define PAUSE      10000000 /* ns between two looks at it */

int panic_on_oom;

/* under tasks_lock */
uint32_t oom_kills;
static int64_t killed_at;

int32_t oom_badness_locked(const struct task *t)
{
	int32_t thousandth = page_total_count() / 1000;
	const struct mm *mm = t->mm;

	/* A child of vfork() runs in its parent's memory, and only for a moment. */
	if (!mm || t == init_task || t->oom_victim || t->vfork_done ||
	        t->oom_score_adj == OOM_ADJ_MIN)
		return OOM_NEVER;
	return mm->anon_pages + mm->file_pages + mm->table_bytes / PAGE_SIZE +
	       t->oom_score_adj * thousandth;
}

/* Is there a victim that may yet end and free what it has? Not if it has had `patience` ns for it. */
static bool victim_ends_locked(int64_t patience)
{
	struct task *t;

	if (clock_now() - killed_at > patience)
		return false;
	TAILQ_FOREACH (t, &all_tasks, all_link) {
		if (t->oom_victim && t->mm)
			return true;
	}
	return false;
}

static struct task *choose_locked(void)
{
	int32_t most = OOM_NEVER;
	struct task *t, *chosen = NULL;

	TAILQ_FOREACH (t, &all_tasks, all_link) {
		int32_t points = oom_badness_locked(t);

		if (points > OOM_NEVER && points >= most) {
			most = points;
			chosen = t;
		}
	}
	return chosen;
}

static void report(const struct task *t, const struct mm_usage *use)
{
	pr_err("Out of memory: Killed process %d (%.*s) total-vm:%ukB, anon-rss:%ukB, "
	       "file-rss:%ukB, "
	       "shmem-rss:%ukB, UID:%u pgtables:%ukB oom_score_adj:%d\n",
	        (int)t->pid, TASK_COMM, t->comm, use->total << 2, use->anon << 2, 0u,
	        use->file << 2, t->cred.uid, use->table_bytes >> 10, t->oom_score_adj);
}

/* SIGKILL to all who run in this space. False if init is one of them: then it is not to be reaped. */
static bool kill_sharers_locked(const struct mm *mm)
{
	bool reap = true;
	struct task *t;

	TAILQ_FOREACH (t, &all_tasks, all_link) {
		if (t->mm != mm)
			continue;
		if (t == init_task) {
			reap = false;
			continue;
		}
		t->oom_victim = true;
		signal_send_locked(t, SIGKILL, NULL);
	}
	return reap;
}

/* Chooses and kills. The space to be reaped with a user count, or NULL; 0, -EAGAIN, -ESRCH: nobody is left. */
static int kill_one(struct mm **space)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	struct mm_usage use = {0};
	struct task *victim;
	/* Looked at once: its time may run out in between, and that is no reason to panic. */
	bool ends = victim_ends_locked(PATIENCE);
	int err = 0;

	*space = NULL;
	victim = ends ? NULL : choose_locked();
	if (victim) {
		struct mm *mm = victim->mm;

		use.total = mm->total_vm;
		use.anon = mm->anon_pages;
		use.file = mm->file_pages;
		use.table_bytes = mm->table_bytes;
		pr_notice("%.*s invoked oom-killer: oom_score_adj=%d\n", TASK_COMM, current()->comm,
		        current()->oom_score_adj);
		report(victim, &use);
		killed_at = clock_now();
		oom_kills++;
		mm_get(mm);
		if (kill_sharers_locked(mm))
			*space = mm;
		else
			__atomic_sub_fetch(&mm->users, 1, __ATOMIC_RELAXED); /* init keeps it */
	} else {
		/* Nobody else is left to choose: then it is worth waiting longer for those that were. */
		err = ends || victim_ends_locked(10ll * PATIENCE) ? -EAGAIN : -ESRCH;
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
	return err;
}

static void pause_for_victim(void)
{
	struct wait_queue nobody = WAIT_QUEUE_INIT(nobody);

	wait_event_until(&nobody, signal_fatal_pending(), false, clock_now() + PAUSE);
}

bool oom_kill(void)
{
	struct mm *space;
	int err;

	/* A victim that is ending has taken its SIGKILL already: it is not to wait for itself. */
	if (signal_fatal_pending() || current()->oom_victim)
		return false;
	if (page_available()) /* somebody has given memory back meanwhile */
		return true;
	if (panic_on_oom)
		panic("Out of memory: system-wide panic_on_oom is enabled");
	err = kill_one(&space);
	if (err == -ESRCH)
		panic("Out of memory and no killable processes: System is deadlocked on memory");
	if (err == -EAGAIN) {
		pause_for_victim();
		return !signal_fatal_pending();
	}
	if (space) {
		/* Its owner may be in the kernel with the space locked: it gets on, or another look follows. */
		for (int i = 0; i < REAP_TRIES && !mm_reap(space); i++)
			sched_yield();
		mm_put(space);
	}
	return !signal_fatal_pending();
}
