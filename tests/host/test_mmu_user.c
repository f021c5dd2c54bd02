/* SPDX-License-Identifier: MIT */
/*
 * The mm sources against the simulated MMU (tests/host/mmu/sim.h): long random sequences of what
 * processes do to their memory, on two cores, with failing allocations.
 *
 *	SEED=n		runs that one sequence, as a failure printed it
 *	MMU_SEEDS=n	how many sequences (default 24)
 */
#include "host.h"
#include <sys/wait.h>
#include "mmu/world.h"

struct op {
	void (*run)(void);
	uint32_t weight;
};

static const struct op user_ops[] = {
        {op_touch, 40},
        {op_map, 16},
        {op_unmap, 10},
        {op_unmap_wide, 1},
        {op_protect, 12},
        {op_brk, 5},
        {op_fork, 4},
        {op_end, 3},
        {op_switch, 8},
        {op_thread, 3},
        {op_truncate, 3},
        {op_write_file, 3},
        {op_access, 4},
        {op_sync, 3},
        {op_verify, 2},
        {NULL, 0},
};

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

static void step(const struct op *ops)
{
	uint32_t total = 0, pick;

	for (const struct op *op = ops; op->run; op++)
		total += op->weight;
	pick = sim_below(total);
	while (pick >= ops->weight)
		pick -= (ops++)->weight;
	sim_set_core(sim_below(CORES));
	ops->run();
	sim_check();
}

static void sequence(uint64_t seed, const struct op *ops, uint32_t steps)
{
	alarm(60);
	world_start(seed);
	for (uint32_t n = 0; n < steps; n++) {
		const struct space *s;

		step(ops);
		s = running[sim_core()];
		if (s && n % 8 == 0)
			world_check_counts(s);
	}
	world_end();
}

/* Each sequence is a process of its own, since the kernel's state is static. */
static void run_child(uint64_t seed, const struct op *ops, uint32_t steps)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		sequence(seed, ops, steps);
		_exit(0);
	}
	assert_true(waitpid(child, &status, 0) == child);
	if (status)
		fprintf(stderr, "SEED=%llu fails, status 0x%x\n", (unsigned long long)seed, status);
	assert_int_equal(status, 0);
}

static void run_seeds(const struct op *ops, uint32_t steps, uint32_t divide)
{
	const char *seed = getenv("SEED"), *count = getenv("MMU_SEEDS");
	uint32_t n = count ? atoi(count) : 24;

	if (seed)
		return run_child(strtoull(seed, NULL, 0), ops, steps);
	for (uint32_t i = 1; i <= (n + divide - 1) / divide; i++)
		run_child(i, ops, steps);
}

static void processes(void **state)
{
	run_seeds(user_ops, 3000, 1);
}

static void crowd(void **state)
{
	max_spaces = 350;
	run_seeds(crowd_ops, 6000, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(processes),
	        cmocka_unit_test(crowd),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
