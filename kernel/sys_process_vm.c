/* SPDX-License-Identifier: MIT */
/*
 * process_vm_readv(2) and process_vm_writev(2): between the caller's memory and another process's.
 */
#include "proc_files.h"
#include <fs/uio.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/errno.h>
#include <mm/access.h>
#include <mm/pagecache.h>

/* Within a page of the other space: bytes moved, fewer than n where an address of either side was bad. */
static size_t move_part(struct mm *mm, uint32_t addr, struct uio *uio, size_t n, bool write)
{
	int err;
	struct page *page = mm_page_get(mm, addr, write ? ACCESS_WRITE : ACCESS_READ, &err);
	uint8_t *bytes;

	if (!page)
		return 0;
	bytes = (uint8_t *)page_address(page) + PAGE_OFFSET(addr);
	if (write) {
		n = uio_copy_in(uio, bytes, n);
		pagecache_dirtied(page);
	} else {
		n = uio_copy_out(uio, bytes, n);
	}
	page_put(page);
	return n;
}

/* One buffer of the other process. False if it went wrong on the way. */
static bool move_buffer(struct mm *mm, const struct uio_seg *remote, struct uio *uio, bool write)
{
	uint32_t addr = (uint32_t)remote->base;
	size_t left = remote->len;

	while (left && uio->resid) {
		size_t part = PAGE_SIZE - PAGE_OFFSET(addr), moved;

		if (part > left)
			part = left;
		if (part > uio->resid)
			part = uio->resid;
		moved = move_part(mm, addr, uio, part, write);
		if (moved < part)
			return false;
		addr += part;
		left -= part;
	}
	return true;
}

/* Bytes moved, also where it could not go on; -EFAULT if that was at once. */
static long move_all(struct mm *mm, const struct uio_import *remote, unsigned int count,
        struct uio *uio, bool write)
{
	size_t all = uio->resid;
	bool good = true;

	for (unsigned int i = 0; i < count && uio->resid && good; i++)
		good = move_buffer(mm, &remote->segs[i], uio, write);
	return uio->resid == all && !good ? -EFAULT : (long)(all - uio->resid);
}

/* The space of a process that the caller may look into; NULL with *err. */
static struct mm *space_of(pid_t pid, int *err)
{
	struct task *t = task_find(pid);
	struct mm *mm;

	*err = -ESRCH;
	if (!t)
		return NULL;
	mm = proc_mm_get(t, err);
	task_put(t);
	if (!mm)
		*err = *err ? -EPERM : -ESRCH;
	return mm;
}

static long process_vm(
        pid_t pid, struct uio *uio, const void __user *iov, unsigned int count, bool write)
{
	struct uio_import remote;
	ssize_t total = uio_import(&remote, iov, count);
	struct mm *mm;
	int err;

	if (total <= 0) {
		if (!total)
			uio_import_end(&remote);
		return total;
	}
	mm = space_of(pid, &err);
	if (mm) {
		total = move_all(mm, &remote, count, uio, write);
		mm_put(mm);
	}
	uio_import_end(&remote);
	return mm ? total : err;
}

static long process_vm_rw(pid_t pid, const void __user *local, unsigned int nlocal,
        const void __user *remote, unsigned int nremote, uint32_t flags, bool write)
{
	struct uio_import im;
	ssize_t ret;

	if (flags)
		return -EINVAL;
	ret = uio_import(&im, local, nlocal);
	if (ret < 0)
		return ret;
	if (ret) {
		struct uio uio = {.seg = im.segs, .resid = ret};

		ret = process_vm(pid, &uio, remote, nremote, write);
	}
	uio_import_end(&im);
	return ret;
}

long sys_process_vm_readv(pid_t pid, const void __user *local, unsigned int nlocal,
        const void __user *remote, unsigned int nremote, uint32_t flags)
{
	return process_vm_rw(pid, local, nlocal, remote, nremote, flags, false);
}

long sys_process_vm_writev(pid_t pid, const void __user *local, unsigned int nlocal,
        const void __user *remote, unsigned int nremote, uint32_t flags)
{
	return process_vm_rw(pid, local, nlocal, remote, nremote, flags, true);
}
