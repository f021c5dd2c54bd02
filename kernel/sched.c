/* SPDX-License-Identifier: MIT */
/*
 * The scheduler. One queue, first come first served; a task that runs while others wait is moved
 * to the end after its time slice. The timer ticks only while somebody waits for the CPU or for a
 * time; an idle machine sleeps.
 */
#include <arm/barrier.h>
#include <arm/irqflags.h>
#include <drivers/led.h>
#include <drivers/timer.h>
#include <kernel/itimer.h>
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
	uint32_t busy_cores; /* that run a task other than their idle one */
	uint64_t switches;
	int64_t slice_check; /* when to see whether the running task has had its turn; 0: never */
	int64_t armed_for;   /* what the timer is set to */
	int64_t load_at, heartbeat_at, itimer_at;
	uint32_t load[3];
	struct task *idle[MAX_CPUS];
	struct task *dead[MAX_CPUS]; /* ended on this core; freed by whoever runs next */
} sched = {
        .queue = TAILQ_HEAD_INITIALIZER(sched.queue),
        .sleepers = RB_INITIALIZER(&sched.sleepers),
        .armed_for = WAIT_FOREVER,
        .load_at = LOAD_INTERVAL,
        .itimer_at = WAIT_FOREVER,
};

static int sleeper_compare(const struct task *a, const struct task *b)
{
	if (a->wake_at != b->wake_at)
		return a->wake_at < b->wake_at ? -1 : 1;
	return a < b ? -1 : a > b;
}

static bool is_idle(const struct task *t)
{
	return t->pid == 0;
}

RB_GENERATE_STATIC(sleep_tree, task, sleep_link, sleeper_compare)

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

/* Tasks that can run or do. */
static uint32_t runnable_locked(void)
{
	return sched.waiting + sched.busy_cores;
}

/* Sets the alarm to the next thing that has to happen at a time. */
static void alarm_next_locked(void)
{
	struct task *first = RB_MIN(sleep_tree, &sched.sleepers);

	sched.armed_for = WAIT_FOREVER;
	if (first)
		alarm_by_locked(first->wake_at);
	if (sched.slice_check)
		alarm_by_locked(sched.slice_check);
	if (runnable_locked())
		alarm_by_locked(sched.load_at);
	alarm_by_locked(sched.heartbeat_at);
	alarm_by_locked(sched.itimer_at);
}

void sched_itimer_at(int64_t at)
{
	uint32_t flags = spin_lock_irqsave(&sched.lock);

	sched.itimer_at = at;
	alarm_by_locked(at);
	spin_unlock_irqrestore(&sched.lock, flags);
}

static void check_slice_at_locked(int64_t at)
{
	sched.slice_check = at;
	alarm_by_locked(at);
}

