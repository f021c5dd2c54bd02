/* SPDX-License-Identifier: MIT */
/*
 * Tests of regions: where they are put, how they split and join, how stacks grow, what wild
 * arguments give, and what is left when memory runs out at every possible place.
 */
#include "host.h"
#include <lib/abi/mman.h>
#include <lib/errno.h>
#undef TIMER_ABSTIME
#include <lib/abi/resource.h>
#include <mm/hooks.h>
#include "mmu/world.h"

#define RW (PROT_READ | PROT_WRITE)

static struct mm *mm;

static int setup(void **state)
{
	mm = mm_create();
	return mm == NULL;
}

static int teardown(void **state)
{
	mm_put(mm);
	return hooks_count_leaks();
}

static long map(uint32_t addr, uint32_t length, uint32_t prot, uint32_t flags)
{
	struct mm_map_request r = {
	        .addr = addr, .length = length, .prot = prot, .flags = flags | MAP_PRIVATE};

	return mm_map(mm, &r);
}

static long map_fixed(uint32_t addr, uint32_t length)
{
	return map(addr, length, RW, MAP_FIXED);
}

/* What if addresses and lengths wrap, are not aligned, or reach into the kernel? */
static void wild_map(void **state)
{
	struct mm_map_request r = {.length = PAGE_SIZE, .flags = MAP_PRIVATE, .pgoff = 0xffffffff};

	assert_int_equal(map(0, 0, RW, 0), -EINVAL);
	assert_int_equal(map(0, 0xffffffff, RW, 0), -ENOMEM);
	assert_int_equal(map(0, 0xfffff000, RW, 0), -ENOMEM);
	assert_int_equal(map(0, USER_END + 1, RW, 0), -ENOMEM);
	assert_int_equal(map(0, USER_END, RW, 0), -ENOMEM);
	assert_int_equal(map_fixed(0x20001, PAGE_SIZE), -EINVAL);
	assert_int_equal(map_fixed(0, PAGE_SIZE), -EPERM);
	assert_int_equal(map_fixed(MMAP_MIN_ADDR - PAGE_SIZE, PAGE_SIZE), -EPERM);
	assert_int_equal(map_fixed(USER_END, PAGE_SIZE), -ENOMEM);
	assert_int_equal(map_fixed(USER_END - PAGE_SIZE, PAGE_SIZE + 1), -ENOMEM);
	assert_int_equal(map_fixed(0xfffff000, 0x2000), -ENOMEM);
	assert_int_equal(map_fixed(0x20000, 0xfffff000), -ENOMEM);
	assert_int_equal(mm_map(mm, &r), -EOVERFLOW);
	assert_int_equal(mm->map_count + mm->total_vm, 0);
	assert_int_equal(map_fixed(USER_END - PAGE_SIZE, PAGE_SIZE), USER_END - PAGE_SIZE);
}

static void wild_unmap(void **state)
{
	assert_int_equal(map_fixed(0x20000, 0x4000), 0x20000);
	assert_int_equal(mm_unmap(mm, 0x20001, 0x1000), -EINVAL);
	assert_int_equal(mm_unmap(mm, 0x20000, 0), -EINVAL);
	assert_int_equal(mm_unmap(mm, 0x20000, 0xffffffff), -EINVAL);
	assert_int_equal(mm_unmap(mm, 0x20000, USER_END), -EINVAL);
	assert_int_equal(mm_unmap(mm, USER_END, 0x1000), -EINVAL);
	assert_int_equal(mm_unmap(mm, 0xfffff000, 0x1000), -EINVAL);
	assert_int_equal(mm_unmap(mm, 0x40000, 0x1000), 0); /* nothing there */
	assert_int_equal(mm->total_vm, 4);
	assert_int_equal(mm_unmap(mm, 0, USER_END), 0);
	assert_int_equal(mm->map_count + mm->total_vm, 0);
}

