/* SPDX-License-Identifier: MIT */
/*
 * ps - all processes: who started them, what they do, the ASID that marks their entries in the TLB,
 * and how much memory they have been promised (VSZ) and have touched (RSS), in KiB.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <quire.h>

static unsigned long number(const char *text, const char *name)
{
	const char *value = text_field(text, name);

	return value ? strtoul(value, NULL, 10) : 0; /* a zombie has no memory */
}

/* One that ended meanwhile is left out. */
static void print_process(const char *pid)
{
	static char text[4096];
	const char *name, *state;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%s/status", pid);
	if (read_text(path, text, sizeof(text)) <= 0)
		return;
	name = text_field(text, "Name");
	state = text_field(text, "State");
	if (!name || !state)
		return;
	printf("%5s %5lu %c %4lu %7lu %7lu %.*s\n", pid, number(text, "PPid"), *state,
	        number(text, "Asid"), number(text, "VmSize"), number(text, "VmRSS"),
	        (int)strcspn(name, "\n"), name);
}

int main(int argc, char **argv)
{
	struct dirent *entry;
	DIR *dir;

	(void)argv;
	if (argc > 1) {
		fputs("usage: ps\n", stderr);
		return 2;
	}
	dir = opendir("/proc");
	if (!dir)
		return complain("ps", "/proc");
	puts("  PID  PPID S ASID     VSZ     RSS COMMAND");
	while ((entry = readdir(dir))) {
		if (isdigit((unsigned char)entry->d_name[0]))
			print_process(entry->d_name);
	}
	closedir(dir);
	return 0;
}
