/* SPDX-License-Identifier: MIT */
/*
 * Overcommit: by how much each way to get memory changes Committed_AS, how CommitLimit follows from
 * the settings, and what is refused in each mode. Sizes that depend on the machine or the kernel are
 * worked out from the files.
 */
#include "proc.h"

#define MODE   "/proc/sys/vm/overcommit_memory"
#define RATIO  "/proc/sys/vm/overcommit_ratio"
#define KBYTES "/proc/sys/vm/overcommit_kbytes"
#define ADMIN  "/proc/sys/vm/admin_reserve_kbytes"
#define USER   "/proc/sys/vm/user_reserve_kbytes"
#define N      64
#define MIB    256 /* pages */

static long mark;

static long committed(void)
{
	return meminfo_number("Committed_AS:") / 4;
}

/* Says by how many pages Committed_AS has changed since the last time. */
static void changed(const char *label)
{
	long now = committed();

	say(label, "%ld", now - mark);
	mark = now;
}

/* -- what is charged -- */

static void charge_mmap(void)
{
	char *memory, *none, *shared;

	mark = committed();
	memory = (char *)map(N, RW, PA);
	changed("private and writable");
	none = (char *)map(N, PROT_NONE, PA);
	changed("without access");
	map(N, PROT_READ, PA);
	changed("read-only");
	shared = (char *)map(N, RW, SA);
	changed("shared anonymous");
	map(N, PROT_READ, SA);
	changed("shared anonymous, read-only");
	map(N, RW, PA | MAP_NORESERVE);
	changed("MAP_NORESERVE");
	map(N, RW, SA | MAP_NORESERVE);
	changed("MAP_NORESERVE, shared");
	touch(memory, N);
	touch(shared, N);
	changed("touching");
	SYS(munmap, memory, PAGE);
	SYS(munmap, memory + 5 * PAGE, 3 * PAGE);
	changed("munmap of four");
	SYS(mprotect, none, 10 * PAGE, RW);
	changed("ten made writable");
	SYS(mprotect, none, 4 * PAGE, PROT_NONE);
	changed("four of them not any more");
	SYS(mprotect, none, 6 * PAGE, RW);
	changed("six made writable, four of them for the second time");
	SYS(munmap, none, N * PAGE);
	changed("all of it unmapped");
	SYS(munmap, shared, 8 * PAGE);
	changed("eight of the shared unmapped");
	SYS(munmap, shared + 8 * PAGE, (N - 8) * PAGE);
	changed("the rest of the shared unmapped");
	SYS(mmap2, memory + 16 * PAGE, 8 * PAGE, PROT_READ, PA | MAP_FIXED, -1, 0);
	changed("eight replaced by read-only ones");
	SYS(madvise, memory + 32 * PAGE, 8 * PAGE, MADV_DONTNEED);
	changed("MADV_DONTNEED");
}

static void charge_failed(void)
{
	mark = committed();
	map(N, RW, PA | MAP_SHARED);
	SYS(mmap2, 0, N * PAGE, RW, MAP_PRIVATE, 99, 0);
	SYS(mmap2, KERNEL, N * PAGE, RW, PA | MAP_FIXED, -1, 0);
	map(0x90000, RW, PA);
	changed("four that failed, one of them not");
}

static void charge_files(void)
{
	int fd = new_file("/tmp/committed", "");
	char *private, *read_only, *shared;
	long unreserved;

	mark = committed();
	SYS(ftruncate, fd, N * PAGE);
	changed("a file of nothing but holes");
	shared = (char *)SYS(mmap2, 0, N * PAGE, RW, MAP_SHARED, fd, 0);
	changed("file, shared and writable");
	private = (char *)SYS(mmap2, 0, N * PAGE, RW, MAP_PRIVATE, fd, 0);
	changed("file, private and writable");
	read_only = (char *)SYS(mmap2, 0, N * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	changed("file, private and read-only");
	SYS(mprotect, read_only, N * PAGE, RW);
	changed("file, private, made writable");
	unreserved = SYS(mmap2, 0, N * PAGE, RW, MAP_PRIVATE | MAP_NORESERVE, fd, 0);
	changed("file, private, MAP_NORESERVE");
	SYS(munmap, unreserved, N * PAGE);
	touch(private, 4);
	changed("file, private, four holes written");
	SYS(munmap, private, N * PAGE);
	changed("file, private, unmapped");
	SYS(munmap, read_only, N * PAGE);
	changed("file, made writable, unmapped");
	SYS(pwrite64, fd, "x", 1, 0, 10 * PAGE, 0);
	changed("a page of the file written");
	touch(shared, 12);
	changed("twelve pages of the file touched, seven or more of them new");
	SYS(ftruncate, fd, 6 * PAGE);
	changed("the file truncated to six pages");
	SYS(munmap, shared, N * PAGE);
	SYS(close, fd);
	SYS(unlink, "/tmp/committed");
	changed("the file removed");
}

static void charge_heap(void)
{
	long start = SYS(brk, 0) & -PAGE;

	SYS(brk, start + PAGE);
	mark = committed();
	SYS(brk, start + 11 * PAGE);
	changed("brk up by ten");
	SYS(brk, start + 11 * PAGE + 1);
	changed("brk up by a byte");
	SYS(brk, start + PAGE);
	changed("brk down by ten and the byte");
}

static void charge_mremap(void)
{
	char *memory = (char *)map(N, RW, PA), *shared = (char *)map(N, RW, SA);
	long none = map(N, PROT_NONE, PA), moved;

	mark = committed();
	moved = SYS(mremap, memory, N * PAGE, 2 * N * PAGE, MREMAP_MAYMOVE);
	changed("mremap to twice the size");
	moved = SYS(mremap, moved, 2 * N * PAGE, N * PAGE, 0);
	changed("mremap to half the size");
	moved = SYS(mremap, moved, N * PAGE, N * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, none);
	changed("mremap to another place");
	SYS(mremap, moved, 8 * PAGE, 24 * PAGE, MREMAP_MAYMOVE);
	changed("mremap of eight to 24");
	SYS(mremap, shared, N * PAGE, 2 * N * PAGE, MREMAP_MAYMOVE);
	changed("mremap of shared memory");
	none = map(N, PROT_NONE, PA);
	SYS(mremap, none, N * PAGE, 2 * N * PAGE, MREMAP_MAYMOVE);
	changed("mremap without access");
	memory = (char *)map(N, RW, PA);
	mark = committed();
	moved = SYS(mremap, memory, N * PAGE, N * PAGE, MREMAP_MAYMOVE | 4, 0);
	changed("mremap, DONTUNMAP");
	SYS(munmap, moved, N * PAGE);
	changed("the new place unmapped");
	SYS(munmap, memory, N * PAGE);
	changed("the old place unmapped");
	moved = SYS(mremap, shared, 0, N * PAGE, MREMAP_MAYMOVE);
	changed("mremap of 0 shared bytes");
	SYS(munmap, moved, N * PAGE);
	changed("that unmapped");
}

/* A child that waits until the parent has looked. */
static long waiting_child(int go[2])
{
	long pid;

	SYS(pipe, go);
	pid = SYS(fork);
	if (pid)
		return pid;
	SYS(read, go[0], &pid, 1);
	leave(0);
}

static void end_child(long pid, int go[2])
{
	SYS(write, go[1], "x", 1);
	wait_status(pid);
	SYS(close, go[0]);
	SYS(close, go[1]);
}

static void charge_fork(void)
{
	int go[2];
	long pid, own;

	map(N, PROT_NONE, PA);
	mark = committed();
	own = smaps_sum("Size:", "ac") / 4;
	pid = waiting_child(go);
	say("a fork costs the regions with the flag \"ac\"", "%d", committed() - mark == own);
	map(3, RW, PA);
	end_child(pid, go);
	changed("three pages, and the child is gone");
	map(N, RW, PA);
	SYS(madvise, map(N, RW, PA), N * PAGE, MADV_DONTFORK);
	mark = committed();
	own = smaps_sum("Size:", "ac") / 4;
	pid = waiting_child(go);
	say("regions that a child does not get cost", "%ld", own - (committed() - mark));
	end_child(pid, go);
}

static int down(int n)
{
	volatile char *here = (char *)__builtin_frame_address(0);

	for (int i = 0; i < n; i++)
		here[-i * PAGE] = 1;
	return 0;
}

/* Its exit status says whether it was so. */
static int charge_stack(void)
{
	long size = status_number("VmStk:"), cost;

	mark = committed();
	down(100);
	cost = committed() - mark;
	return cost > 0 && cost == (status_number("VmStk:") - size) / 4;
}

static int nothing(void)
{
	return 0;
}

static void charges(void)
{
	charge_mmap();
	charge_failed();
	charge_files();
	charge_heap();
	charge_mremap();
	charge_fork();
	mark = committed();
	saw_status("the stack costs what it grows by", in_child(charge_stack));
	changed("a child that grew its stack and is gone");
}

/* -- the settings -- */

static void set(const char *label, const char *path, const char *text)
{
	long answer = set_file(path, text);

	say(label, "%s, now %ld", answer_name(answer), proc_value(path, 0));
}

static int commit_limit_is(long kb)
{
	long difference = meminfo_number("CommitLimit:") - kb;

	return difference > -8 && difference < 8;
}

static int as_user(void)
{
	become_user();
	saw("overcommit_memory, not root", set_file(MODE, "1"));
	saw("overcommit_ratio, not root", set_file(RATIO, "1"));
	return 0;
}

static void settings(void)
{
	long total = meminfo_number("MemTotal:");

	say("at first", "memory %ld ratio %ld kbytes %ld", proc_value(MODE, 0),
	        proc_value(RATIO, 0), proc_value(KBYTES, 0));
	say("CommitLimit is half of memory", "%d", commit_limit_is(total / 2));
	set("overcommit_memory of 3", MODE, "3");
	set("overcommit_memory of -1", MODE, "-1");
	set("overcommit_memory of text", MODE, "two");
	set("overcommit_memory of nothing", MODE, "");
	set("overcommit_memory of 1 and an end of line", MODE, "1\n");
	set("overcommit_memory of 0 and text", MODE, "0x");
	set("overcommit_memory of 0", MODE, " 0 ");
	set("overcommit_ratio of 80", RATIO, "80");
	say("CommitLimit is 80 % of memory", "%d", commit_limit_is(total / 5 * 4));
	set("overcommit_ratio of -1", RATIO, "-1");
	set("overcommit_ratio of 200", RATIO, "200");
	say("CommitLimit is twice the memory", "%d", commit_limit_is(total * 2));
	set("overcommit_kbytes of 20000", KBYTES, "20000");
	say("CommitLimit of 20000", "%ld", meminfo_number("CommitLimit:"));
	say("overcommit_ratio then", "%ld", proc_value(RATIO, 0));
	set("overcommit_ratio of 50", RATIO, "50");
	say("overcommit_kbytes then", "%ld", proc_value(KBYTES, 0));
	say("CommitLimit is half of memory again", "%d", commit_limit_is(total / 2));
	set("overcommit_kbytes of -1", KBYTES, "-1");
	set("overcommit_ratio is back", RATIO, "50");
	saw_status("end of somebody else", in_child(as_user));
	say("the reserves are there", "%d %d", proc_value(ADMIN, 0) > 0, proc_value(USER, 0) > 0);
}

/* -- what is refused -- */

static void give_back(long answer, long n)
{
	if (!is_error(answer))
		SYS(munmap, answer, n * PAGE);
}

static void try(const char *label, long n, int prot, int flags)
{
	long answer = map(n, prot, flags);

	saw_ok(label, answer);
	give_back(answer, n);
}

static void mode_guess(void)
{
	long all = (meminfo_number("MemTotal:") + meminfo_number("SwapTotal:")) / 4;
	long first, second;

	set_file(MODE, "0");
	try("mode 0, all there is", all, RW, PA);
	try("mode 0, a page more", all + 1, RW, PA);
	try("mode 0, a page more, shared", all + 1, RW, SA);
	try("mode 0, a page more, read-only", all + 1, PROT_READ, PA);
	try("mode 0, a page more, MAP_NORESERVE", all + 1, RW, PA | MAP_NORESERVE);
	first = map(all, RW, PA);
	second = map(all, RW, PA);
	say("mode 0, all there is, twice", "%d %d", !is_error(first), !is_error(second));
	saw_status("mode 0, fork of that, which is one region", in_child(nothing));
	SYS(mprotect, second, PAGE, RW | PROT_EXEC);
	SYS(mprotect, second + (all - 1) * PAGE, PAGE, RW | PROT_EXEC);
	saw_status("mode 0, fork of that in regions", in_child(nothing));
	give_back(first, all);
	first = map(all + 1, PROT_NONE, PA);
	saw("mode 0, mprotect of a page more", SYS(mprotect, first, (all + 1) * PAGE, RW));
	saw("mode 0, mprotect of all there is", SYS(mprotect, first, all * PAGE, RW));
	give_back(first, all + 1);
	give_back(second, all);
	say("mode 0, brk by a page more", "+%ld",
	        SYS(brk, SYS(brk, 0) + (all + 1) * PAGE) - SYS(brk, 0));
	first = map(1, RW, PA);
	saw("mode 0, mremap to a page more",
	        SYS(mremap, first, PAGE, (all + 2) * PAGE, MREMAP_MAYMOVE));
}

static void mode_always(void)
{
	long all = (meminfo_number("MemTotal:") + meminfo_number("SwapTotal:")) / 4;

	set_file(MODE, "1");
	try("mode 1, a page more than all", all + 1, RW, PA);
	try("mode 1, a page more, shared", all + 1, RW, SA);
	try("mode 1, 1 GiB", 1024 * MIB, RW, PA);
	mark = committed();
	give_back(map(N, RW, PA), 0);
	changed("mode 1, private and writable");
	give_back(map(N, RW, PA | MAP_NORESERVE), 0);
	changed("mode 1, MAP_NORESERVE");
}

/* Lets so many pages more be had than there are now, and mode 2 be. */
static void allow(long n)
{
	set_file(MODE, "0");
	set_number(KBYTES, (committed() + n) * 4);
	set_file(MODE, "2");
}

static int never_as_user(void)
{
	become_user();
	try("mode 2, somebody else, past the reserve for root", 8 * MIB, RW, PA);
	try("mode 2, somebody else, before it", 4 * MIB, RW, PA);
	return 0;
}

static void mode_never_reserves(void)
{
	long whole;

	allow(12 * MIB);
	set_number(ADMIN, 6 * 1024);
	try("mode 2, root, past the reserve for root", 8 * MIB, RW, PA);
	saw_status("mode 2, somebody else", in_child(never_as_user));
	set_number(ADMIN, 0);
	/* 1 GiB of address space, so that a 32nd of it is much. */
	whole = map(1024 * MIB, PROT_NONE, PA);
	set_number(USER, 6 * 1024);
	try("mode 2, past the reserve for users", 8 * MIB, RW, PA);
	try("mode 2, before the reserve for users", 4 * MIB, RW, PA);
	set_number(USER, 0);
	try("mode 2, without a reserve", 8 * MIB, RW, PA);
	give_back(whole, 1024 * MIB);
}

static void mode_never(void)
{
	long first, none, small, admin = proc_value(ADMIN, 0), user = proc_value(USER, 0);

	set_number(ADMIN, 0);
	set_number(USER, 0);
	allow(12 * MIB);
	try("mode 2, before the limit", 10 * MIB, RW, PA);
	try("mode 2, past the limit", 14 * MIB, RW, PA);
	try("mode 2, past it, read-only", 14 * MIB, PROT_READ, PA);
	try("mode 2, past it, shared", 14 * MIB, RW, SA);
	try("mode 2, past it, MAP_NORESERVE", 14 * MIB, RW, PA | MAP_NORESERVE);
	try("mode 2, past it, shared and MAP_NORESERVE", 14 * MIB, RW, SA | MAP_NORESERVE);
	none = map(14 * MIB, PROT_NONE, PA);
	saw("mode 2, past it by mprotect", SYS(mprotect, none, 14 * MIB * PAGE, RW));
	saw("mode 2, before it by mprotect", SYS(mprotect, none, 8 * MIB * PAGE, RW));
	give_back(none, 14 * MIB);
	first = map(8 * MIB, RW, PA);
	try("mode 2, past the limit in two", 8 * MIB, RW, PA);
	say("mode 2, past it by brk", "+%ld", SYS(brk, SYS(brk, 0) + 8 * MIB * PAGE) - SYS(brk, 0));
	small = map(1, RW, PA);
	saw("mode 2, past it by mremap", SYS(mremap, small, PAGE, 8 * MIB * PAGE, MREMAP_MAYMOVE));
	saw_status("mode 2, past it by fork", in_child(nothing));
	mark = committed();
	saw_status("mode 2, and again", in_child(nothing));
	changed("mode 2, forks that failed");
	give_back(first, 8 * MIB);
	saw_status("mode 2, fork before the limit", in_child(nothing));
	mark = committed();
	give_back(map(N, RW, PA | MAP_NORESERVE), 0);
	changed("mode 2, MAP_NORESERVE");
	mode_never_reserves();
	set_number(ADMIN, admin);
	set_number(USER, user);
}

int main(void)
{
	settings();
	charges();
	mode_guess();
	mode_always();
	mode_never();
	set_file(MODE, "0");
	saw("overcommit_ratio as it was", set_file(RATIO, "50"));
	return 0;
}
