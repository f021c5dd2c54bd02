/* SPDX-License-Identifier: MIT */
/*
 * Every way into the kernel, and the way back. All of them build the same struct trap_frame
 * (kernel/trap.h) on the SVC stack, whatever mode the exception was taken in:
 *
 *	SRSDB sp!, #SVC		pushes the return address and SPSR onto the SVC stack
 *	STMIA sp, {r0-r14}^	stores the user's registers, sp and lr among them
 *	STMDB sp!, {...}	orig_r0, the system call's number, DACR
 *
 * and RFEIA takes the return address and the processor state from there again.
 *
 * While the kernel runs the user domain is closed (DACR), so that it cannot touch user memory but
 * through uaccess.S. Returning is a context synchronisation, so opening it needs no ISB.
 */
#include <arm/layout.h>
#include <kernel/task_offsets.h>
#include <kernel/trap.h>

	.syntax	unified
	.arch	armv7-a
	.arm
	.section .text.hot.entry, "ax", %progbits

	.balign	32
	.global	vectors
vectors:
	b	vector_unexpected	/* reset: never taken */
	b	vector_undefined
	b	vector_svc
	b	vector_prefetch_abort
	b	vector_data_abort
	b	vector_unexpected	/* HYP trap: never taken in SVC */
	b	vector_irq
	b	vector_unexpected	/* FIQ: masked, nothing raises it */

	.macro	close_user_domain, scratch
	mov	\scratch, #DACR_KERNEL
	mcr	p15, 0, \scratch, c3, c0, 0	/* DACR */
	isb					/* from here a stray user access faults */
	.endm

/* The frame of an exception from user mode; pc and cpsr are on the stack already. */
	.macro	save_user
	sub	sp, sp, #60
	stmia	sp, {r0-r14}^
	mvn	r7, #0				/* NO_SYSCALL */
	stmdb	sp!, {r0, r7, r8}
	close_user_domain r3
	.endm

