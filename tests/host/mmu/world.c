/* SPDX-License-Identifier: MIT */
/*
 * Making and ending the spaces under test, and what the simulation asks about them.
 */
#include <arm/barrier.h>
#include <arm/irqflags.h>
#include <lib/abi/mman.h>
#include <mm/commit.h>
#include <mm/kernel_table.h>
#include <mm/memblock.h>
#include <string.h>
#include "world.h"

struct space spaces[MAX_SPACES];
struct space *running[CORES];
struct object files[FILES];
struct object device;
uint8_t device_bytes[OBJECT_PAGES];
uint32_t max_spaces = 6;
bool narrow, world_by_regions;

static uint32_t next_serial = 1;
static struct space *owners[RAM_BYTES / 8192]; /* by the place of the first-level table */

/*
 * Addresses at the first and the last page of users, and across a MiB. Between some pages of the first two
 * windows there is just the gap that a stack keeps.
 */
static const uint32_t window_va[WINDOWS] = {
        USER_BASE, 0x000fc000, 0x3fff4000, USER_END - WINDOW_PAGES *PAGE_SIZE};

uint32_t page_va(uint32_t i)
{
	return window_va[i / WINDOW_PAGES] + i % WINDOW_PAGES * PAGE_SIZE;
}

int32_t va_page(uint32_t va)
{
	for (uint32_t w = 0; w < WINDOWS; w++) {
		if (va - window_va[w] < WINDOW_PAGES * PAGE_SIZE)
			return w * WINDOW_PAGES + ((va - window_va[w]) >> PAGE_SHIFT);
	}
	return -1;
}

struct range random_range(void)
{
	uint32_t window = sim_below(WINDOWS), at = sim_below(WINDOW_PAGES);
	uint32_t most = sim_chance(3) ? WINDOW_PAGES - at : 4;
	struct range r = {window * WINDOW_PAGES + at, 1 + sim_below(most)};

	if (narrow)
		return (struct range){sim_below(3), 1 + sim_below(2)};
	if (sim_chance(12)) /* an aligned 64 KiB, which are populated at one go */
		return (struct range){sim_chance(2) ? 0 : ARENA_PAGES - 16, 16};
	if (at + r.count > WINDOW_PAGES)
		r.count = WINDOW_PAGES - at;
	return r;
}

uint32_t range_va(struct range r)
{
	return page_va(r.first);
}

uint32_t range_bytes(struct range r)
{
	return r.count * PAGE_SIZE;
}

void page_unmapped(struct ref_page *page)
{
	*page = (struct ref_page){.mapped = false};
}

bool range_is_free(const struct space *s, struct range r)
{
	uint32_t next = r.first;

	while (next < ARENA_PAGES && !s->pages[next].mapped)
		next++;
	return next == ARENA_PAGES ||
	       page_va(next) >=
	               range_va(r) + range_bytes(r) + (s->pages[next].grows ? STACK_GAP : 0);
}

bool page_is_device(const struct ref_page *page)
{
	return page->object && page->object->is_device;
}

static struct space *owner_of(paddr_t l1)
{
	return l1 - RAM_BASE < RAM_BYTES ? owners[(l1 - RAM_BASE) / 8192] : NULL;
}

static bool about_space(paddr_t l1, struct space_info *info)
{
	const struct space *s = owner_of(l1);

	if (s)
		*info = (struct space_info){.serial = s->serial, .asid = s->mm->context.asid};
	return s;
}

/* PROT_ bits that the regions, or the model, give at va. */
static uint32_t prot_at(struct space *s, uint32_t va)
{
	struct vma *vma = world_by_regions ? vma_find_locked(s->mm, va) : NULL;
	int32_t i = va_page(va);

	if (world_by_regions)
		return vma && vma->start <= va ? vma->flags & VM_ACCESS : 0;
	return i >= 0 && s->pages[i].mapped ? s->pages[i].prot : 0;
}

static uint32_t about_rights(paddr_t l1, uint32_t va)
{
	struct space *s = owner_of(l1);
	uint32_t prot = s ? prot_at(s, va) : 0;

	if (prot && !world_by_regions && page_is_device(&s->pages[va_page(va)]))
		return RIGHT_READ | (prot & PROT_WRITE ? RIGHT_WRITE : 0);
	return (prot ? RIGHT_READ : 0) | (prot & PROT_WRITE ? RIGHT_WRITE : 0) |
	       (prot & PROT_EXEC ? RIGHT_EXECUTE : 0);
}

static uint32_t interesting_address(void)
{
	return page_va(sim_below(narrow ? 4 : ARENA_PAGES));
}

static void file_open(struct vma *vma)
{
	((struct object *)vma->object)->regions++;
}

static void file_close(struct vma *vma)
{
	((struct object *)vma->object)->regions--;
}

const struct vm_ops file_vm_ops = {.open = file_open, .close = file_close};

static int file_readpage(struct address_space *as, struct page *page)
{
	const struct object *file =
	        (const struct object *)((char *)as - offsetof(struct object, as));
	uint8_t *bytes = page_address(page);

	memset(bytes, 0, PAGE_SIZE);
	bytes[PROBE] = page->index < OBJECT_PAGES ? file->bytes[page->index] : 0;
	return 0;
}

static const struct address_space_ops file_as_ops = {.readpage = file_readpage};

