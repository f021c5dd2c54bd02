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
	r->ops = &file_vm_ops;
	r->object = file;
	return file->ops->mmap ? file->ops->mmap(file, r) : vfs_mapping(file, &r->as);
}

struct file *vma_file(const struct vma *vma)
{
	return vma->ops == &file_vm_ops ? vma->object : NULL;
}

/*
 * What MAP_SHARED_VALIDATE knows (Linux: LEGACY_MAP_MASK). MAP_SHARED and MAP_PRIVATE do not look: a flag
 * that is not known to them means nothing, as it always did.
 */
#define MAP_KNOWN                                                                                  \
	(MAP_TYPE | MAP_FIXED | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_DENYWRITE | MAP_EXECUTABLE |   \
	        MAP_LOCKED | MAP_NORESERVE | MAP_STACK | MAP_POPULATE | MAP_NONBLOCK |             \
	        MAP_UNINITIALIZED)

static int check_file_access(const struct file *file, struct mm_map_request *r)
{
	bool shared = (r->flags & MAP_TYPE) != MAP_PRIVATE;

	if ((r->flags & MAP_TYPE) == MAP_SHARED_VALIDATE && (r->flags & ~(uint32_t)MAP_KNOWN))
		return -EOPNOTSUPP;
	if (!(file->mode & FMODE_READ))
		return -EACCES;
	if (shared && (r->prot & PROT_WRITE) && !(file->mode & FMODE_WRITE))
		return -EACCES;
	if (shared && (file->mode & FMODE_WRITE))
		r->vm_flags |= VM_MAYWRITE;
	return 0;
}

/* may_write: VM_MAYWRITE, if a shared region may become writable. */
static long map_anonymous(struct mm_map_request *r, uint32_t may_write)
{
	long result;

	if (r->pgoff + (PAGE_ALIGN(r->length) >> PAGE_SHIFT) < r->pgoff)
		return -EOVERFLOW;
	r->pgoff = 0;
	if ((r->flags & MAP_TYPE) == MAP_PRIVATE) {
		if (r->flags & MAP_GROWSDOWN)
			r->vm_flags = VM_GROWSDOWN;
		return mm_map(current()->mm, r);
	}
	if (r->flags & MAP_GROWSDOWN)
		r->refusal = -EINVAL;
	if (r->refusal || !PAGE_ALIGN(r->length))
		return mm_map(current()->mm, r);
	r->vm_flags = may_write;
	result = shared_anon_create(r);
	if (result)
		return result;
	result = mm_map(current()->mm, r);
	shared_anon_put(r->object);
	return result;
}

/* A file that is anonymous memory: /dev/zero. */
static long map_zeros(struct mm_map_request *r)
{
	r->ops = NULL;
	r->object = NULL;
	return map_anonymous(r, r->vm_flags);
}

static long map_file(struct mm_map_request *r, int fd)
{
	struct fd f = fd_get(current()->files, fd);
	long result;

	if (!f.file || (f.file->mode & FMODE_PATH)) {
		fd_put(f);
		return -EBADF;
	}
	if (!r->refusal)
		r->refusal = check_file_access(f.file, r);
	if (!r->refusal)
		r->refusal = file_map_request(f.file, r);
	if (!r->refusal && (r->flags & MAP_GROWSDOWN))
		r->refusal = -EINVAL;
	result = r->flags & MAP_ANONYMOUS ? map_zeros(r) : mm_map(current()->mm, r);
	fd_put(f);
	return result;
}

long sys_mmap2(
        uint32_t addr, uint32_t length, uint32_t prot, uint32_t flags, int fd, uint32_t pgoff)
{
	struct mm_map_request r = {
	        .addr = addr, .length = length, .prot = prot, .flags = flags, .pgoff = pgoff};
	uint32_t type = flags & MAP_TYPE;

	if (type != MAP_PRIVATE && type != MAP_SHARED &&
	        (type != MAP_SHARED_VALIDATE || (flags & MAP_ANONYMOUS)))
		r.refusal = -EINVAL;
	if (flags & MAP_HUGETLB)
		return -EINVAL;
	if (!(flags & MAP_ANONYMOUS))
		return map_file(&r, fd);
	return map_anonymous(&r, VM_MAYWRITE);
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

/* What is locked is faulted in; the errno for what that meets is mlock(2)'s own. */
static long lock_range(uint32_t addr, uint32_t length, uint32_t flags)
{
	struct mm *mm = current()->mm;
	uint32_t start = addr & PAGE_MASK;
	int err = mm_lock_range(mm, addr, length, flags);

	if (err)
		return err;
	err = mm_populate(mm, start, PAGE_ALIGN(length + PAGE_OFFSET(addr)), false);
	return err == -EFAULT ? -ENOMEM : err == -ENOMEM ? -EAGAIN : err;
}

long sys_mlock(uint32_t addr, uint32_t length)
{
	return lock_range(addr, length, VM_LOCKED);
}

long sys_mlock2(uint32_t addr, uint32_t length, uint32_t flags)
{
	if (flags & ~(uint32_t)MLOCK_ONFAULT)
		return -EINVAL;
	return lock_range(addr, length, flags ? VM_LOCKED | VM_LOCKONFAULT : VM_LOCKED);
}

long sys_munlock(uint32_t addr, uint32_t length)
{
	return mm_lock_range(current()->mm, addr, length, 0);
}

long sys_mlockall(uint32_t flags)
{
	uint32_t lock = flags & MCL_ONFAULT ? VM_LOCKED | VM_LOCKONFAULT : VM_LOCKED;
	int err;

	if (!flags || (flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT)) || flags == MCL_ONFAULT)
		return -EINVAL;
	err = mm_lock_all(current()->mm, flags & MCL_CURRENT, flags & MCL_FUTURE, lock);
	if (!err && (flags & MCL_CURRENT))
		mm_populate(current()->mm, 0, USER_END, true);
	return err;
}

long sys_munlockall(void)
{
	return mm_lock_all(current()->mm, true, false, 0);
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
	if (addr > USER_END || length > USER_END - addr)
		return -ENOMEM;
	for (uint32_t done = 0; done < pages;) {
		uint32_t most = pages - done < sizeof(bytes) ? pages - done : sizeof(bytes);
		int n = mm_incore(current()->mm, addr + done * PAGE_SIZE, most, bytes);

		if (n < 0)
			return n;
		if (copy_to_user(vec + done, bytes, n))
			return -EFAULT;
		done += n;
	}
	return 0;
}
