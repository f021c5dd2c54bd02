/* SPDX-License-Identifier: MIT */
/*
 * Where kernel/entry.S finds fields of struct task; kernel/task.c asserts them.
 */
#ifndef KERNEL_TASK_OFFSETS_H
#define KERNEL_TASK_OFFSETS_H

#define TASK_WORK          0
#define TASK_KSP           4
#define TASK_TLS           8
#define TASK_TPIDRURW      12

/* One more than the highest number in Linux 6.1 would do, but CMP can't encode that. */
#define SYSCALL_TABLE_SIZE 452

#endif
