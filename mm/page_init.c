/* SPDX-License-Identifier: MIT */
/*
 * From "these ranges are RAM" to a linear map, a struct page for every frame, and an allocator.
 */
#include <arm/cache.h>
#include <arm/page_ops.h>
#include <arm/tlb.h>
#include <lib/printk.h>
#include <mm/commit.h>
#include <mm/kernel_table.h>
#include <mm/memblock.h>
#include <mm/page.h>

paddr_t zero_page_phys;

static uint64_t linear_limit; /* physical end of what the linear map can hold */

static void map_range(uint64_t start, uint64_t end)
{
	start = (start + SECTION_BYTES - 1) & ~(uint64_t)(SECTION_BYTES - 1);
	for (; start + SECTION_BYTES <= end && start < linear_limit; start += SECTION_BYTES) {
		struct section s = {.base = start, .type = MT_NORMAL, .writable = true};

		pte_write(&kernel_l1[L1_INDEX(phys_to_virt(start))], section_encode(s));
	}
}

/*
 * Replaces the provisional linear map of start.S, whose base was a guess. Nobody uses it any more,
 * but unpacking did, so the core may have cached its sections: break before make.
 */
static void make_linear_map(void)
{
	for (uint32_t va = LINEAR_BASE; va < LINEAR_END; va += SECTION_BYTES)
		pte_write(&kernel_l1[L1_INDEX(va)], 0);
	table_sync_before_tlbi();
	tlb_invalidate_all();
	tlb_sync(); /* no old section is left when the new ones appear */
	memblock_for_each_ram(map_range);
	table_sync(); /* seen by the walker before mem_map is touched */
}

static bool is_linear(uint64_t start, uint64_t end)
{
	if (start < ram_base)
		return false;
	for (; start < end; start = (start & ~(uint64_t)(SECTION_BYTES - 1)) + SECTION_BYTES) {
		if (start >= linear_limit || !pte_read(&kernel_l1[L1_INDEX(phys_to_virt(start))]))
			return false;
	}
	return true;
}

bool phys_is_linear(paddr_t start, size_t size)
{
	return is_linear(start, (uint64_t)start + size);
}

void page_add_ram(uint64_t start, uint64_t end)
{
	start = (start + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
	end &= ~(uint64_t)(PAGE_SIZE - 1);
	while (start < end) {
		uint64_t stop = (start & ~(uint64_t)(SECTION_BYTES - 1)) + SECTION_BYTES;

		if (stop > end)
			stop = end;
		if (is_linear(start, stop))
			page_alloc_add_range(start, stop);
		start = stop;
	}
}

static void set_limits(void)
{
	uint64_t end = memblock_end();

	ram_base = memblock_start() & ~(uint64_t)(SECTION_BYTES - 1);
	linear_limit = (uint64_t)ram_base + (LINEAR_END - LINEAR_BASE);
	if (end > linear_limit) {
		pr_warn("memory: %u MiB above 0x%08x left out: the linear map holds %u MiB\n",
		        (unsigned int)((end - linear_limit) >> 20), (uint32_t)linear_limit,
		        (LINEAR_END - LINEAR_BASE) >> 20);
		end = linear_limit;
	}
	linear_limit = end & ~(uint64_t)(SECTION_BYTES - 1);
	ram_frames = (linear_limit - ram_base) >> PAGE_SHIFT;
}

void page_init(void)
{
	struct page *zero;
	uint64_t at;
	size_t size;

	set_limits();
	make_linear_map();
	size = ram_frames * sizeof(struct page);
	at = memblock_take(size, PAGE_SIZE, linear_limit);
	if (!at || !is_linear(at, at + size))
		panic("memory: no room for %u KiB of page descriptors", (unsigned int)(size >> 10));
	mem_map = phys_to_virt(at);
	block_clear(mem_map, size); /* whole MiBs of RAM: a multiple of 8 KiB */
	memblock_for_each_free(page_add_ram);
	zero = page_alloc(0, ALLOC_ZERO);
	BUG_ON(!zero);
	sync_instructions(page_address(zero), PAGE_SIZE); /* users may map it executable */
	zero_page_phys = page_to_phys(zero);
	commit_init();
}
