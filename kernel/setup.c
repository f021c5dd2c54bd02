/* SPDX-License-Identifier: MIT */
/*
 * Learning about the machine: from a DTB, or from ATAGs and a DTB of our own for that board.
 */
#include <arm/layout.h>
#include <kernel/builtin_dtb.h>
#include <kernel/setup.h>
#include <lib/atags.h>
#include <lib/cmdline.h>
#include <lib/cpio.h>
#include <lib/dtb.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <lib/unpack.h>
#include <mm/kernel_table.h>
#include <mm/memblock.h>
#include <mm/page.h>
#include <string.h>

#define ATAGS_BYTES 16384

extern char _start[], __image_memory_end[], __initramfs_start[], __initramfs_end[];
extern const uint32_t packed_part[]; /* boot/start.S; the first word: how many bytes */

struct dtb boot_dtb;

static struct atags_info atags;
static paddr_t initrd_start;
static size_t initrd_size;

/* Was any of this lost to the kernel, or to what it needed behind itself to unpack (linker.ld)? */
static bool is_overwritten(paddr_t start, size_t size)
{
	paddr_t image = image_to_phys(_start);
	size_t used = __image_memory_end - _start;

	if (packed_part[0])
		used += packed_part[0] + sizeof(struct unpack_work);
	return start - image < used || image - start < size;
}

/* -- sources of ranges -- */

static void add_dtb_memory(void)
{
	uint64_t addr, size;

	for (int i = 0; dtb_memory(&boot_dtb, i, &addr, &size) == 0; i++)
		memblock_add(addr, size);
}

static void reserve_dtb_ranges(void)
{
	struct dtb_reserved r;
	uint64_t addr, size;

	for (int i = 0; dtb_memreserve(&boot_dtb, i, &addr, &size) == 0; i++)
		memblock_reserve(addr, size);
	for (int i = 0; dtb_reserved_memory(&boot_dtb, i, &r) == 0; i++) {
		if (r.no_map)
			memblock_remove(r.addr, r.size);
		else if (!r.reusable)
			memblock_reserve(r.addr, r.size);
	}
}

static void find_initrd(void)
{
	uint64_t start, end;

	if (atags.initrd_size) {
		initrd_start = atags.initrd_start;
		initrd_size = atags.initrd_size;
	} else if (dtb_chosen_initrd(&boot_dtb, &start, &end) == 0 && end <= UINT32_MAX) {
		initrd_start = start;
		initrd_size = end - start;
	}
	if (initrd_size)
		memblock_reserve(initrd_start, initrd_size);
}

static void limit_memory(void)
{
	char value[32];
	uint64_t limit;

	if (cmdline_find(boot_options.cmdline, "mem", value, sizeof(value)) > 0 &&
	        cmdline_memparse(value, &limit, NULL) == 0)
		memblock_limit(limit);
}

/* -- the two kinds of parameters -- */

static bool open_dtb(paddr_t params)
{
	const void *blob = early_map(params, 8);
	uint32_t size = blob ? dtb_blob_size(blob) : 0;

	if (!size)
		return false;
	blob = early_map(params, size);
	if (!blob)
		panic("the devicetree at 0x%08x claims %u bytes: more than the window of %u",
		        params, size, FIXMAP_DTB_SIZE);
	if (dtb_open(&boot_dtb, blob, size))
		panic("the devicetree at 0x%08x is damaged", params);
	memblock_reserve(params, size);
	boot_options.cmdline = dtb_chosen_bootargs(&boot_dtb);
	add_dtb_memory();
	return true;
}

static void open_atags(uint32_t machine, paddr_t params)
{
	const struct builtin_dtb *own = builtin_dtb_find(machine);
	const void *list = early_map(params, ATAGS_BYTES);

	if ((params & 3) || !list || atags_parse(list, ATAGS_BYTES, &atags))
		panic("neither a devicetree nor ATAGs at 0x%08x (r2)%s", params,
		        is_overwritten(params, 4) ? ": the kernel has unpacked itself there" : "");
	if (!own)
		panic("ATAGs of machine %u (0x%x), for which there is no devicetree", machine,
		        machine);
	if (dtb_open(&boot_dtb, own->start, own->end - own->start))
		panic("the devicetree in the image is damaged");
	pr_info("ATAGs for machine 0x%x: using the image's own devicetree for %s\n", machine,
	        own->name);
	for (int i = 0; i < atags.nmem; i++)
		memblock_add(atags.mem[i].start, atags.mem[i].size);
	if (!atags.nmem)
		add_dtb_memory();
	boot_options.cmdline = atags.cmdline;
}

void setup_memory(uint32_t machine, uint32_t params)
{
	const char *model;

	if (!params)
		panic("the boot loader gave neither a devicetree nor ATAGs (r2 = 0)");
	if (!open_dtb(params))
		open_atags(machine, params);
	if (!boot_options.cmdline)
		boot_options.cmdline = "";
	model = dtb_string(&boot_dtb, DTB_ROOT, "model");
	pr_info("machine: %s\n", model ? model : dtb_string(&boot_dtb, DTB_ROOT, "compatible"));
	if (!memblock_end())
		panic("the devicetree names no memory");
	limit_memory();
	reserve_dtb_ranges();
	memblock_reserve(image_to_phys(_start), __image_memory_end - _start);
	/* A Pi's armstub lies in the first page and the other cores wait in it. */
	memblock_reserve(0, PAGE_SIZE);
	find_initrd();
	page_init();
	pr_info("memory: %u MiB at 0x%08x, %u KiB free\n", ram_frames >> (20 - PAGE_SHIFT),
	        ram_base, page_free_count() * (PAGE_SIZE / 1024));
}

/* -- initrd -- */

/*
 * Why the boot loader's initrd cannot be used; NULL if it can be tried. U-Boot, started with
 * -kernel, names one that it never loaded: what does not even begin like an archive is no initrd.
 */
static const char *initrd_fault(void)
{
	struct cpio archive;
	struct cpio_entry first;

	if (!phys_is_linear(initrd_start, initrd_size))
		return "is not in memory that the kernel maps";
	if (is_overwritten(initrd_start, initrd_size))
		return "is where the kernel has unpacked itself";
	cpio_open(&archive, phys_to_virt(initrd_start), initrd_size);
	return cpio_next(&archive, &first) == -EINVAL ? "is no cpio archive" : NULL;
}

const void *setup_initrd(size_t *size)
{
	if (initrd_size) {
		const char *fault = initrd_fault();

		*size = initrd_size;
		if (!fault)
			return phys_to_virt(initrd_start);
		pr_err("initrd at 0x%08x, %u bytes, %s: using the image's own files\n",
		        initrd_start, (unsigned int)initrd_size, fault);
		initrd_size = 0;
	}
	*size = __initramfs_end - __initramfs_start;
	return __initramfs_start;
}

void setup_free_initrd(void)
{
	char *end = __initramfs_start + PAGE_ALIGN(__initramfs_end - __initramfs_start);

	image_free(__initramfs_start, end);
	if (initrd_size)
		page_add_ram(initrd_start, initrd_start + initrd_size);
}
