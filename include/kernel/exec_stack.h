/* SPDX-License-Identifier: MIT */
/*
 * What a program finds on its stack when it starts: argc, argv, envp, the auxiliary vector, and
 * the strings that they point to (Linux: fs/binfmt_elf.c, create_elf_tables).
 */
#ifndef KERNEL_EXEC_STACK_H
#define KERNEL_EXEC_STACK_H

#include <lib/types.h>

struct cred;
struct mm;

/* Arguments and environment together may take this much, strings and pointers. */
#define ARG_BYTES_MAX (128u * 1024)

struct exec_stack {
	char *const *argv, *const *envp; /* kernel strings, NULL at the end */
	const char *path;                /* AT_EXECFN */
	const struct cred *cred;         /* the program's own: AT_UID and the like, AT_SECURE */
	uint32_t entry;                  /* AT_ENTRY: of the program, not of its interpreter */
	uint32_t phdr, phnum;            /* AT_PHDR, AT_PHNUM; phdr 0: not mapped */
	uint32_t base;                   /* AT_BASE: of the interpreter */
	uint32_t sp;                     /* result: the first stack pointer, 8-byte aligned */
};

/* Writes it below STACK_TOP of mm, whose stack is mapped. -E2BIG, -ENOMEM. */
int exec_stack_build(struct mm *mm, struct exec_stack *s);

/*
 * Copies argv or envp of execve(2) from user memory: an array of strings in one allocation, to be
 * freed with kfree(). NULL stands for an empty array, as in Linux. -EFAULT, -E2BIG, -ENOMEM.
 */
int exec_copy_strings(uint32_t user_array, char ***strings);

#endif
