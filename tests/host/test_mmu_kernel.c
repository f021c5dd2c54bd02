/* SPDX-License-Identifier: MIT */
/*
 * The kernel's own mappings against the simulated MMU: the linear map that replaces the provisional
 * one, the image that is given back, kernel stacks, vmalloc and ioremap.
 */
#include "host.h"
#include <arm/tlb.h>
#include <mm/kernel_table.h>
#include <mm/kstack.h>
#include <mm/reclaim.h>
#include <mm/vmalloc.h>
#include "mmu/seeds.h"
#include "mmu/world.h"

#define DEVICE 0x3f200000u

/* Frees [first, end) of the image as after booting. */
static void free_image(uint32_t first, uint32_t end)
{
	paddr_t pa;

	sim_note("image_free");
	sim_focus(first, end - first);
	for (uint32_t va = first; va < end; va += PAGE_SIZE) {
		if (!sim_access(va, SIM_WRITE, &pa) || pa != va - KERNEL_BASE + IMAGE_PHYS)
			sim_fail("0x%08x of the image cannot be used", va);
	}
	image_free((void *)(uintptr_t)first, (void *)(uintptr_t)end);
	sim_check();
	for (uint32_t va = first; va < end; va += PAGE_SIZE) {
		if (sim_access(va, SIM_READ, &pa))
			sim_fail("0x%08x can be used still", va);
	}
}

/* Reads the DTB through the window, twice, at different places. */
static void window(paddr_t at, size_t size)
{
	uint32_t va;
	paddr_t pa;

	sim_note("early_map of 0x%08x, %u bytes", at, (uint32_t)size);
	sim_focus(FIXMAP_DTB, size + PAGE_SIZE);
	va = (uint32_t)(uintptr_t)early_map(at, size);
	sim_check();
	for (uint32_t i = 0; i < size; i += PAGE_SIZE / 2) {
		if (!sim_access(va + i, SIM_READ, &pa) || pa != at + i)
			sim_fail("byte %u is not there", i);
		if (sim_access(va + i, SIM_WRITE, &pa))
			sim_fail("byte %u can be written", i);
	}
}

static void boot_sequence(uint64_t seed)
{
	world_start(seed);
	free_image(KERNEL_BASE + 0x60000, KERNEL_BASE + 0x60000 + PAGE_SIZE * (1 + sim_below(16)));
	for (int i = 0; i < 8; i++) {
		window(RAM_BASE + 0x100000 + sim_below(0x10000), 1 + sim_below(3 * PAGE_SIZE));
		if (sim_chance(2))
			early_unmap();
		sim_check();
	}
}

#define SLOTS 24

enum kind {
	NOTHING,
	STACK,
	BUFFER,
	DEVICE_REGISTERS,
};

static struct slot {
	enum kind kind;
	void *p; /* as the allocator returned it */
	uint32_t va, bytes;
	uint8_t byte;
} slots[SLOTS];

static void check_area(const struct slot *s, uint8_t byte)
{
	paddr_t pa;

	for (uint32_t va = s->va; va < s->va + s->bytes; va += PAGE_SIZE) {
		if (!sim_access(va, SIM_WRITE, &pa))
			sim_fail("0x%08x cannot be used", va);
		if (sim_access(va, SIM_EXECUTE, &pa))
			sim_fail("0x%08x can be executed", va);
		if (s->kind == DEVICE_REGISTERS) {
			if ((pa & PTE_BASE) != DEVICE + (va & PTE_BASE) - (s->va & PTE_BASE))
				sim_fail("0x%08x is not the device", va);
			continue;
		}
		if (s->kind == BUFFER && *(uint8_t *)phys_to_virt(pa) != byte)
			sim_fail("0x%08x has not kept its bytes", va);
		*(uint8_t *)phys_to_virt(pa) = s->byte;
	}
	if (sim_access((s->va & PTE_BASE) - 1, SIM_READ, &pa) ||
	        sim_access(PAGE_ALIGN(s->va + s->bytes), SIM_READ, &pa))
		sim_fail("a guard page can be read");
}

static void take(struct slot *s)
{
	bool fail = sim_chance(4);

	s->kind = 1 + sim_below(3);
	s->bytes = s->kind == STACK ? KSTACK_SIZE : 1 + sim_below(8 * PAGE_SIZE);
	s->byte = sim_random();
	sim_note("allocation of kind %d, 0x%x bytes", s->kind, s->bytes);
	hooks_fail_at(fail ? 1 + sim_below(5) : 0, sim_chance(2));
	if (s->kind == STACK)
		s->p = kstack_alloc();
	else if (s->kind == BUFFER)
		s->p = vmalloc(s->bytes);
	else
		s->p = ioremap(DEVICE + 4, s->bytes);
	if (!s->p && !hooks_failed())
		sim_fail("finds no memory");
	hooks_fail_at(0, false);
	s->va = (uint32_t)(uintptr_t)s->p - (s->kind == STACK ? KSTACK_SIZE : 0);
	sim_focus(s->va, s->bytes);
	if (s->p)
		check_area(s, 0);
	else
		s->kind = NOTHING;
}

static void give(struct slot *s)
{
	bool unmaps = s->kind != STACK;
	paddr_t pa;

	sim_note("freeing kind %d at 0x%08x", s->kind, s->va);
	sim_focus(s->va, s->bytes);
	check_area(s, s->byte);
	if (s->kind == STACK)
		kstack_free(s->p);
	else if (s->kind == BUFFER)
		vfree(s->p);
	else
		iounmap(s->p);
	s->kind = NOTHING;
	for (uint32_t va = s->va; unmaps && va < s->va + s->bytes; va += PAGE_SIZE) {
		if (sim_access(va, SIM_READ, &pa))
			sim_fail("0x%08x can be used still", va);
	}
}

/* Are there neither stacks nor tables for them, when nobody uses one and the kernel keeps none for the next? */
static void shrink(void)
{
	sim_note("reclaim_kernel");
	for (int i = 0; i < SLOTS; i++) {
		if (slots[i].kind == STACK)
			give(&slots[i]);
	}
	sim_focus(VMALLOC_BASE, SECTION_BYTES);
	reclaim_kernel();
	sim_check();
	if (pte_read(&kernel_l1[L1_INDEX(VMALLOC_BASE)]))
		sim_fail("the stacks' table is kept");
}

/* Everything at once and back; returns the free frames. */
static uint32_t give_all(void)
{
	for (int i = 0; i < SLOTS; i++) {
		if (slots[i].kind)
			give(&slots[i]);
		slots[i].kind = STACK;
		slots[i].p = kstack_alloc();
	}
	for (int i = 0; i < SLOTS; i++) {
		kstack_free(slots[i].p);
		slots[i].kind = NOTHING;
	}
	shrink();
	return page_free_count();
}

static void area_sequence(uint64_t seed)
{
	uint32_t before;

	world_start(seed);
	for (int i = 0; i < SLOTS; i++)
		take(&slots[i]);
	before = give_all();
	for (int n = 0; n < 600; n++) {
		struct slot *s = &slots[sim_below(SLOTS)];

		sim_set_core(sim_below(CORES));
		if (s->kind)
			give(s);
		else
			take(s);
		sim_check();
		if (sim_chance(60))
			shrink();
	}
	if (give_all() != before)
		sim_fail("%d frames are lost", (int)(before - page_free_count()));
}

static void boot(void **state)
{
	assert_int_equal(run_seeds(boot_sequence, 30), 0);
}

static void areas(void **state)
{
	assert_int_equal(run_seeds(area_sequence, 8), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(boot),
	        cmocka_unit_test(areas),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
