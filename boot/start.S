/* SPDX-License-Identifier: MIT */
/*
 * From the first instruction to the kernel at its virtual address.
 *
 * The boot loader (QEMU, the Raspberry Pi firmware, U-Boot) put the image somewhere in RAM and
 * jumped to its first byte with the MMU and the data cache off: every address is physical. The
 * kernel is linked at KERNEL_BASE (0xff000000), where there is no memory at all. So this code
 * runs wherever it is (it finds itself with `adr`, which is relative to the PC), describes to the
 * MMU where everything shall be, turns it on, and jumps.
 *
 * One letter goes to the serial port after each stage. What stands there when a boot hangs:
 *	q  entered
 *	u  in SVC mode, caches and TLB invalidated
 *	i  translation tables built
 *	r  MMU on, running at the virtual address
 *	e  the rest of the image unpacked, about to call kernel_main()
 * On a Raspberry Pi the ACT LED is lit from q on and dark from r on; an exception before e makes it
 * blink as many times as letters were written, again and again.
 *
 * Registers that live through the whole file (there is no stack: one written with the caches off
 * has been seen to read back stale with the caches on):
 */
#include <arm/layout.h>

machine	.req	r4	/* r1 of the boot protocol: machine number */
params	.req	r5	/* r2 of the boot protocol: physical address of DTB or ATAGs */
phys	.req	r6	/* physical address of _start; virtual = physical - phys + KERNEL_BASE */
uart	.req	r7	/* the boot UART: physical, later virtual */
led	.req	r8	/* the Pi's GPIO block, or 0 */
l1	.req	r9	/* physical address of the first-level translation table */
stage	.req	r10	/* letters written so far */

#define MODE_MASK 0x1f
#define MODE_SVC  0x13
#define MODE_HYP  0x1a
#define PSR_AIF   0x1c0

/* PL011: data register at +0, flags at +0x18; bit 5 of the flags: transmit FIFO full. */
#define UART_DR	   0x00
#define UART_FR	   0x18
#define FR_TXFF	   0x20

/* BCM2835 GPIO: function select 4 (pins 40-49), set 1 and clear 1 (pins 32-53). ACT is pin 47. */
#define GPFSEL4	   0x10
#define GPSET1	   0x20
#define GPCLR1	   0x2c
#define ACT_BIT	   (1 << (47 - 32))

	.arch	armv7-a
	.arch_extension virt
	.arch_extension sec
	.arm
	.section .head.text, "ax", %progbits
	.global	_start
_start:
	/* The zImage header (Linux: arch/arm/boot/compressed/head.S): U-Boot's bootz looks for it. */
	b	entered
	.rept	8
	nop
	.endr
	.word	0x016f2818		/* +0x24: magic */
	.word	0			/* +0x28: load address; 0 = anywhere */
	.word	__image_size		/* +0x2c: end of the image */
	.word	0x04030201		/* +0x30: little endian */
	/*
	 * Our own words: what tools/pack.py has to know and to tell. An ELF file is not packed, and
	 * keeps the zeros.
	 */
	.global	packed_part
packed_part:
	.word	0			/* +0x34: how many bytes are packed */
	.word	0, 0			/* +0x38, +0x3c: their sums, see boot/unpack.c */
	.word	__packed_start - _start	/* +0x40: where they lie */
	.word	__text_start - _start	/* +0x44: what they become: from here ... */
	.word	__image_end - _start	/* +0x48: ... to here */

/* Writes one letter. Uses r0, r1. */
	.macro	letter, char