static void enqueue_locked(struct task *t)
{
	TAILQ_INSERT_TAIL(&sched.queue, t, run_link);
	t->on_queue = true;
	sched.waiting++;
	if (is_idle(current())) {
		__atomic_fetch_or(&current()->work, WORK_RESCHED, __ATOMIC_RELAXED);
	} else if (!sched.slice_check) {
		check_slice_at_locked(clock_now() + TIME_SLICE);
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
	if (!runnable_locked())
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

	make_runnable_locked(t);
	spin_unlock_irqrestore(&sched.lock, flags);
}

/*
 * Without the lock: only the task itself goes to sleep, and all that a waker on another core may do
 * at the same time, while the task is on its CPU, is to store TASK_RUNNING too. The barrier
 * orders the new state before the caller's look at what it waits for; wake-ups make that true first.
 */
void sched_set_state(enum task_state state)
{
	struct task *t = current();
	/* A late waker's TASK_RUNNING may undo a sleep, but not a stop or an end: let it finish. */
	bool lock = state > TASK_KILLABLE;
	uint32_t flags = lock ? spin_lock_irqsave(&sched.lock) : 0;

	t->wake_at = WAIT_FOREVER;
	__atomic_store_n(&t->state, state, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	if (lock)
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
	uint64_t now = clock_ticks();

	prev->ran_ticks += now - prev->turn_began;
	next->turn_began = now;
	next->switches++;
	sched.switches++;
}

static void switch_to(struct task *prev, struct task *next)
{
	account_locked(prev, next);
	vfp_switch_out(prev);
	sched.busy_cores += is_idle(prev);
	sched.busy_cores -= is_idle(next);
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
			sched.load[i] =
			        (sched.load[i] * (uint64_t)decay[i] +
			                (uint64_t)runnable_locked() * 2048 * (2048 - decay[i])) /
			        2048;
		sched.load_at += LOAD_INTERVAL;
	}
}

/*
 * Comes once a time slice while tasks wait. It does not follow the switches (that would be a timer
 * to program at each), so a turn that began less than half a slice ago is left alone.
 */
static void check_slice_locked(int64_t now)
{
	struct task *t = current();

	sched.slice_check = 0;
	if (!sched.waiting)
		return;
	if (clock_ticks_to_ns(clock_ticks() - t->turn_began) >= TIME_SLICE / 2)
		__atomic_fetch_or(&t->work, WORK_RESCHED, __ATOMIC_RELAXED);
	check_slice_at_locked(now + TIME_SLICE);
}

/* The timer's interrupt: wakes who wanted to be woken by now, ends the time slice. */
static void sched_tick(void)
{
	int64_t now = clock_now();
	struct task *t;
	bool itimers;

	spin_lock(&sched.lock);
	while ((t = RB_MIN(sleep_tree, &sched.sleepers)) && t->wake_at <= now)
		make_runnable_locked(t);
	if (sched.slice_check && sched.slice_check <= now)
		check_slice_locked(now);
	if (sched.load_at <= now)
		sample_load_locked(now);
	if (sched.heartbeat_at <= now)
		sched.heartbeat_at = led_heartbeat(now);
	itimers = sched.itimer_at <= now;
	if (itimers)
		sched.itimer_at = WAIT_FOREVER; /* until itimer_expire() knows the next */
	alarm_next_locked();
	spin_unlock(&sched.lock);
	if (itimers)
		itimer_expire(now); /* signals wake: not under our lock */
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

static void hook_prepare(enum wait_mode mode)
{
	static const uint8_t states[] = {
	        [WAIT_UNINTERRUPTIBLE] = TASK_UNINTERRUPTIBLE,
	        [WAIT_INTERRUPTIBLE] = TASK_INTERRUPTIBLE,
	        [WAIT_KILLABLE] = TASK_KILLABLE,
	};

	sched_set_state(states[mode]);
}

static void hook_block(int64_t deadline)
{
	uint32_t flags;
	struct task *t = current();

	if (deadline == WAIT_FOREVER) { /* as prepare() has left it */
		schedule();
		return;
	}
	flags = spin_lock_irqsave(&sched.lock);
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
	if (current()->state != TASK_RUNNING) /* not woken */
		sched_set_state(TASK_RUNNING);
}

static void hook_wake(struct task *t)
{
	sched_wake(t, 1u << TASK_INTERRUPTIBLE | 1u << TASK_UNINTERRUPTIBLE | 1u << TASK_KILLABLE);
}

static bool hook_interrupted(enum wait_mode mode)
{
	return mode == WAIT_KILLABLE ? signal_deadly_pending() : signal_pending();
}

static const struct sched_ops hooks = {
        .self = current,
        .prepare = hook_prepare,
        .block = hook_block,
        .cancel = hook_cancel,
        .wake = hook_wake,
        .interrupted = hook_interrupted,
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

int64_t sched_cpu_time(const struct task *t)
{
	uint32_t flags = spin_lock_irqsave(&sched.lock);
	uint64_t ticks = t->ran_ticks;

	if (t->on_cpu)
		ticks += clock_ticks() - t->turn_began;
	spin_unlock_irqrestore(&sched.lock, flags);
	return clock_ticks_to_ns(ticks);
}

uint32_t sched_running(void)
{
	return __atomic_load_n(&sched.waiting, __ATOMIC_RELAXED) +
	       __atomic_load_n(&sched.busy_cores, __ATOMIC_RELAXED);
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
