/* SPDX-License-Identifier: MIT */
/* Start-up and the data abort vector for backtrace_target.c. */
	.syntax unified
	.arch	armv7-a
	.arm
	.text
	.globl	_start
_start:
	ldr	sp, =stack_high
	ldr	r0, =vectors
	mcr	p15, 0, r0, c12, c0, 0		/* VBAR */
	blx	target_main
finish:	mov	r0, #0x18			/* SYS_EXIT */
	ldr	r1, =0x20026			/* ADP_Stopped_ApplicationExit */
	svc	0x123456

data_abort:
	ldr	sp, =abort_stack
	sub	lr, lr, #8
	push	{lr}
	ldr	lr, =regs
	stmia	lr!, {r0-r12}
	pop	{r0}
	mrs	r1, spsr
	tst	r1, #0x20			/* Thumb */
	orrne	r0, r0, #1
	str	r0, [lr, #8]
	mov	r0, lr
	cps	#0x13
	stmia	r0, {sp, lr}
	ldr	r0, =regs
	blx	target_abort
	b	finish

	.balign	32
vectors:
	b	finish
	b	finish
	b	finish
	b	finish
	b	data_abort
	b	finish
	b	finish
	b	finish

	.bss
	.balign	8
	.globl	stack_low, stack_high
stack_low:
	.space	16384
stack_high:
	.space	256
abort_stack:
regs:	.space	64