static void files_start(void)
{
	for (int i = 0; i < FILES; i++) {
		files[i].is_file = true;
		address_space_init(&files[i].as, &file_as_ops);
		files[i].size = files[i].as.size = (8 + 8 * i) * PAGE_SIZE;
		for (int n = 0; n < 8 + 8 * i; n++)
			files[i].bytes[n] = 0x40 + n;
	}
}

static void device_start(void)
{
	device = (struct object){.is_device = true, .size = OBJECT_PAGES * PAGE_SIZE};
	for (int n = 0; n < OBJECT_PAGES; n++)
		device.bytes[n] = device_bytes[n] = 0xd0 ^ n;
}

/* The table as boot/start.S leaves it: a linear map with a guess of a base, and the image by page. */
static void boot_tables(void)
{
	const paddr_t tables = IMAGE_PHYS + KERNEL_L1 - KERNEL_BASE + L1_SIZE;
	pte_t *l1 = (pte_t *)(uintptr_t)KERNEL_L1, *image = l1 + L1_SIZE / sizeof(pte_t);

	for (uint32_t i = 0; i < RAM_BYTES >> SECTION_SHIFT; i++)
		l1[L1_INDEX(LINEAR_BASE) + i] =
		        (IMAGE_PHYS + i * SECTION_BYTES) ^ 0x00400000u ^ SECTION_KERNEL_DATA;
	for (uint32_t i = 0; i < 16; i++)
		l1[L1_INDEX(KERNEL_BASE) + i] = (tables + i * L2_SIZE) | L1_TABLE_KERNEL;
	for (uint32_t i = 0; i < IMAGE_RESERVED >> PAGE_SHIFT; i++)
		image[i] = (IMAGE_PHYS + i * PAGE_SIZE) | PTE_KERNEL_DATA;
	sim_focus(LINEAR_BASE, RAM_BYTES);
	for (int i = 0; i < 20; i++)
		dmb_sy(); /* time to speculate */
}

void world_start(uint64_t seed)
{
	static const struct sim_ops ops = {about_space, about_rights, interesting_address};

	sim_start(seed, &ops);
	sim_note("boot");
	sim_poison((void *)(uintptr_t)(LINEAR_BASE + IMAGE_RESERVED), RAM_BYTES - IMAGE_RESERVED);
	boot_tables();
	kernel_table_init((pte_t *)(uintptr_t)KERNEL_L1, IMAGE_PHYS);
	memblock_add(RAM_BASE, RAM_BYTES);
	memblock_reserve(IMAGE_PHYS, IMAGE_RESERVED);
	page_init();
	promise_start();
	sim_check();
	files_start();
	device_start();
}

struct space *space_slot(void)
{
	for (uint32_t i = 0; i < max_spaces; i++) {
		if (!spaces[i].mm)
			return &spaces[i];
	}
	return NULL;
}

void space_adopt(struct space *s, struct mm *mm)
{
	s->mm = mm;
	s->serial = next_serial++;
	owners[(virt_to_phys(mm->l1) - RAM_BASE) / 8192] = s;
}

struct space *space_create(void)
{
	struct space *s = space_slot();
	struct mm *mm = s ? mm_create() : NULL;

	if (!mm)
		return NULL;
	memset(s, 0, sizeof(*s));
	space_adopt(s, mm);
	mm->brk_start = mm->brk = page_va(BRK_WINDOW * WINDOW_PAGES) + 3 * PAGE_SIZE + 8;
	return s;
}

void world_run(unsigned int core, struct space *s)
{
	unsigned int before = sim_core();
	uint32_t flags;

	sim_set_core(core);
	flags = irq_save();
	mm_switch(s ? s->mm : NULL);
	irq_restore(flags);
	running[core] = s;
	sim_check();
	sim_set_core(before);
}

struct space *world_any(void)
{
	uint32_t start = sim_below(max_spaces);

	for (uint32_t i = 0; i < max_spaces; i++) {
		struct space *s = &spaces[(start + i) % max_spaces];

		if (s->mm)
			return s;
	}
	return NULL;
}

struct space *world_current(void)
{
	struct space *s = running[sim_core()];

	if (s)
		return s;
	s = space_slot() ? space_create() : world_any();
	if (s)
		world_run(sim_core(), s);
	return s;
}

void space_end(struct space *s)
{
	paddr_t l1 = virt_to_phys(s->mm->l1);

	for (unsigned int core = 0; core < CORES; core++) {
		if (running[core] == s)
			world_run(core, NULL);
	}
	mm_put(s->mm);
	owners[(l1 - RAM_BASE) / 8192] = NULL;
	s->mm = NULL;
}

void world_end(void)
{
	uint32_t leaks;

	sim_note("the end");
	hooks_fail_at(0, false);
	for (unsigned int core = 0; core < CORES; core++)
		world_run(core, NULL);
	for (int i = 0; i < MAX_SPACES; i++) {
		if (spaces[i].mm)
			space_end(&spaces[i]);
	}
	if (!world_by_regions)
		promise_check();
	if (committed_pages())
		sim_fail("%u pages are promised to nobody", committed_pages());
	for (int i = 0; i < FILES; i++) {
		if (files[i].regions || !LIST_EMPTY(&files[i].as.mappings))
			sim_fail("file %d is still mapped by %d regions", i, files[i].regions);
		pagecache_destroy(&files[i].as);
	}
	if (device.regions)
		sim_fail("the device is still mapped by %d regions", device.regions);
	leaks = hooks_count_leaks();
	if (leaks)
		sim_fail("%u frames or objects are lost", leaks);
}
