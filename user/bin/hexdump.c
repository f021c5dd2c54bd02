/* SPDX-License-Identifier: MIT */
/*
 * hexdump [FILE [OFFSET [LENGTH]]] - bytes in hexadecimal and as text, sixteen a line. Numbers may
 * be hexadecimal (0x...). Without a file: standard input.
 */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <quire.h>

#define PER_LINE 16u

static void print_line(unsigned long address, const unsigned char *bytes, size_t n)
{
	printf("%08lx ", address);
	for (size_t i = 0; i < PER_LINE; i++) {
		if (i % 8 == 0)
			putchar(' ');
		if (i < n)
			printf("%02x ", bytes[i]);
		else
			printf("   ");
	}
	putchar('|');
	for (size_t i = 0; i < n; i++)
		putchar(isprint(bytes[i]) ? bytes[i] : '.');
	puts("|");
}

/* Reads until the line is full: a pipe may give less at a time. */
static ssize_t read_line(int fd, unsigned char *bytes, size_t want)
{
	size_t got = 0;

	while (got < want) {
		ssize_t n = read(fd, bytes + got, want - got);

		if (n < 0)
			return n;
		if (n == 0)
			break;
		got += n;
	}
	return got;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "standard input";
	unsigned long at = argc > 2 ? strtoul(argv[2], NULL, 0) : 0;
	unsigned long left = argc > 3 ? strtoul(argv[3], NULL, 0) : (unsigned long)-1;
	int fd = argc > 1 ? open(name, O_RDONLY) : 0;
	unsigned char bytes[PER_LINE];
	ssize_t n;

	if (fd < 0 || (at && lseek(fd, (off_t)at, SEEK_SET) < 0))
		return complain("hexdump", name);
	while ((n = read_line(fd, bytes, left < PER_LINE ? left : PER_LINE)) > 0) {
		print_line(at, bytes, n);
		at += n;
		left -= n;
	}
	return n < 0 ? complain("hexdump", name) : 0;
}
