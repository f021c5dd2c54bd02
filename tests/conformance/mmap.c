/* SPDX-License-Identifier: MIT */
/*
 * mmap, munmap, mprotect and brk with ordinary and with odd arguments: what they answer.
 */
#include "observe.h"

#define RW (PROT_READ | PROT_WRITE)
#define PA (MAP_PRIVATE | MAP_ANONYMOUS)

static void lengths(void)
{
	saw("mmap of 0 bytes", SYS(mmap2, 0, 0, RW, PA, -1, 0));
	saw_ok("mmap of 1 byte", SYS(mmap2, 0, 1, RW, PA, -1, 0));
	saw("mmap of -1 bytes", SYS(mmap2, 0, -1, RW, PA, -1, 0));
	saw("mmap of -4096 bytes", SYS(mmap2, 0, -4096, RW, PA, -1, 0));
	saw("mmap of 3 GiB", SYS(mmap2, 0, 0xc0000000u, RW, PA, -1, 0));
	saw("mmap of 2 GiB, more than there is", SYS(mmap2, 0, 0x80000000u, RW, PA, -1, 0));
	saw("mmap without private or shared", SYS(mmap2, 0, PAGE, RW, MAP_ANONYMOUS, -1, 0));
	saw_ok("mmap private and shared", SYS(mmap2, 0, PAGE, RW, 3 | MAP_ANONYMOUS, -1, 0));
	saw("mmap of descriptor -1", SYS(mmap2, 0, PAGE, RW, MAP_PRIVATE, -1, 0));
	saw("mmap of descriptor 99", SYS(mmap2, 0, PAGE, RW, MAP_SHARED, 99, 0));
	saw_ok("mmap of anonymous with descriptor 99", SYS(mmap2, 0, PAGE, RW, PA, 99, 0));
	saw_ok("mmap of anonymous with an offset", SYS(mmap2, 0, PAGE, RW, PA, -1, 5));
	saw_ok("mmap with protection 0x80", SYS(mmap2, 0, PAGE, 0x80, PA, -1, 0));
	saw_ok("mmap for execution only", SYS(mmap2, 0, PAGE, PROT_EXEC, PA, -1, 0));
}

static void fixed(void)
{
	char *memory = pages(8, RW);
	const int to = PA | MAP_FIXED, only = PA | MAP_FIXED_NOREPLACE;
	long answer;

	saw("MAP_FIXED off a page", SYS(mmap2, memory + 1, PAGE, RW, to, -1, 0));
	saw("MAP_FIXED at 0", is_error(SYS(mmap2, 0, PAGE, RW, to, -1, 0)));
	saw("MAP_FIXED at the kernel", SYS(mmap2, KERNEL, PAGE, RW, to, -1, 0));
	saw("MAP_FIXED into the kernel", SYS(mmap2, 0xbeff0000u, 0x2000000, RW, to, -1, 0));
	saw("MAP_FIXED across the top", SYS(mmap2, 0xfffff000u, 2 * PAGE, RW, to, -1, 0));
	saw("MAP_FIXED_NOREPLACE over a mapping", SYS(mmap2, memory + PAGE, PAGE, RW, only, -1, 0));
	saw("MAP_FIXED_NOREPLACE at its edge",
	        SYS(mmap2, memory - PAGE, 2 * PAGE, RW, only, -1, 0));
	memory[PAGE] = 5;
	memory[2 * PAGE] = 6;
	answer = SYS(mmap2, memory + PAGE, PAGE, RW, to, -1, 0);
	say("MAP_FIXED over a mapping", "%s, %d %d",
	        answer == (long)(memory + PAGE) ? "there" : "no", memory[PAGE], memory[2 * PAGE]);
	SYS(munmap, memory + 4 * PAGE, PAGE);
	answer = SYS(mmap2, memory + 4 * PAGE, PAGE, RW, only, -1, 0);
	say("MAP_FIXED_NOREPLACE into a hole", "%s",
	        answer == (long)(memory + 4 * PAGE) ? "there" : "no");
	SYS(munmap, memory + 4 * PAGE, PAGE);
	answer = SYS(mmap2, memory + 4 * PAGE + 123, PAGE, RW, PA, -1, 0);
	say("hint at a hole", "%d", (int)(answer - (long)memory));
	answer = SYS(mmap2, memory + 4 * PAGE, PAGE, RW, PA, -1, 0);
	say("hint at a mapping", "%s",
	        answer == (long)(memory + 4 * PAGE) ? "replaced" : "elsewhere");
	saw_ok("hint at the kernel", SYS(mmap2, KERNEL, PAGE, RW, PA, -1, 0));
	saw_ok("hint at 0x1000", SYS(mmap2, 0x1000, PAGE, RW, PA, -1, 0));
}

