/* SPDX-License-Identifier: MIT */
/*
 * What left and right both do: count in the shared address without a single system call, so that
 * only the timer's interrupt can take the processor away, and look for values of the other.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>
#include "twin.h"

#define COUNT_MASK      0x00ffffffu
#define ROUND_INCREMENT (1u << 20)

/* Quire tells a process its ASID; Linux does not, and then nothing is printed. */
static void print_asid(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[128];

	if (!file)
		return;
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, "Asid:", 5))
			printf(", ASID %lu", strtoul(line + 5, NULL, 10));
	fclose(file);
}

/* Increments *word and checks that it holds what was put there. Returns how often it did not. */
static uint32_t count_and_check(volatile uint32_t *word)
{
	uint32_t expected = *word, foreign = 0;
	uint32_t tag = expected & ~COUNT_MASK;

	for (uint32_t i = 0; i < ROUND_INCREMENT; i++) {
		expected = tag | ((expected + 1) & COUNT_MASK);
		*word = expected;
		foreign += *word != expected;
	}
	return foreign;
}

/* The starter holds the other end of the pipe and closes it when it has seen enough. */
static bool told_to_stop(int fd)
{
	char byte;

	return fd < 0 || read(fd, &byte, 1) == 0;
}

int twin_main(const char *name, volatile uint32_t *word, int argc, char **argv)
{
	unsigned long seconds = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	int report_fd = argc > 3 ? atoi(argv[2]) : -1;
	int stop_fd = argc > 3 ? atoi(argv[3]) : -1;
	uint64_t end = monotonic_ns() + seconds * 1000000000ull;
	const uint32_t tag = *word & ~COUNT_MASK;
	struct twin_report report = {0, 0};

	printf("%-5s: pid %d", name, (int)getpid());
	print_asid();
	printf(", the word at 0x%08lx holds 0x%08lx\n", (unsigned long)word, (unsigned long)*word);
	fflush(stdout);
	do {
		report.foreign += count_and_check(word);
		report.counted += ROUND_INCREMENT;
		report.foreign += *word != (tag | (report.counted & COUNT_MASK));
		if (report_fd >= 0 && write(report_fd, &report, sizeof(report)) < 0)
			return complain(name, "report");
	} while (monotonic_ns() < end || !told_to_stop(stop_fd));
	if (report_fd < 0)
		printf("%-5s: counted %lu, foreign values %lu\n", name,
		        (unsigned long)report.counted, (unsigned long)report.foreign);
	return report.foreign ? 1 : 0;
}
