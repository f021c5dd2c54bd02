/* SPDX-License-Identifier: MIT */
/*
 * sum [SECONDS] - reads standard input to its end, beginning only after SECONDS, and prints how many
 * bytes it was and their CRC-32 (the one of zip and Ethernet).
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static uint32_t crc32(uint32_t crc, const unsigned char *data, size_t len)
{
	crc = ~crc;
	while (len--) {
		crc ^= *data++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

int main(int argc, char **argv)
{
	static unsigned char buf[4096];
	unsigned long total = 0;
	uint32_t crc = 0;
	ssize_t n;

	puts("ready");
	fflush(stdout);
	if (argc > 1)
		nanosleep(&(struct timespec){.tv_sec = atoi(argv[1])}, NULL);
	while ((n = read(0, buf, sizeof(buf))) > 0) {
		crc = crc32(crc, buf, (size_t)n);
		total += (unsigned long)n;
	}
	printf("\nbytes %lu crc %08lx\n", total, (unsigned long)crc);
	return n < 0;
}
