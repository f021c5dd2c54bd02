/* SPDX-License-Identifier: MIT */
/*
 * Two cores in the middle of each other's operations (tests/host/mmu/sim_race.c).
 */
#include "host.h"
#include "mmu/op_race.h"
#include "mmu/ops.h"
#include "mmu/seeds.h"
#include "mmu/sim_race.h"

static void some_user_ops(void)
{
	for (uint32_t n = 0; n < 10; n++)
		op_one_of(user_ops);
}

static void keep_reclaiming(void)
{
	while (sim_race_goes_on()) {
		reclaim_some();
		sim_yield();
	}
}

/* What if pages are reclaimed all the time? Nobody sees anything of it. */
static void reclaim_sequence(uint64_t seed)
{
	world_start(seed);
	for (uint32_t n = 0; n < 100; n++) {
		sim_race(some_user_ops, keep_reclaiming);
		sim_check();
		for (uint32_t i = 0; i < max_spaces; i++) {
			if (spaces[i].mm)
				world_check_counts(&spaces[i]);
		}
		promise_check();
	}
	world_end();
}

/* What if two threads, or a process and somebody who truncates its files, get into each other's way? */
static void thread_sequence(uint64_t seed)
{
	world_start(seed);
	race_start();
	for (uint32_t n = 0; n < 250; n++) {
		sim_race(race_first, race_second);
		race_check();
	}
	race_end();
}

/* What if a file loses pages while they are faulted in and moved about? */
static void hole_sequence(uint64_t seed)
{
	world_start(seed);
	race_start();
	narrow = true;
	for (uint32_t n = 0; n < 400; n++) {
		sim_race(race_move_pages, race_remove_pages);
		race_check();
	}
	race_end();
}

static void reclaim(void **state)
{
	assert_int_equal(run_seeds(reclaim_sequence, 12), 0);
}

static void threads(void **state)
{
	assert_int_equal(run_seeds(thread_sequence, 24), 0);
}

static void holes(void **state)
{
	assert_int_equal(run_seeds(hole_sequence, 16), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(reclaim),
	        cmocka_unit_test(threads),
	        cmocka_unit_test(holes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
