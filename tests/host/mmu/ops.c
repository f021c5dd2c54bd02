/* SPDX-License-Identifier: MIT */
/* Which operations there are, and how often each is chosen. */
#include "ops.h"

const struct op user_ops[] = {
        {op_touch, 40},
        {op_map, 16},
        {op_unmap, 10},
        {op_unmap_wide, 1},
        {op_protect, 12},
        {op_move, 5},
        {op_grow, 3},
        {op_keep, 3},
        {op_duplicate, 2},
        {op_advise, 10},
        {op_prefault, 3},
        {op_grow_down, 5},
        {op_brk, 5},
        {op_lock, 6},
        {op_lock_all, 1},
        {op_populate, 3},
        {op_limits, 3},
        {op_reclaim, 6},
        {op_reap, 1},
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

void op_one_of(const struct op *ops)
{
	uint32_t total = 0, pick;

	for (const struct op *op = ops; op->run; op++)
		total += op->weight;
	pick = sim_below(total);
	while (pick >= ops->weight)
		pick -= (ops++)->weight;
	ops->run();
}
