/* SPDX-License-Identifier: MIT */
/*
 * VFP and NEON registers. A task gets the unit when it first uses it: until then FPEXC.EN is 0 and
 * the instruction traps as undefined.
 */
#ifndef KERNEL_VFP_H
#define KERNEL_VFP_H

#include <arm/uaccess.h>
#include <lib/types.h>

/*
 * The registers, laid out as struct vfp_sigframe of a signal frame (lib/abi/ucontext.h) with the end
 * mark behind it, so that one copy saves them there.
 */
struct vfp_state {
	uint32_t magic, size;
	uint64_t d[32];
	uint32_t fpscr, pad;
	uint32_t fpexc, fpinst, fpinst2, pad2;
	uint32_t end_mark; /* 0 */
	bool used;         /* d and fpscr mean something */
};

struct task;

/* The current task executed an undefined instruction: true if giving it the unit may cure that. IRQs off. */
bool vfp_trap(struct task *t);

/* prev leaves the CPU: saves what it has in the registers and turns the unit off. IRQs off. */
void vfp_switch_out(struct task *prev);

/* Brings t->vfp up to date for reading (signal frames, fork), or takes changes made in it. t is current. */
void vfp_sync(struct task *t);
void vfp_reload(struct task *t);

/*
 * The registers straight from the unit into the VFP block of a signal frame and the end mark behind it,
 * or the other way. Negative where that does not go without paging or the block is not a valid one;
 * nothing has changed then but the unit may be on. The current task has used it. (The copies are in
 * kernel/uaccess.S.)
 */
int vfp_to_frame(uint32_t __user *block);
int vfp_from_frame(const uint32_t __user *block);

/* execve(): the registers start as zero. t is current. */
void vfp_reset(struct task *t);

/* Once per core: is there a unit? */
void vfp_init(void);

#endif
