/* SPDX-License-Identifier: MIT */
/*
 * bench [NAME...] - what system calls, faults and processes cost, all or those named.
 *
 * Times are CLOCK_MONOTONIC's. Under QEMU's `-icount shift=0` a nanosecond is an instruction, so
 * the numbers then count instructions and repeat from run to run.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <quire.h>
#include "bench.h"

#define LONG_ENOUGH_NS 4000000
#define MAX_ROUNDS     (1u << 20)
#define REPEATS        3

/* The limits are what Linux 6.1 (Debian's armmp) took on QEMU's virt, one Cortex-A7, rounded up. */
static const struct benchmark {
	const char *name;
	bench_fn *run;
	unsigned int limit; /* a round should cost no more, in instructions */
} benchmarks[] = {
        {"getppid", bench_getppid, 130},
        {"yield-pair", bench_yield, 1700},
        {"fault-to-wait", bench_fault, 89000},
        {"fork-exit-wait", bench_fork, 84000},
        {"fork-exec-exit-wait", bench_exec, 195000},
        {"fork-1MiB-exit-wait", bench_fork_1m, 197000},
        {"mmap-munmap-64KiB", bench_mmap, 10800},
        {"anon-write-fault", bench_anon_write, 3200},
        {"zero-read-fault", bench_zero_read, 1100},
        {"cow-fault", bench_cow, 4000},
        {"munmap-touched-page", bench_munmap, 1100},
        {"mprotect-pair", bench_mprotect, 4900},
        {"pipe-round-trip", bench_pipe, 10700},
        {"read-1-byte-zero", bench_zero_byte, 490},
        {"signal-to-self", bench_signal, 4600},
        {"segv-mprotect-resume", bench_segv_resume, 9100},
};

int64_t empty_loop(unsigned int rounds)
{
	uint64_t begin = monotonic_ns();

	for (unsigned int i = 0; i < rounds; i++)
		__asm__ volatile("" : : : "memory");
	return (int64_t)(monotonic_ns() - begin);
}

/* The shortest of a few runs is the one that the timer disturbed least. */
static int64_t shortest(bench_fn *run, unsigned int rounds)
{
	int64_t best = run(rounds);

	for (int i = 1; i < REPEATS && best >= 0; i++) {
		int64_t ns = run(rounds);

		if (ns < best)
			best = ns;
	}
	return best;
}

/* Returns ns for one round, without the loop; or UNSUPPORTED. */
static int64_t measure(bench_fn *run)
{
	unsigned int rounds = 8;
	int64_t ns = run(rounds);

	while (ns >= 0 && ns < LONG_ENOUGH_NS && rounds < MAX_ROUNDS) {
		rounds *= 2;
		ns = run(rounds);
	}
	if (ns < 0)
		return UNSUPPORTED;
	ns = shortest(run, rounds);
	return ns < 0 ? UNSUPPORTED : (ns - shortest(empty_loop, rounds)) / rounds;
}

static bool wanted(const char *name, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (!strcmp(argv[i], name))
			return true;
	return argc == 1;
}

int main(int argc, char **argv)
{
	bool any = false;

	puts("bench: a round in instructions (ns under -icount shift=0)");
	for (size_t i = 0; i < sizeof(benchmarks) / sizeof(benchmarks[0]); i++) {
		const struct benchmark *b = &benchmarks[i];
		int64_t cost;

		if (!wanted(b->name, argc, argv))
			continue;
		any = true;
		cost = measure(b->run);
		if (cost < 0)
			printf("%-22s %10s\n", b->name, "unsupported");
		else
			printf("%-22s %10ld ns  (limit %u)\n", b->name, (long)cost, b->limit);
		fflush(stdout);
	}
	if (!any)
		fputs("bench: there is no benchmark of that name\n", stderr);
	return any ? 0 : 2;
}
