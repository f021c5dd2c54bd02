/* SPDX-License-Identifier: MIT */
/*
 * The devicetrees that the image carries; BUILTIN_DTB is the compiled file.
 */
	.section .rodata.dtb, "a", %progbits
	.balign	8
	.global	dtb_bcm2836_start, dtb_bcm2836_end
dtb_bcm2836_start:
	.incbin	BUILTIN_DTB
dtb_bcm2836_end:
