/* SPDX-License-Identifier: MIT */
/*
 * hogs [ROUNDS | eat] - processes that take all memory there is, several at once and in different ways. Every
 * one of them has to be killed, nobody else may be, and in the end all memory is back, to the page: before each
 * count the kernel is told to give back what it keeps for itself. `eat` is one of them.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "counts.h"

#define CHUNK        (1u << 20)
#define IMMUNE_BYTES (8u << 20)

static void fail(const char *what)
{
	printf("hogs: FAILED: %s (errno %d)\n", what, errno);
	exit(1);
}

static void set_adj(const char *value)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		fail("oom_score_adj");
	close(fd);
}

static char *map(size_t size, int kind)
{
	char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, kind | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) /* no address space is left: sit on what there is */
		pause();
	return p;
}

/* -- ways to take memory; none of them returns -- */

static void by_writing(void)
{
	for (;;)
		memset(map(CHUNK, MAP_PRIVATE), 1, CHUNK);
}

/* The kernel touches the pages, while it reads for us. */
static void by_reading(void)
{
	int fd = open("/dev/zero", O_RDONLY);

	for (;;)
		read(fd, map(CHUNK, MAP_PRIVATE), CHUNK);
}

static void by_brk(void)
{
	for (;;) {
		char *p = sbrk(CHUNK);

		if (p == (char *)-1)
			pause();
		memset(p, 1, CHUNK);
	}
}

static void by_sharing(void)
{
	for (;;)
		memset(map(CHUNK, MAP_SHARED), 1, CHUNK);
}

static void by_locking(void)
{
	for (;;)
		mlock(map(CHUNK, MAP_PRIVATE), CHUNK);
}

/* Two processes that need a pipe's lock in turn, and page in what they move while they have it. */
static void by_piping(void)
{
	int fds[2];

	if (pipe(fds))
		fail("pipe");
	if (fork() == 0) {
		for (;;)
			write(fds[1], map(CHUNK, MAP_PRIVATE), CHUNK);
	}
	for (;;)
		read(fds[0], map(CHUNK, MAP_PRIVATE), CHUNK);
}

/* A parent that sleeps in vfork() while its child eats. */
static void by_vfork(void)
{
	if (vfork() == 0)
		by_writing();
	_exit(0);
}

/* A copy of everything is made by and by, by the one who is not to blame. */
static void by_copying(void)
{
	size_t size = 24u << 20;
	char *p = map(size, MAP_PRIVATE);

	memset(p, 1, size);
	for (;;) {
		if (fork() == 0)
			break;
		usleep(1000);
	}
	memset(p, 2, size);
	pause();
}

static void (*const ways[])(void) = {
        by_writing, by_reading, by_brk, by_sharing, by_locking, by_piping, by_vfork, by_copying};

#define WAYS (sizeof(ways) / sizeof(ways[0]))

static pid_t start(void (*way)(void))
{
	pid_t pid = fork();

	if (pid < 0)
		fail("fork");
	if (pid == 0) {
		setpgid(0, 0);
		set_adj("500"); /* before anything else of the system */
		way();
	}
	return pid;
}

static void expect_killed(pid_t pid, size_t way)
{
	int status;

	if (waitpid(pid, &status, 0) != pid)
		fail("wait");
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) {
		printf("way %u: status %x\n", (unsigned int)way, status);
		fail("a hog was not killed");
	}
	kill(-pid, SIGKILL); /* children of its own */
}

static void storm(void)
{
	pid_t pids[WAYS];

	for (size_t i = 0; i < WAYS; i++) { /* one by one ... */
		pid_t pid = start(ways[i]);

		if (ways[i] == by_piping || ways[i] == by_copying) {
			/* the kernel may choose the one or the other of the family */
			usleep(500000);
			kill(-pid, SIGKILL);
		}
		expect_killed(pid, i);
	}
	for (size_t i = 0; i < WAYS; i++) /* ... and all at once */
		pids[i] = start(ways[i]);
	sleep(2);
	for (size_t i = 0; i < WAYS; i++) {
		if (ways[i] == by_piping || ways[i] == by_copying)
			kill(-pids[i], SIGKILL);
		expect_killed(pids[i], i);
	}
}

/* Lives through everything, with its memory. */
static pid_t start_immune(int *tell)
{
	int fds[2], ready[2];
	char byte;
	pid_t pid;

	if (pipe(fds) || pipe(ready))
		fail("pipe");
	pid = fork();
	if (pid == 0) {
		unsigned char *p = (unsigned char *)map(IMMUNE_BYTES, MAP_PRIVATE), c = 0;
		unsigned int bad = 0;

		close(fds[1]);
		set_adj("-1000");
		for (size_t i = 0; i < IMMUNE_BYTES; i += 512)
			p[i] = i >> 9;
		write(ready[1], &c, 1);
		read(fds[0], &c, 1);
		for (size_t i = 0; i < IMMUNE_BYTES; i += 512)
			bad += p[i] != (unsigned char)(i >> 9);
		_exit(bad != 0);
	}
	if (read(ready[0], &byte, 1) != 1)
		fail("the immune process");
	close(ready[0]);
	close(ready[1]);
	close(fds[0]);
	*tell = fds[1];
	return pid;
}

/* Counts when init has reaped the orphans: the stacks of those that have not ended would be missing. */
static void count_after(const struct counts *before, struct counts *after)
{
	for (int tries = 0; tries < 50; tries++) {
		usleep(100000);
		count(after);
		if (after->kib[COUNT_STACKS] == before->kib[COUNT_STACKS])
			break;
	}
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1, tell, status, wrong = 0;
	struct counts before, after;
	pid_t immune;

	if (argc > 1 && !strcmp(argv[1], "eat"))
		by_writing();
	setvbuf(stdout, NULL, _IOLBF, 0);
	immune = start_immune(&tell);
	puts("hogs: stdout has its buffer, this program's pages are there");
	if (count(&after) || count(&before))
		fail("the kernel does not count");
	for (int i = 0; i < rounds; i++) {
		storm();
		count_after(&before, &after);
		printf("storm %d: %ld KiB free before, %ld KiB after\n", i + 1, before.kib[0],
		        after.kib[0]);
		wrong += differences("after a storm", &before, &after);
	}
	if (wrong)
		fail("memory is missing, or too much of it is there");
	close(tell);
	if (waitpid(immune, &status, 0) != immune || status)
		fail("the immune process was harmed");
	printf("hogs: all were killed, nobody else was, and the memory is back\n");
	return 0;
}
