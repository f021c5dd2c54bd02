/* SPDX-License-Identifier: MIT */
/*
 * The scheduler. One queue, first come first served; a task that runs while others wait is moved
 * to the end after its time slice. The timer ticks only while somebody waits for the CPU or for a
 * time; an idle machine sleeps.
 */
#include <arm/irqflags.h>
#include <drivers/led.h>
#include <drivers/timer.h>
#include <kernel/sched.h>
#include <kernel/task.h>
#include <lib/printk.h>
#include <mm/kstack.h>

void context_switch(struct task *prev, struct task *next);
void schedule_tail(void);

#define LOAD_INTERVAL 5000000000ll /* ns between two samples of the load */

RB_HEAD(sleep_tree, task);
TAILQ_HEAD(run_queue, task);

static struct {
	spinlock_t lock;
	/* under lock, IRQs off */
	struct run_queue queue;
	uint32_t waiting; /* tasks in queue */
	struct sleep_tree sleepers;
	uint32_t running_tasks; /* in queue or on a CPU */
	uint64_t switches;
	int64_t slice_end; /* when the running task has to let others in; 0: nobody waits */
	int64_t armed_for; /* what the timer is set to */
	int64_t load_at, heartbeat_at;
	uint32_t load[3];
	struct task *idle[MAX_CPUS];
	struct task *dead[MAX_CPUS]; /* ended on this core; freed by whoever runs next */
} sched = {
	.queue = TAILQ_HEAD_INITIALIZER(sched.queue),
	.sleepers = RB_INITIALIZER(&sched.sleepers),
	.armed_for = WAIT_FOREVER,
	.load_at = LOAD_INTERVAL,
};

static int sleeper_compare(const struct task *a, const struct task *b)
{
	if (a->wake_at != b->wake_at)
		return a->wake_at < b->wake_at ? -1 : 1;
	return a < b ? -1 : a > b;
}

RB_GENERATE_STATIC(sleep_tree, task, sleep_link, sleeper_compare)

static bool is_idle(const struct task *t)
{
	return t->pid == 0;
}

/*
 * Makes sure that the timer's alarm comes at `at` or before. An alarm that turns out to be early
 * is cheap (the tick sets the next one); programming the timer at each switch would not be.
 */
static void alarm_by_locked(int64_t at)
{
	if (at >= sched.armed_for)
		return;
	sched.armed_for = at;
	clock_set_event(at);
}

/* Sets the alarm to the next thing that has to happen at a time. */
static void alarm_next_locked(void)
{
	struct task *first = RB_MIN(sleep_tree, &sched.sleepers);

	sched.armed_for = WAIT_FOREVER;
	if (first)
		alarm_by_locked(first->wake_at);
	if (sched.slice_end)
		alarm_by_locked(sched.slice_end);
	if (sched.running_tasks)
		alarm_by_locked(sched.load_at);
	alarm_by_locked(sched.heartbeat_at);
}

static void start_slice_locked(int64_t now)
{
	sched.slice_end = now + TIME_SLICE;
	alarm_by_locked(sched.slice_end);
}

static void enqueue_locked(struct task *t)
{
	TAILQ_INSERT_TAIL(&sched.queue, t, run_link);
	t->on_queue = true;
	sched.waiting++;
	if (is_idle(current())) {
		__atomic_fetch_or(&current()->work, WORK_RESCHED, __ATOMIC_RELAXED);
	} else if (!sched.slice_end) {
		start_slice_locked(clock_now());
	}
}

static struct task *dequeue_locked(void)
{
	struct task *t = TAILQ_FIRST(&sched.queue);

	if (!t)
		return sched.idle[cpu_id()];
	TAILQ_REMOVE(&sched.queue, t, run_link);
	t->on_queue = false;
	sched.waiting--;
	return t;
}

static void sleep_timer_locked(struct task *t)
{
	if (t->wake_at == WAIT_FOREVER)
		return;
	t->timed = true;
	RB_INSERT(sleep_tree, &sched.sleepers, t);
	alarm_by_locked(t->wake_at);
}

