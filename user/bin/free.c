/* SPDX-License-Identifier: MIT */
/*
 * free [-k | -m | -h] - how much memory there is and what it is used for, in KiB, in MiB, or in
 * whatever unit suits each number.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <quire.h>

static char unit = 'k';
static char text[4096];

static unsigned long kib(const char *name)
{
	const char *value = text_field(text, name);

	return value ? strtoul(value, NULL, 10) : 0;
}

static void print_amount(unsigned long amount)
{
	static const char suffixes[] = "KMG";
	unsigned int step = 0;
	unsigned long tenths = amount * 10;

	if (unit == 'h' && !amount) {
		printf(" %11s", "0B");
		return;
	}
	if (unit != 'h') {
		printf(" %11lu", unit == 'm' ? amount >> 10 : amount);
		return;
	}
	for (; tenths >= 10240 && suffixes[step + 1]; step++)
		tenths >>= 10;
	if (tenths < 100)
		printf(" %7lu.%lu%ci", tenths / 10, tenths % 10, suffixes[step]);
	else
		printf(" %9lu%ci", tenths / 10, suffixes[step]);
}

int main(int argc, char **argv)
{
	unsigned long total, unused, cache, swap;

	if (argc > 2 || (argc == 2 && (argv[1][0] != '-' || strlen(argv[1]) != 2 ||
	                                      !strchr("kmh", argv[1][1])))) {
		fputs("usage: free [-k | -m | -h]\n", stderr);
		return 2;
	}
	if (argc == 2)
		unit = argv[1][1];
	if (read_text("/proc/meminfo", text, sizeof(text)) <= 0)
		return complain("free", "/proc/meminfo");
	total = kib("MemTotal");
	unused = kib("MemFree");
	cache = kib("Buffers") + kib("Cached") + kib("SReclaimable");
	swap = kib("SwapTotal");
	printf("%5s %11s %11s %11s %11s %11s %11s\nMem: ", "", "total", "used", "free", "shared",
	        "buff/cache", "available");
	print_amount(total);
	print_amount(total - unused - cache);
	print_amount(unused);
	print_amount(kib("Shmem"));
	print_amount(cache);
	print_amount(kib("MemAvailable"));
	printf("\nSwap:");
	print_amount(swap);
	print_amount(swap - kib("SwapFree"));
	print_amount(kib("SwapFree"));
	putchar('\n');
	return 0;
}
