/* SPDX-License-Identifier: MIT */
/*
 * A benchmark measures what one round of something costs.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>

#define UNSUPPORTED (-1)

/*
 * Does it `rounds` times. Returns the time taken in ns, the cost of the loop included, or
 * UNSUPPORTED if a system call that it needs answered an error.
 */
typedef int64_t bench_fn(unsigned int rounds);

bench_fn empty_loop;

/* calls.c */
bench_fn bench_getppid, bench_zero_byte, bench_pipe, bench_signal, bench_segv_resume;
/* memory.c */
bench_fn bench_mmap, bench_anon_write, bench_zero_read, bench_munmap, bench_mprotect, bench_cow,
        bench_populate;
/* processes.c */
bench_fn bench_yield, bench_fault, bench_fork, bench_fork_1m, bench_exec;

/* first.c: ns from reset to main, if this program is process 1. */
bench_fn bench_reset;
/* idle.c: bytes. */
bench_fn bench_idle;
/* Where this is process 1, does what an init must, and comes back in a child: call it first. */
void begin_as_init(void);

#endif