static void wild_protect(void **state)
{
	assert_int_equal(map_fixed(0x20000, 0x4000), 0x20000);
	assert_int_equal(mm_protect(mm, 0x20001, 0x1000, RW), -EINVAL);
	assert_int_equal(mm_protect(mm, 0x20000, 0x1000, 0x100), -EINVAL);
	assert_int_equal(mm_protect(mm, 0x20000, 0, PROT_READ), 0);
	assert_int_equal(mm_protect(mm, 0x20000, 0xffffffff, PROT_READ), -ENOMEM);
	assert_int_equal(mm_protect(mm, 0x20000, 0xfffe0000, PROT_READ), -ENOMEM);
	assert_int_equal(mm_protect(mm, 0xc0000000, 0x1000, PROT_READ), -ENOMEM);
	assert_int_equal(mm_protect(mm, 0x1f000, 0x2000, PROT_READ), -ENOMEM);
	assert_int_equal(mm->map_count, 1);
	assert_int_equal(vma_find_locked(mm, 0x20000)->flags & VM_ACCESS, VM_READ | VM_WRITE);
	/* A hole behind: what comes before it changes, as in Linux. */
	assert_int_equal(mm_protect(mm, 0x22000, 0x4000, PROT_READ), -ENOMEM);
	assert_int_equal(vma_find_locked(mm, 0x22000)->flags & VM_ACCESS, VM_READ);
}

static void wild_faults(void **state)
{
	assert_int_equal(mm_fault(mm, 0, ACCESS_READ), MM_FAULT_MAPERR);
	assert_int_equal(mm_fault(mm, USER_END, ACCESS_READ), MM_FAULT_MAPERR);
	assert_int_equal(mm_fault(mm, LINEAR_BASE + 0x100000, ACCESS_WRITE), MM_FAULT_MAPERR);
	assert_int_equal(mm_fault(mm, 0xffffffff, ACCESS_EXECUTE), MM_FAULT_MAPERR);
	assert_int_equal(mm->table_bytes, 2 * PAGE_SIZE);
}

/* Do neighbours of the same kind become one region, and come apart where they differ? */
static void joins_and_splits(void **state)
{
	map_fixed(0x20000, 0x1000);
	map_fixed(0x22000, 0x1000);
	assert_int_equal(mm->map_count, 2);
	map_fixed(0x21000, 0x1000);
	assert_int_equal(mm->map_count, 1);
	assert_int_equal(mm_protect(mm, 0x21000, 0x1000, PROT_READ), 0);
	assert_int_equal(mm->map_count, 3);
	assert_int_equal(mm_protect(mm, 0x21000, 0x1000, RW), 0);
	assert_int_equal(mm->map_count, 1);
	assert_int_equal(mm_unmap(mm, 0x21000, 0x1000), 0);
	assert_int_equal(mm->map_count, 2);
	assert_int_equal(mm->total_vm, 2);
	map_fixed(0x1f000, 0x6000); /* over both */
	assert_int_equal(mm->map_count, 1);
	assert_int_equal(mm->total_vm, 6);
}

/* Are regions placed from the top down, at a hint if it is free, and never on top of each other? */
static void placement(void **state)
{
	long a = map(0, 0x3000, RW, 0), b = map(0, 0x1000, PROT_READ, 0), c;

	assert_int_equal(a, mm->mmap_base - 0x3000);
	assert_int_equal(b, a - 0x1000);
	assert_int_equal(mm_unmap(mm, a + 0x1000, 0x1000), 0);
	assert_int_equal(map(0, 0x1000, RW, 0), a + 0x1000);
	assert_int_equal(map(0x5000123, 0x1000, RW, 0), 0x5000000);
	c = map(0x5000000, 0x1000, RW, 0);
	assert_true(c > 0 && c != 0x5000000);
	assert_int_equal(map(0x1000, 0x1000, RW, 0), MMAP_MIN_ADDR);
	assert_true(map(USER_END - 0x1000, 0x2000, RW, 0) > 0);
	assert_true(map(0xfffff000, 0x2000, RW, 0) > 0);
	assert_int_equal(map(0x5000000, 0x1000, RW, MAP_FIXED_NOREPLACE), -EEXIST);
	assert_int_equal(map(0x4fff000, 0x1001, RW, MAP_FIXED_NOREPLACE), -EEXIST);
	assert_int_equal(map(0x4fff000, 0x1000, RW, MAP_FIXED_NOREPLACE), 0x4fff000);
}

