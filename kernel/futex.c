/* SPDX-License-Identifier: MIT */
/*
 * futex(): sleeping until another program says that a word in shared memory has changed
 * (futex(2)). Locks of C libraries are made of it: the word is tested and changed without the
 * kernel, which is asked only where somebody has to wait.
 */
#include "user_time.h"
#include <drivers/timer.h>
#include <kernel/clock.h>
#include <kernel/futex.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/futex.h>
#include <lib/errno.h>
#include <mm/mm.h>

#define BUCKETS 16

/*
 * What a word is known by: the address space and the address or, in a shared mapping, what is
 * mapped and the place in that. Only compared, so no reference is kept: a stale key can at worst
 * wake somebody for nothing, which futex(2) allows.
 */
struct futex_key {
	const void *object;
	uint32_t page, offset;
};

struct futex_waiter {
	struct wait_queue queue;
	uint32_t bitset;
	struct bucket *bucket; /* changed with both buckets locked */
	/* under bucket->lock */
	struct futex_key key;
	bool woken; /* and off the list */
	TAILQ_ENTRY(futex_waiter) link;
};

/*
 * A mutex and not a spinlock, because the word is read with it held, and that may mean paging it
 * in. It comes before mm->lock. A waiter takes it before it goes away, so that who wakes it can
 * finish.
 */
struct bucket {
	struct mutex lock;
	/* under lock */
	TAILQ_HEAD(, futex_waiter) waiters;
};

#define BUCKET(n)                                                                                  \
	{                                                                                          \
		MUTEX_INIT(buckets[n].lock), TAILQ_HEAD_INITIALIZER(buckets[n].waiters)            \
	}
#define FOUR_BUCKETS(n) BUCKET(n), BUCKET((n) + 1), BUCKET((n) + 2), BUCKET((n) + 3)

static struct bucket buckets[BUCKETS] = {
        FOUR_BUCKETS(0), FOUR_BUCKETS(4), FOUR_BUCKETS(8), FOUR_BUCKETS(12)};

static struct bucket *bucket_of(const struct futex_key *key)
{
	uint32_t h = (uint32_t)key->object / 32 + key->page * 7 + key->offset / 4;

	return &buckets[(h ^ h >> 4 ^ h >> 8) % BUCKETS];
}

static bool same(const struct futex_key *a, const struct futex_key *b)
{
	return a->object == b->object && a->page == b->page && a->offset == b->offset;
}

static int make_key(uint32_t addr, bool private, struct futex_key *key)
{
	struct mm *mm = current()->mm;
	struct vma *vma;
	int err = 0;

	if (addr % sizeof(uint32_t))
		return -EINVAL;
	if (addr >= USER_END)
		return -EFAULT;
	*key = (struct futex_key){mm, addr / PAGE_SIZE, PAGE_OFFSET(addr)};
	if (private)
		return 0;
	mutex_lock(&mm->lock);
	vma = vma_find_locked(mm, addr);
	if (!vma || vma->start > addr) {
		err = -EFAULT;
	} else if ((vma->flags & VM_SHARED) && vma->as) {
		key->object = vma->as;
		key->page = vma->pgoff + (addr - vma->start) / PAGE_SIZE;
	}
	mutex_unlock(&mm->lock);
	return err;
}

static void wake_locked(struct futex_waiter *w)
{
	TAILQ_REMOVE(&w->bucket->waiters, w, link);
	__atomic_store_n(&w->woken, true, __ATOMIC_RELEASE);
	wake_up(&w->queue);
}

/* Even n = 0 wakes one, as in Linux. */
static int wake_key(const struct futex_key *key, int n, uint32_t bitset)
{
	struct bucket *b = bucket_of(key);
	struct futex_waiter *w, *next;
	int count = 0;

	mutex_lock(&b->lock);
	TAILQ_FOREACH_SAFE (w, &b->waiters, link, next) {
		if (!same(&w->key, key) || !(w->bitset & bitset))
			continue;
		wake_locked(w);
		if (++count >= n)
			break;
	}
	mutex_unlock(&b->lock);
	return count;
}

