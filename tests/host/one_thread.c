/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <mm/kmalloc.h>

void *kmalloc(size_t size)
{
	return malloc(size);
}

void *kzalloc(size_t size)
{
	return calloc(1, size);
}

void kfree(void *p)
{
	free(p);
}
