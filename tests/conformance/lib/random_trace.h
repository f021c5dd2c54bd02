/* SPDX-License-Identifier: MIT */
/*
 * For tests/conformance/randomsignals.c alone: random numbers, and what is told of each step.
 */
#ifndef RANDOM_TRACE_H
#define RANDOM_TRACE_H

#include "proc.h"
#include "random.h"

#define AREAS      4
#define AREA_SIZE  65536u
#define AUTODISARM (1u << 31)

static int to_thread; /* this episode sends to its thread, not to its process */
static volatile int depth;
static volatile uint32_t areas_in_use;
static char areas[AREAS][AREA_SIZE] __attribute__((aligned(8)));
static const char *self_path;
static long children[3];

static void mix_set(uint64_t set)
{
	mix((uint32_t)set);
	mix((uint32_t)(set >> 32));
}

static void tell(const char *what, uint32_t a, uint32_t b, long answer)
{
	mix((uint32_t)answer);
	if (verbose)
		say(what, "depth %d, %x %x: %s", depth, a, b, answer_name(answer));
}

static void tell_set(const char *what, uint64_t set)
{
	mix_set(set);
	if (verbose)
		say(what, "%08x %08x", (uint32_t)(set >> 32), (uint32_t)set);
}

/* Pids differ: who is it? */
static uint32_t who(long pid)
{
	for (uint32_t i = 0; i < ARRAY_LEN(children); i++)
		if (pid && pid == children[i])
			return 10 + i;
	return pid <= 0 ? (uint32_t)pid : pid == SYS(getpid) ? 2 : pid == SYS(getppid) ? 3 : 4;
}

static uint64_t some_set(void)
{
	uint64_t a = (uint64_t)next() << 32 | next(), b = (uint64_t)next() << 32 | next();

	switch (below(5)) {
	case 0:
		return 0;
	case 1:
		return ~0ull;
	case 2:
		return a;
	default:
		return a & b;
	}
}

/* Most of a few numbers, so that they meet. */
static int some_signal(void)
{
	static const uint8_t usual[] = {SIGUSR1, SIGUSR2, SIGHUP, SIGCHLD, SIGCONT, SIGTSTP,
	        SIGSEGV, SIGURG, 32, 33, 40, 40, 64};
	uint32_t n = below(30);

	if (n == 0)
		return one_in(2) ? (int)next() : 65 + (int)below(2);
	if (n < 6)
		return (int)below(65);
	return usual[below(ARRAY_LEN(usual))];
}

static uint64_t mask_now(void)
{
	uint64_t set = 0;

	SYS(rt_sigprocmask, SIG_BLOCK, NULL, &set, 8);
	return set;
}

static uint64_t pending_now(void)
{
	uint64_t set = 0;

	SYS(rt_sigpending, &set, 8);
	return set;
}

/* A pointer that is good, but now and then. */
static void *maybe_bad(void *p)
{
	return one_in(40) ? BAD_POINTER : p;
}

static size_t set_size(void)
{
	return one_in(40) ? below(20) : 8;
}

#endif