int futex_wake_address(uint32_t addr, int n)
{
	struct futex_key key;
	int err = make_key(addr, false, &key);

	return err ? err : wake_key(&key, n, FUTEX_BITSET_MATCH_ANY);
}

/* Does the word hold this value? To be asked under the bucket's lock, so that no wake-up is missed. */
static int check_word(uint32_t addr, uint32_t expected)
{
	uint32_t value;

	if (get_user_u32(&value, (const uint32_t __user *)addr))
		return -EFAULT;
	return value == expected ? 0 : -EAGAIN;
}

static int enqueue(struct futex_waiter *w, uint32_t addr, uint32_t expected)
{
	struct bucket *b = bucket_of(&w->key);
	int err;

	wait_queue_init(&w->queue);
	w->bucket = b;
	w->woken = false;
	mutex_lock(&b->lock);
	err = check_word(addr, expected);
	if (!err)
		TAILQ_INSERT_TAIL(&b->waiters, w, link);
	mutex_unlock(&b->lock);
	return err;
}

/* Takes the waiter back, wherever it has been moved to. True if somebody woke it. */
static bool dequeue(struct futex_waiter *w)
{
	struct bucket *b;

	for (;;) {
		b = __atomic_load_n(&w->bucket, __ATOMIC_RELAXED);
		mutex_lock(&b->lock);
		if (b == w->bucket)
			break;
		mutex_unlock(&b->lock);
	}
	if (!w->woken)
		TAILQ_REMOVE(&b->waiters, w, link);
	mutex_unlock(&b->lock);
	return w->woken;
}

/* arg: address, value, bitset, is it private? */
static long wait_until(const struct restart *r)
{
	struct futex_waiter w = {.bitset = r->arg[2]};
	int err = make_key(r->arg[0], r->arg[3], &w.key);

	if (!err)
		err = enqueue(&w, r->arg[0], r->arg[1]);
	if (err)
		return err;
	err = wait_event_until(
	        &w.queue, __atomic_load_n(&w.woken, __ATOMIC_ACQUIRE), true, r->deadline);
	if (dequeue(&w))
		return 0;
	if (err != -ERESTARTSYS || r->deadline == WAIT_FOREVER)
		return err;
	current()->restart = *r; /* the call may have said how long, not when */
	return -ERESTART_RESTARTBLOCK;
}

static struct bucket *lower(struct bucket *a, struct bucket *b)
{
	return a < b ? a : b;
}

static void lock_both(struct bucket *a, struct bucket *b)
{
	mutex_lock(&lower(a, b)->lock);
	if (a != b)
		mutex_lock(a < b ? &b->lock : &a->lock);
}

static void unlock_both(struct bucket *a, struct bucket *b)
{
	mutex_unlock(&a->lock);
	if (a != b)
		mutex_unlock(&b->lock);
}

static void move_locked(struct futex_waiter *w, const struct futex_key *to, struct bucket *b)
{
	TAILQ_REMOVE(&w->bucket->waiters, w, link);
	TAILQ_INSERT_TAIL(&b->waiters, w, link);
	w->key = *to;
	__atomic_store_n(&w->bucket, b, __ATOMIC_RELAXED);
}

/* Wakes up to `wake` waiters of one word and lets up to `move` more wait for the other instead. */
static int requeue_locked(
        const struct futex_key *from, const struct futex_key *to, int wake, int move)
{
	struct bucket *b = bucket_of(from);
	struct futex_waiter *w, *next;
	int count = 0;

	TAILQ_FOREACH_SAFE (w, &b->waiters, link, next) {
		if (count - wake >= move)
			break;
		if (!same(&w->key, from))
			continue;
		if (++count <= wake)
			wake_locked(w);
		else if (!same(from, to))
			move_locked(w, to, bucket_of(to));
	}
	return count;
}

struct requeue {
	uint32_t from, to;
	int wake, move;
	bool private;
	bool compare;
	uint32_t expected; /* with compare: the word at `from` must hold this */
};

