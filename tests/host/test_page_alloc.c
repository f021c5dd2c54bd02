/* SPDX-License-Identifier: MIT */
/*
 * Tests of the frame allocator against a list of who owns which frame.
 */
#include "host.h"
#include <arm/cpu.h>
#include "mmu/world.h"

#define LARGEST    (MAX_ORDER - 1)
#define MAX_BLOCKS 8192

static struct block {
	struct page *page;
	unsigned int order;
} blocks[MAX_BLOCKS];

static uint32_t block_count;
static uint8_t owned[RAM_BYTES >> PAGE_SHIFT];

/* Takes a block and holds it against the model; false without memory. */
static bool take(unsigned int order, unsigned int flags)
{
	uint32_t free = page_free_count(), frames = 1u << order, first;
	struct page *page = page_alloc(order, flags);

	if (!page) {
		assert_int_equal(page_free_count(), free);
		return false;
	}
	first = page - mem_map;
	assert_int_equal(first % frames, 0);
	assert_true(first + frames <= ram_frames);
	for (uint32_t i = 0; i < frames; i++)
		assert_int_equal(owned[first + i]++, 0);
	assert_int_equal(page->refcount, 1);
	assert_int_equal(page->flags, 0);
	assert_int_equal(page_free_count(), free - frames);
	if (flags & ALLOC_ZERO) {
		const uint8_t *bytes = page_address(page);

		for (uint32_t i = 0; i < frames * PAGE_SIZE; i += 509)
			assert_int_equal(bytes[i], 0);
	}
	assert_true(block_count < MAX_BLOCKS);
	blocks[block_count++] = (struct block){page, order};
	return true;
}

static void give(uint32_t i)
{
	struct block b = blocks[i];
	uint32_t free = page_free_count();

	for (uint32_t n = 0; n < 1u << b.order; n++)
		assert_int_equal(owned[b.page - mem_map + n]--, 1);
	if (b.order == 0 && sim_chance(2))
		page_put(b.page);
	else
		page_free(b.page, b.order);
	assert_int_equal(b.page->refcount, 0);
	assert_int_equal(page_free_count(), free + (1u << b.order));
	blocks[i] = blocks[--block_count];
}

static void give_all(void)
{
	while (block_count)
		give(sim_below(block_count));
}

/* How many blocks of the largest order there are, with no frame left in a core's own list. */
static uint32_t count_largest(void)
{
	uint32_t n;

	for (unsigned int core = 0; core < CORES; core++) {
		sim_set_core(core);
		while (take(LARGEST, 0))
			;
		n = block_count;
		give_all();
	}
	return n;
}

/* Do random blocks never overlap, and does all of it become whole again? */
static void random_blocks(void **state)
{
	uint32_t whole = count_largest(), free = page_free_count();

	assert_true(whole >= 1);
	for (int round = 0; round < 40; round++) {
		for (int i = 0; i < 400; i++) {
			sim_set_core(sim_below(CORES));
			if (block_count && sim_chance(2))
				give(sim_below(block_count));
			else
				take(sim_chance(2) ? 0 : sim_below(round % 4 ? 4 : MAX_ORDER),
				        sim_chance(8) ? ALLOC_ZERO : 0);
		}
		if (round % 8 == 0) {
			give_all();
			assert_int_equal(page_free_count(), free);
			assert_int_equal(count_largest(), whole);
		}
	}
	give_all();
	assert_int_equal(page_free_count(), free);
	assert_int_equal(count_largest(), whole);
}

/* Is every frame given out, one by one, before the answer is no? And is no the answer then, again and again? */
static void exhaustion(void **state)
{
	uint32_t free;

	count_largest();
	sim_set_core(0);
	free = page_free_count();
	for (uint32_t i = 0; i < free; i++)
		assert_true(take(0, ALLOC_ATOMIC));
	assert_int_equal(page_free_count(), 0);
	for (unsigned int order = 0; order < MAX_ORDER; order++)
		assert_false(take(order, ALLOC_ATOMIC));
	give(0);
	assert_true(take(0, ALLOC_ZERO | ALLOC_ATOMIC));
	give_all();
	assert_int_equal(page_free_count(), free);
}

