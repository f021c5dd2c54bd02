/* SPDX-License-Identifier: MIT */
/* Acts that change what an address space is meant to be. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "failnth.h"

#define PA (MAP_PRIVATE | MAP_ANONYMOUS)

/* It may have to cut a region in two, and fail with that. */
static int unmap(char *p, size_t size)
{
	int ret = stopped(munmap(p, size));

	if (ret)
		munmap(p, size);
	return stopped(ret);
}

/* Maps 40 pages, writes to some, and unmaps them. */
static int map_and_back(int prot, int flags, int fd)
{
	char *p = mmap(NULL, 40 * PAGE, prot, flags, fd, 0);

	if (p == MAP_FAILED)
		return -1;
	if (prot & PROT_WRITE)
		p[0] = p[17 * PAGE] = 1;
	return unmap(p, 40 * PAGE);
}

static int act_mmap(void)
{
	return map_and_back(RW, PA, -1);
}

static int act_mmap_none(void)
{
	return map_and_back(PROT_NONE, PA | MAP_NORESERVE, -1);
}

static int act_mmap_populate(void)
{
	return map_and_back(RW, PA | MAP_POPULATE, -1);
}

static int act_mmap_locked(void)
{
	return map_and_back(RW, PA | MAP_LOCKED, -1);
}

static int act_mmap_stack(void)
{
	return map_and_back(RW, PA | MAP_GROWSDOWN, -1);
}

static int act_mmap_shared(void)
{
	return map_and_back(RW, MAP_SHARED | MAP_ANONYMOUS, -1);
}

static int act_mmap_shared_populate(void)
{
	return map_and_back(RW, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1);
}

static int act_mmap_shared_noreserve(void)
{
	return map_and_back(RW, MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1);
}

static int map_file(int flags)
{
	int ret = ftruncate(file, 40 * PAGE);

	if (!ret)
		ret = map_and_back(RW, flags, file);
	stopped(ret);
	ftruncate(file, 0);
	return stopped(ret);
}

static int act_map_file(void)
{
	return map_file(MAP_SHARED);
}

static int act_map_file_private(void)
{
	return map_file(MAP_PRIVATE);
}

static int act_map_file_populate(void)
{
	return map_file(MAP_SHARED | MAP_POPULATE);
}

static int act_map_file_private_populate(void)
{
	return map_file(MAP_PRIVATE | MAP_POPULATE);
}

static int map_device(const char *path, int flags)
{
	int fd = open(path, O_RDWR), ret;

	if (fd < 0)
		return -1;
	ret = stopped(map_and_back(RW, flags, fd));
	close(fd);
	return ret;
}

static int act_map_zero(void)
{
	return map_device("/dev/zero", MAP_PRIVATE);
}

static int act_map_zero_shared(void)
{
	return map_device("/dev/zero", MAP_SHARED);
}

/* In the middle of another: three regions become of one, if it fails there may be a hole. */
static int act_mmap_fixed(void)
{
	char *p = mmap(region + 3 * PAGE, PAGE, PROT_READ, PA | MAP_FIXED, -1, 0);
	int ret = stopped(p == MAP_FAILED ? -1 : 0);

	mmap(region + 3 * PAGE, PAGE, RW, PA | MAP_FIXED, -1, 0);
	region[3 * PAGE] = 1;
	return stopped(ret);
}

/* Cuts the region in three and joins it again; a cut that fails may leave one of the two. */
static int act_mprotect(void)
{
	int ret = stopped(mprotect(region + 2 * PAGE, PAGE, PROT_READ));

	mprotect(region, 8 * PAGE, RW);
	return stopped(ret);
}

/* Over a region and parts of its neighbours. */
static int act_mprotect_three(void)
{
	char *p = mmap(NULL, 12 * PAGE, RW, PA, -1, 0);
	int ret = p == MAP_FAILED;

	if (ret)
		return -1;
	ret = mprotect(p + 4 * PAGE, 4 * PAGE, PROT_READ) ||
	      mprotect(p + 2 * PAGE, 8 * PAGE, PROT_NONE);
	stopped(ret);
	munmap(p, 12 * PAGE);
	return stopped(ret ? -1 : 0);
}

