/* SPDX-License-Identifier: MIT */
/*
 * Where a program begins. The kernel has put on the stack, from sp upwards: argc, the argument
 * pointers, 0, the environment pointers, 0, the auxiliary vector (Linux v6.1, fs/binfmt_elf.c,
 * create_elf_tables). sp is 8-byte aligned there, as the procedure call standard wants it.
 * No constructors are run: these are C programs.
 */
	.syntax unified
	.thumb

	.section .text._start, "ax", %progbits
	.global	_start
	.type	_start, %function
	.thumb_func
_start:
	movs	r7, #0			/* no caller: a backtrace ends here */
	mov	lr, r7
	ldr	r0, [sp]		/* argc */
	add	r1, sp, #4		/* argv */
	add	r2, r1, r0, lsl #2
	adds	r2, r2, #4		/* envp begins after argv's closing NULL */
	ldr	r3, =environ
	str	r2, [r3]
	bl	main
	bl	exit			/* flushes stdio; then _exit */
	.pool
	.size	_start, . - _start

/*
 * Where a signal handler returns to: it asks the kernel to restore the interrupted registers, which
 * lie on the stack (Linux v6.1, arch/arm/kernel/signal.c, sys_rt_sigreturn).
 */
	.section .text.signal_return, "ax", %progbits
	.global	signal_return
	.type	signal_return, %function
	.thumb_func
signal_return:
	movs	r7, #173		/* SYS_rt_sigreturn */
	svc	#0
	.size	signal_return, . - signal_return

	.section .note.GNU-stack, "", %progbits
