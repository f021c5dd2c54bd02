/* SPDX-License-Identifier: MIT */
/*
 * The default files: a newc cpio of build/root, used where the boot loader gives no initrd.
 */
	.section .initramfs, "a", %progbits
	.incbin	INITRAMFS
