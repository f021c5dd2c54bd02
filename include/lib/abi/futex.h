/* SPDX-License-Identifier: MIT */
/* futex() operations and the robust list. Source: Linux 6.1, include/uapi/linux/futex.h. */
#ifndef LIB_ABI_FUTEX_H
#define LIB_ABI_FUTEX_H

#include <lib/types.h>

#define FUTEX_WAIT             0
#define FUTEX_WAKE             1
#define FUTEX_FD               2
#define FUTEX_REQUEUE          3
#define FUTEX_CMP_REQUEUE      4
#define FUTEX_WAKE_OP          5
#define FUTEX_LOCK_PI          6
#define FUTEX_UNLOCK_PI        7
#define FUTEX_TRYLOCK_PI       8
#define FUTEX_WAIT_BITSET      9
#define FUTEX_WAKE_BITSET      10
#define FUTEX_WAIT_REQUEUE_PI  11
#define FUTEX_CMP_REQUEUE_PI   12
#define FUTEX_LOCK_PI2         13

#define FUTEX_PRIVATE_FLAG     128
#define FUTEX_CLOCK_REALTIME   256
#define FUTEX_CMD_MASK         (~(FUTEX_PRIVATE_FLAG | FUTEX_CLOCK_REALTIME))

#define FUTEX_BITSET_MATCH_ANY 0xffffffffu

#define FUTEX_WAITERS          0x80000000u
#define FUTEX_OWNER_DIED       0x40000000u
#define FUTEX_TID_MASK         0x3fffffffu

/* set_robust_list(): all three fields hold user addresses or offsets between them. */
struct robust_list_head {
	uint32_t list;
	int32_t futex_offset;
	uint32_t list_op_pending;
};
_Static_assert(sizeof(struct robust_list_head) == 12, "set_robust_list() is told this size");

#endif
