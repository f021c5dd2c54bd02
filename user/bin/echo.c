/* SPDX-License-Identifier: MIT */
/*
 * echo [-n] WORD... - print the words, and a line end unless -n.
 */
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	int first = argc > 1 && !strcmp(argv[1], "-n") ? 2 : 1;

	for (int i = first; i < argc; i++) {
		if (i > first)
			putchar(' ');
		fputs(argv[i], stdout);
	}
	if (first == 1)
		putchar('\n');
	return fflush(stdout) ? 1 : 0;
}
