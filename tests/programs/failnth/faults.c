/* SPDX-License-Identifier: MIT */
/* Acts that only touch memory. A page fault may not fail at all: there is memory, so it is tried again. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "failnth.h"

static int wrong(void)
{
	errno = EILSEQ; /* whatever is not ENOMEM */
	return -1;
}

static int act_write(void)
{
	madvise(region, 8 * PAGE, MADV_DONTNEED);
	for (int i = 0; i < 8; i++)
		region[i * PAGE] = i;
	return region[7 * PAGE] == 7 ? 0 : wrong();
}

/* The page of zeros first, then one of one's own. */
static int act_read_write(void)
{
	int sum = 0;

	madvise(region, 8 * PAGE, MADV_DONTNEED);
	for (int i = 0; i < 8; i++)
		sum += ((volatile char *)region)[i * PAGE];
	for (int i = 0; i < 8; i++)
		region[i * PAGE] = i;
	return !sum && region[7 * PAGE] == 7 ? 0 : wrong();
}

/* Far away, where no table is yet. */
static int act_table(void)
{
	char *p = mmap((void *)0x30000000, PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return -1;
	p[0] = 1;
	return munmap(p, PAGE);
}

/* The kernel touches the page, for read() and for the answer of pipe(). */
static int act_kernel(void)
{
	int fd = open("/dev/zero", O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return -1;
	madvise(region, 8 * PAGE, MADV_DONTNEED);
	n = read(fd, region + 100, 7 * PAGE);
	stopped(0);
	close(fd);
	memset(region, 1, 8 * PAGE);
	return n == 7 * PAGE ? 0 : wrong();
}

/* After a fork the writer copies; the child has what was there before. */
static int act_copy_on_write(void)
{
	int fds[2], ret = 0;
	char byte;
	pid_t pid;

	memset(region, 3, 8 * PAGE);
	if (pipe(fds))
		return -1;
	pid = fork();
	if (pid == 0) {
		close(fds[1]);
		read(fds[0], &byte, 1);
		for (int i = 0; i < 8; i++)
			ret |= region[i * PAGE] != 3;
		_exit(ret);
	}
	if (pid > 0)
		memset(region, 4, 8 * PAGE);
	stopped(pid < 0 ? -1 : 0);
	close(fds[0]);
	close(fds[1]);
	return pid < 0 ? stopped(-1) : end_of(pid);
}

/* The child's allocations fail, while it copies its parent's pages and ends. */
static int act_copy_in_child(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		arm_child();
		memset(region, 5, 8 * PAGE);
		end_child(0);
	}
	return end_of(pid);
}

static int each_page_of_file(int flags, int write)
{
	char *p;
	int sum = 0;

	if (ftruncate(file, 24 * PAGE))
		return -1;
	p = mmap(NULL, 24 * PAGE, RW, flags, file, 0);
	for (int i = 0; i < 24 && p != MAP_FAILED; i++) {
		sum += ((volatile char *)p)[i * PAGE];
		if (write)
			p[i * PAGE] = 1;
	}
	stopped(p == MAP_FAILED ? -1 : 0);
	if (p != MAP_FAILED)
		munmap(p, 24 * PAGE);
	ftruncate(file, 0);
	return p == MAP_FAILED ? stopped(-1) : sum ? wrong() : 0;
}

static int act_file_read(void)
{
	return each_page_of_file(MAP_SHARED, 0);
}

static int act_file_write(void)
{
	return each_page_of_file(MAP_SHARED, 1);
}

static int act_file_private(void)
{
	return each_page_of_file(MAP_PRIVATE, 1);
}

static int grow(int pages)
{
	volatile char room[2 * PAGE];

	room[0] = pages;
	return pages > 2 ? grow(pages - 2) + room[0] : 0;
}

/* In a child, whose stack goes with it. */
static int act_stack(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		arm_child();
		end_child(grow(200) ? 0 : wrong());
	}
	return end_of(pid);
}

const struct act fault_acts[] = {
        {"write", act_write},
        {"read, write", act_read_write},
        {"a new table", act_table},
        {"by the kernel", act_kernel},
        {"copy on write", act_copy_on_write},
        {"file, read", act_file_read},
        {"file, write", act_file_write},
        {"file, private", act_file_private},
        {0},
};

const struct act child_fault_acts[] = {
        {"copy in the child", act_copy_in_child},
        {"stack", act_stack},
        {0},
};