1:	ldr	r0, [uart, #UART_FR]
	tst	r0, #FR_TXFF
	bne	1b
	mov	r0, #\char
	str	r0, [uart, #UART_DR]
	add	stage, stage, #1
	.endm

/* dst := physical address of a linked symbol. */
	.macro	phys_of, dst, symbol
	ldr	\dst, =(\symbol - KERNEL_BASE)
	add	\dst, \dst, phys
	.endm

entered:
	mov	machine, r1
	mov	params, r2
	mov	stage, #0
	/* Instruction set, endianness and masks as we need them, whatever the loader left. */
	setend	le
	mrs	r0, cpsr
	orr	r0, r0, #PSR_AIF
	msr	cpsr_cxf, r0
	adr	phys, _start

	/* Only one core boots. QEMU starts all four of a raspi2b at the entry of an ELF file. */
	mrc	p15, 0, r0, c0, c0, 5	/* MPIDR */
	ands	r0, r0, #0xff		/* Aff0: which core of the cluster */
	bne	park

	/*
	 * The MMU maps pages, so the image must begin with one. A loader that put it elsewhere (U-Boot
	 * leaves the place to the user) has it moved up, by more than a page: so nothing is written
	 * over this loop while it runs. Backwards, since the two places overlap. Word by word: a
	 * memory access that is not aligned faults while the MMU is off.
	 */
	ubfx	r0, phys, #0, #12
	cmp	r0, #0
	beq	on_a_page
	add	r0, phys, #0x2000
	lsr	r0, r0, #12
	lsl	r0, r0, #12		/* r0: the new place */
	ldr	r12, packed_part
	cmp	r12, #0
	ldrne	r1, =(__packed_start - KERNEL_BASE)
	addne	r1, r1, r12
	ldreq	r1, =(__image_end - KERNEL_BASE) /* r1: the file's size, a multiple of 4 */
	add	r2, phys, r1
	add	r3, r0, r1
1:	ldr	r12, [r2, #-4]!
	str	r12, [r3, #-4]!
	cmp	r2, phys
	bhi	1b
	mov	r1, #0
	dsb	sy			/* the copy is in memory before instructions are fetched from it */
	mcr	p15, 0, r1, c7, c5, 0	/* ICIALLU: what the cache holds of the place is old */
	mcr	p15, 0, r1, c7, c5, 6	/* BPIALL */
	dsb	sy
	isb
	mov	r1, machine
	mov	r2, params
	bx	r0
on_a_page:

	/*
	 * Where is a UART? The DTB will tell, but a boot that dies before it is read should still
	 * say so. RAM starts at 0 on a Pi 2 (peripherals at 0x3f000000) and at 1 GiB on `virt`.
	 */
	cmp	phys, #0x40000000
	movlo	led, #0x3f000000
	orrlo	led, led, #0x00200000	/* 0x3f200000: GPIO */
	movhs	led, #0
	addlo	uart, led, #0x1000	/* 0x3f201000: PL011 */
	movhs	uart, #0x09000000
	bl	led_on
	letter	'q'

	/*
	 * MMU and caches off for certain (the protocol says so), vectors low, little endian, ARM
	 * exceptions, and nothing forbidden to users. Not what was there with bits changed: reset
	 * sets only the Secure copy of SCTLR, so behind firmware that enters in HYP ours holds anything,
	 * and must not when SVC begins to run with it: so it is set from HYP, which has another.
	 */
	ldr	r0, =SCTLR_RESET
	mcr	p15, 0, r0, c1, c0, 0
	isb
	mov	r0, #0
	mcr	p15, 0, r0, c13, c0, 4	/* TPIDRPRW: the MMU is off, see boot_exception */

	/*
	 * HYP is the hypervisor's mode; a Pi's firmware and `virt,virtualization=on` enter in it.
	 * A kernel runs in SVC. HYP has its own MMU and traps, so make them let everything pass,
	 * then "return" to SVC.
	 */
	mrs	r0, cpsr
	and	r1, r0, #MODE_MASK
	cmp	r1, #MODE_HYP
	bne	not_hyp
	adrl	r0, boot_vectors
	mcr	p15, 4, r0, c12, c0, 0	/* HVBAR: a fault from here on is reported */
	mov	r0, #0
	mcr	p15, 4, r0, c1, c1, 0	/* HCR = 0: no second-stage translation, no routing to HYP */
	mcr	p15, 4, r0, c1, c1, 2	/* HCPTR = 0: coprocessors and NEON do not trap */
	mcr	p15, 4, r0, c1, c1, 3	/* HSTR = 0: nor do CP15 accesses */
	ldr	r0, =0x30c50878		/* HSCTLR: reserved ones and CP15BEN, everything off */
	mcr	p15, 4, r0, c1, c0, 0
	mrc	p15, 4, r0, c1, c1, 1	/* HDCR: keep HPMN (all counters), no debug traps */
	and	r0, r0, #0x1f
	mcr	p15, 4, r0, c1, c1, 1
	mrc	p15, 4, r0, c14, c1, 0	/* CNTHCTL: SVC may use the physical counter and timer */
	orr	r0, r0, #3
	mcr	p15, 4, r0, c14, c1, 0
	mov	r0, #0
	mcrr	p15, 4, r0, r0, c14	/* CNTVOFF = 0: virtual time is physical time */
	mrc	p15, 0, r0, c0, c0, 0	/* MIDR */
	mcr	p15, 4, r0, c0, c0, 0	/* VPIDR: what SVC reads as MIDR */
	mrc	p15, 0, r0, c0, c0, 5	/* MPIDR */
	mcr	p15, 4, r0, c0, c0, 5	/* VMPIDR: what SVC reads as MPIDR */
	ldr	r0, =(MODE_SVC | PSR_AIF)
	msr	spsr_cxsf, r0
	adr	r0, in_svc
	msr	elr_hyp, r0
	isb				/* the settings above are in force before SVC runs */
	eret
not_hyp:
	cps	#MODE_SVC		/* some loaders enter in another privileged mode */
in_svc:
	adrl	r0, boot_vectors
	mcr	p15, 0, r0, c12, c0, 0	/* VBAR */
	mov	r0, #0
	mcr	p15, 0, r0, c14, c3, 1	/* CNTV_CTL = 0: the Pi's armstub leaves this timer running */
	mov	r0, #2
	mcr	p15, 0, r0, c14, c1, 0	/* CNTKCTL: users may read the virtual counter, and no more */

	/* What the caches and the TLB hold is from before us: drop it, do not write it back. */
	/*
	 * Invalidate every data cache from L1 to the level of coherency, by set and way, with the
	 * geometry that CLIDR and CCSIDR tell (ARM DDI 0406C, B2.2.7). A DSB between the levels: on
	 * Cortex-A7 an operation on L2 can overtake one on L1 (erratum 814220). Uses r0-r3, r11, r12, sp
	 * and lr as plain registers.
	 */
	mrc	p15, 1, r0, c0, c0, 1	/* CLIDR */
	ubfx	r3, r0, #24, #3		/* LoC: number of levels */
	mov	r11, #0			/* level * 2, as CSSELR wants it */
next_level:
	cmp	r11, r3, lsl #1
	bhs	levels_done
	mrc	p15, 1, r0, c0, c0, 1
	add	r1, r11, r11, lsr #1	/* level * 3 */
	lsr	r0, r0, r1
	and	r0, r0, #7
	cmp	r0, #2			/* below 2: no data cache at this level */
	blo	skip_level
	mcr	p15, 2, r11, c0, c0, 0	/* CSSELR: ask about this level */
	isb				/* ... before reading the answer */
	mrc	p15, 1, r0, c0, c0, 0	/* CCSIDR */
	and	r1, r0, #7
	add	r1, r1, #4		/* log2(line size) */
	ubfx	r2, r0, #3, #10		/* ways - 1 */
	ubfx	r0, r0, #13, #15	/* sets - 1 */
	clz	r12, r2			/* the way number stands in the top bits, from bit r12 on */
	cmp	r12, #32
	moveq	r12, #31		/* one way: no bits at all, and the first step ends the loop */
	mov	sp, #1
	lsl	sp, sp, r12		/* from one way to the next */
	orr	r2, r11, r2, lsl r12	/* the last way, at this level */
next_set:
	orr	lr, r2, r0, lsl r1
next_way:
	mcr	p15, 0, lr, c7, c6, 2	/* DCISW */
	subs	lr, lr, sp
	bhs	next_way		/* until the way number would fall below 0 */
	subs	r0, r0, #1
	bhs	next_set
skip_level:
	dsb	sy			/* erratum 814220, see above */
	add	r11, r11, #2
	b	next_level
levels_done:
	dsb	sy
	isb

	/*
	 * The bit that joins this core to the coherency of the others: set once its caches are empty,
	 * or they could be asked for what they held at power-on, and before they are used. Only
	 * Cortex-A7 and -A15 keep it in ACTLR (bit 6); a Cortex-A53's firmware has set its own. QEMU
	 * reads it back as 0.
	 */
	mrc	p15, 0, r0, c0, c0, 0	/* MIDR: part number in [15:4] */
	ubfx	r0, r0, #4, #12
	ldr	r1, =0xc07		/* Cortex-A7 */
	cmp	r0, r1
	ldrne	r1, =0xc0f		/* Cortex-A15 */
	cmpne	r0, r1
	mrceq	p15, 0, r0, c1, c0, 1	/* ACTLR */
	orreq	r0, r0, #(1 << 6)
	mcreq	p15, 0, r0, c1, c0, 1
	isb
	mov	r0, #0
	mcr	p15, 0, r0, c7, c5, 0	/* ICIALLU: instruction cache */
	mcr	p15, 0, r0, c7, c5, 6	/* BPIALL: branch predictor */
	mcr	p15, 0, r0, c8, c7, 0	/* TLBIALL */
	dsb	sy			/* all of that finished ... */
	isb				/* ... and what was fetched before is fetched again */
	letter	'u'

	/*
	 * The tables. One first-level table of 4096 descriptors, each for 1 MiB, and behind it 16
	 * second-level tables of 256 descriptors, each for 4 KiB: together one array of 4096 page
	 * descriptors for the top 16 MiB, where the kernel image lives. The first-level table has
	 * to be aligned to its size, and the image is not, so it takes the first aligned place.
	 */
	phys_of	l1, boot_tables
	ldr	r0, =(L1_SIZE - 1)
	add	l1, l1, r0
	bic	l1, l1, r0
	add	r11, l1, #L1_SIZE	/* r11: the page descriptors */
	mov	r0, l1
	mov	r1, #0
	mov	r3, #0
	mov	r12, #0
	mov	lr, #0
	add	r2, r11, #(16 * L2_SIZE)
3:	stmia	r0!, {r1, r3, r12, lr}
	cmp	r0, r2
	blo	3b

	/* First level: the last 16 entries point to the second-level tables. */
	add	r0, l1, #L1_SIZE
	sub	r0, r0, #(16 * 4)
	orr	r1, r11, #L1_TABLE_KERNEL
	mov	r2, #16
4:	cmp	r2, #1			/* the last MiB holds the page that users execute: never in SVC */
	orreq	r1, r1, #L1_TABLE_PXN
	str	r1, [r0], #4
	add	r1, r1, #L2_SIZE
	subs	r2, r2, #1
	bne	4b

	/*
	 * Second level: boot R-X, files R--, text R-X, rodata R--, data RW-. The image starts at the
	 * first page. What is not unpacked yet is mapped as it will be used.
	 */
	mov	r0, r11
	mov	r1, phys
	phys_of	r2, __initramfs_start
	ldr	r3, =PTE_KERNEL_TEXT
	bl	map_pages
	phys_of	r2, __text_start
	ldr	r3, =PTE_KERNEL_RODATA
	bl	map_pages
	phys_of	r2, __text_end
	ldr	r3, =PTE_KERNEL_TEXT
	bl	map_pages
	phys_of	r2, __rodata_end
	ldr	r3, =PTE_KERNEL_RODATA
	bl	map_pages
	phys_of	r2, __image_memory_end
	ldr	r3, =PTE_KERNEL_DATA
	bl	map_pages

	/* A hole below the boot stack, so that running over it is noticed. */
	ldr	r0, =(boot_stack_guard - KERNEL_BASE)
	lsr	r0, r0, #12
	add	r0, r11, r0, lsl #2
	mov	r1, #0
	str	r1, [r0]
	str	r1, [r0, #4]

	/* The UART, and on a Pi the LED, for the letters to come. */
	ldr	r3, =PTE_KERNEL_DEVICE
	orr	r1, uart, r3
	ldr	r0, =((FIXMAP_UART - KERNEL_BASE) >> 12)
	str	r1, [r11, r0, lsl #2]
	cmp	led, #0
	orrne	r1, led, r3
	addne	r0, r0, #((FIXMAP_GPIO - FIXMAP_UART) >> 12)
	strne	r1, [r11, r0, lsl #2]

	/*
	 * The linear map by 1 MiB sections, from the 128 MiB boundary below the image (where RAM
	 * starts on the boards we know) to the end of what unpacking needs. That much RAM certainly
	 * exists; the rest is mapped when the DTB or the ATAGs have told how much there is and where.
	 */
	and	r1, phys, #BOOT_LINEAR_MASK
	phys_of	r2, __unpack_end
	ldr	r3, =SECTION_KERNEL_DATA
	add	r0, l1, #((LINEAR_BASE >> 20) << 2)
5:	orr	r12, r1, r3
	str	r12, [r0], #4
	add	r1, r1, #(1 << 20)
	cmp	r1, r2
	blo	5b

	/*
	 * The identity section: virtual = physical for the MiB that this code is in, so that the
	 * instruction behind the one that turns the MMU on is found. Read-only, executable.
	 */
	lsr	r0, phys, #20
	ldr	r3, =SECTION_IDENTITY
	orr	r1, r3, r0, lsl #20
	ldr	r12, [l1, r0, lsl #2]	/* r12: what it hides, nothing or (RAM at 2 GiB) linear map */
	str	r1, [l1, r0, lsl #2]

	/*
	 * Written with the caches off, read by a walker that looks in the caches: no line of the
	 * tables may be there. The whole cache was invalidated above, and a core does not fill it
	 * while SCTLR.C is 0, but a prefetcher of a shared L2 may.
	 */
	mrc	p15, 0, r0, c0, c0, 1	/* CTR: log2(words of the smallest line) in [19:16] */
	ubfx	r0, r0, #16, #4
	mov	r3, #4
	lsl	r3, r3, r0
	mov	r0, l1
	add	r2, r11, #(16 * L2_SIZE)
	dsb	sy			/* the stores above have reached memory */
6:	mcr	p15, 0, r0, c7, c6, 1	/* DCIMVAC */
	add	r0, r0, r3
	cmp	r0, r2
	blo	6b
	dsb	sy
	letter	'i'

	/*
	 * The registers that say how to read the tables.
	 *
	 * TTBCR.N = 1: addresses below 2 GiB use TTBR0, those above TTBR1. The lower half of our
	 * 16 KiB table holds only the identity section below, so it serves as the first TTBR0.
	 * Flags: the table walker reads through the caches, inner shareable, write-back.
	 */
	orr	r0, l1, #TTBR_FLAGS
	mcr	p15, 0, r0, c2, c0, 0	/* TTBR0 */
	mcr	p15, 0, r0, c2, c0, 1	/* TTBR1 */
	mov	r0, #1
	mcr	p15, 0, r0, c2, c0, 2	/* TTBCR */
	mov	r0, #0
	mcr	p15, 0, r0, c13, c0, 1	/* CONTEXTIDR: ASID 0, which no task ever gets */
	mov	r0, #DACR_KERNEL	/* the user domain is closed */
	mcr	p15, 0, r0, c3, c0, 0	/* DACR */
	ldr	r0, =PRRR_VALUE		/* TEX remap: what TEX[0]:C:B means, see arm/layout.h */
	mcr	p15, 0, r0, c10, c2, 0
	ldr	r0, =NMRR_VALUE
	mcr	p15, 0, r0, c10, c2, 1
	mrc	p15, 0, r0, c1, c0, 2	/* CPACR: SVC and user may use VFP/NEON (FPEXC still off) */
	orr	r0, r0, #(0xf << 20)
	bic	r0, r0, #(3 << 30)	/* ASEDIS, D32DIS */
	mcr	p15, 0, r0, c1, c0, 2
	isb				/* all in force before translation starts */

	/* What an exception with the MMU on has to know: the LED's address to come, and the letters. */
	cmp	led, #0
	ldrne	r0, =FIXMAP_GPIO
	moveq	r0, #0
	orr	r0, r0, stage
	mcr	p15, 0, r0, c13, c0, 4	/* TPIDRPRW */

	/* MMU, caches, branch prediction and TEX remap on, in one write. */
	mrc	p15, 0, r0, c1, c0, 0
	ldr	r1, =(SCTLR_M | SCTLR_C | SCTLR_Z | SCTLR_I | SCTLR_TRE)
	orr	r0, r0, r1
	ldr	r3, =at_virtual
	.global	mmu_on
mmu_on:	mcr	p15, 0, r0, c1, c0, 0
	isb				/* the next fetch is translated, by the identity section */
	bx	r3

/*
 * From here the PC is 0xff00xxxx. The low half of memory is still the identity section.
 */
at_virtual:
	ldr	uart, =FIXMAP_UART
	ldr	r0, =boot_vectors	/* their physical address means nothing any more */
	mcr	p15, 0, r0, c12, c0, 0	/* VBAR */
	isb
	letter	'r'
	cmp	led, #0
	ldrne	led, =FIXMAP_GPIO
	movne	r0, #ACT_BIT
	strne	r0, [led, #GPCLR1]
	orr	r0, led, stage
	mcr	p15, 0, r0, c13, c0, 4	/* TPIDRPRW, as above */
	ldr	r0, =_start
	sub	r0, r0, phys		/* virtual - physical */
	add	l1, l1, r0		/* from here on, the table's virtual address */
	mov	r1, #0
	lsr	r2, phys, #20
	str	r12, [l1, r2, lsl #2]	/* drop the identity section */
	dsb	ish			/* the walker sees the store before the TLB is emptied */
	mcr	p15, 0, r1, c8, c7, 0	/* TLBIALL: the section may be cached */
	mcr	p15, 0, r1, c7, c5, 6	/* BPIALL: branches predicted to physical addresses */
	dsb	ish
	isb

	/* Caches are on: there may be a stack. C keeps r4-r10, so our names for them stay right. */
	ldr	sp, =boot_stack_top
	mov	r11, #0			/* ends backtraces */
	ldr	r0, packed_part
	cmp	r0, #0
	beq	unpacked
	mov	r0, phys
	bl	unpack_image
	cmp	r0, #0
	bne	damaged
unpacked:
	/* The kernel's variables start as zero; the tables, which lie behind, stay. */
	ldr	r0, =__bss_start
	ldr	r1, =__bss_end
	mov	r2, #0
	mov	r11, #0
	mov	r12, #0
	mov	lr, #0
2:	cmp	r0, r1			/* both are multiples of 64 */
	stmloia	r0!, {r2, r11, r12, lr}
	blo	2b

	letter	'e'
	ldr	r0, =vectors
	mcr	p15, 0, r0, c12, c0, 0	/* VBAR: the real vectors */
	isb
	mov	r0, machine
	mov	r1, params
	mov	r2, phys
	mov	r3, l1
	mov	r11, #0			/* ends backtraces */
	mov	lr, #0
	ldr	pc, =kernel_main	/* Thumb code, which `b` would not switch to */

/* The image was cut or changed on its way here: say so, as well as can be done with nothing unpacked. */
damaged:
	adr	r2, damaged_text
1:	ldrb	r3, [r2], #1
	cmp	r3, #0
	beq	boot_exception
2:	ldr	r0, [uart, #UART_FR]
	tst	r0, #FR_TXFF
	bne	2b
	str	r3, [uart, #UART_DR]
	b	1b
damaged_text:
	.asciz	"\r\nquire.img is damaged: it cannot be unpacked\r\n"
	.balign	4

/*
 * Cores that do not boot: asleep until somebody sends an event, then asleep again.
 */
park:	wfe
	b	park

led_on:
	cmp	led, #0
	bxeq	lr
	ldr	r0, [led, #GPFSEL4]
	bic	r0, r0, #(7 << 21)
	orr	r0, r0, #(1 << 21)	/* pin 47 is an output */
	str	r0, [led, #GPFSEL4]
	mov	r0, #ACT_BIT
	str	r0, [led, #GPSET1]
	bx	lr

/*
 * Fills page descriptors from [r0] for the pages from r1 up to r2, with the attributes in r3.
 * Leaves r0 and r1 behind the last one. Uses r12.
 */
map_pages:
	cmp	r1, r2
	bxhs	lr
	orr	r12, r1, r3
	str	r12, [r0], #4
	add	r1, r1, #0x1000
	b	map_pages

/*
 * An exception before the kernel's own vectors are set: '!', and on a Pi the LED blinks the number
 * of letters written, pauses, and starts again.
 */
	.balign	32
boot_vectors:
	.rept	8
	b	boot_exception
	.endr
boot_exception:
	/* With the MMU on, uart and led may still be physical, and all three may be in use by C. */
	mrc	p15, 0, r0, c13, c0, 4	/* TPIDRPRW: 0 until just before */
	cmp	r0, #0
	mrcne	p15, 0, r1, c1, c0, 0	/* SCTLR, which is ours by then */
	tstne	r1, #SCTLR_M
	ldrne	uart, =FIXMAP_UART
	bicne	led, r0, #0xff
	andne	stage, r0, #0xff
	mov	r3, stage
	letter	'!'
7:	cmp	led, #0
	beq	park
	mov	r2, r3
8:	mov	r0, #ACT_BIT
	str	r0, [led, #GPSET1]
	mov	r1, #0x01000000		/* about a quarter of a second with the caches off */
9:	subs	r1, r1, #1
	bne	9b
	str	r0, [led, #GPCLR1]
	mov	r1, #0x01000000
10:	subs	r1, r1, #1
	bne	10b
	subs	r2, r2, #1
	bne	8b
	mov	r1, #0x04000000
11:	subs	r1, r1, #1
	bne	11b
	b	7b

	.ltorg

/* The boot core's stack; later that of its idle task. Aligned like every kernel stack, see kernel/stack.h. */
	.section .boot_stack, "aw", %nobits
	.balign	(2 * KSTACK_SIZE)
	.global	boot_stack_guard, boot_stack_top
boot_stack_guard:
	.space	KSTACK_SIZE
	.space	KSTACK_SIZE
boot_stack_top:
