/* SPDX-License-Identifier: MIT */
/*
 * What processes cost: switching between two, making one, losing one.
 */
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>
#include "bench.h"

/*
 * Two processes give way to each other: one round is there and back. The child goes on a little
 * longer than the parent, so that the parent never yields to nobody.
 */
int64_t bench_yield(unsigned int rounds)
{
	uint64_t begin;
	pid_t pid = fork();

	if (pid < 0)
		return UNSUPPORTED;
	if (pid == 0) {
		for (unsigned int i = 0; i < rounds + 100; i++)
			if (syscall(SYS_sched_yield) < 0)
				_exit(1);
		_exit(0);
	}
	syscall(SYS_sched_yield); /* lets the child begin */
	begin = monotonic_ns();
	for (unsigned int i = 0; i < rounds; i++)
		syscall(SYS_sched_yield);
	begin = monotonic_ns() - begin;
	return wait_for(pid) == 0 ? (int64_t)begin : UNSUPPORTED;
}

/* Forks children, one at a time; each lives by `life` and must leave the wait status `expected`. */
static int64_t lives(unsigned int rounds, void (*life)(void), int expected)
{
	uint64_t begin = monotonic_ns();

	for (unsigned int i = 0; i < rounds; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			life();
			_exit(0);
		}
		if (pid < 0 || (wait_for(pid) & ~0x80) != expected) /* 0x80: core dumped */
			return UNSUPPORTED;
	}
	return (int64_t)(monotonic_ns() - begin);
}

static void just_end(void)
{
}

static void read_null(void)
{
	volatile int *volatile null = NULL;

	(void)*null;
}

static void become_true(void)
{
	char *argv[] = {"true", NULL};

	execve("/bin/true", argv, environ);
	_exit(127);
}

int64_t bench_fork(unsigned int rounds)
{
	return lives(rounds, just_end, 0);
}

int64_t bench_fault(unsigned int rounds)
{
	return lives(rounds, read_null, SIGSEGV);
}

int64_t bench_exec(unsigned int rounds)
{
	return lives(rounds, become_true, 0);
}

int64_t bench_fork_1m(unsigned int rounds)
{
	const size_t size = 1 << 20;
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int64_t ns;

	if (p == MAP_FAILED)
		return UNSUPPORTED;
	memset(p, 1, size);
	ns = lives(rounds, just_end, 0);
	munmap(p, size);
	return ns;
}
