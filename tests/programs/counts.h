/* SPDX-License-Identifier: MIT */
/*
 * What memory is used for, counted after the kernel has given back what it keeps for itself only: what must be
 * as it was, to the page, after whatever was made has gone.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In KiB. */
static const char *const count_keys[] = {"MemFree:", "KernelStack:", "Cached:", "AnonPages:",
        "Slab:", "PageTables:", "Mlocked:", "Committed_AS:"};

#define COUNT_STACKS 1 /* KernelStack */
#define COUNT_KEYS   (sizeof(count_keys) / sizeof(count_keys[0]))

struct counts {
	long kib[COUNT_KEYS];
};

/* Takes no memory of its own, so that it can be called before and after. 0, or -1 if the kernel does not say. */
static int count(struct counts *c)
{
	static char text[4096];
	int fd = open("/proc/sys/vm/drop_caches", O_WRONLY);
	ssize_t n = fd < 0 ? -1 : write(fd, "3", 1);

	close(fd);
	fd = open("/proc/meminfo", O_RDONLY);
	if (n == 1)
		n = read(fd, text, sizeof(text) - 1);
	close(fd);
	for (size_t i = 0; i < COUNT_KEYS && n > 0; i++) {
		char *at = strstr(text, count_keys[i]);

		if (!at)
			return -1;
		c->kib[i] = strtol(at + strlen(count_keys[i]), NULL, 10);
	}
	return n > 0 ? 0 : -1;
}

/* How many counts are not what they were; it says which. */
static int differences(const char *when, const struct counts *before, const struct counts *after)
{
	int n = 0;

	for (size_t i = 0; i < COUNT_KEYS; i++) {
		long more = after->kib[i] - before->kib[i];

		if (more) {
			printf("%s: %s %ld KiB before, %+ld after\n", when, count_keys[i],
			        before->kib[i], more);
			n++;
		}
	}
	return n;
}