/* Do two free buddies in a core's own list make a block when one is asked for? */
static void buddies_in_hot_list(void **state)
{
	count_largest();
	sim_set_core(1);
	while (take(0, ALLOC_ATOMIC))
		;
	for (uint32_t i = block_count; i-- > 0;) {
		uint32_t frame = blocks[i].page - mem_map;

		if (frame >> 1 == (ram_frames / 2) >> 1)
			give(i);
	}
	assert_int_equal(page_free_count(), 2);
	assert_true(take(1, ALLOC_ATOMIC));
	assert_false(take(0, ALLOC_ATOMIC));
	give_all();
}

/* Is something left for those who cannot wait, when the others have taken all they get? */
static void reserve(void **state)
{
	uint32_t whole = count_largest(), kept = page_total_count() / 128;

	sim_set_core(1);
	while (take(0, 0))
		;
	assert_int_equal(page_free_count(), kept);
	assert_false(take(1, 0));
	for (uint32_t i = 0; i < kept; i++) {
		assert_true(take(0, ALLOC_ATOMIC));
		assert_false(take(0, 0)); /* nor by way of this core's list */
	}
	assert_false(take(0, ALLOC_ATOMIC));
	give_all();
	assert_int_equal(count_largest(), whole);
}

/* Does the nth allocation of the task fail, once, and nobody else's? */
static void fail_nth(void **state)
{
	struct page *page;

	alloc_fail_nth(current_task(), 2);
	assert_int_equal(alloc_fail_remaining(current_task()), 2);
	page = page_alloc(0, 0);
	assert_non_null(page);
	assert_null(page_alloc(0, ALLOC_ATOMIC));
	assert_int_equal(alloc_fail_remaining(current_task()), 0);
	page_put(page);
	alloc_fail_nth(state, 1); /* another task */
	page = page_alloc(0, 0);
	assert_non_null(page);
	page_put(page);
	alloc_fail_nth(NULL, 0);
}

/* What if somebody asks for more than the largest block? */
static void too_large(void **state)
{
	for (unsigned int order = MAX_ORDER; order < 40; order++)
		assert_null(page_alloc(order, 0));
	assert_null(page_alloc(~0u, ALLOC_ZERO));
}

/* Does the last page_put() free, and no earlier one? */
static void references(void **state)
{
	struct page *page = page_alloc(0, 0);
	uint32_t free = page_free_count();

	page_get(page);
	page_get(page);
	page_put(page);
	page_put(page);
	assert_int_equal(page_free_count(), free);
	page_put(page);
	assert_int_equal(page_free_count(), free + 1);
}

/* Do the conversions between frame, address and page agree? */
static void conversions(void **state)
{
	struct page *page = page_alloc(3, 0);

	assert_ptr_equal(phys_to_page(page_to_phys(page)), page);
	assert_ptr_equal(virt_to_page(page_address(page)), page);
	assert_ptr_equal(virt_to_page((char *)page_address(page) + PAGE_SIZE - 1), page);
	assert_int_equal(virt_to_phys(phys_to_virt(RAM_BASE + 0x12345)), RAM_BASE + 0x12345);
	assert_true(phys_is_ram(RAM_BASE));
	assert_true(phys_is_ram(RAM_BASE + RAM_BYTES - 1));
	assert_false(phys_is_ram(RAM_BASE - 1));
	assert_false(phys_is_ram(RAM_BASE + RAM_BYTES));
	assert_false(phys_is_ram(0xffffffff));
	page_free(page, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(random_blocks),
	        cmocka_unit_test(exhaustion),
	        cmocka_unit_test(buddies_in_hot_list),
	        cmocka_unit_test(reserve),
	        cmocka_unit_test(fail_nth),
	        cmocka_unit_test(too_large),
	        cmocka_unit_test(references),
	        cmocka_unit_test(conversions),
	};

	world_start(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
