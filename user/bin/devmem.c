/* SPDX-License-Identifier: MIT */
/*
 * devmem ADDRESS [8|16|32 [VALUE]] - reads or writes one register of a device that no driver has, by
 * way of /dev/mem. What RAM or a driver's is, the kernel refuses; /proc/iomem shows it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <quire.h>

static bool number(const char *text, unsigned long *value)
{
	char *end;

	errno = 0;
	*value = strtoul(text, &end, 0);
	return *text && !*end && !errno;
}

static void store(volatile char *at, unsigned long width, unsigned long value)
{
	if (width == 8)
		*(volatile uint8_t *)at = value;
	else if (width == 16)
		*(volatile uint16_t *)at = value;
	else
		*(volatile uint32_t *)at = value;
}

static unsigned long load(volatile char *at, unsigned long width)
{
	if (width == 8)
		return *(volatile uint8_t *)at;
	if (width == 16)
		return *(volatile uint16_t *)at;
	return *(volatile uint32_t *)at;
}

int main(int argc, char **argv)
{
	unsigned long address, width = 32, value = 0;
	bool write = argc == 4;
	char *page;
	int fd;

	if (argc < 2 || argc > 4 || !number(argv[1], &address) ||
	        (argc > 2 && !number(argv[2], &width)) || (write && !number(argv[3], &value)) ||
	        (width != 8 && width != 16 && width != 32) || address % (width / 8)) {
		fputs("usage: devmem ADDRESS [8|16|32 [VALUE]]\n", stderr);
		return 2;
	}
	fd = open("/dev/mem", write ? O_RDWR : O_RDONLY);
	if (fd < 0)
		return complain("devmem", "/dev/mem");
	page = mmap(NULL, PAGE_SIZE, write ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd,
	        (off_t)(address - address % PAGE_SIZE));
	if (page == MAP_FAILED)
		return complain("devmem", argv[1]);
	if (write)
		store(page + address % PAGE_SIZE, width, value);
	else
		printf("0x%0*lx\n", (int)(width / 4), load(page + address % PAGE_SIZE, width));
	return 0;
}
