/* SPDX-License-Identifier: MIT */
/*
 * Wait queues and mutexes.
 *
 * A waker takes the waiter off the queue itself, so that two wake_up_one() wake two tasks, and
 * does it under the queue's lock, so that the task can't end (and its stack, where the waiter
 * lies, go away) meanwhile: wait_end() needs the same lock.
 */
#include <lib/errno.h>
#include <lib/wait.h>

static const struct sched_ops *sched;

void sched_register(const struct sched_ops *ops)
{
	sched = ops;
}

const struct sched_ops *sched_hooks(void)
{
	return sched;
}

void wait_queue_init(struct wait_queue *wq)
{
	wq->lock = (spinlock_t)SPINLOCK_INIT;
	TAILQ_INIT(&wq->waiters);
}

void wait_begin(struct wait_queue *wq, struct waiter *w, enum wait_mode mode)
{
	w->task = sched->self();
	sched->prepare(mode);
	spin_lock_irq(&wq->lock);
	TAILQ_INSERT_TAIL(&wq->waiters, w, link);
	spin_unlock_irq(&wq->lock);
	/*
	 * Full barrier, the partner of the one in wake(): either the waker sees us in the queue, or
	 * we see the condition that it made true.
	 */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

int wait_block(enum wait_mode mode, int64_t deadline)
{
	if (mode && sched->interrupted(mode))
		return -ERESTARTSYS;
	if (deadline != WAIT_FOREVER && sched->now() >= deadline)
		return -ETIMEDOUT;
	sched->block(deadline);
	return 0;
}

void wait_end(struct wait_queue *wq, struct waiter *w)
{
	sched->cancel();
	spin_lock_irq(&wq->lock);
	if (w->task) {
		TAILQ_REMOVE(&wq->waiters, w, link);
		w->task = NULL;
	}
	spin_unlock_irq(&wq->lock);
}

static void wake(struct wait_queue *wq, bool all)
{
	struct waiter *w;
	uint32_t flags;

	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	/* Mostly nobody waits: that needs no lock. */
	if (!__atomic_load_n(&wq->waiters.tqh_first, __ATOMIC_RELAXED))
		return;

	flags = spin_lock_irqsave(&wq->lock);
	while ((w = TAILQ_FIRST(&wq->waiters))) {
		TAILQ_REMOVE(&wq->waiters, w, link);
		sched->wake(w->task);
		w->task = NULL;
		if (!all)
			break;
	}
	spin_unlock_irqrestore(&wq->lock, flags);
}

void wake_up(struct wait_queue *wq)
{
	wake(wq, true);
}

void wake_up_one(struct wait_queue *wq)
{
	wake(wq, false);
}

void mutex_init(struct mutex *m)
{
	m->locked = 0;
	wait_queue_init(&m->queue);
}

void mutex_lock_slow(struct mutex *m)
{
	/* 2: whoever unlocks has to wake one. Also ours once we have it, since others may wait. */
	wait_event(&m->queue, __atomic_exchange_n(&m->locked, 2, __ATOMIC_ACQUIRE) == 0);
}

void mutex_unlock_slow(struct mutex *m)
{
	wake_up_one(&m->queue);
}