static long requeue(const struct requeue *r)
{
	struct futex_key from, to;
	long ret;

	if (r->wake < 0 || r->move < 0)
		return -EINVAL;
	ret = make_key(r->from, r->private, &from);
	if (!ret)
		ret = make_key(r->to, r->private, &to);
	if (ret)
		return ret;
	lock_both(bucket_of(&from), bucket_of(&to));
	ret = r->compare ? check_word(r->from, r->expected) : 0;
	if (!ret)
		ret = requeue_locked(&from, &to, r->wake, r->move);
	unlock_both(bucket_of(&from), bucket_of(&to));
	return ret;
}

/* The fourth argument of the operations that wait, as an instant of clock_now(). */
static int futex_deadline(int op, const struct timespec64 *t, int64_t *deadline)
{
	int64_t ns = timespec_to_ns(t);

	if (!timespec_valid(t))
		return -EINVAL;
	if ((op & FUTEX_CMD_MASK) == FUTEX_WAIT)
		*deadline = ns_add(clock_now(), ns);
	else
		*deadline =
		        op & FUTEX_CLOCK_REALTIME && ns != INT64_MAX ? ns - realtime_offset() : ns;
	return 0;
}

static long futex_wait(
        int op, uint32_t addr, uint32_t value, uint32_t bitset, const struct timespec64 *timeout)
{
	struct restart r = {.again = wait_until,
	        .deadline = WAIT_FOREVER,
	        .arg = {addr, value, bitset, op & FUTEX_PRIVATE_FLAG}};

	if (timeout && futex_deadline(op, timeout, &r.deadline))
		return -EINVAL;
	return bitset ? wait_until(&r) : -EINVAL;
}

static long futex_wake(int op, uint32_t addr, int n, uint32_t bitset)
{
	struct futex_key key;
	int err;

	if (!bitset)
		return -EINVAL;
	err = make_key(addr, op & FUTEX_PRIVATE_FLAG, &key);
	return err ? err : wake_key(&key, n, bitset);
}

static bool waits(int op)
{
	return (op & FUTEX_CMD_MASK) == FUTEX_WAIT || (op & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET;
}

/* `number` is what an operation that does not wait has in the place of the timeout. */
static long do_futex(uint32_t addr, int op, uint32_t value, uint32_t number, uint32_t addr2,
        uint32_t value3, enum time_abi abi)
{
	struct requeue r = {addr, addr2, value, number, op & FUTEX_PRIVATE_FLAG, false, value3};
	struct timespec64 t, *timeout = NULL;

	if (waits(op) && number)
		timeout = &t;
	if (timeout && get_timespec(&t, (const void __user *)number, abi))
		return -EFAULT;
	if ((op & FUTEX_CLOCK_REALTIME) && (op & FUTEX_CMD_MASK) != FUTEX_WAIT_BITSET)
		return -ENOSYS;
	switch (op & FUTEX_CMD_MASK) {
	case FUTEX_WAIT:
		return futex_wait(op, addr, value, FUTEX_BITSET_MATCH_ANY, timeout);
	case FUTEX_WAIT_BITSET:
		return futex_wait(op, addr, value, value3, timeout);
	case FUTEX_WAKE:
		return futex_wake(op, addr, value, FUTEX_BITSET_MATCH_ANY);
	case FUTEX_WAKE_BITSET:
		return futex_wake(op, addr, value, value3);
	case FUTEX_CMP_REQUEUE:
		r.compare = true;
		return requeue(&r);
	case FUTEX_REQUEUE:
		return requeue(&r);
	default:
		return -ENOSYS;
	}
}

long sys_futex(
        uint32_t addr, int op, uint32_t value, uint32_t timeout, uint32_t addr2, uint32_t value3)
{
	return do_futex(addr, op, value, timeout, addr2, value3, TIME_32);
}

long sys_futex_time64(
        uint32_t addr, int op, uint32_t value, uint32_t timeout, uint32_t addr2, uint32_t value3)
{
	return do_futex(addr, op, value, timeout, addr2, value3, TIME_64);
}
