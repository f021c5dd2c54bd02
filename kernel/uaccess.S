/* SPDX-License-Identifier: MIT */
/*
 * Copies between the kernel and user memory. See arm/uaccess.h for the contracts.
 *
 * LDRT and STRT access memory with the user's rights though the kernel runs them, so a kernel
 * address or a read-only page handed in by a user faults. The user domain is open only in here. An
 * instruction that may fault stands in .extable with the place to go on at if the fault handler
 * cannot make the address good.
 *
 * There is no LDM with the user's rights. So of a block of eight words first the two outermost are
 * moved, by LDRT or STRT: that checks the user's rights to every page that the block touches. Then
 * LDM or STM may move the others (and the last one a second time, which costs nothing).
 */
#include <arm/layout.h>
#include <lib/errno.h>

	.syntax	unified
	.arch	armv7-a
	.arm
	.section .text.hot.uaccess, "ax", %progbits

	.macro	user_open, scratch
	mov	\scratch, #DACR_USER
	mcr	p15, 0, \scratch, c3, c0, 0
	isb				/* open before the first access */
	.endm

	.macro	user_close, scratch
	mov	\scratch, #DACR_KERNEL
	mcr	p15, 0, \scratch, c3, c0, 0
	isb				/* closed before anything that follows */
	.endm

/* An instruction with an entry in the fix-up table. */
	.macro	user, label, insn:vararg
9999:	\insn
	.pushsection .extable, "a"
	.balign	4
	.word	9999b, \label
	.popsection
	.endm

	.macro	function, name
	.global	\name
	.type	\name, %function
	.balign	8
\name:
	.endm

/* int copy_from_user(void *to, const void *from, size_t n) */
function copy_from_user
	user_open r3
	orr	r3, r0, r1
	tst	r3, #3
	bne	2f
	subs	r2, r2, #32
	blo	5f
	stmdb	sp!, {r4-r10}
1:	user	7f, ldrt r3, [r1], #28
	user	7f, ldrt r10, [r1], #4
	user	7f, ldmdb r1, {r4-r10}
	stmia	r0!, {r3-r10}
	subs	r2, r2, #32
	bhs	1b
	tst	r2, #16				/* half a block */
	beq	9f
	user	7f, ldrt r3, [r1], #12
	user	7f, ldrt r6, [r1], #4
	user	7f, ldmdb r1, {r4-r6}
	stmia	r0!, {r3-r6}
	sub	r2, r2, #16
9:	ldmia	sp!, {r4-r10}
5:	adds	r2, r2, #28
	bmi	6f
3:	user	8f, ldrt r3, [r1], #4
	str	r3, [r0], #4
	subs	r2, r2, #4
	bhs	3b
6:	add	r2, r2, #4
2:	subs	r2, r2, #1
	blo	4f
	user	8f, ldrbt r3, [r1], #1
	strb	r3, [r0], #1
	b	2b
4:	user_close r3
	mov	r0, #0
	bx	lr
7:	ldmia	sp!, {r4-r10}
8:	user_close r3
	mvn	r0, #(EFAULT - 1)
	bx	lr

/* int copy_to_user(void *to, const void *from, size_t n) */
function copy_to_user
	user_open r3
	orr	r3, r0, r1
	tst	r3, #3
	bne	2f
	subs	r2, r2, #32
	blo	5f
	stmdb	sp!, {r4-r10}
1:	ldmia	r1!, {r3-r10}
	user	7f, strt r3, [r0], #28
	user	7f, strt r10, [r0], #4
	user	7f, stmdb r0, {r4-r10}
	subs	r2, r2, #32
	bhs	1b
	tst	r2, #16				/* half a block */
	beq	9f
	ldmia	r1!, {r3-r6}
	user	7f, strt r3, [r0], #12
	user	7f, strt r6, [r0], #4
	user	7f, stmdb r0, {r4-r6}
	sub	r2, r2, #16
9:	ldmia	sp!, {r4-r10}
5:	adds	r2, r2, #28
	bmi	6f
3:	ldr	r3, [r1], #4
	user	8f, strt r3, [r0], #4
	subs	r2, r2, #4
	bhs	3b