static int act_mlock(void)
{
	int ret = stopped(mlock(region + 2 * PAGE, PAGE));

	munlock(region, 8 * PAGE);
	return stopped(ret);
}

static int act_munlock(void)
{
	int ret = mlock(region, 8 * PAGE) || munlock(region + 2 * PAGE, PAGE);

	stopped(ret);
	munlock(region, 8 * PAGE);
	return stopped(ret ? -1 : 0);
}

static int act_mlock_untouched(void)
{
	char *p = mmap(NULL, 20 * PAGE, RW, PA, -1, 0);
	int ret;

	if (p == MAP_FAILED)
		return -1;
	ret = stopped(mlock(p, 20 * PAGE));
	munmap(p, 20 * PAGE);
	return stopped(ret);
}

static int act_mlockall(void)
{
	int ret = mlockall(MCL_FUTURE);

	if (!ret)
		ret = map_and_back(RW, PA, -1);
	stopped(ret);
	munlockall();
	return stopped(ret);
}

static int advise(int advice, int back)
{
	int ret = madvise(region + 2 * PAGE, PAGE, advice);

	if (ret && errno == EAGAIN) /* that is how it says it (Linux: mm/madvise.c) */
		errno = ENOMEM;
	stopped(ret);
	madvise(region, 8 * PAGE, back);
	memset(region, 1, 8 * PAGE);
	return stopped(ret);
}

static int act_madvise_dontfork(void)
{
	return advise(MADV_DONTFORK, MADV_DOFORK);
}

static int act_madvise_random(void)
{
	return advise(MADV_RANDOM, MADV_NORMAL);
}

static int act_madvise_free(void)
{
	int ret = stopped(madvise(region + PAGE, 3 * PAGE, MADV_FREE));

	memset(region, 1, 8 * PAGE);
	return stopped(ret);
}

static int act_madvise_populate(void)
{
	int ret;

	madvise(region, 8 * PAGE, MADV_DONTNEED);
	ret = stopped(madvise(region, 8 * PAGE, 23 /* MADV_POPULATE_WRITE */));
	memset(region, 1, 8 * PAGE);
	return stopped(ret);
}

static int act_unmap_middle(void)
{
	int ret = stopped(munmap(region + 3 * PAGE, PAGE));

	mmap(region + 3 * PAGE, PAGE, RW, PA | MAP_FIXED, -1, 0);
	region[3 * PAGE] = 1;
	return stopped(ret);
}

static int remap(bool fixed, size_t pages)
{
	char *p = mmap(NULL, 2 * PAGE, RW, PA, -1, 0), *q;
	int ret;

	if (p == MAP_FAILED)
		return -1;
	p[0] = 'a';
	q = fixed ? mremap(p, 2 * PAGE, pages * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED,
	                    (char *)0x20000000)
	          : mremap(p, 2 * PAGE, pages * PAGE, MREMAP_MAYMOVE);
	if (q == MAP_FAILED) {
		stopped(-1);
		ret = p[0] == 'a';
		munmap(p, 2 * PAGE);
		stopped(-1);
		if (!ret)
			errno = EILSEQ; /* it is not what it was */
		return -1;
	}
	ret = stopped(q[0] == 'a' ? 0 : -1);
	munmap(q, pages * PAGE);
	return ret;
}

static int act_mremap(void)
{
	return remap(false, 600);
}

static int act_mremap_fixed(void)
{
	return remap(true, 300);
}

/* Only a part of a region moves. */
static int act_mremap_middle(void)
{
	char *p = mmap(NULL, 8 * PAGE, RW, PA, -1, 0), *q;
	int ret;

	if (p == MAP_FAILED)
		return -1;
	p[3 * PAGE] = 'b';
	q = mremap(p + 3 * PAGE, PAGE, 3 * PAGE, MREMAP_MAYMOVE);
	ret = stopped(q == MAP_FAILED || q[0] != 'b' ? -1 : 0);
	if (q != MAP_FAILED)
		munmap(q, 3 * PAGE);
	munmap(p, 8 * PAGE);
	return stopped(ret);
}

