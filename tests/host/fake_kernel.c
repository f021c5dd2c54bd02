/* SPDX-License-Identifier: MIT */
/* The machine that fake_kernel.h promises. */
#include <arm/page_ops.h>
#include <arm/uaccess.h>
#include <lib/printk.h>
#include <lib/wait.h>
#include <lib/abi/resource.h>
#include <mm/commit.h>
#include <mm/hooks.h>
#include <mm/kmalloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int fake_live;
int fake_fail_after = -1;
uint32_t fake_ram_pages = 65536;
const char *fake_bad_from, *fake_bad_to;
int64_t fake_time;

void wfe(void)
{
	sched_yield();
}

/* mm/page_ops.S */
void page_copy(void *to, const void *from)
{
	memcpy(to, from, 4096);
}

static void *take(size_t size)
{
	if (fake_fail_after >= 0 && fake_fail_after-- == 0)
		return NULL;
	__atomic_fetch_add(&fake_live, 1, __ATOMIC_RELAXED);
	return memset(malloc(size), 0xa5, size);
}

static void give(void *p)
{
	if (p)
		__atomic_fetch_sub(&fake_live, 1, __ATOMIC_RELAXED);
	free(p);
}

uint32_t mm_limit(unsigned int resource)
{
	return RLIM_INFINITY;
}

int commit_charge(const struct mm *mm, uint32_t pages)
{
	return 0;
}

void commit_uncharge(uint32_t pages)
{
}

void *kmem_cache_alloc(struct kmem_cache *cache)
{
	return take(cache->size);
}

void kmem_cache_free(struct kmem_cache *cache, void *object)
{
	give(object);
}

void *kmalloc(size_t size)
{
	return take(size);
}

void *kzalloc(size_t size)
{
	void *p = take(size);

	return p ? memset(p, 0, size) : NULL;
}

void kfree(void *p)
{
	give(p);
}

char *kstrdup(const char *s)
{
	char *copy = take(strlen(s) + 1);

	return copy ? strcpy(copy, s) : NULL;
}

struct page *page_alloc(unsigned int order, unsigned int flags)
{
	struct page *page = take(sizeof(*page));

	if (!page)
		return NULL;
	memset(page, 0, sizeof(*page));
	page->refcount = 1;
	page->bytes = memset(malloc(PAGE_SIZE), 0xa5, PAGE_SIZE);
	return page;
}

void page_put(struct page *page)
{
	if (__atomic_sub_fetch(&page->refcount, 1, __ATOMIC_ACQ_REL))
		return;
	free(page->bytes);
	give(page);
}

uint32_t page_total_count(void)
{
	return fake_ram_pages;
}

static int user(void *to, const void *from, const void *user_address, size_t n)
{
	const char *p = user_address;

	/* The real one copies up to the bad address, too. */
	if (p < fake_bad_to && p + n > fake_bad_from) {
		if (p < fake_bad_from)
			memcpy(to, from, fake_bad_from - p);
		return -14;
	}
	memcpy(to, from, n);
	return 0;
}

int copy_from_user(void *to, const void *from, size_t n)
{
	return user(to, from, from, n);
}

int copy_to_user(void *to, const void *from, size_t n)
{
	return user(to, from, to, n);
}

int clear_user(void *to, size_t n)
{
	char *zeros = calloc(1, n + 1);
	int err = user(to, zeros, to, n);

	free(zeros);
	return err;
}

int put_user_u32(uint32_t value, uint32_t *to)
{
	return user(to, &value, to, sizeof(value));
}

void printk(enum log_level level, const char *fmt, ...)
{
}

void panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	abort();
}

/* Pages are never mapped here, so that truncation has nothing to unmap. */
struct mm;
void table_unmap_page(struct mm *mm, uint32_t va, const struct page *page);
void table_unmap_page(struct mm *mm, uint32_t va, const struct page *page)
{
}

void table_unmap(struct mm *mm, uint32_t start, uint32_t end);
void table_unmap(struct mm *mm, uint32_t start, uint32_t end)
{
	abort();
}

/* -- tasks are threads -- */

struct task {
	pthread_mutex_t lock;
	pthread_cond_t woken;
	bool awake;
};

static __thread struct task *self;
static int sleepers;
static bool interrupted;

static struct task *fake_self(void)
{
	return self;
}

static void fake_prepare(enum wait_mode mode)
{
	pthread_mutex_lock(&self->lock);
	self->awake = false;
	pthread_mutex_unlock(&self->lock);
}

static void fake_block(int64_t deadline)
{
	struct task *me = self;

	__atomic_fetch_add(&sleepers, 1, __ATOMIC_SEQ_CST);
	pthread_mutex_lock(&me->lock);
	while (!me->awake && !__atomic_load_n(&interrupted, __ATOMIC_SEQ_CST)) {
		struct timespec soon;

		clock_gettime(CLOCK_REALTIME, &soon);
		soon.tv_nsec += 1000000;
		soon.tv_sec += soon.tv_nsec / 1000000000;
		soon.tv_nsec %= 1000000000;
		pthread_cond_timedwait(&me->woken, &me->lock, &soon);
	}
	pthread_mutex_unlock(&me->lock);
	__atomic_fetch_sub(&sleepers, 1, __ATOMIC_SEQ_CST);
}

static void fake_cancel(void)
{
}

static void fake_wake(struct task *t)
{
	pthread_mutex_lock(&t->lock);
	t->awake = true;
	pthread_cond_signal(&t->woken);
	pthread_mutex_unlock(&t->lock);
}

static bool fake_interrupted(enum wait_mode mode)
{
	(void)mode;
	return __atomic_load_n(&interrupted, __ATOMIC_SEQ_CST);
}

static int64_t fake_now(void)
{
	return 0;
}

static const struct sched_ops ops = {
        .self = fake_self,
        .prepare = fake_prepare,
        .block = fake_block,
        .cancel = fake_cancel,
        .wake = fake_wake,
        .interrupted = fake_interrupted,
        .now = fake_now,
};

/* The tasks of ended threads are kept, since a waker may still look at one. */
void fake_task_init(void)
{
	static struct task tasks[64];
	static int used;

	self = &tasks[__atomic_fetch_add(&used, 1, __ATOMIC_RELAXED) % 64];
	pthread_mutex_init(&self->lock, NULL);
	pthread_cond_init(&self->woken, NULL);
	sched_register(&ops);
}

void fake_interrupt(bool on)
{
	__atomic_store_n(&interrupted, on, __ATOMIC_SEQ_CST);
}

void fake_wait_for_sleepers(int n)
{
	while (__atomic_load_n(&sleepers, __ATOMIC_SEQ_CST) != n)
		usleep(100);
}
