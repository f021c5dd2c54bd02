/* SPDX-License-Identifier: MIT */
/*
 * sleep SECONDS - wait; a fraction such as 0.25 is understood.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <quire.h>

/* Returns 0 if text is not a number of seconds. */
static int parse(const char *text, struct timespec *ts)
{
	long digit = 100000000;
	char *end;

	ts->tv_sec = strtol(text, &end, 10);
	ts->tv_nsec = 0;
	if (*end == '.')
		for (end++; *end >= '0' && *end <= '9'; end++, digit /= 10)
			ts->tv_nsec += (*end - '0') * digit;
	return end != text && !*end && ts->tv_sec >= 0;
}

int main(int argc, char **argv)
{
	struct timespec ts;

	if (argc != 2 || !parse(argv[1], &ts)) {
		fputs("usage: sleep SECONDS\n", stderr);
		return 2;
	}
	return nanosleep(&ts, NULL) ? complain("sleep", argv[1]) : 0;
}
