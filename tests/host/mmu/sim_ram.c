/* SPDX-License-Identifier: MIT */
/*
 * Simulated RAM. It stands at the kernel's own addresses: the linear map at LINEAR_BASE, and the
 * first MiB once more at KERNEL_BASE as the kernel's image.
 *
 * Stores through pte_write() and memset() are in memory at once for the core itself, and "pending"
 * for table walks: until the core's next DSB a walk reads the new value or the one before.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <arm/page_ops.h>
#include "sim_private.h"
#include "sim_race.h"

#define IMAGE_BYTES (1u << 20)
#define MAX_PENDING 512
/* A section or a small page, read-write for users, in the middle of RAM. */
#define POISON      (RAM_BASE + 0x700000u + 0xc32u)

struct pending {
	unsigned int core;
	paddr_t pa;
	uint32_t bytes;
	uint8_t *old;
	uint32_t word; /* `old` of one descriptor */
};

static struct pending pending[MAX_PENDING];
static unsigned int pending_count;

static void map_at(int fd, uint32_t va, uint32_t bytes)
{
	void *at = (void *)(uintptr_t)va;

	if (mmap(at, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE, fd, 0) != at)
		sim_fail("the host has something else at 0x%08x", va);
}

void ram_start(void)
{
	int fd = memfd_create("ram", 0);

	if (fd < 0 || ftruncate(fd, RAM_BYTES))
		sim_fail("no memory for the simulated RAM");
	map_at(fd, LINEAR_BASE, RAM_BYTES);
	map_at(fd, KERNEL_BASE, IMAGE_BYTES);
	close(fd);
}

bool ram_holds(paddr_t pa, uint32_t bytes)
{
	return pa >= RAM_BASE && pa - RAM_BASE <= RAM_BYTES - bytes;
}

pte_t *ram_at(paddr_t pa)
{
	if (!ram_holds(pa, 4))
		sim_fail("a walk leads to 0x%08x, which is not RAM", pa);
	return (pte_t *)(uintptr_t)(pa - RAM_BASE + LINEAR_BASE);
}

/* 0 for what is not simulated RAM. */
paddr_t ram_phys(const void *va)
{
	uintptr_t at = (uintptr_t)va;

	if (at - LINEAR_BASE < RAM_BYTES)
		return at - LINEAR_BASE + RAM_BASE;
	if (at - KERNEL_BASE < IMAGE_BYTES)
		return at - KERNEL_BASE + IMAGE_PHYS;
	return 0;
}

static void pending_drop(unsigned int i)
{
	free(pending[i].old);
	memmove(&pending[i], &pending[i + 1], (--pending_count - i) * sizeof(pending[0]));
}

static void pending_add(struct pending p)
{
	if (pending_count == MAX_PENDING) /* somebody has become visible */
		pending_drop(sim_below(MAX_PENDING));
	pending[pending_count++] = p;
}

/* Memory [pa, pa + bytes) has been seen with a newer value than the first n pending stores left. */
static void supersede(unsigned int n, paddr_t pa, uint32_t bytes)
{
	while (n-- > 0) {
		if (pending[n].pa >= pa && pending[n].pa + pending[n].bytes <= pa + bytes)
			pending_drop(n);
	}
}

void ram_dsb(unsigned int core, bool *done)
{
	for (unsigned int i = 0; i < pending_count;) {
		struct pending p = pending[i];

		if (p.core != core) {
			i++;
			continue;
		}
		pending_drop(i);
		supersede(i, p.pa, p.bytes);
		*done = true;
		i = 0;
	}
}

static bool pending_word(unsigned int i, paddr_t pa, uint32_t *word)
{
	const struct pending *p = &pending[i];

	if (pa - p->pa >= p->bytes)
		return false;
	*word = p->word;
	if (p->old)
		memcpy(word, p->old + (pa - p->pa), sizeof(*word));
	return true;
}

uint32_t ram_walk_read(paddr_t pa)
{
	uint32_t word;

	for (unsigned int i = pending_count; i-- > 0;) {
		if (pending_word(i, pa, &word) && sim_chance(2))
			return word;
	}
	return *ram_at(pa);
}

bool ram_is_pending(paddr_t pa, uint32_t *older)
{
	for (unsigned int i = 0; i < pending_count; i++) {
		if (pending_word(i, pa, older))
			return true;
	}
	return false;
}

void sim_pte_write(uint32_t *slot, uint32_t value)
{
	paddr_t pa = ram_phys(slot);

	if (!pa)
		sim_fail("a descriptor is stored outside RAM, at %p", (void *)slot);
	sim_yield();
	tlb_speculate();
	check_store(pa, *slot, value);
	pending_add((struct pending){.core = sim_core(), .pa = pa, .bytes = 4, .word = *slot});
	*slot = value;
	tlb_speculate();
}

uint32_t sim_pte_read(const uint32_t *slot)
{
	sim_yield();
	return *(const volatile uint32_t *)slot;
}

static void check_linear(const void *va, paddr_t pa)
{
	paddr_t got;

	if (!sim_access((uint32_t)(uintptr_t)va, SIM_WRITE, &got) || got != pa)
		sim_fail("the linear map does not lead %p to 0x%08x", va, pa);
}

/* The kernel's memset() and memcpy(). What memset() clears may become a table. */
void *sim_memset(void *to, int byte, size_t n);
void *sim_memcpy(void *restrict to, const void *restrict from, size_t n);

void *sim_memset(void *to, int byte, size_t n)
{
	paddr_t pa = ram_phys(to);

	if (pa && n >= L2_SIZE && n <= 2 * 4096) {
		uint8_t *old = malloc(n);

		memcpy(old, to, n);
		pending_add((struct pending){.core = sim_core(), .pa = pa, .bytes = n, .old = old});
	}
	if (n > 2 * 4096) /* of mem_map: the first use of the linear map */
		check_linear(to, pa);
	if (pa)
		icache_stored(pa, n);
	return memset(to, byte, n);
}

void *sim_memcpy(void *restrict to, const void *restrict from, size_t n)
{
	paddr_t pa = ram_phys(to);

	if (pa)
		icache_stored(pa, n);
	return memcpy(to, from, n);
}

/* mm/page_ops.S */
void block_clear(void *p, size_t bytes)
{
	sim_memset(p, 0, bytes);
}

void page_copy(void *to, const void *from)
{
	sim_memcpy(to, from, 4096);
}

void sim_poison(void *start, uint32_t bytes)
{
	uint32_t *word = start;

	supersede(pending_count, ram_phys(start), bytes);
	icache_stored(ram_phys(start), bytes);
	for (; bytes >= 4; bytes -= 4)
		*word++ = POISON;
}
