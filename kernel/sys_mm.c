/* SPDX-License-Identifier: MIT */
/*
 * The system calls about memory: what they check before mm/ does the work, and files as the
 * source of a mapping.
 */
#include <fs/vfs.h>
#include <kernel/file_map.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/mman.h>
#include <lib/errno.h>
#include <mm/mm.h>

static void file_vma_open(struct vma *vma)
{
	file_get(vma->object);
}

static void file_vma_close(struct vma *vma)
{
	file_put(vma->object);
}

static const struct vm_ops file_vm_ops = {.open = file_vma_open, .close = file_vma_close};

int file_map_request(struct file *file, struct mm_map_request *r)
{
	int err = vfs_mapping(file, &r->as);

	if (err)
		return err;
	r->ops = &file_vm_ops;
	r->object = file;
	return 0;
}

struct file *vma_file(const struct vma *vma)
{
	return vma->ops == &file_vm_ops ? vma->object : NULL;
}

static int check_file_access(const struct file *file, struct mm_map_request *r)
{
	bool shared = (r->flags & MAP_TYPE) != MAP_PRIVATE;

	if (!(file->mode & FMODE_READ))
		return -EACCES;
	if (shared && (r->prot & PROT_WRITE) && !(file->mode & FMODE_WRITE))
		return -EACCES;
	if (shared && (file->mode & FMODE_WRITE))
		r->vm_flags |= VM_MAYWRITE;
	return 0;
}

static long map_file(struct mm_map_request *r, int fd)
{
	struct fd f = fd_get(current()->files, fd);
	long result;

	if (!f.file || (f.file->mode & FMODE_PATH)) {
		fd_put(f);
		return -EBADF;
	}
	result = check_file_access(f.file, r);
	if (!result)
		result = file_map_request(f.file, r);
	if (!result)
		result = mm_map(current()->mm, r);
	fd_put(f);
	return result;
}

static long map_anonymous(struct mm_map_request *r)
{
	long result;

	r->pgoff = 0;
	if ((r->flags & MAP_TYPE) == MAP_PRIVATE)
		return mm_map(current()->mm, r);
	if (!r->length || !PAGE_ALIGN(r->length))
		return r->length ? -ENOMEM : -EINVAL;
	result = shared_anon_create(r);
	if (result)
		return result;
	result = mm_map(current()->mm, r);
	shared_anon_put(r->object);
	return result;
}

#define MAP_UNDERSTOOD                                                                             \
	(MAP_TYPE | MAP_FIXED | MAP_ANONYMOUS | MAP_DENYWRITE | MAP_EXECUTABLE | MAP_NORESERVE |   \
	        MAP_STACK | MAP_POPULATE | MAP_NONBLOCK | MAP_FIXED_NOREPLACE | MAP_UNINITIALIZED)

long sys_mmap2(
        uint32_t addr, uint32_t length, uint32_t prot, uint32_t flags, int fd, uint32_t pgoff)
{
	struct mm_map_request r = {
	        .addr = addr, .length = length, .prot = prot, .flags = flags, .pgoff = pgoff};
	uint32_t type = flags & MAP_TYPE;
	long result;

	if (type != MAP_PRIVATE && type != MAP_SHARED &&
	        (type != MAP_SHARED_VALIDATE || (flags & MAP_ANONYMOUS)))
		return -EINVAL;
	if (flags & ~(uint32_t)MAP_UNDERSTOOD)
		return -EINVAL;
	result = flags & MAP_ANONYMOUS ? map_anonymous(&r) : map_file(&r, fd);
	if (result >= 0 && (flags & (MAP_POPULATE | MAP_NONBLOCK)) == MAP_POPULATE)
		mm_populate(current()->mm, result, PAGE_ALIGN(length));
	return result;
}

long sys_munmap(uint32_t addr, uint32_t length)
{
	return mm_unmap(current()->mm, addr, length);
}

long sys_mprotect(uint32_t addr, uint32_t length, uint32_t prot)
{
	return mm_protect(current()->mm, addr, length, prot);
}

long sys_brk(uint32_t brk)
{
	return mm_brk(current()->mm, brk);
}

long sys_mremap(
        uint32_t addr, uint32_t old_length, uint32_t new_length, uint32_t flags, uint32_t new_addr)
{
	return mm_remap(current()->mm, addr, old_length, new_length, flags, new_addr);
}

long sys_madvise(uint32_t addr, uint32_t length, int advice)
{
	return mm_advise(current()->mm, addr, length, advice);
}

long sys_msync(uint32_t addr, uint32_t length, uint32_t flags)
{
	return mm_sync(current()->mm, addr, length, flags);
}

long sys_mincore(uint32_t addr, uint32_t length, uint8_t __user *vec)
{
	uint8_t bytes[256];
	uint32_t pages = (length >> PAGE_SHIFT) + (PAGE_OFFSET(length) != 0);

	if (addr & ~PAGE_MASK)
		return -EINVAL;
	for (uint32_t done = 0; done < pages;) {
		uint32_t n = pages - done < sizeof(bytes) ? pages - done : sizeof(bytes);
		int err = mm_incore(current()->mm, addr + done * PAGE_SIZE, n * PAGE_SIZE, bytes);

		if (err)
			return err;
		if (copy_to_user(vec + done, bytes, n))
			return -EFAULT;
		done += n;
	}
	return 0;
}
