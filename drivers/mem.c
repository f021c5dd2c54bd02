/* SPDX-License-Identifier: MIT */
/*
 * /dev/mem: a program's way to devices that no driver has. As Linux with STRICT_DEVMEM and
 * IO_STRICT_DEVMEM has it (v6.1, drivers/char/mem.c, arch/arm/mm/mmap.c): mmap() gives what is neither
 * RAM nor claimed. read() and write() reach RAM alone, and that is refused, so they give nothing.
 */
#include <drivers/resource.h>
#include <lib/abi/fcntl.h>
#include <lib/abi/mman.h>
#include <lib/chardev.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <mm/mm.h>

#define FRAMES (1u << (32 - PAGE_SHIFT)) /* all that there are without LPAE */

/* Does all of [pos, pos + n) lie in RAM? */
static bool is_ram(loff_t pos, size_t n)
{
	loff_t end = ram_base + ((loff_t)ram_frames << PAGE_SHIFT);

	return pos >= (loff_t)ram_base && pos <= end && (loff_t)n <= end - pos;
}

static ssize_t refuse(loff_t pos, size_t n)
{
	if (!is_ram(pos, n))
		return -EFAULT;
	return n ? -EPERM : 0;
}

static ssize_t read_mem(struct chardev *dev, char __user *buf, size_t n, loff_t *pos, bool nonblock)
{
	(void)dev;
	(void)buf;
	(void)nonblock;
	return *pos > UINT32_MAX ? 0 : refuse(*pos, n);
}

static ssize_t write_mem(
        struct chardev *dev, const char __user *buf, size_t n, loff_t *pos, bool nonblock)
{
	(void)dev;
	(void)buf;
	(void)nonblock;
	return *pos > UINT32_MAX ? -EFBIG : refuse(*pos, n);
}

static loff_t lseek_mem(struct chardev *dev, loff_t pos, loff_t offset, int whence)
{
	(void)dev;
	if (whence == SEEK_CUR)
		offset += pos;
	else if (whence != SEEK_SET)
		return -EINVAL;
	return offset < 0 ? -EOVERFLOW : offset;
}

/* Is any of these frames RAM or a driver's? */
static bool has_owner(uint32_t frame, uint32_t count)
{
	uint32_t ram_frame = ram_base >> PAGE_SHIFT;

	return (frame < ram_frame + ram_frames && frame + count > ram_frame) ||
	       resource_is_claimed(frame << PAGE_SHIFT, count << PAGE_SHIFT);
}

static int mmap_mem(struct chardev *dev, struct mm_map_request *request)
{
	uint32_t count = PAGE_ALIGN(request->length) >> PAGE_SHIFT;

	(void)dev;
	if (!count || request->pgoff + count < count)
		return 0; /* which mm_map() refuses */
	if (request->pgoff >= FRAMES || count > FRAMES - request->pgoff)
		return -EINVAL;
	if (has_owner(request->pgoff, count))
		return -EPERM;
	/* Linux would copy the registers into RAM at the first write: nobody can mean that. */
	if (!(request->flags & MAP_SHARED) && (request->prot & PROT_WRITE))
		return -EACCES;
	request->vm_flags |= VM_PFNMAP;
	return 0;
}

static const struct chardev_ops mem_ops = {
        .read = read_mem, .write = write_mem, .lseek = lseek_mem, .mmap = mmap_mem};

static struct chardev mem_dev = {
        .name = "mem", .major = 1, .minor = 1, .mode = 0600, .rawio = true, .ops = &mem_ops};

void devmem_init(void)
{
	if (chardev_register(&mem_dev))
		panic("mem: device number taken");
}
