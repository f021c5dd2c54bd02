/* SPDX-License-Identifier: MIT */
/*
 * The mm sources against the simulated MMU (tests/host/mmu/sim.h): long random sequences of what
 * processes do to their memory, on two cores, with failing allocations.
 *
 *	SEED=n		runs that one sequence, as a failure printed it
 *	MMU_PERCENT=n	runs that part of the usual number of sequences; 1000 is a soak
 *	SIM_TRACE=1	prints each operation
 */
#include "host.h"
#include "mmu/ops.h"
#include "mmu/seeds.h"

/* Many spaces, little in each: what ASIDs and their rollover are about. */
static const struct op crowd_ops[] = {
        {op_touch, 20},
        {op_map, 4},
        {op_unmap, 2},
        {op_protect, 1},
        {op_fork, 3},
        {op_end, 1},
        {op_switch, 30},
        {op_thread, 2},
        {NULL, 0},
};

/* Code that changes under a few addresses: what branch predictors and instruction caches are about. */
static const struct op code_ops[] = {
        {op_execute, 40},
        {op_touch, 4},
        {op_map, 20},
        {op_unmap, 4},
        {op_protect, 8},
        {op_move, 4},
        {op_switch, 2},
        {op_truncate, 1},
        {op_write_file, 1},
        {op_sync, 4},
        {op_thread, 2},
        {NULL, 0},
};

/* Code in many spaces. */
static const struct op parade_ops[] = {
        {op_execute, 30},
        {op_map, 2},
        {op_switch, 30},
        {NULL, 0},
};

/* What allocates, and something to make room for it. */
static void (*const failing_ops[])(void) = {op_map, op_unmap, op_unmap_wide, op_unmap_wide,
        op_protect, op_move, op_move, op_keep, op_duplicate, op_grow, op_advise, op_prefault,
        op_grow_down, op_brk, op_lock, op_lock_all, op_populate, op_fork, op_touch, op_end};

static void sequence(uint64_t seed, const struct op *ops, uint32_t steps)
{
	world_start(seed);
	for (uint32_t n = 0; n < steps; n++) {
		const struct space *s;

		sim_set_core(sim_below(CORES));
		op_one_of(ops);
		sim_check();
		s = running[sim_core()];
		if (s && n % 8 == 0)
			world_check_counts(s);
		if (n % (max_spaces < 10 ? 4 : 256) == 0)
			promise_check();
	}
	world_end();
}

/* Each operation while its first allocation fails, then its second, until none is left to fail. */
static void failure_sequence(uint64_t seed)
{
	world_start(seed);
	for (uint32_t n = 0; n < 500; n++) {
		uint32_t pick = sim_below(sizeof(failing_ops) / sizeof(failing_ops[0])), before;

		hooks_every = 0;
		do {
			hooks_every++;
			before = hooks_failures;
			sim_set_core(sim_below(CORES));
			failing_ops[pick]();
			sim_check();
			if (running[sim_core()])
				world_check_counts(running[sim_core()]);
			promise_check();
		} while (hooks_failures != before);
	}
	world_end();
}

static void process_sequence(uint64_t seed)
{
	sequence(seed, user_ops, 3000);
}

static void crowd_sequence(uint64_t seed)
{
	max_spaces = 350;
	sequence(seed, crowd_ops, 6000);
}

static void code_sequence(uint64_t seed)
{
	narrow = true;
	sequence(seed, code_ops, 4000);
}

static void parade_sequence(uint64_t seed)
{
	narrow = true;
	max_spaces = 300;
	sequence(seed, parade_ops, 6000);
}

static void processes(void **state)
{
	assert_int_equal(run_seeds(process_sequence, 24), 0);
}

static void failures(void **state)
{
	assert_int_equal(run_seeds(failure_sequence, 10), 0);
}

static void crowd(void **state)
{
	assert_int_equal(run_seeds(crowd_sequence, 5), 0);
}

static void code(void **state)
{
	assert_int_equal(run_seeds(code_sequence, 8), 0);
}

static void parade(void **state)
{
	assert_int_equal(run_seeds(parade_sequence, 4), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(processes),
	        cmocka_unit_test(failures),
	        cmocka_unit_test(crowd),
	        cmocka_unit_test(code),
	        cmocka_unit_test(parade),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