/* What if the address space is full? */
static void full_space(void **state)
{
	uint32_t rest = 0;

	for (uint32_t size = 0x40000000; size >= PAGE_SIZE; size >>= 1) {
		while (map(0, size, RW, 0) > 0)
			rest += size;
	}
	assert_int_equal(map(0, 1, RW, 0), -ENOMEM);
	assert_int_equal(rest, mm->total_vm << PAGE_SHIFT);
	assert_true(rest >= 0x7fe00000);
	assert_int_equal(mm_unmap(mm, 0x30000000, PAGE_SIZE), 0);
	assert_int_equal(map(0, 1, RW, 0), 0x30000000);
}

static const struct rlimit *stack_limit(void)
{
	static struct rlimit limits[RLIM_NLIMITS];

	for (int i = 0; i < RLIM_NLIMITS; i++)
		limits[i].rlim_cur = i == RLIMIT_STACK ? 0x800000 : RLIM_INFINITY;
	return limits;
}

static bool anybody(void)
{
	return true;
}

static const struct mm_hooks small_stacks = {.limits = stack_limit, .privileged = anybody};

static void grow_stack(void **state)
{
	struct mm_map_request r = {.addr = 0x60000000,
	        .length = 0x1000,
	        .prot = RW,
	        .flags = MAP_PRIVATE | MAP_FIXED,
	        .vm_flags = VM_GROWSDOWN};

	assert_int_equal(mm_map(mm, &r), 0x60000000);
	mm_hooks_register(&small_stacks);
	assert_int_equal(mm_fault(mm, 0x5fffffff, ACCESS_WRITE), MM_FAULT_OK);
	assert_int_equal(mm_fault(mm, 0x5ff00000, ACCESS_READ), MM_FAULT_OK); /* a large frame */
	assert_int_equal(mm->total_vm, 0x101);
	assert_int_equal(mm_fault(mm, 0x60001000 - 0x800001, ACCESS_WRITE), MM_FAULT_MAPERR);
	assert_int_equal(mm_fault(mm, 0x60001000 - 0x800000, ACCESS_WRITE), MM_FAULT_OK);
	mm_hooks_register(NULL);
	assert_int_equal(mm->map_count, 1);
}

/* Does a stack keep its distance from what lies below, and others from it? */
static void stack_gap(void **state)
{
	struct mm_map_request r = {.addr = 0x60000000,
	        .length = 0x1000,
	        .prot = RW,
	        .flags = MAP_PRIVATE | MAP_FIXED,
	        .vm_flags = VM_GROWSDOWN};
	uint32_t below = 0x5fe00000;

	assert_int_equal(mm_map(mm, &r), 0x60000000);
	assert_int_equal(map_fixed(below, 0x1000), below);
	assert_int_equal(mm_fault(mm, below + 0x1000 + STACK_GAP, ACCESS_WRITE), MM_FAULT_OK);
	assert_int_equal(mm_fault(mm, below + STACK_GAP, ACCESS_WRITE), MM_FAULT_MAPERR);
	assert_int_equal(mm_protect(mm, below, 0x1000, PROT_NONE),
	        0); /* a guard page of the program's own */
	assert_int_equal(mm_fault(mm, below + STACK_GAP, ACCESS_WRITE), MM_FAULT_OK);
	assert_int_not_equal(
	        map(below + STACK_GAP - 0x1000, 0x1000, RW, 0), below + STACK_GAP - 0x1000);
}

