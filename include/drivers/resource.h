/* SPDX-License-Identifier: MIT */
/*
 * Who owns which physical addresses: two drivers cannot take the same registers, /proc/iomem shows
 * the list, and /dev/mem refuses what a driver owns.
 */
#ifndef DRIVERS_RESOURCE_H
#define DRIVERS_RESOURCE_H

#include <lib/types.h>
#include <sys/queue.h>

struct resource {
	paddr_t first, last; /* inclusive, so that a range may end at 4 GiB */
	const char *name;
	TAILQ_ENTRY(resource) link;
};

/*
 * Claims `size` bytes from `start`. `name` must stay valid. -EBUSY if any byte has an owner,
 * -EINVAL if the range is empty or wraps, -ENOMEM. Any context.
 */
int resource_claim(paddr_t start, size_t size, const char *name);

/* Gives back exactly what resource_claim(start, ...) took. */
void resource_release(paddr_t start);

/* Is any byte of [start, start + size) claimed? */
bool resource_is_claimed(paddr_t start, size_t size);

/*
 * Goes through the list by rising address: NULL gives the first, NULL comes after the last.
 * Claims are made at boot; nobody may release meanwhile.
 */
const struct resource *resource_next(const struct resource *r);

/* Registers /dev/mem. */
void devmem_init(void);

#endif
