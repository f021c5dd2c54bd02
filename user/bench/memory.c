/* SPDX-License-Identifier: MIT */
/*
 * What memory costs: mapping it, touching it for the first time, giving it back.
 */
#include <stdbool.h>
#include <unistd.h>
#include <quire.h>
#include "bench.h"

#define CHUNK_PAGES 128u /* mapped at a time: 512 KiB, so that a small machine can do it */

static char *map_pages(unsigned int pages)
{
	char *p = mmap(NULL, pages * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
	        -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static void touch(char *p, unsigned int pages, bool write)
{
	for (volatile char *at = p; at < p + pages * PAGE_SIZE; at += PAGE_SIZE)
		if (write)
			*at = 1;
		else
			(void)*at;
}

int64_t bench_mmap(unsigned int rounds)
{
	const size_t size = 64 * 1024;
	uint64_t begin = monotonic_ns();

	for (unsigned int i = 0; i < rounds; i++) {
		char *p = map_pages(size / PAGE_SIZE);

		if (!p || syscall(SYS_munmap, p, size))
			return UNSUPPORTED;
	}
	return (int64_t)(monotonic_ns() - begin);
}

/* Times `step` alone, on fresh chunks until `rounds` pages have been through it. */
static int64_t in_chunks(unsigned int rounds, bool (*step)(char *p, uint64_t *ns))
{
	uint64_t ns = 0;
	unsigned int done;

	for (done = 0; done < rounds; done += CHUNK_PAGES) {
		char *p = map_pages(CHUNK_PAGES);

		if (!p || !step(p, &ns))
			return UNSUPPORTED;
	}
	return (int64_t)(ns * rounds / done); /* chunks may overshoot what was asked */
}

static bool release(char *p)
{
	return syscall(SYS_munmap, p, CHUNK_PAGES * PAGE_SIZE) == 0;
}

static bool touch_chunk(char *p, uint64_t *ns, bool write)
{
	uint64_t begin = monotonic_ns();

	touch(p, CHUNK_PAGES, write);
	*ns += monotonic_ns() - begin;
	return release(p);
}

static bool write_chunk(char *p, uint64_t *ns)
{
	return touch_chunk(p, ns, true);
}

static bool read_chunk(char *p, uint64_t *ns)
{
	return touch_chunk(p, ns, false);
}

static bool unmap_chunk(char *p, uint64_t *ns)
{
	uint64_t begin;
	bool done;

	touch(p, CHUNK_PAGES, true);
	begin = monotonic_ns();
	done = release(p);
	*ns += monotonic_ns() - begin;
	return done;
}

/* While a child that sleeps shares the pages, the parent's writes must copy them. */
static bool copy_chunk(char *p, uint64_t *ns)
{
	int wake[2];
	pid_t pid;
	char byte;
	bool done;

	touch(p, CHUNK_PAGES, true);
	if (pipe(wake))
		return false;
	pid = fork();
	if (pid == 0) {
		close(wake[1]);
		_exit(read(wake[0], &byte, 1) != 0);
	}
	close(wake[0]);
	done = pid > 0 && touch_chunk(p, ns, true);
	close(wake[1]);
	return pid > 0 && wait_for(pid) == 0 && done;
}

int64_t bench_anon_write(unsigned int rounds)
{
	return in_chunks(rounds, write_chunk);
}

int64_t bench_zero_read(unsigned int rounds)
{
	return in_chunks(rounds, read_chunk);
}

int64_t bench_munmap(unsigned int rounds)
{
	return in_chunks(rounds, unmap_chunk);
}

int64_t bench_cow(unsigned int rounds)
{
	return in_chunks(rounds, copy_chunk);
}

/* What a program with deadlines does at its start: all pages of a region at once, before it is used. */
int64_t bench_populate(unsigned int rounds)
{
	const size_t size = 1 << 20;
	uint64_t ns = 0;

	for (unsigned int i = 0; i < rounds; i++) {
		uint64_t begin = monotonic_ns();
		char *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		        MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

		ns += monotonic_ns() - begin;
		if (p == MAP_FAILED || syscall(SYS_munmap, p, size))
			return UNSUPPORTED;
	}
	return (int64_t)ns;
}

int64_t bench_mprotect(unsigned int rounds)
{
	char *p = map_pages(1);
	unsigned int done = 0;
	uint64_t begin;

	if (!p)
		return UNSUPPORTED;
	touch(p, 1, true);
	begin = monotonic_ns();
	while (done < rounds && !syscall(SYS_mprotect, p, PAGE_SIZE, PROT_READ) &&
	        !syscall(SYS_mprotect, p, PAGE_SIZE, PROT_READ | PROT_WRITE))
		done++;
	begin = monotonic_ns() - begin;
	munmap(p, PAGE_SIZE);
	return done == rounds ? (int64_t)begin : UNSUPPORTED;
}
