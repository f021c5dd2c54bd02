/* SPDX-License-Identifier: MIT */
/*
 * Sleeping until something happens: wait queues and mutexes.
 *
 * The scheduler lives in kernel/, to the right of this folder, and registers itself here
 * (sched_register) so that mm, fs and drivers can sleep without knowing it.
 */
#ifndef LIB_WAIT_H
#define LIB_WAIT_H

#include <lib/spinlock.h>
#include <lib/types.h>
#include <sys/queue.h>

struct task;

/* A blocking system call that a signal interrupted: restarted or turned into EINTR on the way out. */
#define ERESTARTSYS  512

#define WAIT_FOREVER INT64_MAX

/* What ends a sleep before its time. */
enum wait_mode {
	WAIT_UNINTERRUPTIBLE, /* nothing */
	WAIT_INTERRUPTIBLE,   /* any signal to act on */
	WAIT_KILLABLE,        /* SIGKILL */
};

struct sched_ops {
	struct task *(*self)(void);
	/* Marks the caller asleep; it stays on the CPU until block(). */
	void (*prepare)(enum wait_mode mode);
	/* Gives up the CPU until wake(); returns at the latest at `deadline` (ns of clock_now()). */
	void (*block)(int64_t deadline);
	/* Undoes prepare(). */
	void (*cancel)(void);
	/* Makes a task runnable. Any context. */
	void (*wake)(struct task *);
	/* Has the caller a signal that ends such a sleep? */
	bool (*interrupted)(enum wait_mode mode);
	int64_t (*now)(void);
};

void sched_register(const struct sched_ops *ops);
const struct sched_ops *sched_hooks(void);

struct waiter {
	struct task *task;
	TAILQ_ENTRY(waiter) link;
};

struct wait_queue {
	spinlock_t lock;
	/* under lock */
	TAILQ_HEAD(waiter_list, waiter) waiters;
};

#define WAIT_QUEUE_INIT(wq)                                                                        \
	{                                                                                          \
		SPINLOCK_INIT, TAILQ_HEAD_INITIALIZER((wq).waiters)                                \
	}

void wait_queue_init(struct wait_queue *wq);

/*
 * The steps under wait_event*: begin() queues the caller and marks it asleep (the condition is
 * tested after that, so a wake-up in between is not lost), end() takes both back. Sleepable
 * context, interrupts on.
 */
void wait_begin(struct wait_queue *wq, struct waiter *w, enum wait_mode mode);
/* Between the two: sleeps. 0, -ERESTARTSYS or -ETIMEDOUT without sleeping. */
int wait_block(enum wait_mode mode, int64_t deadline);
void wait_end(struct wait_queue *wq, struct waiter *w);

/* Wakes every waiter (or one) of the queue. Any context. */
void wake_up(struct wait_queue *wq);
void wake_up_one(struct wait_queue *wq);

/*
 * Sleep until `cond` is true. Evaluates to 0, -ERESTARTSYS (a signal came that the mode minds) or
 * -ETIMEDOUT (110). After a wake-up it is first looked whether the condition holds: mostly it does, and then
 * there is no need to queue again.
 */
#define wait_event_until(wq, cond, mode, deadline)                                                 \
	({                                                                                         \
		int wait_ret_ = 0;                                                                 \
		if (!(cond)) {                                                                     \
			struct waiter wait_w_;                                                     \
			int64_t wait_deadline_ = (deadline);                                       \
			bool wait_done_;                                                           \
			do {                                                                       \
				wait_begin((wq), &wait_w_, (mode));                                \
				wait_done_ = (cond);                                               \
				if (!wait_done_)                                                   \
					wait_ret_ = wait_block((mode), wait_deadline_);            \
				wait_end((wq), &wait_w_);                                          \
			} while (!wait_done_ && !wait_ret_ && !(cond));                            \
		}                                                                                  \
		wait_ret_;                                                                         \
	})

#define wait_event(wq, cond) ((void)wait_event_until(wq, cond, WAIT_UNINTERRUPTIBLE, WAIT_FOREVER))
#define wait_event_interruptible(wq, cond)                                                         \
	wait_event_until(wq, cond, WAIT_INTERRUPTIBLE, WAIT_FOREVER)
#define wait_event_killable(wq, cond) wait_event_until(wq, cond, WAIT_KILLABLE, WAIT_FOREVER)

/* A lock whose holder may sleep. Not for interrupt handlers. */
struct mutex {
	uint32_t locked;
	struct wait_queue queue;
};

#define MUTEX_INIT(m)                                                                              \
	{                                                                                          \
		0, WAIT_QUEUE_INIT((m).queue)                                                      \
	}

void mutex_init(struct mutex *m);
void mutex_lock_slow(struct mutex *m);
void mutex_unlock_slow(struct mutex *m);

static inline bool mutex_trylock(struct mutex *m)
{
	uint32_t free = 0;

	return __atomic_compare_exchange_n(
	        &m->locked, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static inline void mutex_lock(struct mutex *m)
{
	if (!mutex_trylock(m))
		mutex_lock_slow(m);
}

/* locked: 0 free, 1 held, 2 held and somebody waits; so that unlocking without waiters is one exchange. */
static inline void mutex_unlock(struct mutex *m)
{
	if (__atomic_exchange_n(&m->locked, 0, __ATOMIC_RELEASE) == 2)
		mutex_unlock_slow(m);
}

static inline bool mutex_is_locked(const struct mutex *m)
{
	return __atomic_load_n(&m->locked, __ATOMIC_RELAXED);
}

#endif
