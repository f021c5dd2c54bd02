/* SPDX-License-Identifier: MIT */
/*
 * What a program finds on its stack when it starts: argc, argv, envp, the auxiliary vector, and
 * the strings that they point to (Linux: fs/binfmt_elf.c, create_elf_tables).
 */
#ifndef KERNEL_EXEC_STACK_H
#define KERNEL_EXEC_STACK_H

#include <lib/types.h>

struct cred;
struct exec_args;

struct exec_stack {
	const struct cred *cred; /* the program's own: AT_UID and the like, AT_SECURE */
	uint32_t entry;          /* AT_ENTRY: of the program, not of its interpreter */
	uint32_t phdr, phnum;    /* AT_PHDR, AT_PHNUM; phdr 0: not mapped */
	uint32_t base;           /* AT_BASE: of the interpreter */
	uint32_t sp;             /* result: the first stack pointer, 8-byte aligned */
};

/* Writes it below the strings, which are all there. -E2BIG where the stack may not grow that far, -ENOMEM. */
int exec_stack_build(struct exec_args *a, struct exec_stack *s);

#endif
