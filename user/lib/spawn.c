/* SPDX-License-Identifier: MIT */
/*
 * Running another program, and saying what went wrong.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>

int complain(const char *program, const char *subject)
{
	fflush(stdout);
	fprintf(stderr, "%s: %s: %s\n", program, subject, strerror(errno));
	return 1;
}

pid_t spawn(const char *path, char *const argv[])
{
	pid_t pid;

	fflush(stdout); /* or the child would print it a second time */
	pid = fork();
	if (pid == 0) {
		execve(path, argv, environ);
		complain(argv[0], path);
		_exit(127);
	}
	return pid;
}

int wait_for(pid_t pid)
{
	int status;
	pid_t got;

	do
		got = waitpid(pid, &status, 0);
	while (got < 0 && errno == EINTR);
	return got < 0 ? -1 : status;
}

int exit_status(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

const char *program_path(const char *name)
{
	static char path[128];

	if (strchr(name, '/'))
		return name;
	snprintf(path, sizeof(path), "/bin/%s", name);
	return path;
}