6:	add	r2, r2, #4
2:	subs	r2, r2, #1
	blo	4f
	ldrb	r3, [r1], #1
	user	8f, strbt r3, [r0], #1
	b	2b
4:	user_close r3
	mov	r0, #0
	bx	lr
7:	ldmia	sp!, {r4-r10}
8:	user_close r3
	mvn	r0, #(EFAULT - 1)
	bx	lr

/* int clear_user(void *to, size_t n) */
function clear_user
	user_open r3
	mov	r3, #0
	tst	r0, #3
	bne	2f
	subs	r1, r1, #32
	blo	5f
1:	.rept	8
	user	8f, strt r3, [r0], #4
	.endr
	subs	r1, r1, #32
	bhs	1b
5:	adds	r1, r1, #28
	bmi	6f
3:	user	8f, strt r3, [r0], #4
	subs	r1, r1, #4
	bhs	3b
6:	add	r1, r1, #4
2:	subs	r1, r1, #1
	blo	4f
	user	8f, strbt r3, [r0], #1
	b	2b
4:	user_close r3
	mov	r0, #0
	bx	lr
8:	user_close r3
	mvn	r0, #(EFAULT - 1)
	bx	lr

/* ssize_t strnlen_user(const char *s, size_t max): ends in the next one */
function strnlen_user
	user_open r3
	mov	r12, r1
1:	subs	r1, r1, #1
	blo	4f
	user	8f, ldrbt r3, [r0], #1
	cmp	r3, #0
	bne	1b
	sub	r12, r12, r1
	sub	r12, r12, #1
	b	4f

/* ssize_t strncpy_from_user(char *to, const char *from, size_t max) */
function strncpy_from_user
	user_open r3
	mov	r12, r2
1:	subs	r2, r2, #1
	blo	4f
	user	8f, ldrbt r3, [r1], #1
	strb	r3, [r0], #1
	cmp	r3, #0
	bne	1b
	sub	r12, r12, r2
	sub	r12, r12, #1
4:	user_close r3
	mov	r0, r12
	bx	lr
8:	user_close r3
	mvn	r0, #(EFAULT - 1)
	bx	lr

/* int get_user_u32(uint32_t *value, const uint32_t *from) */
function get_user_u32
	user_open r3
	user	8b, ldrt r2, [r1]
	str	r2, [r0]
	user_close r3
	mov	r0, #0
	bx	lr

/* int put_user_u32(uint32_t value, uint32_t *to) */
function put_user_u32
	user_open r3
	user	8b, strt r0, [r1]
	user_close r3
	mov	r0, #0
	bx	lr

/*
 * int vfp_to_user(uint32_t *block, uint32_t magic, uint32_t size, uint32_t fpexc): the unit's registers
 * and the end mark, laid out as struct vfp_sigframe. Again the outer words check the rights to the pages.
 */
	.fpu	neon
function vfp_to_user
	user_open r12
	mov	r12, #0
	user	8b, strt r1, [r0], #288
	user	8b, strt r12, [r0]		/* the end mark */
	user	8b, str r2, [r0, #-284]!
	add	r0, r0, #4
	user	8b, vstmia r0!, {d0-d15}
	user	8b, vstmia r0!, {d16-d31}
	vmrs	r1, fpscr
	mov	r2, #0
	user	8b, stmia r0!, {r1-r3, r12}	/* fpscr, padding, fpexc, fpinst */
	user	8b, stmia r0, {r2, r12}		/* fpinst2, padding */
	user_close r3
	mov	r0, #0
	bx	lr

/*
 * int vfp_from_user(const uint32_t *block, uint32_t magic, uint32_t size): the other way. -EFAULT also for
 * a block that does not begin with these two.
 */
function vfp_from_user
	user_open r3
	user	8b, ldrt r12, [r0], #264
	user	8b, ldrt r3, [r0]		/* fpscr */
	cmp	r12, r1
	user	8b, ldr r12, [r0, #-260]!
	cmpeq	r12, r2
	bne	8b
	add	r0, r0, #4
	user	8b, vldmia r0!, {d0-d15}
	user	8b, vldmia r0!, {d16-d31}
	vmsr	fpscr, r3
	user_close r3
	mov	r0, #0
	bx	lr
