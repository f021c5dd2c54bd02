/* SPDX-License-Identifier: MIT */
/*
 * Memory that grows down (MAP_GROWSDOWN): what is in its way, what limits it, and what other calls do with
 * it and with the gap below it. Each case runs in a child, with a region of its own in the middle of nothing.
 */
#include "proc.h"

#define ROOM 2048 /* pages that are free around the region */
#define GAP  256

static char *room, *top; /* the region is one page, at top */

/* The region's size in pages: how far it has grown. */
static long size(void)
{
	return smaps_number(top, "Size:") / 4;
}

static long grows_at(char *at, long n)
{
	return SYS(mmap2, at, n * PAGE, RW, PA | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
}

static long fixed_at(char *at, long n, int prot)
{
	return SYS(mmap2, at, n * PAGE, prot, PA | MAP_FIXED, -1, 0);
}

static int (*act)(void);

static int with_region(void)
{
	room = (char *)map(ROOM, PROT_NONE, PA);
	SYS(munmap, room, ROOM * PAGE);
	top = room + (ROOM - 100) * PAGE;
	if (grows_at(top, 1) != (long)top)
		return 98;
	return act();
}

static void try(const char *label, int (*fn)(void))
{
	act = fn;
	saw_status(label, in_child(with_region));
}

static int touch_below(long n)
{
	top[-n * PAGE] = 1;
	return (int)size();
}

/* -- what is in the way -- */

static int nothing(void)
{
	return touch_below(200);
}

/* Pages from the region down to a neighbour that ends `n` pages below it. */
static int above_memory(long n)
{
	fixed_at(top - (n + 1) * PAGE, 1, PROT_READ);
	return touch_below(1);
}

static int above_by_257(void)
{
	return above_memory(GAP + 1);
}

static int above_by_256(void)
{
	return above_memory(GAP);
}

/* Then down to the gap, and one page further. */
static int above_by_more(void)
{
	fixed_at(top - (GAP + 11) * PAGE, 1, RW);
	say("pages before the gap", "%d", touch_below(10));
	return touch_below(11);
}

static int above_no_access(void)
{
	fixed_at(top - 4 * PAGE, 1, PROT_NONE);
	say("pages before memory without access", "%d", touch_below(3));
	return touch_below(4);
}

/* The neighbour is of the same kind. */
static int above_another(void)
{
	grows_at(top - 4 * PAGE, 1);
	return touch_below(2);
}

static int up_to_another(void)
{
	grows_at(top - 4 * PAGE, 1);
	top[-3 * PAGE] = 1;
	say("regions up to another", "%d", regions_in(top - 4 * PAGE, 5));
	top[-5 * PAGE] = 2; /* this grows the lower one */
	return (int)size();
}

static int over_a_cut(void)
{
	touch_below(8);
	SYS(munmap, top - 4 * PAGE, PAGE);
	top[-3 * PAGE] = 7;
	saw("what lies in the cut", SYS(madvise, top - 4 * PAGE, PAGE, MADV_NORMAL));
	top[-4 * PAGE] = 1;
	return top[-3 * PAGE];
}

/* -- limits -- */

static int within_stack_limit(void)
{
	limit(RLIMIT_STACK, 16 * PAGE, 16 * PAGE);
	return touch_below(15);
}

static int past_stack_limit(void)
{
	limit(RLIMIT_STACK, 16 * PAGE, 16 * PAGE);
	return touch_below(16);
}

static int past_odd_limit(void)
{
	limit(RLIMIT_STACK, 16 * PAGE + 1, 16 * PAGE + 1);
	return touch_below(16);
}

static int with_space_limit(void)
{
	limit(RLIMIT_AS, (uint64_t)(status_number("VmSize:") + 40) * 1024, ~0ull);
	say("pages in an address space of 10 more", "%d", touch_below(10));
	return touch_below(11);
}

static int with_data_limit(void)
{
	limit(RLIMIT_DATA, 0, 0);
	return touch_below(20);
}

static int with_lock_limit(void)
{
	SYS(mlock, top, PAGE);
	limit(RLIMIT_MEMLOCK, 4 * PAGE, 4 * PAGE);
	become_user();
	say("locked pages of 4", "%d", touch_below(3));
	return touch_below(4);
}

static int locked(void)
{
	SYS(mlock, top, PAGE);
	touch_below(4);
	say("in memory of a locked one", "%s", incore(top - 4 * PAGE, 5));
	return (int)(status_number("VmLck:") / 4);
}

/* -- rights -- */

static int read_only(void)
{
	SYS(mprotect, top, PAGE, PROT_READ);
	say("read below read-only", "%d", top[-2 * PAGE]);
	say("size after that", "%ld", size());
	return touch_below(3);
}

static int no_access(void)
{
	SYS(mprotect, top, PAGE, PROT_NONE);
	return top[-PAGE];
}

/* -- by way of the kernel -- */

static int read_into(void)
{
	int fd = new_file("/tmp/grows", "text");

	saw("read to below", SYS(pread64, fd, top - 3 * PAGE, 4, 0, 0, 0));
	saw("write from further below", SYS(pwrite64, fd, top - 5 * PAGE, 4, 0, 0, 0));
	saw("access of a path below", SYS(access, top - 6 * PAGE, 0));
	SYS(unlink, "/tmp/grows");
	return (int)size();
}

static int asked_about(void)
{
	saw("mlock of the page below", SYS(mlock, top - PAGE, PAGE));
	saw("madvise of it", SYS(madvise, top - PAGE, PAGE, 22));
	saw("mprotect of it", SYS(mprotect, top - PAGE, PAGE, RW));
	saw("mremap of it", SYS(mremap, top - PAGE, PAGE, 2 * PAGE, 1));
	say("mincore of it", "%s", incore(top - PAGE, 1));
	return (int)size();
}

/* -- other calls, and the gap -- */

static int hint(void)
{
	say("a hint right below", "%s",
	        SYS(mmap2, top - PAGE, PAGE, RW, PA, -1, 0) == (long)top - PAGE ? "taken"
	                                                                        : "not taken");
	say("a hint within the gap", "%s",
	        SYS(mmap2, top - GAP * PAGE, PAGE, RW, PA, -1, 0) == (long)top - GAP * PAGE
	                ? "taken"
	                : "not taken");
	say("a hint before the gap", "%s",
	        SYS(mmap2, top - (GAP + 1) * PAGE, PAGE, RW, PA, -1, 0) ==
	                        (long)top - (GAP + 1) * PAGE
	                ? "taken"
	                : "not taken");
	saw_ok("MAP_FIXED_NOREPLACE in the gap",
	        SYS(mmap2, top - 8 * PAGE, PAGE, RW, PA | MAP_FIXED_NOREPLACE, -1, 0));
	return 0;
}

static int remap_into_gap(void)
{
	fixed_at(top - 100 * PAGE, 1, RW);
	saw_ok("mremap that grows into the gap", SYS(mremap, top - 100 * PAGE, PAGE, 10 * PAGE, 0));
	saw_ok("mremap up to it", SYS(mremap, top - 100 * PAGE, 10 * PAGE, 100 * PAGE, 0));
	saw_ok("mremap over it", SYS(mremap, top - 100 * PAGE, 100 * PAGE, 101 * PAGE, 0));
	return 0;
}

static int moved(void)
{
	char *to = room + 1000 * PAGE;

	top[0] = 5;
	saw_ok("mremap to elsewhere", SYS(mremap, top, PAGE, PAGE, 3, to));
	top = to;
	return touch_below(4) * 10 + top[0];
}

static int moved_and_kept(void)
{
	char *to = room + 1000 * PAGE;

	top[0] = 5;
	saw_ok("mremap that leaves it", SYS(mremap, top, PAGE, PAGE, 7, to));
	say("size of what is left, grown", "%d", touch_below(2));
	top = to;
	return touch_below(4) * 10 + top[0];
}

static int grown_up(void)
{
	saw_ok("mremap that makes it longer", SYS(mremap, top, PAGE, 3 * PAGE, 0));
	return touch_below(2);
}

static int inner(void)
{
	return touch_below(6);
}

static int forked(void)
{
	touch_below(3);
	saw_status("size in a child", in_child(inner));
	return (int)size();
}

static int without_promise(void)
{
	long before = meminfo_number("Committed_AS:");

	SYS(mmap2, top, PAGE, RW, PA | MAP_FIXED | MAP_GROWSDOWN, -1, 0);
	touch_below(100);
	say("promised for 100 pages", "%s",
	        meminfo_number("Committed_AS:") - before >= 400 ? "all" : "not all");
	return 0;
}

int main(void)
{
	try("in the middle of nothing", nothing);
	try("257 pages above memory", above_by_257);
	try("256 pages above memory", above_by_256);
	try("into the gap", above_by_more);
	try("above memory without access", above_no_access);
	try("above another that grows", above_another);
	try("up to another that grows", up_to_another);
	try("over a cut", over_a_cut);
	try("within the stack's limit", within_stack_limit);
	try("past the stack's limit", past_stack_limit);
	try("past an odd limit", past_odd_limit);
	try("past the address space's limit", with_space_limit);
	try("with a limit on data", with_data_limit);
	try("past the limit of what is locked", with_lock_limit);
	try("locked pages", locked);
	try("write below read-only memory", read_only);
	try("read below memory without access", no_access);
	try("by way of the kernel", read_into);
	try("asked about below", asked_about);
	try("others near it", hint);
	try("mremap below it", remap_into_gap);
	try("moved", moved);
	try("moved and kept", moved_and_kept);
	try("made longer", grown_up);
	try("in a parent", forked);
	try("promised", without_promise);
	return 0;
}
