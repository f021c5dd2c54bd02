/* SPDX-License-Identifier: MIT */
/*
 * RLIMIT_AS and RLIMIT_DATA: which ways to get memory they stop, and what they count.
 */
#include "proc.h"

#define INFINITE (~0ull)
#define N        64

static long vm_size(void)
{
	return status_number("VmSize:") * 1024;
}

static int address_space(void)
{
	long heap = SYS(brk, 0) & -PAGE, memory = map(N, RW, PA), answer;

	SYS(brk, heap + PAGE);
	saw("RLIMIT_AS below what there is", limit(RLIMIT_AS, PAGE, INFINITE));
	saw("mmap past RLIMIT_AS", map(1, RW, PA));
	saw_ok("munmap then", SYS(munmap, memory, PAGE));
	limit(RLIMIT_AS, vm_size() + N * PAGE, INFINITE);
	saw("mmap of a page more than RLIMIT_AS", map(N + 1, RW, PA));
	saw("without access", map(N + 1, PROT_NONE, PA));
	saw("shared", map(N + 1, RW, SA));
	saw("MAP_FIXED of a page more",
	        SYS(mmap2, memory + PAGE, 2 * N * PAGE, RW, PA | MAP_FIXED, -1, 0));
	answer = SYS(mmap2, memory + PAGE, (N - 1) * PAGE, RW, PA | MAP_FIXED, -1, 0);
	say("MAP_FIXED over what there is", "%d", answer == memory + PAGE);
	say("brk by a page more", "+%ld", SYS(brk, heap + (N + 2) * PAGE) - heap);
	saw("mremap by a page more",
	        SYS(mremap, memory + PAGE, PAGE, (N + 2) * PAGE, MREMAP_MAYMOVE));
	saw_ok("mmap of as much as RLIMIT_AS", map(N, RW, PA));
	saw("mmap of a page then", map(1, RW, PA));
	say("brk of a page then", "+%ld", SYS(brk, heap + 2 * PAGE) - heap);
	return 0;
}

/* What RLIMIT_DATA counts: private memory that is or was made writable, but the stack. */
static int data_size(void)
{
	long heap = SYS(brk, 0) & -PAGE, none, memory, now;

	SYS(brk, heap + PAGE);
	now = status_number("VmData:") * 1024;
	saw("RLIMIT_DATA", limit(RLIMIT_DATA, now + N * PAGE, INFINITE));
	saw("mmap of a page more than RLIMIT_DATA", map(N + 1, RW, PA));
	saw_ok("read-only, of a page more", map(N + 1, PROT_READ, PA));
	saw_ok("shared, of a page more", map(N + 1, RW, SA));
	none = map(N + 1, PROT_NONE, PA);
	saw("mprotect of a page more", SYS(mprotect, none, (N + 1) * PAGE, RW));
	say("brk by a page more than RLIMIT_DATA", "+%ld", SYS(brk, heap + (N + 2) * PAGE) - heap);
	memory = map(N, RW, PA);
	saw_ok("mmap of as much as RLIMIT_DATA", memory);
	saw("mremap past it", SYS(mremap, memory, PAGE, 2 * PAGE, MREMAP_MAYMOVE));
	say("brk by one then", "+%ld", SYS(brk, heap + 2 * PAGE) - heap);
	SYS(mprotect, memory, PAGE, PROT_READ);
	say("VmData counts what is writable", "%ld",
	        (status_number("VmData:") * 1024 - now) / PAGE);
	SYS(munmap, memory, 4 * PAGE);
	say("brk by two then", "+%ld", SYS(brk, heap + 3 * PAGE) - heap);
	saw("mmap of two then", is_error(map(2, RW, PA)));
	return 0;
}

static int data_of_brk(void)
{
	long heap = SYS(brk, 0);

	limit(RLIMIT_DATA, 0, 0);
	say("brk with RLIMIT_DATA of 0", "+%ld", SYS(brk, heap + PAGE) - heap);
	saw("mmap with RLIMIT_DATA of 0", map(1, RW, PA));
	saw_ok("read-only mmap with RLIMIT_DATA of 0", map(1, PROT_READ, PA));
	return 0;
}

static int stack_past_space(void)
{
	limit(RLIMIT_AS, vm_size() + 16 * PAGE, INFINITE);
	deep(status_number("VmStk:") * 1024 + 8 * PAGE);
	say("a stack within RLIMIT_AS", "grows");
	return deep(status_number("VmStk:") * 1024 + 32 * PAGE);
}

int main(void)
{
	saw_status("end of RLIMIT_AS", in_child(address_space));
	saw_status("end of RLIMIT_DATA", in_child(data_size));
	saw_status("end of RLIMIT_DATA of 0", in_child(data_of_brk));
	saw_status("stack past RLIMIT_AS", in_child(stack_past_space));
	return 0;
}