static void cancel_timer_locked(struct task *t)
{
	if (t->timed) {
		RB_REMOVE(sleep_tree, &sched.sleepers, t);
		t->timed = false;
	}
}

static void make_runnable_locked(struct task *t)
{
	cancel_timer_locked(t);
	t->state = TASK_RUNNING;
	if (!sched.running_tasks++)
		alarm_by_locked(sched.load_at); /* the load is sampled while there is one */
	/* A task that has marked itself asleep but is still on its CPU just goes on. */
	if (!t->on_cpu && !t->on_queue)
		enqueue_locked(t);
}

bool sched_wake(struct task *t, unsigned int states)
{
	uint32_t flags = spin_lock_irqsave(&sched.lock);
	bool woken = states & 1u << t->state;

	if (woken)
		make_runnable_locked(t);
	spin_unlock_irqrestore(&sched.lock, flags);
	return woken;
}

void sched_start(struct task *t)
{
	uint32_t flags = spin_lock_irqsave(&sched.lock);

	t->state = TASK_RUNNING;
	sched.running_tasks++;
	enqueue_locked(t);
	spin_unlock_irqrestore(&sched.lock, flags);
}

void sched_set_state(enum task_state state)
{
	struct task *t = current();
	uint32_t flags = spin_lock_irqsave(&sched.lock);

	if (t->state == TASK_RUNNING && state != TASK_RUNNING)
		sched.running_tasks--;
	else if (t->state != TASK_RUNNING && state == TASK_RUNNING)
		sched.running_tasks++;
	t->state = state;
	t->wake_at = WAIT_FOREVER;
	spin_unlock_irqrestore(&sched.lock, flags);
}

/* Frees what a task that ended on this core left: it is certain now that its stack is not in use. */
static void free_dead(void)
{
	struct task *t = sched.dead[cpu_id()];

	if (!t)
		return;
	sched.dead[cpu_id()] = NULL;
	kstack_free(t->kstack);
	t->kstack = NULL;
	task_put(t);
}

/* The other half of a switch, on the new task's stack. */
static void finish_switch(void)
{
	spin_unlock(&sched.lock);
	free_dead();
}

/* Where a new task begins, see return_from_fork. */
void schedule_tail(void)
{
	finish_switch();
}

static void account_locked(struct task *prev, struct task *next)
{
	int64_t now = clock_now();

	prev->cpu_time += now - prev->started_running;
	next->started_running = now;
	next->switches++;
	if (prev->state == TASK_RUNNING)
		prev->preempted++;
	sched.switches++;
	sched.slice_end = 0;
	if (sched.waiting)
		start_slice_locked(now);
}

static void switch_to(struct task *prev, struct task *next)
{
	account_locked(prev, next);
	vfp_switch_out(prev);
	prev->on_cpu = false;
	next->on_cpu = true;
	if (prev->mm != next->mm)
		mm_switch(next->mm);
	context_switch(prev, next);
	finish_switch();
}

void schedule(void)
{
	uint32_t flags = irq_save();
	struct task *prev = current(), *next;

	spin_lock(&sched.lock);
	__atomic_fetch_and(&prev->work, ~(uint32_t)WORK_RESCHED, __ATOMIC_RELAXED);
	if (prev->state == TASK_RUNNING && !is_idle(prev)) {
		enqueue_locked(prev);
		prev->preempted++;
	}
	next = dequeue_locked();
	if (next == prev) {
		sched.slice_end = 0;
		if (sched.waiting)
			start_slice_locked(clock_now());
		spin_unlock(&sched.lock);
	} else {
		switch_to(prev, next);
	}
	irq_restore(flags);
}

void sched_yield(void)
{
	schedule();
}

void sched_end(void)
{
	irq_disable();
	sched.dead[cpu_id()] = current();
	schedule();
	panic("an ended task ran again");
}

/* The exponentially decaying averages of Linux (kernel/sched/loadavg.c describes the arithmetic). */
static void sample_load_locked(int64_t now)
{
	static const uint32_t decay[3] = {1884, 2014, 2037}; /* 2048 / exp(5 s / 1, 5, 15 min) */

	while (sched.load_at <= now) {
		for (int i = 0; i < 3; i++)
			sched.load[i] = (sched.load[i] * (uint64_t)decay[i] +
						(uint64_t)sched.running_tasks * 2048 * (2048 - decay[i])) /
					2048;
		sched.load_at += LOAD_INTERVAL;
	}
}

