/* SPDX-License-Identifier: MIT */
/*
 * sh - a small shell. Alone it asks a person for commands, or reads them from a file or pipe at its
 * standard input; `sh -c TEXT` runs TEXT, `sh FILE` runs a file.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>
#include "sh.h"

/* Byte by byte: what follows the line belongs to the programs that it starts. */
static bool read_line(int fd, char line[LINE_SIZE])
{
	int length = 0;
	char c;

	while (read(fd, &c, 1) == 1) {
		if (c == '\n') {
			line[length] = '\0';
			return true;
		}
		if (length < LINE_SIZE - 1)
			line[length++] = c;
	}
	line[length] = '\0';
	return length > 0;
}

static int run_file(int fd)
{
	char line[LINE_SIZE];

	while (read_line(fd, line))
		run_line(line);
	return last_status;
}

static int converse(void)
{
	char line[LINE_SIZE], where[128], prompt[140];

	become_interactive();
	for (;;) {
		report_background();
		if (!getcwd(where, sizeof(where)))
			strcpy(where, "?");
		snprintf(prompt, sizeof(prompt), "%s # ", where);
		if (!edit_line(prompt, line))
			return last_status;
		run_line(line);
	}
}

int main(int argc, char **argv)
{
	int fd;

	if (argc > 2 && !strcmp(argv[1], "-c")) {
		run_line(argv[2]);
		return last_status;
	}
	if (argc == 1)
		return isatty(0) ? converse() : run_file(0);
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		complain("sh", argv[1]);
		return 127;
	}
	return run_file(fd);
}
