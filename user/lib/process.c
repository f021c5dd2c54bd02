/* SPDX-License-Identifier: MIT */
/*
 * Processes: birth, death, identity, groups; and the machine as a whole.
 */
#include <sched.h>
#include <unistd.h>
#include <quire.h>
#include "glue.h"

pid_t _fork(void);
int _execve(const char *path, char *const argv[], char *const envp[]);
pid_t _getpid(void);

void _exit(int status)
{
	for (;;)
		syscall(SYS_exit_group, status);
}

pid_t _fork(void)
{
	return answer(syscall(SYS_fork));
}

int _execve(const char *path, char *const argv[], char *const envp[])
{
	return answer(syscall(SYS_execve, path, argv, envp));
}

pid_t waitpid(pid_t pid, int *status, int options)
{
	return answer(syscall(SYS_wait4, pid, status, options, 0));
}

pid_t _wait(int *status)
{
	return waitpid(-1, status, 0);
}

pid_t _getpid(void)
{
	return syscall(SYS_getpid);
}

pid_t getppid(void)
{
	return syscall(SYS_getppid);
}

pid_t gettid(void)
{
	return syscall(SYS_gettid);
}

int setpgid(pid_t pid, pid_t group)
{
	return answer(syscall(SYS_setpgid, pid, group));
}

pid_t setsid(void)
{
	return answer(syscall(SYS_setsid));
}

int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)
{
	return answer(syscall(SYS_prctl, option, a, b, c, d));
}

int sched_yield(void)
{
	return answer(syscall(SYS_sched_yield));
}

int uname(struct utsname *name)
{
	return answer(syscall(SYS_uname, name));
}

int reboot(unsigned int command)
{
	/* The two magic numbers guard against accidents: include/uapi/linux/reboot.h. */
	return answer(syscall(SYS_reboot, 0xfee1dead, 672274793, command, 0));
}
