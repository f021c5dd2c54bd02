/* SPDX-License-Identifier: MIT */
/*
 * soak cycles N - N processes, one after another: fork, execve, exit, wait.
 * soak crowd N  - N processes at once, none of which ends before all have run.
 *
 * Either way there must be as many free pages afterwards as before. A few things the kernel keeps for the next
 * process, stacks and a page of each kind of object, so it is told to give them back before each count. One
 * process before the counting takes what soak itself needs: the pages of its program and of its stack.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>

static char meminfo[2048];

/* In KiB; -1 if the kernel does not say. */
static long free_memory(void)
{
	const char *value = NULL;
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY);

	if (fd >= 0) {
		write(fd, "3", 1);
		close(fd);
	}
	if (read_text("/proc/meminfo", meminfo, sizeof(meminfo)) > 0)
		value = text_field(meminfo, "MemFree");
	return value ? strtol(value, NULL, 10) : -1;
}

static bool cycle(void)
{
	char *argv[] = {"true", NULL};
	pid_t pid = fork();

	if (pid == 0) {
		execve("/bin/true", argv, environ);
		_exit(127);
	}
	return pid > 0 && wait_for(pid) == 0;
}

/* Returns how many went well. */
static unsigned int cycles(unsigned int n)
{
	unsigned int done = 0;

	while (done < n && cycle())
		done++;
	return done;
}

/* A child's part: says that it is there, and sleeps until the parent lets go of the pipe. */
static _Noreturn void stay(const int ready[2], const int wake[2])
{
	char byte = 'r';

	close(wake[1]);
	if (write(ready[1], &byte, 1) != 1)
		_exit(1);
	_exit(read(wake[0], &byte, 1) != 0);
}

static unsigned int bear(unsigned int n, const int ready[2], const int wake[2])
{
	unsigned int born = 0;
	char byte;

	for (; born < n; born++) {
		pid_t pid = fork();

		if (pid == 0)
			stay(ready, wake);
		if (pid < 0 || read(ready[0], &byte, 1) != 1)
			break;
	}
	return born;
}

/* Returns how many were there at once, and ended well. */
static unsigned int crowd(unsigned int n)
{
	unsigned int born, ended = 0;
	int ready[2], wake[2];

	if (pipe(ready))
		return 0;
	if (pipe(wake)) {
		close(ready[0]);
		close(ready[1]);
		return 0;
	}
	born = bear(n, ready, wake);
	close(ready[0]);
	close(ready[1]);
	close(wake[0]);
	close(wake[1]);
	for (unsigned int i = 0; i < born; i++)
		ended += wait_for(-1) == 0;
	return ended;
}

int main(int argc, char **argv)
{
	bool together = argc > 1 && !strcmp(argv[1], "crowd");
	unsigned int n = argc > 2 ? strtoul(argv[2], NULL, 10) : 0, done;
	unsigned int (*run)(unsigned int) = together ? crowd : cycles;
	long before, after;

	if (argc != 3 || !n || (!together && strcmp(argv[1], "cycles"))) {
		fputs("usage: soak cycles N\n       soak crowd N\n", stderr);
		return 2;
	}
	run(1);
	free_memory(); /* the buffer is memory too */
	before = free_memory();
	done = run(n);
	after = free_memory();
	printf("soak: %u of %u processes %s, %ld KiB free before, %ld KiB after\n", done, n,
	        together ? "at once" : "in turn", before, after);
	return done == n && before > 0 && before == after ? 0 : 1;
}
