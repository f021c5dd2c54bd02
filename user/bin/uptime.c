/* SPDX-License-Identifier: MIT */
/*
 * uptime - how long the machine runs, and how many tasks wanted to run, on average over the last one,
 * five and fifteen minutes.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <quire.h>

int main(void)
{
	char up[64], load[64], *end = load;
	unsigned long seconds;

	if (read_text("/proc/uptime", up, sizeof(up)) <= 0)
		return complain("uptime", "/proc/uptime");
	if (read_text("/proc/loadavg", load, sizeof(load)) <= 0)
		return complain("uptime", "/proc/loadavg");
	seconds = strtoul(up, NULL, 10);
	for (int i = 0; i < 3; i++)
		end += strcspn(end, " ") + 1;
	printf("up %lu days, %02lu:%02lu:%02lu, load average: %.*s\n", seconds / 86400,
	        seconds / 3600 % 24, seconds / 60 % 60, seconds % 60, (int)(end - load - 1), load);
	return 0;
}
