/* SPDX-License-Identifier: MIT */
/* The frame that a signal handler finds on its stack, and that rt_sigreturn() restores. Sources:
 * Linux 6.1, arch/arm/include/uapi/asm/sigcontext.h, arch/arm/include/asm/ucontext.h and user.h,
 * arch/arm/kernel/signal.h. */
#ifndef LIB_ABI_UCONTEXT_H
#define LIB_ABI_UCONTEXT_H

#include <lib/types.h>
#include <lib/abi/signal.h>

struct sigcontext {
	uint32_t trap_no;    /* 14 for a memory fault on Linux */
	uint32_t error_code; /* DFSR or IFSR */
	uint32_t oldmask;
	uint32_t arm_r0;
	uint32_t arm_r1;
	uint32_t arm_r2;
	uint32_t arm_r3;
	uint32_t arm_r4;
	uint32_t arm_r5;
	uint32_t arm_r6;
	uint32_t arm_r7;
	uint32_t arm_r8;
	uint32_t arm_r9;
	uint32_t arm_r10;
	uint32_t arm_fp;
	uint32_t arm_ip;
	uint32_t arm_sp;
	uint32_t arm_lr;
	uint32_t arm_pc;
	uint32_t arm_cpsr;
	uint32_t fault_address;
};
_Static_assert(sizeof(struct sigcontext) == 84, "user space counts on this size");

/* uc_regspace holds blocks, each starting with a magic and its size in bytes, up to a magic of
 * 0. */
struct ucontext {
	uint32_t uc_flags;
	uint32_t uc_link;
	struct sigaltstack uc_stack;
	struct sigcontext uc_mcontext;
	ksigset_t uc_sigmask;
	uint32_t __reserved[30];
	uint32_t uc_regspace[128] __attribute__((aligned(8)));
};
_Static_assert(sizeof(struct ucontext) == 744, "user space counts on this size");
_Static_assert(offsetof(struct ucontext, uc_sigmask) == 104, "user space counts on this place");
_Static_assert(offsetof(struct ucontext, uc_regspace) == 232, "user space counts on this place");

#define VFP_MAGIC 0x56465001u

/* The VFP block of uc_regspace. Its size field is VFP_STORAGE_SIZE. */
struct vfp_sigframe {
	uint32_t magic;
	uint32_t size;
	uint64_t fpregs[32];
	uint32_t fpscr;
	uint32_t __pad; /* alignment */
	uint32_t fpexc;
	uint32_t fpinst;
	uint32_t fpinst2;
	uint32_t __pad2; /* alignment */
};
#define VFP_STORAGE_SIZE 288
_Static_assert(sizeof(struct vfp_sigframe) == VFP_STORAGE_SIZE, "user space counts on this size");

/* The kernel pushes one of these; a handler with SA_SIGINFO gets &info and &uc in r1 and r2. */
struct rt_sigframe {
	struct user_siginfo info;
	struct ucontext uc;
	uint32_t retcode
	        [4]; /* mov/ldr r7, #__NR_rt_sigreturn; svc: where SA_RESTORER is not given */
};
_Static_assert(offsetof(struct rt_sigframe, uc) == 128, "unwinders count on this place");
_Static_assert(offsetof(struct rt_sigframe, retcode) == 872, "unwinders count on this place");

/* Without SA_SIGINFO the frame starts with the context, and sigreturn() takes it. */
struct sigframe {
	struct ucontext uc;
	uint32_t retcode[4];
};

#endif
