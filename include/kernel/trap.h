/* SPDX-License-Identifier: MIT */
/*
 * What an exception saves on the kernel stack. The order suits the instructions that store it, see
 * kernel/entry.S.
 */
#ifndef KERNEL_TRAP_H
#define KERNEL_TRAP_H

#define FRAME_SIZE    80
#define FRAME_SYSCALL 4
#define FRAME_DACR    8
#define FRAME_R0      12

#define PSR_MODE      0x1f
#define PSR_MODE_USR  0x10
#define PSR_MODE_SVC  0x13
#define PSR_MODE_ABT  0x17
#define PSR_MODE_UND  0x1b
#define PSR_T         0x20
#define PSR_F         0x40
#define PSR_I         0x80
#define PSR_A         0x100
#define PSR_E         0x200
#define PSR_J         0x01000000
#define PSR_IT        0x0600fc00 /* where a Thumb IT block has got to */

#define NO_SYSCALL    0xffffffff

#ifndef __ASSEMBLER__

#include <lib/types.h>

struct trap_frame {
	uint32_t orig_r0; /* r0 at a system call's entry, to restart it */
	uint32_t syscall; /* its number, NO_SYSCALL for other exceptions */
	uint32_t dacr;    /* of the interrupted kernel code; unused where users were interrupted */
	uint32_t r[13];
	uint32_t sp;
	uint32_t lr;
	uint32_t pc;
	uint32_t cpsr;
};

_Static_assert(sizeof(struct trap_frame) == FRAME_SIZE, "kernel/entry.S depends on it");

static inline bool frame_is_user(const struct trap_frame *f)
{
	return (f->cpsr & PSR_MODE) == PSR_MODE_USR;
}

/* Called by kernel/entry.S. The aborts come with the fault status and address registers as read first. */
void trap_data_abort(struct trap_frame *f, uint32_t dfsr, uint32_t dfar);
void trap_prefetch_abort(struct trap_frame *f, uint32_t ifsr, uint32_t ifar);
void trap_undefined(struct trap_frame *f);
void trap_stack_overflow(struct trap_frame *f) __attribute__((noreturn));
void trap_unexpected(struct trap_frame *f) __attribute__((noreturn));

/* Before a return to user space, while current->work is set: reschedules, delivers signals. IRQs off. */
void trap_return_work(struct trap_frame *f);

/* Registers, mode, call trace. `what` opens the report. */
void show_frame(const char *what, const struct trap_frame *f);

/* The walked descriptors for an address, in words. */
struct mm;
void show_descriptors(const struct mm *mm, uint32_t addr);

#endif
#endif
