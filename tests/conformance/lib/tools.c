/* SPDX-License-Identifier: MIT */
/*
 * The rest of observe.h: what the programs do over and over, with children, memory, files, signals.
 */
#include "observe.h"

_Noreturn void leave(int status)
{
	for (;;)
		SYS(exit_group, status);
}

int wait_status(long pid)
{
	int status = -1;
	long answer;

	if (pid < 0)
		return (int)pid;
	do
		answer = SYS(wait4, pid, &status, 0, NULL);
	while (answer == -EINTR);
	return answer < 0 ? (int)answer : status;
}

int in_child(int (*act)(void))
{
	long pid = SYS(fork);

	if (pid == 0)
		leave(act());
	return wait_status(pid);
}

void sleep_ms(long ms)
{
	long time[2] = {ms / 1000, ms % 1000 * 1000000};

	SYS(nanosleep, time, NULL);
}

char *pages(unsigned int n, int prot)
{
	long answer = SYS(mmap2, NULL, n * PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (is_error(answer)) {
		saw("memory for this program", answer);
		leave(99);
	}
	return (char *)answer;
}

int new_file(const char *path, const char *text)
{
	long fd = SYS(open, path, O_RDWR | O_CREAT | O_TRUNC, 0644);

	if (fd < 0 || SYS(write, fd, text, length(text)) != (long)length(text)) {
		saw(path, fd);
		leave(99);
	}
	return (int)fd;
}

long read_file(const char *path, char *to, size_t size)
{
	long fd = SYS(open, path, O_RDONLY), n = 0, done = 0;

	if (fd < 0)
		return fd;
	while ((size_t)done < size - 1 && (n = SYS(read, fd, to + done, size - 1 - done)) > 0)
		done += n;
	to[done] = 0;
	SYS(close, fd);
	return n < 0 ? n : done;
}

long handle(int sig, void *handler, unsigned long flags)
{
	struct action action = {
	        handler, flags | SA_RESTORER, flags & SA_SIGINFO ? restore_rt : restore, 0};

	return SYS(rt_sigaction, sig, &action, NULL, 8);
}

long mask_signals(int how, uint64_t set)
{
	return SYS(rt_sigprocmask, how, &set, NULL, 8);
}
