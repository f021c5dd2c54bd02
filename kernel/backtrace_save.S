/* SPDX-License-Identifier: MIT */
/*
 * Takes down the registers that a caller is entitled to find unchanged, for a backtrace from there.
 */
	.syntax unified
	.thumb
	.text

	.globl	backtrace_save
	.type	backtrace_save, %function
	.thumb_func
backtrace_save:
	mov	r1, #0
	mov	r2, #0
	mov	r3, #0
	stmia	r0!, {r1-r3}
	stmia	r0!, {r3-r11}		/* r3 = 0, r4-r11 */
	mov	r2, #0
	mov	r3, sp
	stmia	r0!, {r2-r3}		/* r12 = 0, sp */
	stmia	r0!, {r2}		/* lr = 0: this call has used it */
	str	lr, [r0]		/* pc */
	bx	lr
	.size	backtrace_save, . - backtrace_save

	/*
	 * The compiler makes each unwind table refer to its personality routine. unwind.c knows the
	 * three standard ones; without these symbols the linker would take libgcc's unwinder in.
	 */
	.globl	__aeabi_unwind_cpp_pr0, __aeabi_unwind_cpp_pr1, __aeabi_unwind_cpp_pr2
	.set	__aeabi_unwind_cpp_pr0, 0
	.set	__aeabi_unwind_cpp_pr1, 0
	.set	__aeabi_unwind_cpp_pr2, 0