static void unmap(void)
{
	char *memory = pages(8, RW);

	saw("munmap of 0 bytes", SYS(munmap, memory, 0));
	saw("munmap off a page", SYS(munmap, memory + 1, PAGE));
	saw("munmap of half a page", SYS(munmap, memory, 1));
	saw("munmap of a hole", SYS(munmap, memory, PAGE));
	saw("munmap over a hole", SYS(munmap, memory, 3 * PAGE));
	saw("munmap of -1 bytes", SYS(munmap, memory, -1));
	saw("munmap of -4096 bytes", SYS(munmap, memory, -4096));
	saw("munmap that wraps", SYS(munmap, 0xbf000000u, 0x80000000u));
	saw("munmap of the kernel", SYS(munmap, KERNEL, PAGE));
	saw("munmap at 0", SYS(munmap, 0, PAGE));
	saw("munmap at the very end", SYS(munmap, 0xfffff000u, PAGE));
}

static void protect(void)
{
	char *memory = pages(8, RW);

	saw("mprotect of 0 bytes", SYS(mprotect, memory, 0, PROT_READ));
	saw("mprotect of 0 bytes nowhere", SYS(mprotect, 0x20000000, 0, PROT_READ));
	saw("mprotect off a page", SYS(mprotect, memory + 1, PAGE, PROT_READ));
	saw("mprotect of -1 bytes", SYS(mprotect, memory, -1, PROT_READ));
	saw("mprotect of -4096 bytes", SYS(mprotect, memory, -4096, PROT_READ));
	saw("mprotect that wraps", SYS(mprotect, memory, 0xfffff000u, PROT_READ));
	saw("mprotect of nothing", SYS(mprotect, 0x20000000, PAGE, PROT_READ));
	saw("mprotect of the kernel", SYS(mprotect, KERNEL, PAGE, RW));
	saw("mprotect with 0x40", SYS(mprotect, memory, PAGE, 0x40));
	saw("mprotect with GROWSDOWN and GROWSUP",
	        SYS(mprotect, memory, PAGE, RW | PROT_GROWSDOWN | PROT_GROWSUP));
	saw("mprotect with GROWSDOWN", SYS(mprotect, memory, PAGE, RW | PROT_GROWSDOWN));
	SYS(munmap, memory + 3 * PAGE, PAGE);
	saw("mprotect over a hole", SYS(mprotect, memory, 8 * PAGE, PROT_READ));
	/* Linux changes what comes before the hole, and then fails. */
	saw("write before the hole", SYS(read, SYS(open, "/dev/zero", O_RDONLY), memory, 1));
	saw("write behind the hole",
	        SYS(read, SYS(open, "/dev/zero", O_RDONLY), memory + 4 * PAGE, 1));
	saw("mprotect with a hole first", SYS(mprotect, memory + 3 * PAGE, 2 * PAGE, PROT_READ));
	saw("write behind it", SYS(read, SYS(open, "/dev/zero", O_RDONLY), memory + 4 * PAGE, 1));
}

static void heap(void)
{
	long start = SYS(brk, 0), answer;

	answer = SYS(brk, start + 100);
	say("brk by 100", "+%ld", answer - start);
	say("byte at the old end", "%d", *(char *)start);
	memset((char *)start, 1, 100);
	answer = SYS(brk, start + 3 * PAGE);
	say("brk by 3 pages", "+%ld, %d", answer - start, ((char *)start)[99]);
	say("brk to 0", "+%ld", SYS(brk, 0) - start);
	say("brk below the start", "+%ld", SYS(brk, start - PAGE) - start);
	say("brk to the kernel", "+%ld", SYS(brk, KERNEL) - start);
	say("brk to -1", "+%ld", SYS(brk, -1) - start);
	say("brk back", "+%ld", SYS(brk, start) - start);
	say("brk again", "+%ld", SYS(brk, start + PAGE) - start);
	say("memory is fresh", "%d", ((char *)start)[(start & (PAGE - 1)) ? PAGE - 1 : 5]);
	SYS(mmap2, ((start + 8 * PAGE) & ~(PAGE - 1)), PAGE, RW, PA | MAP_FIXED, -1, 0);
	say("brk over a mapping", "+%ld", SYS(brk, start + 16 * PAGE) - start);
}

int main(void)
{
	lengths();
	fixed();
	unmap();
	protect();
	heap();
	return 0;
}
