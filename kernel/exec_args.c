/* SPDX-License-Identifier: MIT */
/*
 * execve(2)'s strings, from the caller's memory into the new program's stack. How much they may be is Linux's
 * rule: 128 KiB each; all, with their pointers, a quarter of RLIMIT_STACK, but 128 KiB at least and 6 MiB at most.
 */
#include <arm/uaccess.h>
#include <kernel/exec_args.h>
#include <kernel/sched.h>
#include <kernel/task.h>
#include <lib/abi/mman.h>
#include <lib/errno.h>
#include <mm/access.h>
#include <mm/mm.h>
#include <string.h>

#define STRING_MAX  (128u * 1024) /* with its NUL */
#define ALL_LEAST   (128u * 1024)
#define ALL_MOST    (6u * 1024 * 1024)

#define STACK_PAGES 33 /* at first: Linux adds 128 KiB to what the strings take, one page mostly */

void exec_window_close(struct exec_window *w)
{
	if (w->page)
		page_put(w->page);
	w->page = NULL;
}

void *exec_window(struct exec_window *w, struct mm *mm, uint32_t at, int *err)
{
	if (!w->page || w->va != (at & PAGE_MASK)) {
		exec_window_close(w);
		w->va = at & PAGE_MASK;
		w->page = mm_page_get(mm, at, ACCESS_WRITE, err);
		if (!w->page)
			return NULL;
	}
	return (char *)page_address(w->page) + PAGE_OFFSET(at);
}

static int map_stack(struct mm *mm)
{
	struct mm_map_request r = {
	        .addr = STACK_TOP - STACK_PAGES * PAGE_SIZE,
	        .length = STACK_PAGES * PAGE_SIZE,
	        .prot = PROT_READ | PROT_WRITE,
	        .flags = MAP_PRIVATE | MAP_FIXED,
	        .vm_flags = VM_GROWSDOWN,
	};
	long addr = mm_map(mm, &r);

	return addr < 0 ? addr : 0;
}

uint32_t exec_args_stack(const struct exec_args *a)
{
	uint32_t most = STACK_TOP - STACK_PAGES * PAGE_SIZE, at = a->at & PAGE_MASK;

	return at < most ? at : most;
}

/* How far down strings may go, after the room for their pointers; 0: there is none. */
static uint32_t lowest_string(const struct exec_args *a)
{
	uint32_t stack = current()->rlimits[RLIMIT_STACK].rlim_cur, all = stack / 4;
	uint32_t pointers = 4 * ((a->argc ? a->argc : 1) + a->envc), lowest;

	if (all > ALL_MOST)
		all = ALL_MOST;
	if (all < ALL_LEAST)
		all = ALL_LEAST;
	if (all <= pointers)
		return 0;
	lowest = a->at - (all - pointers);
	/* The stack itself must not outgrow its limit, but for the page that it has always. */
	stack = stack < PAGE_SIZE ? PAGE_SIZE : stack & PAGE_MASK;
	if (stack < all && lowest < STACK_TOP - stack)
		lowest = STACK_TOP - stack;
	return lowest;
}

int exec_args_begin(struct exec_args *a, const char *path, uint32_t argc, uint32_t envc)
{
	int err;

	*a = (struct exec_args){.at = STACK_TOP - 4, .argc = argc, .envc = envc};
	a->lowest = lowest_string(a);
	if (!a->lowest)
		return -E2BIG;
	a->mm = mm_create();
	if (!a->mm)
		return -ENOMEM;
	err = map_stack(a->mm);
	if (!err)
		err = exec_args_push(a, path);
	a->name = a->at;
	return err;
}

void exec_args_end(struct exec_args *a)
{
	exec_window_close(&a->window);
	if (a->mm)
		mm_put(a->mm);
}

/* Page by page from the end, so that each is looked for once. */
static int push(struct exec_args *a, const char *s, size_t left, bool user)
{
	while (left) {
		uint32_t n = PAGE_OFFSET(a->at - 1) + 1;
		void *to;
		int err;

		if (n > left)
			n = left;
		left -= n;
		to = exec_window(&a->window, a->mm, a->at - n, &err);
		if (!to) /* a stack that may not grow */
			return err == -EFAULT ? -E2BIG : err;
		a->at -= n;
		if (!user)
			memcpy(to, s + left, n);
		else if (copy_from_user(to, (const char __user *)s + left, n))
			return -EFAULT;
	}
	return 0;
}

static int push_string(struct exec_args *a, const char *s, size_t size, bool user)
{
	return size > STRING_MAX || size > a->at - a->lowest ? -E2BIG : push(a, s, size, user);
}

int exec_args_push(struct exec_args *a, const char *s)
{
	return push_string(a, s, strlen(s) + 1, false);
}

int exec_args_push_bytes(struct exec_args *a, const void *data, size_t n)
{
	return push(a, data, n, false);
}

int exec_args_push_user(struct exec_args *a, uint32_t array, uint32_t count)
{
	while (count--) {
		uint32_t string;
		ssize_t n;
		int err = get_user_u32(&string, (const uint32_t __user *)array + count);

		if (err)
			return err;
		n = strnlen_user((const char __user *)string, STRING_MAX);
		if (n < 0)
			return n;
		/* Whoever shares the memory may change it meanwhile: then there are other strings, or too few. */
		err = push_string(a, (const char *)string, n + 1, true);
		if (err)
			return err;
	}
	return 0;
}

int exec_args_skip(struct exec_args *a, uint32_t *at)
{
	uint32_t room, n;

	do {
		int err;
		const char *s = exec_window(&a->window, a->mm, *at, &err);

		if (!s)
			return err;
		room = PAGE_SIZE - PAGE_OFFSET(*at);
		n = strnlen(s, room);
		*at += n;
	} while (n == room);
	++*at;
	return 0;
}

int exec_args_drop(struct exec_args *a)
{
	a->argc--;
	return exec_args_skip(a, &a->at);
}
