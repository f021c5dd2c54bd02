/* SPDX-License-Identifier: MIT */
/*
 * What one more idle process takes of the kernel's memory: its kernel stack, tables and records, all
 * that is no longer free but for the pages that the process itself has written.
 */
#include <stdlib.h>
#include <unistd.h>
#include <quire.h>
#include "bench.h"

#define CHILDREN 64u /* many, so that a slab or a batch of pages more or less is little */

static char meminfo[2048];

/* What is free or programs' own, in KiB; -1 if the kernel does not say. */
static long not_the_kernels(void)
{
	const char *unused, *anon;

	if (read_text("/proc/meminfo", meminfo, sizeof(meminfo)) <= 0)
		return -1;
	unused = text_field(meminfo, "MemFree");
	anon = text_field(meminfo, "AnonPages");
	return unused && anon ? strtol(unused, NULL, 10) + strtol(anon, NULL, 10) : -1;
}

/* Says that it is there, and sleeps until the parent closes the pipe. */
static _Noreturn void idle(const int ready[2], const int wake[2])
{
	char byte = 0;

	syscall(SYS_close, wake[1]);
	syscall(SYS_write, ready[1], &byte, 1);
	syscall(SYS_read, wake[0], &byte, 1);
	_exit(0);
}

/* Starts children and waits until each has run. Returns how many there are. */
static unsigned int start(const int ready[2], const int wake[2])
{
	unsigned int count = 0;
	char byte;

	for (; count < CHILDREN; count++) {
		pid_t pid = fork();

		if (pid == 0)
			idle(ready, wake);
		if (pid < 0 || read(ready[0], &byte, 1) != 1)
			break;
	}
	return count;
}

int64_t bench_idle(unsigned int rounds)
{
	int ready[2], wake[2];
	unsigned int count;
	long before, after;

	(void)rounds;
	if (pipe(ready))
		return UNSUPPORTED;
	if (pipe(wake)) {
		close(ready[0]);
		close(ready[1]);
		return UNSUPPORTED;
	}
	before = not_the_kernels();
	count = start(ready, wake);
	after = not_the_kernels();
	close(wake[0]);
	close(wake[1]);
	close(ready[0]);
	close(ready[1]);
	while (wait_for(-1) >= 0)
		;
	if (count != CHILDREN || before < 0 || after < 0 || after > before)
		return UNSUPPORTED;
	return (int64_t)(before - after) * 1024 / CHILDREN;
}
