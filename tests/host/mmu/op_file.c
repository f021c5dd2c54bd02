/* SPDX-License-Identifier: MIT */
/*
 * Files that change while they are mapped, and memory that the kernel reads and writes for a user.
 */
#include <lib/abi/mman.h>
#include <lib/errno.h>
#include <mm/access.h>
#include <string.h>
#include "world.h"

/* Every private copy of what was cut off is gone as well. */
static void model_truncate(struct object *file, loff_t size)
{
	uint32_t first = (size + PAGE_SIZE - 1) >> PAGE_SHIFT;

	for (uint32_t i = 0; i < OBJECT_PAGES; i++) {
		if ((loff_t)i * PAGE_SIZE + PROBE >= size)
			file->bytes[i] = 0;
	}
	for (uint32_t n = 0; n < MAX_SPACES; n++) {
		for (uint32_t i = 0; spaces[n].mm && i < ARENA_PAGES; i++) {
			struct ref_page *p = &spaces[n].pages[i];

			if (p->object == file && p->index >= first)
				p->own = false;
		}
	}
}

void op_truncate(void)
{
	struct object *file = &files[sim_below(FILES)];
	loff_t size = sim_below(OBJECT_PAGES) * PAGE_SIZE;

	if (sim_chance(2) && size + PAGE_SIZE <= OBJECT_PAGES * PAGE_SIZE)
		size += sim_below(PAGE_SIZE);
	sim_note("truncate file %d to 0x%x", (int)(file - files), (uint32_t)size);
	pagecache_truncate(&file->as, size);
	if (size < file->size)
		model_truncate(file, size);
	file->size = size;
}

/* As write(2) does it. */
void op_write_file(void)
{
	struct object *file = &files[sim_below(FILES)];
	uint32_t index = sim_below(OBJECT_PAGES);
	uint8_t byte = sim_random();
	struct page *page;
	int err;

	if ((loff_t)index * PAGE_SIZE + PROBE >= file->size)
		return;
	sim_note("write page %u of file %d", index, (int)(file - files));
	page = pagecache_get(&file->as, index, &err);
	if (!page)
		sim_fail("no page: %d", err);
	memcpy((char *)page_address(page) + PROBE, &byte, 1);
	pagecache_dirtied(page);
	page_put(page);
	file->bytes[index] = byte;
}

int write_byte(struct mm *mm, uint32_t va, uint8_t byte)
{
	int err;
	struct page *page = mm_page_get(mm, va, ACCESS_WRITE, &err);

	if (!page)
		return err;
	memcpy((char *)page_address(page) + PAGE_OFFSET(va), &byte, 1);
	pagecache_dirtied(page);
	page_put(page);
	return 0;
}

/* The kernel's writing and mm_read() of the probe of a page, whether or not the space runs. */
void op_access(void)
{
	struct space *s = world_any();
	uint32_t i = sim_below(ARENA_PAGES), va = page_va(i) + PROBE;
	struct ref_page *p = s ? &s->pages[i] : NULL;
	uint8_t byte = sim_random();
	int want, got;
	bool ok;

	if (!s)
		return;
	sim_note("kernel write at 0x%08x", va);
	sim_focus(va, 1);
	model_grow_down(s, i);
	ok = p->mapped && (p->prot & PROT_WRITE) && !page_is_device(p) &&
	     (p->own || !p->object || (loff_t)p->index * PAGE_SIZE < p->object->size);
	want = s->reaped ? -ENOMEM : ok ? 0 : -EFAULT;
	got = write_byte(s->mm, va, byte);
	if (got != want && !(got == -ENOMEM && promise_lacking(p)))
		sim_fail("gives %d, not %d", got, want);
	if (got)
		return;
	if (p->shared) {
		p->object->bytes[p->index] = byte;
	} else {
		p->own = true;
		p->byte = byte;
	}
	if (mm_read(s->mm, va, &byte, 1))
		sim_fail("cannot be read back");
}

/* cacheflush: afterwards the page is executed as its bytes are. */
void op_sync(void)
{
	struct space *s = world_current();
	uint32_t i = random_range().first;
	paddr_t pa;

	if (!s || s->reaped || !(s->pages[i].prot & PROT_WRITE) || !s->pages[i].mapped)
		return;
	world_touch(i, SIM_WRITE);
	sim_note("cacheflush of 0x%08x", page_va(i));
	if (mm_sync_instructions(s->mm, page_va(i), page_va(i) + PAGE_SIZE))
		return;
	if (sim_access(page_va(i), SIM_READ, &pa) && !sim_is_synced(pa & PTE_BASE))
		sim_fail("the instruction cache is not in step");
}
