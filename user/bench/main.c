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

/*
 * `limit` is what Quire promises (instructions a round); `linux` what Debian's Linux 6.1 armmp took on
 * the same machine: QEMU's virt, one Cortex-A7, -icount shift=0 (`make bench-vs-linux`).
 */
static const struct benchmark {
	const char *name;
	bench_fn *run;
	unsigned int limit;
	unsigned int linux;
} benchmarks[] = {
        {"getppid", bench_getppid, 60, 123},
        {"yield-pair", bench_yield, 500, 1606},
        {"fault-to-wait", bench_fault, 40000, 89860},
        {"fork-exit-wait", bench_fork, 12000, 85239},
        {"fork-exec-exit-wait", bench_exec, 40000, 195743},
        {"fork-1MiB-exit-wait", bench_fork_1m, 25000, 198080},
        {"mmap-munmap-64KiB", bench_mmap, 1200, 10639},
        {"anon-write-fault", bench_anon_write, 800, 3144},
        {"zero-read-fault", bench_zero_read, 350, 1019},
        {"cow-fault", bench_cow, 1300, 3959},
        {"munmap-touched-page", bench_munmap, 150, 1087},
        {"populate-1MiB", bench_populate, 60000, 813438},
        {"mprotect-pair", bench_mprotect, 700, 4834},
        {"pipe-round-trip", bench_pipe, 2000, 10590},
        {"read-1-byte-zero", bench_zero_byte, 200, 481},
        {"signal-to-self", bench_signal, 900, 4515},
        {"segv-mprotect-resume", bench_segv_resume, 2000, 9043},
};

/* What is not a time a round: it is asked once. */
static const struct benchmark totals[] = {
        {"idle-process-bytes", bench_idle, 24576, 31296},
        {"reset-to-user", bench_reset, 3000000, 3303239264},
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

static void print_row(const struct benchmark *b, int64_t cost)
{
	if (cost < 0)
		printf("%-20s %10s\n", b->name, "unsupported");
	else
		printf("%-20s %10lu  %10u  %10u%s\n", b->name, (unsigned long)cost, b->limit,
		        b->linux, cost > b->limit ? "  over" : "");
	fflush(stdout);
}

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static bool known(const char *name)
{
	for (size_t i = 0; i < LENGTH(benchmarks); i++)
		if (!strcmp(benchmarks[i].name, name))
			return true;
	for (size_t i = 0; i < LENGTH(totals); i++)
		if (!strcmp(totals[i].name, name))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	begin_as_init();
	for (int i = 1; i < argc; i++) {
		if (!known(argv[i])) {
			fprintf(stderr, "bench: there is no benchmark %s\n", argv[i]);
			return 2;
		}
	}
	puts("ns a round; instructions under QEMU's -icount shift=0\n"
	     "                           here       limit   Linux 6.1");
	for (size_t i = 0; i < LENGTH(benchmarks); i++) {
		if (wanted(benchmarks[i].name, argc, argv))
			print_row(&benchmarks[i], measure(benchmarks[i].run));
	}
	for (size_t i = 0; i < LENGTH(totals); i++) {
		if (wanted(totals[i].name, argc, argv))
			print_row(&totals[i], totals[i].run(1));
	}
	return 0;
}
