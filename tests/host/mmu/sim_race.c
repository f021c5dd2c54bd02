/* SPDX-License-Identifier: MIT */
/*
 * Two cores that execute at the same time, as two coroutines: wherever the kernel's code meets
 * another core (a descriptor read or stored, a barrier, a lock, a reference), the other may go on
 * for a while. A lock that the other holds is waited for.
 */
#include <lib/wait.h>
#include <stdlib.h>
#include <ucontext.h>
#include "sim_locks.h"
#include "sim_private.h"
#include "sim_race.h"

#define STACK_BYTES (256 << 10)
#define PATIENCE    1000000 /* turns of waiting for a lock */

static struct side {
	ucontext_t context;
	void (*run)(void);
	unsigned int core;
	bool done;
} sides[2];

static ucontext_t main_context;
static bool racing;
static unsigned int turn, run_length, waited;

static void switch_to_other(void)
{
	struct side *from = &sides[turn], *to = &sides[!turn];

	from->core = sim_core();
	turn = !turn;
	sim_set_core(to->core);
	sim_locks_of(turn);
	swapcontext(&from->context, &to->context);
}

void sim_yield(void)
{
	if (!racing || sides[!turn].done || run_length-- > 0)
		return;
	/* Mostly short turns, so that each comes into the middle of the other's steps; some long ones. */
	run_length = sim_chance(4) ? sim_below(200) : sim_below(8);
	switch_to_other();
}

void sim_wait(const char *what)
{
	if (!racing || sides[!turn].done || waited++ > PATIENCE)
		sim_fail("%s is waited for, which nobody will release", what);
	run_length = sim_below(8);
	switch_to_other();
}

bool sim_racing(void)
{
	return racing;
}

unsigned int sim_side(void)
{
	return racing ? turn : 0;
}

bool sim_race_goes_on(void)
{
	return !sides[0].done;
}

static void enter(void)
{
	struct side *side = &sides[turn];

	waited = 0;
	side->run();
	side->done = true;
	sim_check_locks();
	if (sides[!turn].done)
		swapcontext(&side->context, &main_context);
	switch_to_other();
}

static void prepare(struct side *side, void (*run)(void), unsigned int core)
{
	static char *stacks[2];
	char **stack = &stacks[side - sides];

	if (!*stack)
		*stack = malloc(STACK_BYTES);
	side->run = run;
	side->core = core;
	side->done = false;
	getcontext(&side->context);
	side->context.uc_stack.ss_sp = *stack;
	side->context.uc_stack.ss_size = STACK_BYTES;
	side->context.uc_link = NULL;
	makecontext(&side->context, enter, 0);
}

void sim_race(void (*first)(void), void (*second)(void))
{
	prepare(&sides[0], first, 0);
	prepare(&sides[1], second, 1);
	racing = true;
	turn = run_length = 0;
	sim_set_core(0);
	sim_locks_of(0);
	swapcontext(&main_context, &sides[0].context);
	racing = false;
	sim_set_core(0);
	sim_locks_of(0);
}

/* What lib/wait.c needs of a scheduler. Who waits for a mutex looks again and again. */
static struct task *self(void)
{
	return (struct task *)&sides[turn];
}

static void prepare_to_wait(enum wait_mode mode)
{
}

static void block(int64_t deadline)
{
	sim_wait("a mutex");
}

static void cancel(void)
{
}

static void wake(struct task *task)
{
	waited = 0;
}

void sim_race_start(void)
{
	static const struct sched_ops ops = {.self = self,
	        .prepare = prepare_to_wait,
	        .block = block,
	        .cancel = cancel,
	        .wake = wake};

	sched_register(&ops);
}
