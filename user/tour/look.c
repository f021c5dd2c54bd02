/* SPDX-License-Identifier: MIT */
/*
 * What the machine says of itself, in /proc.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>
#include "tour.h"

/* Holds Linux's /proc/vmstat; of longer files, the beginning is enough. */
static char text[8192];

static const char *path_of(pid_t pid, const char *file)
{
	static char path[48];

	if (pid)
		snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
	else
		snprintf(path, sizeof(path), "/proc/self/%s", file);
	return path;
}

bool number_in(const char *path, const char *name, unsigned long *number)
{
	size_t len = strlen(name);
	const char *line;

	if (read_text(path, text, sizeof(text)) < 0)
		return false;
	for (line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, len) || !strchr(": ", line[len]) || !line[len])
			continue;
		*number = strtoul(line + len + 1, NULL, 10);
		return true;
	}
	return false;
}

unsigned long number_of(const char *path, const char *name)
{
	unsigned long number = 0;

	if (*name)
		number_in(path, name, &number);
	else if (read_text(path, text, sizeof(text)) > 0)
		number = strtoul(text, NULL, 10);
	return number;
}

unsigned long number_of_process(pid_t pid, const char *file, const char *name)
{
	return number_of(path_of(pid, file), name);
}

/* VmRSS of Linux lags behind by up to 64 pages; this is counted when it is read. */
unsigned long rss(pid_t pid)
{
	return number_of_process(pid, "smaps_rollup", "Rss");
}

unsigned long faults(void)
{
	long usage[18] = {0}; /* struct rusage, include/uapi/linux/resource.h: [8] is ru_minflt */

	syscall(SYS_getrusage, 0, usage);
	return (unsigned long)usage[8];
}

/* Documentation/admin-guide/mm/pagemap.rst: 64 bits a page, bit 63 present, bits 54:0 the frame. */
struct seen look_up(pid_t pid, const volatile void *address)
{
	int fd = open(path_of(pid, "pagemap"), O_RDONLY);
	uint32_t word[2] = {0, 0};

	if (fd >= 0) {
		lseek(fd, (off_t)((uintptr_t)address / PAGE_SIZE * sizeof(word)), SEEK_SET);
		if (read(fd, word, sizeof(word)) < 0)
			word[1] = 0;
		close(fd);
	}
	return (struct seen){.present = word[1] >> 31, .frame = word[0]};
}

bool frames_known(void)
{
	const char here = 0;

	if (look_up(0, &here).frame)
		return true;
	not_here("frame numbers are for root");
	return false;
}

static bool wanted(const struct range *r, const char *const names[], unsigned long address)
{
	if (!names)
		return address >= r->start && address <= r->end;
	for (; *names; names++)
		if (!strncmp(r->name, *names, strlen(*names)))
			return true;
	return false;
}

/* "09000000-09000fff : pl011@9000000"; what lies within another range is indented. */
bool find_range(const char *const names[], unsigned long address, struct range *found)
{
	char *line, *p;

	if (read_text("/proc/iomem", text, sizeof(text)) < 0)
		return false;
	for (line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		found->start = strtoul(line, &p, 16);
		if (*line == ' ' || *p != '-')
			continue;
		found->end = strtoul(p + 1, &p, 16);
		p += strspn(p, " :");
		snprintf(found->name, sizeof(found->name), "%.*s", (int)strcspn(p, "\n"), p);
		if (found->end && wanted(found, names, address))
			return true;
	}
	return false;
}
