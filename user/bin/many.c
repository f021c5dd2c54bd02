/* SPDX-License-Identifier: MIT */
/*
 * many [N] - N address spaces (default 300) alive at once, more than there are ASIDs. Each child
 * keeps a value of its own at one address and looks at it again and again.
 * many -t N - N of them, one after another.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <quire.h>

#define NS_PER_SECOND 1000000000ull
#define NS_PER_FORK   10000000ull /* generous: all must be born before the first may end */

/* The same address in every child. */
static volatile unsigned int private_value;

static void sleep_ms(long ms)
{
	struct timespec ts = {.tv_nsec = ms * 1000000};

	nanosleep(&ts, NULL);
}

/* A child's life: returns its exit status, 0 if the value was right whenever it looked. */
static int live(unsigned int mine, uint64_t until)
{
	private_value = mine;
	do {
		if (private_value != mine)
			return 1;
		sleep_ms(50);
	} while (monotonic_ns() < until);
	return private_value != mine;
}

/* Returns the child's pid; the child does not return. */
static pid_t bear(unsigned int mine, uint64_t until)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(live(mine, until));
	return pid;
}

static int at_once(unsigned int n)
{
	uint64_t until = monotonic_ns() + n * NS_PER_FORK + NS_PER_SECOND / 2;
	unsigned int born, right = 0;
	bool together;
	int status;

	for (born = 0; born < n; born++)
		if (bear(born + 1, until) < 0) {
			complain("many", "fork");
			break;
		}
	together = waitpid(-1, &status, WNOHANG) == 0;
	if (!together)
		puts("many: one ended before the last was born");
	for (unsigned int i = 0; i < born; i++)
		right += wait(&status) > 0 && status == 0;
	printf("many: %u address spaces, %u right\n", born, right);
	return together && born == n && right == n && private_value == 0 ? 0 : 1;
}

static int in_turn(unsigned int n)
{
	unsigned int right = 0;

	for (unsigned int i = 0; i < n; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			private_value = i + 1;
			sched_yield();
			_exit(private_value != i + 1);
		}
		if (pid < 0) {
			complain("many", "fork");
			break;
		}
		right += wait_for(pid) == 0;
	}
	printf("many: %u address spaces in turn, %u right\n", n, right);
	return right == n && private_value == 0 ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "-t"))
		return in_turn(strtoul(argv[2], NULL, 10));
	return at_once(argc > 1 ? strtoul(argv[1], NULL, 10) : 300);
}
