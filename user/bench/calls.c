/* SPDX-License-Identifier: MIT */
/*
 * What it costs to enter the kernel and come back: by call, by signal, by pipe.
 */
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>
#include <quire.h>
#include "bench.h"

int64_t bench_getppid(unsigned int rounds)
{
	uint64_t begin = monotonic_ns();

	for (unsigned int i = 0; i < rounds; i++)
		if (syscall(SYS_getppid) < 0)
			return UNSUPPORTED;
	return (int64_t)(monotonic_ns() - begin);
}

int64_t bench_zero_byte(unsigned int rounds)
{
	int fd = open("/dev/zero", O_RDONLY);
	uint64_t begin = monotonic_ns();
	unsigned int done = 0;
	char byte;

	if (fd < 0)
		return UNSUPPORTED;
	while (done < rounds && syscall(SYS_read, fd, &byte, 1) == 1)
		done++;
	begin = monotonic_ns() - begin;
	close(fd);
	return done == rounds ? (int64_t)begin : UNSUPPORTED;
}

/* The child's part: sends back every byte until the other side closes. */
static _Noreturn void echo(int in, int out)
{
	char byte;

	while (syscall(SYS_read, in, &byte, 1) == 1 && syscall(SYS_write, out, &byte, 1) == 1)
		;
	_exit(0);
}

static int64_t round_trips(int out, int in, unsigned int rounds)
{
	uint64_t begin = monotonic_ns();
	char byte = 'q';

	for (unsigned int i = 0; i < rounds; i++)
		if (syscall(SYS_write, out, &byte, 1) != 1 || syscall(SYS_read, in, &byte, 1) != 1)
			return UNSUPPORTED;
	return (int64_t)(monotonic_ns() - begin);
}

int64_t bench_pipe(unsigned int rounds)
{
	int there[2], back[2];
	int64_t ns;
	pid_t pid;

	if (pipe(there))
		return UNSUPPORTED;
	if (pipe(back)) {
		close(there[0]);
		close(there[1]);
		return UNSUPPORTED;
	}
	pid = fork();
	if (pid == 0) {
		close(there[1]);
		echo(there[0], back[1]);
	}
	close(there[0]);
	close(back[1]);
	ns = pid < 0 ? UNSUPPORTED : round_trips(there[1], back[0], rounds);
	close(there[1]);
	close(back[0]);
	if (pid > 0)
		wait_for(pid);
	return ns;
}

static volatile unsigned int signals_seen;

static void count_signal(int sig)
{
	(void)sig;
	signals_seen++;
}

int64_t bench_signal(unsigned int rounds)
{
	pid_t self = getpid();
	uint64_t begin;

	if (signal(SIGUSR1, count_signal) == SIG_ERR)
		return UNSUPPORTED;
	signals_seen = 0;
	begin = monotonic_ns();
	for (unsigned int i = 0; i < rounds; i++)
		if (syscall(SYS_kill, self, SIGUSR1) < 0)
			return UNSUPPORTED;
	begin = monotonic_ns() - begin;
	signal(SIGUSR1, SIG_DFL);
	return signals_seen == rounds ? (int64_t)begin : UNSUPPORTED;
}

static char *guarded;

/* Opens the page, so that the write which faulted succeeds when it is tried again. */
static void open_page(int sig)
{
	(void)sig;
	if (syscall(SYS_mprotect, guarded, PAGE_SIZE, PROT_READ | PROT_WRITE) < 0)
		_exit(1); /* or it would fault for ever */
}

int64_t bench_segv_resume(unsigned int rounds)
{
	int64_t ns = UNSUPPORTED;
	unsigned int done = 0;
	uint64_t begin;

	guarded = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (guarded == MAP_FAILED)
		return UNSUPPORTED;
	if (!mprotect(guarded, PAGE_SIZE, PROT_READ | PROT_WRITE) &&
	        signal(SIGSEGV, open_page) != SIG_ERR) {
		begin = monotonic_ns();
		for (; done < rounds && !syscall(SYS_mprotect, guarded, PAGE_SIZE, PROT_NONE);
		        done++)
			*(volatile char *)guarded = 1;
		if (done == rounds)
			ns = (int64_t)(monotonic_ns() - begin);
		signal(SIGSEGV, SIG_DFL);
	}
	munmap(guarded, PAGE_SIZE);
	return ns;
}