/*
 * The frame of an exception from the kernel. r4 keeps it while sp is aligned to 8 for C: an
 * interrupt can come where it is not.
 */
	.macro	save_kernel
	sub	sp, sp, #60
	stmia	sp, {r0-r12}
	add	r0, sp, #68
	str	r0, [sp, #52]			/* sp before the exception */
	str	lr, [sp, #56]
	mvn	r1, #0				/* NO_SYSCALL */
	mrc	p15, 0, r2, c3, c0, 0		/* DACR: open if a user copy was interrupted */
	stmdb	sp!, {r0, r1, r2}
	close_user_domain r3
	mov	r4, sp
	mov	r0, sp
	bic	sp, sp, #7
	.endm

	.macro	restore_kernel
	mov	sp, r4
	ldr	r0, [sp, #FRAME_DACR]
	mcr	p15, 0, r0, c3, c0, 0
	add	sp, sp, #FRAME_R0
	ldr	lr, [sp, #56]
	ldmia	sp, {r0-r12}
	add	sp, sp, #60
	clrex					/* an LDREX before the exception must not pair with a STREX after it */
	rfeia	sp!
	.endm

/*
 * System calls: number in r7, arguments in r0-r5, result in r0. C functions of up to six
 * arguments take the last two from the stack.
 */
vector_svc:
	srsdb	sp!, #PSR_MODE_SVC
	sub	sp, sp, #60
	stmia	sp, {r0-r14}^
	stmdb	sp!, {r0, r7, r8}
	close_user_domain r12
	cpsie	i
	ldr	r12, =syscall_table
	cmp	r7, #SYSCALL_TABLE_SIZE
	bhs	5f
	ldr	r12, [r12, r7, lsl #2]
4:	stmdb	sp!, {r4, r5}
	blx	r12
	add	sp, sp, #8
	str	r0, [sp, #FRAME_R0]
	b	return_to_user
5:	ldr	r12, =syscall_other		/* the ARM-private calls at 0x0f0000, or none */
	b	4b

/*
 * The way back to the user. IRQs stay off from the test of the work flags on, or a signal that
 * comes in between would wait for the next exception.
 */
	.global	return_to_user
return_to_user:
	cpsid	i
	mrc	p15, 0, r1, c13, c0, 4		/* TPIDRPRW: current */
	ldr	r2, [r1, #TASK_WORK]
	cmp	r2, #0
	bne	6f
	mov	r1, #DACR_USER
	mcr	p15, 0, r1, c3, c0, 0		/* DACR */
	add	sp, sp, #FRAME_R0
	ldmia	sp, {r0-r14}^
	add	sp, sp, #60
	clrex
	rfeia	sp!
6:	mov	r0, sp
	bl	trap_return_work
	b	return_to_user

/*
 * A new task's first instructions: it was switched to for the first time, with IRQs off. r4 is a
 * function to call first, or 0 (kernel/fork.c).
 */
	.global	return_from_fork
return_from_fork:
	bl	schedule_tail
	cpsie	i
	cmp	r4, #0
	blxne	r4
	b	return_to_user

vector_irq:
	sub	lr, lr, #4
	srsdb	sp!, #PSR_MODE_SVC
	mrs	sp, spsr			/* the IRQ mode's own sp serves as a spare register */
	tst	sp, #0xf			/* user mode is 0x10 */
	cps	#PSR_MODE_SVC
	bne	7f
	save_user
	bl	irq_dispatch
	b	return_to_user
7:	save_kernel
	bl	irq_dispatch
	restore_kernel

/*
 * Aborts and undefined instructions may come from the kernel when its stack has run into the guard
 * page, so the stack is looked at before it is used. Each of these modes has four words per core to
 * save registers in (its sp points there, see trap_init_core).
 */
	.macro	abort_entry, mode, return_offset
	.if	\return_offset
	sub	lr, lr, #\return_offset
	.endif
	str	r0, [sp]
	mrs	r0, spsr
	tst	r0, #0xf
	beq	8f
	cps	#PSR_MODE_SVC			/* r0 is the same in all modes: fetch SVC's sp in it */
	mov	r0, sp
	cps	#\mode
	/*
	 * The frame has to fit: this mode would never get out of an abort by its own stores. Stack
	 * addresses have this bit, those of the guard have not.
	 */
	sub	r0, r0, #(FRAME_SIZE + 8)
	tst	r0, #KSTACK_SIZE
	beq	stack_overflow
8:	ldr	r0, [sp]
	srsdb	sp!, #PSR_MODE_SVC
	cps	#PSR_MODE_SVC
	.endm

vector_data_abort:
	abort_entry PSR_MODE_ABT, 8
	bne	9f
	save_user
	mrc	p15, 0, r1, c5, c0, 0		/* DFSR */
	mrc	p15, 0, r2, c6, c0, 0		/* DFAR: read before another abort can replace it */
	mov	r0, sp
	cpsie	i
	bl	trap_data_abort
	b	return_to_user
9:	save_kernel
	mrc	p15, 0, r1, c5, c0, 0
	mrc	p15, 0, r2, c6, c0, 0
	bl	trap_data_abort
	cpsid	i
	restore_kernel

vector_prefetch_abort:
	abort_entry PSR_MODE_ABT, 4
	bne	10f
	save_user
	mrc	p15, 0, r1, c5, c0, 1		/* IFSR */
	mrc	p15, 0, r2, c6, c0, 2		/* IFAR */
	mov	r0, sp
	cpsie	i
	bl	trap_prefetch_abort
	b	return_to_user
10:	save_kernel
	mrc	p15, 0, r1, c5, c0, 1
	mrc	p15, 0, r2, c6, c0, 2
	bl	trap_prefetch_abort
	cpsid	i
	restore_kernel

vector_undefined:
	abort_entry PSR_MODE_UND, 0
	bne	11f
	save_user
	mov	r0, sp
	bl	trap_undefined
	b	return_to_user
11:	save_kernel
	bl	trap_undefined
	cpsid	i
	restore_kernel

/* The kernel ran over its stack. A stack of its own carries the report; the task's is not usable. */
stack_overflow:
	ldr	r0, [sp]
	str	r1, [sp, #4]
	mov	r1, sp				/* the words of this mode */
	str	lr, [r1, #8]
	mrs	lr, spsr
	cps	#PSR_MODE_SVC
	str	sp, [r1, #12]			/* where the stack had got to */
	ldr	sp, =overflow_stack_top
	cps	#PSR_MODE_ABT
	msr	spsr_cxsf, lr			/* the same two whichever mode it came in */
	ldr	lr, [r1, #8]
	srsdb	sp!, #PSR_MODE_SVC
	cps	#PSR_MODE_SVC
	sub	sp, sp, #60
	stmia	sp, {r0-r12}
	ldr	r2, [r1, #4]
	str	r2, [sp, #4]			/* r1 */
	ldr	r2, [r1, #12]
	str	r2, [sp, #52]			/* sp */
	str	lr, [sp, #56]
	mrc	p15, 0, r2, c3, c0, 0
	stmdb	sp!, {r0, r1, r2}
	mov	r0, sp
	bl	trap_stack_overflow

vector_unexpected:
	srsdb	sp!, #PSR_MODE_SVC
	cps	#PSR_MODE_SVC
	save_kernel
	bl	trap_unexpected

/*
 * void context_switch(struct task *prev, struct task *next): IRQs off. What a C call may change
 * is the caller's to save; the rest goes on prev's stack. Returns when somebody switches to prev.
 */
	.global	context_switch
	.type	context_switch, %function
context_switch:
	stmdb	sp!, {r4-r11, lr}
	str	sp, [r0, #TASK_KSP]
	mrc	p15, 0, r2, c13, c0, 2		/* TPIDRURW: the user can write it */
	str	r2, [r0, #TASK_TPIDRURW]
	ldr	sp, [r1, #TASK_KSP]
	ldr	r2, [r1, #TASK_TPIDRURW]
	ldr	r3, [r1, #TASK_TLS]
	mcr	p15, 0, r2, c13, c0, 2
	mcr	p15, 0, r3, c13, c0, 3		/* TPIDRURO: the user's thread pointer */
	mcr	p15, 0, r1, c13, c0, 4		/* TPIDRPRW: current */
	clrex					/* prev's LDREX must not pair with next's STREX */
	ldmia	sp!, {r4-r11, pc}

/* void trap_init_core(uint32_t *words): gives ABT and UND mode four words each; SVC stays. IRQs off. */
	.global	trap_init_core
	.type	trap_init_core, %function
trap_init_core:
	cps	#PSR_MODE_ABT
	mov	sp, r0
	cps	#PSR_MODE_UND
	add	sp, r0, #16
	cps	#PSR_MODE_SVC
	bx	lr

	.ltorg

	.section .bss.overflow, "aw", %nobits
	.balign	8
	.space	4096
overflow_stack_top:
