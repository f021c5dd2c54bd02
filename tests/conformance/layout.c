/* SPDX-License-Identifier: MIT */
/*
 * How regions split and merge, as /proc/self/maps shows it: a line for each region of a range, with
 * addresses in pages from its start.
 */
#include "observe.h"

#define N 16

static char *base;
static char maps[16384];

static unsigned long number(const char **at, unsigned int base_of)
{
	unsigned long value = 0;

	for (;; ++*at) {
		int c = **at, digit = c >= 'a' ? c - 'a' + 10 : c - '0';

		if (digit < 0 || digit >= (int)base_of)
			return value;
		value = value * base_of + (unsigned long)digit;
	}
}

/* Prints the regions inside the range as "0-3 rw-p 00000000, 3-4 ..." */
static void show(const char *label)
{
	static char line[400];
	size_t used = 0;
	const char *at = maps;

	line[0] = 0;
	read_file("/proc/self/maps", maps, sizeof(maps));
	while (*at) {
		unsigned long from = number(&at, 16), to, offset;
		char rights[5] = {0};

		at++;
		to = number(&at, 16);
		memcpy(rights, at + 1, 4);
		at += 6;
		offset = number(&at, 16);
		if (to > (unsigned long)base && from < (unsigned long)base + N * PAGE) {
			format_text(line + used, sizeof(line) - used, "%ld-%ld %s %lx, ",
			        (long)(from - (unsigned long)base) / PAGE,
			        (long)(to - (unsigned long)base) / PAGE, rights, offset);
			used += length(line + used);
		}
		while (*at && *at++ != '\n')
			;
	}
	say(label, "%s", line);
}

static long map(int first, int n, int prot, int flags, int fd, int offset)
{
	return SYS(mmap2, base + first * PAGE, n * PAGE, prot, flags | MAP_FIXED, fd, offset);
}

static void protect(int first, int n, int prot)
{
	SYS(mprotect, base + first * PAGE, n * PAGE, prot);
}

static void anonymous(void)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS;

	map(2, 10, 3, flags, -1, 0);
	show("ten pages");
	protect(4, 2, 1);
	show("two of them read-only");
	protect(5, 3, 0);
	show("three of them without access");
	protect(4, 4, 3);
	show("all alike again");
	SYS(munmap, base + 6 * PAGE, 2 * PAGE);
	show("with a hole");
	map(6, 2, 3, flags, -1, 0);
	show("the hole filled");
	map(3, 2, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	show("two pages shared");
	map(12, 2, 3, flags, -1, 0);
	show("two more at the end");
	map(12, 2, 5, flags, -1, 0);
	show("replaced by executable ones");
	SYS(munmap, base, N * PAGE);
	show("nothing");
}

static void of_a_file(void)
{
	int fd = new_file("/tmp/layout", "text");

	SYS(ftruncate, fd, N * PAGE);
	map(0, 4, 1, MAP_PRIVATE, fd, 0);
	map(4, 4, 1, MAP_PRIVATE, fd, 4);
	show("two parts of a file that follow each other");
	map(8, 4, 1, MAP_PRIVATE, fd, 9);
	show("and one that does not");
	map(12, 2, 1, MAP_SHARED, fd, 13);
	show("and a shared one");
	protect(1, 2, 3);
	show("two pages writable");
	base[PAGE] = 1;
	protect(1, 2, 1);
	show("and not any more, one written");
	SYS(munmap, base + 5 * PAGE, PAGE);
	show("a page of the file unmapped");
	SYS(unlink, "/tmp/layout");
	SYS(munmap, base, N * PAGE);
}

int main(void)
{
	/* Room around the range, so that nothing else touches it. */
	base = pages(3 * N, PROT_NONE) + N * PAGE;
	SYS(munmap, base, N * PAGE);
	anonymous();
	of_a_file();
	return 0;
}
