/* SPDX-License-Identifier: MIT */
/*
 * Forks for ever, slowly: there is much memory, so a key pressed meanwhile most often comes in the
 * middle of a fork.
 */
#include <signal.h>
#include <unistd.h>
#include <quire.h>

#define SIZE (32u << 20)

int main(void)
{
	char *p = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int ends[2];
	pid_t pid;

	if (p == MAP_FAILED || pipe(ends))
		return 1;
	for (size_t i = 0; i < SIZE; i += PAGE_SIZE)
		p[i] = 1;
	if (write(1, "forking\n", 8) != 8)
		return 1;
	while ((pid = fork()) > 0) {
		kill(pid, SIGKILL);
		wait_for(pid);
	}
	/* In the child: nothing is ever written to the pipe. */
	return pid == 0 ? read(ends[0], p, 1) != 1 : 1;
}
