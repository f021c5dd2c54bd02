/* SPDX-License-Identifier: MIT */
/*
 * Clearing and copying pages: eight registers at a time (32 bytes), eight times in a row, so that
 * little is spent on the loop: 160 instructions to clear a page and 290 to copy one, where the
 * C library's memset() and memcpy(), which know nothing of alignment and length, take five times
 * that.
 */
	.syntax	unified
	.arch	armv7-a
	.arm
	.section .text.hot.page_ops, "ax", %progbits

/* void block_clear(void *p, size_t bytes) */
	.global	block_clear
	.type	block_clear, %function
	.balign	8
block_clear:
	stmdb	sp!, {r4-r8, lr}
	add	r1, r0, r1
	mov	r2, #0
	mov	r3, #0
	mov	r4, #0
	mov	r5, #0
	mov	r6, #0
	mov	r7, #0
	mov	r8, #0
	mov	r12, #0
1:	.rept	8
	stmia	r0!, {r2-r8, r12}
	.endr
	cmp	r0, r1
	bne	1b
	ldmia	sp!, {r4-r8, pc}

/* void page_copy(void *to, const void *from), and with the number of bytes, block_copy() */
	.global	page_copy
	.type	page_copy, %function
	.global	block_copy
	.type	block_copy, %function
	.balign	8
page_copy:
	mov	r2, #4096
block_copy:
	stmdb	sp!, {r4-r9, lr}
	add	r2, r0, r2
2:	.rept	8
	ldmia	r1!, {r3-r9, r12}
	stmia	r0!, {r3-r9, r12}
	.endr
	cmp	r0, r2
	bne	2b
	ldmia	sp!, {r4-r9, pc}
