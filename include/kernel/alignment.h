/* SPDX-License-Identifier: MIT */
/*
 * Carrying out what the processor does not do off its alignment.
 */
#ifndef KERNEL_ALIGNMENT_H
#define KERNEL_ALIGNMENT_H

#include <kernel/trap.h>

/*
 * After an alignment fault of a user: if the instruction is LDRD, STRD, LDM, STM, PUSH or POP, does what it
 * says to memory and registers and moves on to the next. -EINVAL: it is another one; -EFAULT: the
 * memory is not there or may not be used. Then the registers are as they were. Sleepable context.
 */
int alignment_emulate(struct trap_frame *f);

#endif