/* The timer's interrupt: wakes who wanted to be woken by now, ends the time slice. */
static void sched_tick(void)
{
	int64_t now = clock_now();
	struct task *t;

	spin_lock(&sched.lock);
	while ((t = RB_MIN(sleep_tree, &sched.sleepers)) && t->wake_at <= now)
		make_runnable_locked(t);
	if (sched.slice_end && sched.slice_end <= now) {
		__atomic_fetch_or(&current()->work, WORK_RESCHED, __ATOMIC_RELAXED);
		sched.slice_end = now + TIME_SLICE;
	}
	if (sched.load_at <= now)
		sample_load_locked(now);
	if (sched.heartbeat_at <= now)
		sched.heartbeat_at = led_heartbeat(now);
	alarm_next_locked();
	spin_unlock(&sched.lock);
}

void sched_idle(void)
{
	for (;;) {
		irq_disable();
		if (!(current()->work & WORK_RESCHED))
			wait_for_interrupt(); /* wakes for a masked interrupt too: none is lost */
		irq_enable();
		if (current()->work & WORK_RESCHED)
			schedule();
	}
}

/* What lib/wait.h needs of us. */

static void hook_prepare(bool interruptible)
{
	sched_set_state(interruptible ? TASK_INTERRUPTIBLE : TASK_UNINTERRUPTIBLE);
}

static void hook_block(int64_t deadline)
{
	uint32_t flags = spin_lock_irqsave(&sched.lock);
	struct task *t = current();

	if (t->state != TASK_RUNNING) { /* not woken since prepare() */
		t->wake_at = deadline;
		sleep_timer_locked(t);
	}
	spin_unlock(&sched.lock);
	schedule();
	irq_restore(flags);
}

static void hook_cancel(void)
{
	sched_set_state(TASK_RUNNING);
}

static void hook_wake(struct task *t)
{
	sched_wake(t, 1u << TASK_INTERRUPTIBLE | 1u << TASK_UNINTERRUPTIBLE);
}

static const struct sched_ops hooks = {
	.self = current,
	.prepare = hook_prepare,
	.block = hook_block,
	.cancel = hook_cancel,
	.wake = hook_wake,
	.interrupted = signal_pending,
	.now = clock_now,
};

void sched_init(void)
{
	sched_register(&hooks);
	timer_register_handler(sched_tick);
	sched.heartbeat_at = WAIT_FOREVER;
}

void sched_timer_found(void)
{
	uint32_t flags = spin_lock_irqsave(&sched.lock);

	sched.heartbeat_at = led_heartbeat(clock_now());
	alarm_next_locked();
	spin_unlock_irqrestore(&sched.lock, flags);
}

void sched_init_core(struct task *idle)
{
	sched.idle[cpu_id()] = idle;
	idle->on_cpu = true;
	idle->state = TASK_RUNNING;
	set_current_task(idle);
}

int64_t sched_cpu_time(struct task *t)
{
	uint32_t flags = spin_lock_irqsave(&sched.lock);
	int64_t time = t->cpu_time;

	if (t->on_cpu)
		time += clock_now() - t->started_running;
	spin_unlock_irqrestore(&sched.lock, flags);
	return time;
}

uint32_t sched_running(void)
{
	return __atomic_load_n(&sched.running_tasks, __ATOMIC_RELAXED);
}

uint64_t sched_switches(void)
{
	uint32_t flags = spin_lock_irqsave(&sched.lock);
	uint64_t n = sched.switches;

	spin_unlock_irqrestore(&sched.lock, flags);
	return n;
}

void sched_load(uint32_t load[3])
{
	uint32_t flags = spin_lock_irqsave(&sched.lock);

	for (int i = 0; i < 3; i++)
		load[i] = sched.load[i];
	spin_unlock_irqrestore(&sched.lock, flags);
}
