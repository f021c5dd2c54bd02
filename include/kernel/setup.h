/* SPDX-License-Identifier: MIT */
/*
 * What the boot loader told us, and the kernel's command line.
 */
#ifndef KERNEL_SETUP_H
#define KERNEL_SETUP_H

#include <lib/dtb.h>
#include <lib/types.h>

#define INIT_STRINGS 32

struct boot_options {
	const char *cmdline; /* whole, for /proc/cmdline */
	const char *rdinit;  /* "/init" unless given */
	const char *init;    /* NULL unless given */
	/* what init gets: argv[1..] and envp, NULL at the end */
	char *init_args[INIT_STRINGS + 1];
	char *init_env[INIT_STRINGS + 1];
};

extern struct boot_options boot_options;

/* The devicetree of this machine. */
extern struct dtb boot_dtb;

/*
 * Finds the DTB or the ATAGs at physical address `params`, learns from them where RAM is, and
 * brings the page allocator up. Panics with a clear message where there is nothing usable.
 */
void setup_memory(uint32_t machine, uint32_t params);

/* Reads the command line. After setup_memory(), before devices are probed. */
void setup_options(void);

/* The initrd that the boot loader left, or the files built into the image. */
const void *setup_initrd(size_t *size);

/* Gives the memory of the initrd back. */
void setup_free_initrd(void);

#endif
