/* SPDX-License-Identifier: MIT */
/*
 * execve(2) as a system call: brings its arguments into the kernel.
 */
#include <arm/uaccess.h>
#include <kernel/exec_args.h>
#include <kernel/sched.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>

#define PATH_BYTES   4096

/* As many as all arguments can be, pointers alone: what is more is refused later. */
#define POINTERS_MAX (6u * 1024 * 1024 / 4)

/* Length of an array of pointers that ends with NULL. NULL stands for an empty one, as in Linux. */
static int count_user(const uint32_t __user *array, uint32_t *n)
{
	uint32_t string;
	int err;

	for (*n = 0; array && *n < POINTERS_MAX; ++*n) {
		err = get_user_u32(&string, array + *n);
		if (err || !string)
			return err;
	}
	return 0;
}

static int execve_user(const char *path, const uint32_t __user *argv, const uint32_t __user *envp)
{
	struct exec_args args = {0};
	uint32_t argc, envc;
	int err = count_user(argv, &argc);

	if (!err)
		err = count_user(envp, &envc);
	if (!err)
		err = exec_args_begin(&args, path, argc, envc);
	if (!err)
		err = exec_args_push_user(&args, (uint32_t)envp, envc);
	if (!err)
		err = exec_args_push_user(&args, (uint32_t)argv, argc);
	if (!err && !argc) { /* argc 0 becomes 1, as in Linux since 5.18 */
		args.argc = 1;
		err = exec_args_push(&args, "");
	}
	if (!err)
		err = do_execve(path, &args);
	exec_args_end(&args);
	return err;
}

/* A task that made its user's processes too many may go on once they are not any more. */
static bool too_many(struct task *t)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);

	t->too_many = t->too_many && task_too_many_locked(t, t->cred.uid, 0);
	spin_unlock_irqrestore(&tasks_lock, flags);
	return t->too_many;
}

long sys_execve(const char __user *upath, const uint32_t __user *argv, const uint32_t __user *envp)
{
	char *path = kmalloc(PATH_BYTES);
	ssize_t n;
	long err;

	if (!path)
		return -ENOMEM;
	n = strncpy_from_user(path, upath, PATH_BYTES);
	if (n < 0)
		err = n;
	else if (n == PATH_BYTES)
		err = -ENAMETOOLONG;
	else
		err = too_many(current()) ? -EAGAIN : execve_user(path, argv, envp);
	kfree(path);
	return err ? err : (long)task_frame(current())->r[0];
}

static uint32_t count(char *const *strings)
{
	uint32_t n = 0;

	while (strings[n])
		n++;
	return n;
}

int kernel_execve(const char *path, char *const *argv, char *const *envp)
{
	struct exec_args args;
	uint32_t argc = count(argv), envc = count(envp);
	int err = exec_args_begin(&args, path, argc, envc);

	while (!err && envc--)
		err = exec_args_push(&args, envp[envc]);
	while (!err && argc--)
		err = exec_args_push(&args, argv[argc]);
	if (!err)
		err = do_execve(path, &args);
	exec_args_end(&args);
	return err;
}
