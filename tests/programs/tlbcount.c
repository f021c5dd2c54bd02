/* SPDX-License-Identifier: MIT */
/*
 * Do the TLB counters of /proc/vmstat say what was done? Each step's number is printed, and the last line
 * says how many were not what the kernel has to ask its TLB for.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>

#define N 8

static char text[2048];
static int failures;
static unsigned long page, asid;

static unsigned long number(const char *name)
{
	const char *at = strstr(text, name);

	return at ? strtoul(at + strlen(name), NULL, 10) : 0;
}

static void look(void)
{
	int fd = open("/proc/vmstat", O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = 0;
	close(fd);
	page = number("tlb_flush_page ");
	asid = number("tlb_flush_asid ");
}

/* Since the last look, which was at once before: at least that many, and at most one more page for a table. */
static void expect(const char *step, unsigned long pages, unsigned long table, unsigned long asids)
{
	unsigned long old_page = page, old_asid = asid;
	bool good;

	look();
	good = page - old_page >= pages && page - old_page <= pages + table &&
	       asid - old_asid == asids;
	failures += !good;
	printf("%s: %lu by page, %lu by ASID%s\n", step, page - old_page, asid - old_asid,
	        good ? "" : ": WRONG");
	look();
}

int main(void)
{
	char *p = mmap(
	        NULL, N * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	pid_t pid;

	printf("tlbcount\n"); /* the buffer is there before the counting begins */
	look();
	look();
	expect("nothing", 0, 0, 0);
	for (int i = 0; i < N; i++)
		p[i * PAGE_SIZE] = 1;
	expect("pages touched", 0, 0, 0);
	mprotect(p, PAGE_SIZE, PROT_READ);
	expect("one protected", 1, 0, 0);
	mprotect(p, N * PAGE_SIZE, PROT_READ);
	expect("all protected", 0, 0, 1);
	munmap(p, N * PAGE_SIZE);
	expect("all unmapped", N, 1, 0);
	pid = fork();
	if (!pid)
		_exit(0);
	wait_for(pid);
	expect("a child, gone", 1, 30, 2);
	printf("tlbcount: %d wrong\n", failures);
	return failures != 0;
}
