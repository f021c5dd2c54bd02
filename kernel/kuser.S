/* SPDX-License-Identifier: MIT */
/*
 * The user-helper page at 0xffff0000: code that every ARM Linux program may call at fixed
 * addresses (Linux: Documentation/arm/kernel_user_helpers.rst). Copied to a page of its own while
 * booting; users can read and execute it, nobody can write it.
 */
	.syntax	unified
	.arch	armv7-a
	.arm
	.section .rodata.kuser, "a", %progbits
	.global	kuser_start, kuser_end

/* kuser_start is what stands at 0xffff0f60. */
	.balign	32
kuser_start:
/*
 * int __kuser_cmpxchg64(const int64_t *oldval, const int64_t *newval, volatile int64_t *ptr)
 * 0 and C set if *ptr was *oldval and is *newval now.
 */
	stmfd	sp!, {r4-r7}
	ldrd	r4, r5, [r0]
	ldrd	r6, r7, [r1]
	dmb	ish
1:	ldrexd	r0, r1, [r2]
	eors	r3, r0, r4
	eorseq	r3, r1, r5
	strexdeq r3, r6, r7, [r2]
	teqeq	r3, #1
	beq	1b
	dmb	ish
	rsbs	r0, r3, #0
	ldmfd	sp!, {r4-r7}
	bx	lr

	.org	kuser_start + 0x40	/* 0xffff0fa0: void __kuser_memory_barrier(void) */
kuser_barrier:
	dmb	ish
	bx	lr

	.org	kuser_start + 0x60	/* 0xffff0fc0: int __kuser_cmpxchg(int32_t old, int32_t new, volatile int32_t *ptr) */
	dmb	ish
2:	ldrex	r3, [r2]
	subs	r3, r3, r0
	strexeq	r3, r1, [r2]
	teqeq	r3, #1
	beq	2b
	rsbs	r0, r3, #0
	b	kuser_barrier		/* the page has no room for more */

	.org	kuser_start + 0x80	/* 0xffff0fe0: void *__kuser_get_tls(void) */
	mrc	p15, 0, r0, c13, c0, 3	/* TPIDRURO */
	bx	lr

	.org	kuser_start + 0x9c	/* 0xffff0ffc: __kuser_helper_version: all of the above */
	.word	5
kuser_end:

/*
 * What stands at 0xffff0500: where handlers without SA_RESTORER return to.
 */
	.global	kuser_sigreturn_start, kuser_sigreturn_end
	.balign	4
kuser_sigreturn_start:
	mov	r7, #119		/* sigreturn */
	svc	#0
	mov	r7, #173		/* rt_sigreturn */
	svc	#0
kuser_sigreturn_end:
