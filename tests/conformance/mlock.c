/* SPDX-License-Identifier: MIT */
/*
 * Locked memory: mlock, mlock2, munlock, MAP_LOCKED; what they refuse, what is in memory after them,
 * what VmLck, Locked and the flag "lo" say, and what becomes of the lock afterwards. Everything is
 * locked in mlockall.c.
 */
/* DIFFERS: 1 byte unlocked: Quire merges regions whose pages were touched apart; Linux does only if they share an anon_vma */
#include "proc.h"

#define N 8

static char *base;
static long before; /* VmLck, in kB */

static long lock(int first, int n)
{
	return SYS(mlock, base + first * PAGE, n * PAGE);
}

static long unlock(int first, int n)
{
	return SYS(munlock, base + first * PAGE, n * PAGE);
}

static long locked_pages(void)
{
	return (status_number("VmLck:") - before) / (PAGE >> 10);
}

/* Says what there is to see of the range of N pages. */
static void show(const char *label)
{
	char flags[N + 1] = "";

	for (int i = 0; i < N; i++)
		flags[i] = smaps_flag(base + i * PAGE, "lo") ? 'L' : '-';
	say(label, "%d pages locked, %s, %d regions, in memory %s", (int)locked_pages(), flags,
	        regions_in(base, N), incore(base, N));
}

static void fresh(int prot)
{
	SYS(munmap, base, N * PAGE);
	SYS(mmap2, base, N * PAGE, prot, PA | MAP_FIXED, -1, 0);
}

static void simple(void)
{
	fresh(RW);
	show("before");
	saw("mlock of all", lock(0, N));
	show("all locked");
	say("Locked of them", "%ld", smaps_number(base, "Locked:"));
	saw("mlock again", lock(0, N));
	show("all locked twice");
	saw("munlock of two", unlock(2, 2));
	show("two unlocked");
	saw("munlock of them again", unlock(2, 2));
	saw("mlock of one of them", lock(2, 1));
	show("one locked again");
	saw("munlock of all", unlock(0, N));
	show("all unlocked");
}

static void odd_ranges(void)
{
	fresh(RW);
	saw("mlock of 0 bytes", SYS(mlock, base, 0));
	saw("mlock of 0 bytes nowhere", SYS(mlock, 0x20000000, 0));
	saw("munlock of 0 bytes", SYS(munlock, base, 0));
	saw("mlock of 1 byte, off a page", SYS(mlock, base + PAGE + 5, 1));
	show("1 byte locked");
	saw("mlock of 2 bytes across pages", SYS(mlock, base + 4 * PAGE - 1, 2));
	show("2 bytes locked");
	saw("munlock of 1 byte, off a page", SYS(munlock, base + PAGE + 99, 1));
	show("1 byte unlocked");
	saw("mlock of -1 bytes", SYS(mlock, base, -1));
	saw("mlock of -4096 bytes", SYS(mlock, base, -4096));
	saw("mlock of 3 GiB", SYS(mlock, base, 0xc0000000u));
	saw("mlock that wraps", SYS(mlock, base, 0xfffff000u));
	saw("munlock that wraps", SYS(munlock, base, 0xfffff000u));
	saw("munlock of -1 bytes", SYS(munlock, base, -1));
	saw("mlock of the last page there is", SYS(mlock, 0xfffff000u, PAGE));
	saw("mlock of the kernel", SYS(mlock, KERNEL, PAGE));
	saw("munlock of the kernel", SYS(munlock, KERNEL, PAGE));
	saw("mlock at 0", SYS(mlock, 0, PAGE));
	unlock(0, N);
}

static void holes(void)
{
	fresh(RW);
	SYS(munmap, base + 3 * PAGE, PAGE);
	saw("mlock over a hole", lock(0, N));
	show("locked over a hole");
	saw("munlock over a hole", unlock(0, N));
	show("unlocked over a hole");
	unlock(4, N - 4);
	saw("mlock of a hole", lock(3, 1));
	saw("mlock with a hole first", lock(3, 3));
	saw("mlock with a hole last", lock(2, 2));
	show("locked up to a hole");
	saw("munlock of a hole", unlock(3, 1));
	unlock(0, 3);
}

static void on_fault(void)
{
	fresh(RW);
	base[PAGE] = 1;
	saw("mlock2 with flag 2", SYS(mlock2, base, PAGE, 2));
	saw("mlock2 with flag -1", SYS(mlock2, base, PAGE, -1));
	saw("mlock2 with flag 0", SYS(mlock2, base, PAGE, 0));
	saw("mlock2 on fault", SYS(mlock2, base, N * PAGE, MLOCK_ONFAULT));
	show("locked on fault");
	say("Locked of what is on fault", "%ld", smaps_number(base, "Locked:"));
	touch(base + 4 * PAGE, 2);
	show("two of them touched");
	say("Locked after the touch", "%ld", smaps_number(base + 4 * PAGE, "Locked:"));
	saw("mlock of what is locked on fault", lock(0, 4));
	show("half of it locked at once");
	saw("mlock2 on fault of that", SYS(mlock2, base, N * PAGE, MLOCK_ONFAULT));
	show("all on fault again");
	unlock(0, N);
}

static void rights(void)
{
	fresh(PROT_NONE);
	saw("mlock of PROT_NONE", lock(0, N));
	show("PROT_NONE locked");
	saw("munlock of PROT_NONE", unlock(0, N));
	saw("mlock2 on fault of PROT_NONE", SYS(mlock2, base, N * PAGE, MLOCK_ONFAULT));
	show("PROT_NONE locked on fault");
	SYS(mprotect, base, 3 * PAGE, RW);
	show("three of them made writable");
	unlock(0, N);
	fresh(PROT_READ);
	saw("mlock of read-only", lock(0, N));
	show("read-only locked");
	say("Rss of read-only", "%ld", smaps_number(base, "Rss:"));
	unlock(0, N);
	fresh(RW);
	lock(0, N);
	SYS(mprotect, base, 2 * PAGE, PROT_READ);
	show("two made read-only while locked");
	SYS(mprotect, base, N * PAGE, RW);
	show("all writable again");
	unlock(0, N);
}

static void of_a_file(void)
{
	int fd = new_file("/tmp/locked", "text");

	SYS(ftruncate, fd, 4 * PAGE);
	SYS(munmap, base, N * PAGE);
	SYS(mmap2, base, 4 * PAGE, RW, MAP_SHARED | MAP_FIXED, fd, 0);
	SYS(mmap2, base + 4 * PAGE, 4 * PAGE, RW, MAP_PRIVATE | MAP_FIXED, fd, 0);
	saw("mlock of a shared file", lock(0, 4));
	show("shared file locked");
	saw("mlock of a private file", lock(4, 4));
	show("private file locked");
	say("Anonymous of the private file", "%ld", smaps_number(base + 4 * PAGE, "Anonymous:"));
	base[0] = 'T';
	say("private copy after a write to the file", "%c", base[4 * PAGE]);
	unlock(0, N);
	SYS(ftruncate, fd, 2 * PAGE);
	saw("mlock past the end of a file", lock(0, 4));
	show("past the end of a file");
	saw("mlock behind the end of a file", lock(2, 1));
	unlock(0, N);
	SYS(munmap, base, N * PAGE);
	SYS(close, fd);
	SYS(unlink, "/tmp/locked");
}

static void taken_away(void)
{
	fresh(RW);
	lock(0, N);
	saw("MADV_DONTNEED of locked memory", SYS(madvise, base, PAGE, MADV_DONTNEED));
	saw("MADV_FREE of locked memory", SYS(madvise, base, PAGE, MADV_FREE));
	saw("MADV_DONTNEED_LOCKED", SYS(madvise, base, PAGE, 24));
	show("after that");
	saw("msync of locked memory", SYS(msync, base, N * PAGE, MS_SYNC));
	saw("msync to invalidate it", SYS(msync, base, N * PAGE, MS_SYNC | MS_INVALIDATE));
	SYS(munmap, base + 2 * PAGE, 2 * PAGE);
	show("two unmapped");
	SYS(mmap2, base + 4 * PAGE, PAGE, RW, PA | MAP_FIXED, -1, 0);
	show("one mapped over");
	SYS(munmap, base, N * PAGE);
	say("all unmapped", "%ld", locked_pages());
}

static void moved(void)
{
	long answer;

	fresh(RW);
	SYS(munmap, base + 4 * PAGE, 4 * PAGE);
	lock(0, 4);
	saw_ok("mremap of locked memory, longer", SYS(mremap, base, 4 * PAGE, 6 * PAGE, 0));
	show("longer by two");
	saw_ok("mremap of locked memory, shorter", SYS(mremap, base, 6 * PAGE, 3 * PAGE, 0));
	show("shorter by three");
	answer = SYS(
	        mremap, base, 3 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, base + 4 * PAGE);
	say("mremap of locked memory, moved", "%d", answer == (long)(base + 4 * PAGE));
	show("moved by four");
	saw_ok("mremap of one page, longer", SYS(mremap, base + 4 * PAGE, PAGE, 2 * PAGE, 0));
	answer = SYS(mremap, base + 4 * PAGE, PAGE, 4 * PAGE, MREMAP_MAYMOVE);
	saw_ok("mremap of one page, elsewhere", answer);
	say("there, in memory", "%s, %ld pages locked", incore((void *)answer, 4), locked_pages());
	SYS(munmap, answer, 4 * PAGE);
	SYS(munmap, base, N * PAGE);
	say("all of that unmapped", "%ld", locked_pages());
}

static void left_behind(void)
{
	long answer;

	fresh(RW);
	lock(2, 3); /* all of a region: of a part Linux 6.1 loses count */
	answer = SYS(mremap, base + 2 * PAGE, 3 * PAGE, 3 * PAGE, MREMAP_MAYMOVE | 4, 0);
	saw_ok("mremap of locked memory, DONTUNMAP", answer);
	say("pages moved", "%s, flag %d", incore((void *)answer, 3),
	        smaps_flag((void *)answer, "lo"));
	say("flag of what was left", "%d, in memory %s", smaps_flag(base + 2 * PAGE, "lo"),
	        incore(base, N));
	SYS(munmap, answer, 3 * PAGE);
	unlock(0, N);
	SYS(munmap, base, N * PAGE);
	base = (char *)SYS(mmap2, base, N * PAGE, RW, SA | MAP_FIXED, -1, 0);
	lock(0, N);
	answer = SYS(mremap, base + 2 * PAGE, 0, 4 * PAGE, MREMAP_MAYMOVE);
	saw_ok("mremap of 0 locked shared bytes", answer);
	say("a second one of them", "%s, flag %d, %ld pages locked, %d regions",
	        incore((void *)answer, 4), smaps_flag((void *)answer, "lo"), locked_pages(),
	        regions_in(base, N));
	SYS(munmap, answer, 4 * PAGE);
	SYS(munmap, base, N * PAGE);
	say("both unmapped", "%ld", locked_pages());
}

static int forked(void)
{
	say("VmLck of a child", "%ld", status_number("VmLck:"));
	say("flag in a child", "%d", smaps_flag(base, "lo"));
	base[0] = 2;
	saw("mlock in a child", lock(0, N));
	say("pages that are the child's own", "%ld", smaps_number(base, "Private_Dirty:") / 4);
	say("locked pages of the child", "%ld", status_number("VmLck:") / 4);
	return base[0] + base[PAGE];
}

static void across_fork(void)
{
	long parent;

	fresh(RW);
	touch(base, N);
	lock(0, N);
	parent = locked_pages();
	saw_status("end of that child", in_child(forked));
	say("locked pages of the parent before and after", "%ld %ld", parent, locked_pages());
	say("parent's page", "%d", base[0]);
	unlock(0, N);
}

static void flags_of_mmap(void)
{
	SYS(munmap, base, N * PAGE);
	saw_ok("MAP_LOCKED", SYS(mmap2, base, 4 * PAGE, RW, PA | MAP_FIXED | MAP_LOCKED, -1, 0));
	show("mapped locked");
	saw_ok("MAP_LOCKED of PROT_NONE", SYS(mmap2, base + 4 * PAGE, 2 * PAGE, PROT_NONE,
	                                          PA | MAP_FIXED | MAP_LOCKED, -1, 0));
	saw_ok("MAP_LOCKED and MAP_NONBLOCK",
	        SYS(mmap2, base + 6 * PAGE, 2 * PAGE, RW, SA | MAP_FIXED | MAP_LOCKED | 0x10000, -1,
	                0));
	show("with other flags");
	SYS(munmap, base, N * PAGE);
}

static int changed(void)
{
	char *argv[] = {"/conformance/mlock", "after exec", NULL};

	fresh(RW);
	lock(0, N);
	SYS(execve, argv[0], argv, NULL);
	return 99;
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		say("VmLck after execve", "%ld", status_number("VmLck:"));
		return 0;
	}
	/* A range with room around it, so that it merges with nothing. */
	base = pages(3 * N, PROT_NONE) + N * PAGE;
	before = status_number("VmLck:");
	say("VmLck at first", "%ld", before);
	simple();
	odd_ranges();
	holes();
	on_fault();
	rights();
	of_a_file();
	taken_away();
	moved();
	left_behind();
	across_fork();
	flags_of_mmap();
	saw_status("end after execve", in_child(changed));
	return 0;
}
