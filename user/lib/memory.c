/* SPDX-License-Identifier: MIT */
/*
 * Memory: the heap that malloc grows, and mappings.
 */
#include <errno.h>
#include <unistd.h>
#include <quire.h>
#include "glue.h"

void *_sbrk(ptrdiff_t increment);

/* brk(2) answers with the end of the heap, the old one where it could not move it. */
static uintptr_t heap_end;

int brk(void *addr)
{
	heap_end = (uintptr_t)syscall(SYS_brk, addr);
	if (heap_end >= (uintptr_t)addr)
		return 0;
	errno = ENOMEM;
	return -1;
}

void *_sbrk(ptrdiff_t increment)
{
	uintptr_t old;

	if (!heap_end)
		brk(NULL);
	old = heap_end;
	if (increment && brk((void *)(old + (uintptr_t)increment)))
		return (void *)-1;
	return (void *)old;
}

void *mmap(void *addr, size_t len, int prot, int flags, int fd, off_t offset)
{
	if ((size_t)offset % PAGE_SIZE) {
		errno = EINVAL;
		return MAP_FAILED;
	}
	return (void *)answer(
	        syscall(SYS_mmap2, addr, len, prot, flags, fd, (size_t)offset / PAGE_SIZE));
}

int munmap(void *addr, size_t len)
{
	return answer(syscall(SYS_munmap, addr, len));
}

int mprotect(void *addr, size_t len, int prot)
{
	return answer(syscall(SYS_mprotect, addr, len, prot));
}
