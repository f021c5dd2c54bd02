/* SPDX-License-Identifier: MIT */
/*
 * What the programs here need of assembly: where they begin, the one instruction that makes a system
 * call, and where a signal handler returns to. Calling convention: Linux v6.1,
 * arch/arm/kernel/entry-common.S; initial stack: fs/binfmt_elf.c, create_elf_tables().
 */
	.syntax unified
	.thumb

	.global	_start
	.type	_start, %function
	.thumb_func
_start:
	ldr	r0, [sp]		/* argc */
	add	r1, sp, #4		/* argv */
	add	r2, r1, r0, lsl #2
	adds	r2, r2, #4		/* envp */
	bl	main
	movs	r7, #248		/* exit_group */
	svc	#0
	.size	_start, . - _start

/* long raw_syscall(long number, ...): up to six arguments; what Linux answers in r0. */
	.global	raw_syscall
	.type	raw_syscall, %function
	.thumb_func
raw_syscall:
	push	{r4-r7, lr}
	mov	r7, r0
	mov	r0, r1
	mov	r1, r2
	mov	r2, r3
	ldr	r3, [sp, #20]
	ldr	r4, [sp, #24]
	ldr	r5, [sp, #28]
	svc	#0
	pop	{r4-r7, pc}
	.size	raw_syscall, . - raw_syscall

/*
 * long clone_child(unsigned long flags, volatile int *word, void (*run)(void)): clone(2) with a stack of
 * the child's own, one child at a time; run, which does not return, is all that the child does.
 */
	.global	clone_child
	.type	clone_child, %function
	.thumb_func
clone_child:
	push	{r4, r5, r7, lr}
	mov	r4, r1			/* child_tid */
	mov	r5, r2
	ldr	r1, =child_stack_top
	movs	r2, #0
	movs	r3, #0
	movs	r7, #120		/* clone */
	svc	#0
	cbz	r0, 1f
	pop	{r4, r5, r7, pc}
1:	blx	r5
	.size	clone_child, . - clone_child

	.bss
	.balign	8
	.space	16384
child_stack_top:
	.text

/* For SA_RESTORER with SA_SIGINFO, and without. */
	.global	restore_rt
	.type	restore_rt, %function
	.thumb_func
restore_rt:
	movs	r7, #173		/* rt_sigreturn */
	svc	#0
	.size	restore_rt, . - restore_rt

	.global	restore
	.type	restore, %function
	.thumb_func
restore:
	movs	r7, #119		/* sigreturn */
	svc	#0
	.size	restore, . - restore

	.section .note.GNU-stack, "", %progbits
