/* SPDX-License-Identifier: MIT */
/*
 * execve(2) as a system call: brings its arguments into the kernel.
 */
#include <arm/uaccess.h>
#include <kernel/exec_stack.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>

#define PATH_BYTES 4096

static int execve_copied(const char *path, uint32_t argv, uint32_t envp)
{
	static char *const no_args[] = {"", NULL}; /* argc 0 becomes 1, as in Linux since 5.18 */
	char **args = NULL, **env = NULL;
	int err = exec_copy_strings(argv, &args);

	if (!err)
		err = exec_copy_strings(envp, &env);
	if (!err)
		err = do_execve(path, args[0] ? args : no_args, env);
	kfree(args);
	kfree(env);
	return err;
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
		err = execve_copied(path, (uint32_t)argv, (uint32_t)envp);
	kfree(path);
	return err ? err : (long)task_frame(current())->r[0];
}
