/* SPDX-License-Identifier: MIT */
/*
 * Runs a test once for each of many seeds, in a process of its own, since the kernel's state is
 * static.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "seeds.h"

static int run_child(uint64_t seed, void (*test)(uint64_t))
{
	pid_t child = fork();
	int status = -1;

	if (child == 0) {
		alarm(60);
		test(seed);
		exit(0);
	}
	waitpid(child, &status, 0);
	if (status)
		fprintf(stderr, "SEED=%llu fails, status 0x%x\n", (unsigned long long)seed, status);
	return status;
}

int run_seeds(void (*test)(uint64_t), uint32_t runs)
{
	const char *seed = getenv("SEED"), *percent = getenv("MMU_PERCENT");
	int status = 0;

	if (seed)
		return run_child(strtoull(seed, NULL, 0), test);
	if (percent)
		runs = 1 + (uint64_t)runs * atoi(percent) / 100;
	for (uint32_t i = 1; i <= runs && !status; i++)
		status = run_child(i, test);
	return status;
}