static void heap(void **state)
{
	mm->brk_start = mm->brk = 0x100010;
	assert_int_equal(mm_brk(mm, 0), 0x100010);
	assert_int_equal(mm_brk(mm, 0x10000f), 0x100010);
	assert_int_equal(mm_brk(mm, 0x100800), 0x100800);
	assert_int_equal(mm->total_vm, 0);
	assert_int_equal(mm_brk(mm, 0x103001), 0x103001);
	assert_int_equal(mm->total_vm, 3);
	assert_int_equal(mm_brk(mm, 0xffffffff), 0x103001);
	assert_int_equal(mm_brk(mm, USER_END + 1), 0x103001);
	assert_int_equal(map_fixed(0x105000, 0x1000), 0x105000);
	assert_int_equal(mm_brk(mm, 0x105001), 0x103001);
	assert_int_equal(mm_brk(mm, 0x105000), 0x105000);
	assert_int_equal(mm_brk(mm, 0x100010), 0x100010);
	assert_int_equal(mm->total_vm, 1);
}

/* A little of everything in the space, to copy and to take down. */
static void furnish(void)
{
	mm->brk_start = mm->brk = 0x100000;
	mm_brk(mm, 0x104000);
	map_fixed(0x20000, 0x4000);
	map_fixed(0x700000, 0x200000);
	mm_protect(mm, 0x21000, 0x1000, PROT_READ);
	for (uint32_t va = 0x20000; va < 0x24000; va += PAGE_SIZE)
		mm_fault(mm, va, ACCESS_WRITE);
	mm_fault(mm, 0x101000, ACCESS_READ);
	mm_fault(mm, 0x8ff000, ACCESS_WRITE);
}

static long try_map_over(void)
{
	return map_fixed(0x21000, 0x2000) < 0 ? -ENOMEM : 0;
}

static long try_unmap(void)
{
	return mm_unmap(mm, 0x710000, 0x1000);
}

static long try_protect(void)
{
	return mm_protect(mm, 0x710000, 0x1000, PROT_NONE);
}

static long try_brk(void)
{
	return mm_brk(mm, 0x108000) == 0x108000 ? 0 : -ENOMEM;
}

static long try_fault(void)
{
	return mm_fault(mm, 0x800000, ACCESS_WRITE) == MM_FAULT_OK ? 0 : -ENOMEM;
}

static long try_fork(void)
{
	struct mm *child = mm_fork(mm);

	if (child)
		mm_put(child);
	return child ? 0 : -ENOMEM;
}

static long try_shared(void)
{
	struct mm_map_request r = {
	        .length = 0x3000, .prot = RW, .flags = MAP_SHARED, .vm_flags = VM_MAYWRITE};
	long got;

	if (shared_anon_create(&r))
		return -ENOMEM;
	got = mm_map(mm, &r);
	shared_anon_put(r.object);
	return got < 0 ? got : 0;
}

/* Fails the nth allocation of an operation for n = 1, 2, ... until it needs no more. */
static void fail_all(long (*try)(void))
{
	long result = -ENOMEM;

	for (uint32_t n = 1; result; n++) {
		uint32_t pages, regions;

		mm = mm_create();
		furnish();
		pages = mm->total_vm;
		regions = mm->map_count;
		hooks_fail_at(n, false);
		result = try();
		assert_int_equal(result, hooks_failed() ? -ENOMEM : 0);
		hooks_fail_at(0, false);
		if (result) {
			assert_int_equal(mm->total_vm, pages);
			assert_true(mm->map_count <= regions + 1); /* a split may stay */
		}
		mm_put(mm);
		assert_int_equal(hooks_count_leaks(), 0);
		assert_true(n < 100);
	}
}

static void failing_allocations(void **state)
{
	fail_all(try_map_over);
	fail_all(try_unmap);
	fail_all(try_protect);
	fail_all(try_brk);
	fail_all(try_fault);
	fail_all(try_fork);
	fail_all(try_shared);
}

#define IN_SPACE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        IN_SPACE(wild_map),
	        IN_SPACE(wild_unmap),
	        IN_SPACE(wild_protect),
	        IN_SPACE(wild_faults),
	        IN_SPACE(joins_and_splits),
	        IN_SPACE(placement),
	        IN_SPACE(full_space),
	        IN_SPACE(grow_stack),
	        IN_SPACE(stack_gap),
	        IN_SPACE(heap),
	        cmocka_unit_test(failing_allocations),
	};

	world_start(1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
