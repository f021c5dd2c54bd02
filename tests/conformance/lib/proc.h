/* SPDX-License-Identifier: MIT */
/*
 * For programs that look at memory through /proc: numbers by their names, regions by their addresses.
 */
#ifndef PROC_H
#define PROC_H

#include "observe.h"

#include <linux/resource.h>

#define RW (PROT_READ | PROT_WRITE)
#define PA (MAP_PRIVATE | MAP_ANONYMOUS)
#define SA (MAP_SHARED | MAP_ANONYMOUS)

/* The line of a text that begins with that; NULL without one. */
const char *line_of(const char *text, const char *begin);
/* A number in decimal behind blanks. */
long number_at(const char *text);
/* Copies a line, without its end and with runs of blanks as one. */
void copy_line(char *to, size_t size, const char *line);

/* The number behind a name, in a file of names and numbers; -1 if it has no such line. */
long proc_number(const char *path, const char *name);
#define status_number(name)  proc_number("/proc/self/status", name)
#define meminfo_number(name) proc_number("/proc/meminfo", name)

/* The n-th number (from 0) of a file of nothing but numbers; -1 if there is no such file. */
long proc_value(const char *path, int n);
/* Writes to a file that exists; what open(2) or write(2) answers, 0 for all written. */
long set_file(const char *path, const char *text);
long set_number(const char *path, long value);

/*
 * The same of the region in /proc/self/smaps that has an address: -1 without such a region or line.
 * The whole of the file is read each time.
 */
long smaps_number(const void *address, const char *name);
int smaps_flag(const void *address, const char *flag);
/* The sum of a number over all regions, those with a flag only if one is given. */
long smaps_sum(const char *name, const char *flag);
/* How many regions have a page in these n. */
int regions_in(const void *start, int n);
/* What mincore(2) says of n pages, a digit each (in a static buffer of one call), or an error. */
const char *incore(const void *start, int n);

/* Writes to each of n pages; touch_read() reads them. */
void touch(void *start, int n);
void touch_read(const void *start, int n);
/* Writes to a page of the stack after the other, so many bytes down. Returns 0. */
int deep(unsigned long bytes);
/* mmap2() of pages without an address and a file; what it answers. */
long map(long n, int prot, int flags);

/* Sets the soft and the hard limit; what prlimit64(2) answers. */
long limit(int resource, uint64_t soft, uint64_t hard);
/* All ids become 1000's, which is nobody in particular. */
void become_user(void);

#endif