/* The pages go, the region stays. */
static int act_mremap_dontunmap(void)
{
	char *p = mmap(NULL, 4 * PAGE, RW, PA, -1, 0), *q;
	int ret;

	if (p == MAP_FAILED)
		return -1;
	p[0] = p[3 * PAGE] = 'c';
	q = mremap(p, 4 * PAGE, 4 * PAGE, MREMAP_MAYMOVE | 4 /* MREMAP_DONTUNMAP */);
	ret = stopped(q == MAP_FAILED || q[0] != 'c' || p[0] ? -1 : 0);
	if (q != MAP_FAILED)
		munmap(q, 4 * PAGE);
	munmap(p, 4 * PAGE);
	return stopped(ret);
}

/* A second mapping of the same. */
static int act_mremap_duplicate(void)
{
	char *p = mmap(NULL, 4 * PAGE, RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0), *q;
	int ret;

	if (p == MAP_FAILED)
		return -1;
	q = mremap(p, 0, 4 * PAGE, MREMAP_MAYMOVE);
	if (q != MAP_FAILED)
		p[PAGE] = 'd';
	ret = stopped(q == MAP_FAILED || q[PAGE] != 'd' ? -1 : 0);
	if (q != MAP_FAILED)
		munmap(q, 4 * PAGE);
	munmap(p, 4 * PAGE);
	return stopped(ret);
}

static int act_mremap_shrink(void)
{
	char *p = mmap(NULL, 8 * PAGE, RW, PA, -1, 0);
	int ret;

	if (p == MAP_FAILED)
		return -1;
	p[0] = p[7 * PAGE] = 1;
	ret = mremap(p, 8 * PAGE, 2 * PAGE, 0) == MAP_FAILED ? -1 : 0;
	stopped(ret);
	munmap(p, 8 * PAGE);
	return stopped(ret);
}

static int act_brk(void)
{
	char *p = sbrk(16 * PAGE);

	if (p == (char *)-1)
		return -1;
	p[9 * PAGE] = 1;
	brk(p);
	errno = ENOMEM; /* brk() of the C library does not know */
	if (stopped(sbrk(0) == p ? 0 : -1) == 0)
		return 0;
	brk(p);
	return stopped(-1);
}

static int act_mincore(void)
{
	unsigned char vec[8];

	return mincore(region, 8 * PAGE, vec) || msync(region, 8 * PAGE, MS_SYNC) ? -1 : 0;
}

const struct act memory_acts[] = {
        {"mmap", act_mmap},
        {"mmap nothing", act_mmap_none},
        {"mmap populate", act_mmap_populate},
        {"mmap locked", act_mmap_locked},
        {"mmap growsdown", act_mmap_stack},
        {"mmap shared", act_mmap_shared},
        {"shared populate", act_mmap_shared_populate},
        {"shared noreserve", act_mmap_shared_noreserve},
        {"mmap fixed", act_mmap_fixed},
        {"map file", act_map_file},
        {"map file private", act_map_file_private},
        {"file populate", act_map_file_populate},
        {"private populate", act_map_file_private_populate},
        {"map /dev/zero", act_map_zero},
        {"zero shared", act_map_zero_shared},
        {"mprotect", act_mprotect},
        {"mprotect three", act_mprotect_three},
        {"mlock", act_mlock},
        {"munlock", act_munlock},
        {"mlock untouched", act_mlock_untouched},
        {"mlockall", act_mlockall},
        {"madvise dontfork", act_madvise_dontfork},
        {"madvise random", act_madvise_random},
        {"madvise free", act_madvise_free},
        {"madvise populate", act_madvise_populate},
        {"unmap the middle", act_unmap_middle},
        {"mremap", act_mremap},
        {"mremap fixed", act_mremap_fixed},
        {"mremap middle", act_mremap_middle},
        {"mremap dontunmap", act_mremap_dontunmap},
        {"mremap duplicate", act_mremap_duplicate},
        {"mremap shrink", act_mremap_shrink},
        {"brk", act_brk},
        {"mincore", act_mincore},
        {0},
};
