/* SPDX-License-Identifier: MIT */
/*
 * The strings that execve(2) is given, on their way to the new program. They are copied once, straight into the
 * pages that become the top of its stack, so that no buffer of the kernel's limits them (Linux: fs/exec.c):
 *
 *	STACK_TOP	0
 *			path of the program
 *			environment strings
 *	at		argument strings
 */
#ifndef KERNEL_EXEC_ARGS_H
#define KERNEL_EXEC_ARGS_H

#include <lib/types.h>

struct mm;
struct page;

/* The page of the new stack that was used last, with a reference. */
struct exec_window {
	struct page *page;
	uint32_t va;
};

struct exec_args {
	struct mm *mm; /* the new program's, with nothing but its stack; NULL once a task has it */
	uint32_t at;   /* the last string that was pushed: in the end the first argument */
	uint32_t name; /* where the path stands */
	uint32_t lowest; /* how far down strings may go */
	uint32_t argc, envc;
	struct exec_window window;
};

/*
 * Begins: counts what strings there are to be and makes the new space, which holds `path` then. -E2BIG if the pointers
 * alone are too many, -ENOMEM. exec_args_end() follows, also after an error.
 */
int exec_args_begin(struct exec_args *a, const char *path, uint32_t argc, uint32_t envc);
void exec_args_end(struct exec_args *a);

/*
 * Pushes one string of the kernel's, or `count` of the user's, the last first. -E2BIG where one of them, or all
 * that was pushed, is too long, or the stack's limit too low; -EFAULT, -ENOMEM.
 */
int exec_args_push(struct exec_args *a, const char *s);
int exec_args_push_user(struct exec_args *a, uint32_t array, uint32_t count);

/* The same for any bytes, without a limit on their sum. */
int exec_args_push_bytes(struct exec_args *a, const void *data, size_t n);

/* Takes the first argument away again: it is overwritten. */
int exec_args_drop(struct exec_args *a);

/* Moves *at behind the string there. -EFAULT. */
int exec_args_skip(struct exec_args *a, uint32_t *at);

/* Lowest address of the stack so far. */
uint32_t exec_args_stack(const struct exec_args *a);

/* The kernel's view of the new stack at `at`, up to the end of its page; NULL with *err. Until the next call. */
void *exec_window(struct exec_window *w, struct mm *mm, uint32_t at, int *err);
void exec_window_close(struct exec_window *w);

#endif
