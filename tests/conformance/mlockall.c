/* SPDX-License-Identifier: MIT */
/*
 * mlockall and munlockall, and RLIMIT_MEMLOCK: what somebody may lock who is not root, through
 * every call that locks. Each part runs in a child: the locks and limits end with it.
 */
#include "proc.h"

#define N        8
#define INFINITE (~0ull)

static const char *incore_of(long answer, int n)
{
	return is_error(answer) ? answer_name(answer) : incore((void *)answer, n);
}

static int locked(long answer)
{
	return !is_error(answer) && smaps_flag((void *)answer, "lo");
}

static int flags(void)
{
	static char label[40];

	for (int i = 0; i < 10; i++) {
		format_text(label, sizeof(label), "mlockall with %d", i);
		saw(label, SYS(mlockall, i));
		format_text(label, sizeof(label), "something locked after %d", i);
		say(label, "%d", status_number("VmLck:") > 0);
		SYS(munlockall);
	}
	saw("mlockall with -1", SYS(mlockall, -1));
	saw("munlockall", SYS(munlockall));
	say("VmLck after munlockall", "%ld", status_number("VmLck:"));
	return 0;
}

static int current(void)
{
	long before = map(N, RW, PA), none = map(N, PROT_NONE, PA), after;

	saw("mlockall, current", SYS(mlockall, MCL_CURRENT));
	say("in memory", "%s", incore_of(before, N));
	say("PROT_NONE in memory", "%s", incore_of(none, N));
	say("flags of both", "%d %d", locked(before), locked(none));
	say("VmLck is all regions with the flag", "%d",
	        smaps_sum("Size:", "lo") == status_number("VmLck:"));
	say("the stack, too", "%d", smaps_flag(&before, "lo"));
	say("the program, too", "%d", smaps_flag((void *)current, "lo"));
	after = map(N, RW, PA | MAP_POPULATE);
	say("a later mapping", "%d", locked(after));
	touch((void *)after, N);
	SYS(munlockall);
	say("still in memory", "%s", incore_of(before, N));
	say("not locked", "%d", locked(before));
	return 0;
}

static int future(void)
{
	long before = map(N, RW, PA), after, heap = SYS(brk, 0);

	saw("mlockall, future", SYS(mlockall, MCL_FUTURE));
	say("an earlier mapping", "%s, %d", incore_of(before, N), locked(before));
	after = map(N, RW, PA);
	say("a mapping made now", "%s, %d", incore_of(after, N), locked(after));
	say("Locked of it", "%ld", smaps_number((void *)after, "Locked:"));
	after = map(N, PROT_NONE, PA);
	say("one without access", "%s, %d", incore_of(after, N), locked(after));
	SYS(mprotect, after, 2 * PAGE, RW);
	say("two of it made writable", "%s", incore_of(after, N));
	after = map(N, RW, SA);
	say("a shared one", "%s, %d", incore_of(after, N), locked(after));
	say("brk", "+%ld", SYS(brk, heap + N * PAGE) - heap);
	say("the heap", "%d, %s", smaps_flag((void *)(heap + PAGE), "lo"),
	        incore((void *)((heap + PAGE) & ~(PAGE - 1)), N - 1));
	SYS(mlockall, MCL_CURRENT);
	after = map(N, RW, PA);
	say("a mapping after mlockall of what is current", "%d", locked(after));
	SYS(mlockall, MCL_FUTURE);
	SYS(munlockall);
	after = map(N, RW, PA);
	say("a mapping after munlockall", "%d", locked(after));
	return 0;
}

static int on_fault(void)
{
	long before = map(N, RW, PA), after;

	saw("mlockall, current and on fault", SYS(mlockall, MCL_CURRENT | MCL_ONFAULT));
	say("current on fault", "%s, %d", incore_of(before, N), locked(before));
	touch((void *)before, 2);
	say("two touched", "%s", incore_of(before, N));
	saw("mlockall, future and on fault", SYS(mlockall, MCL_FUTURE | MCL_ONFAULT));
	after = map(N, RW, PA);
	say("future on fault", "%s, %d", incore_of(after, N), locked(after));
	touch((void *)after, 1);
	say("one touched", "%s", incore_of(after, N));
	saw("mlockall, all", SYS(mlockall, MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT));
	saw("mlockall, not on fault", SYS(mlockall, MCL_CURRENT | MCL_FUTURE));
	say("brought in by that", "%s", incore_of(before, N));
	return 0;
}

static int child_of_future(void)
{
	long pid;

	SYS(mlockall, MCL_CURRENT | MCL_FUTURE);
	pid = SYS(fork);
	if (pid == 0) {
		say("VmLck in a child of mlockall", "%ld", status_number("VmLck:"));
		say("a mapping of the child", "%d", locked(map(N, RW, PA)));
		leave(0);
	}
	return wait_status(pid);
}

/* -- limits: 16 pages for somebody who is not root -- */

#define MOST 16

static int no_limit_for_root(void)
{
	limit(RLIMIT_MEMLOCK, 0, 0);
	saw("mlock by root with limit 0", SYS(mlock, pages(N, RW), N * PAGE));
	saw_ok("MAP_LOCKED by root with limit 0", map(N, RW, PA | MAP_LOCKED));
	saw("mlockall by root with limit 0", SYS(mlockall, MCL_CURRENT | MCL_FUTURE));
	return 0;
}

static int limit_zero(void)
{
	char *memory = pages(N, RW);

	limit(RLIMIT_MEMLOCK, 0, INFINITE);
	become_user();
	saw("mlock with limit 0", SYS(mlock, memory, PAGE));
	saw("mlock of 0 bytes with limit 0", SYS(mlock, memory, 0));
	saw("mlock2 with limit 0 and wrong flags", SYS(mlock2, memory, PAGE, 8));
	saw("munlock with limit 0", SYS(munlock, memory, PAGE));
	saw("munlockall with limit 0", SYS(munlockall));
	saw("mlockall with limit 0", SYS(mlockall, MCL_CURRENT));
	saw("mlockall with limit 0 and wrong flags", SYS(mlockall, 0));
	saw("MAP_LOCKED with limit 0", map(1, RW, PA | MAP_LOCKED));
	return 0;
}

static int limit_some(void)
{
	char *memory = pages(2 * MOST, RW);

	limit(RLIMIT_MEMLOCK, MOST * PAGE, INFINITE);
	become_user();
	saw("mlock of more than the limit", SYS(mlock, memory, (MOST + 1) * PAGE));
	say("VmLck after that", "%ld", status_number("VmLck:"));
	saw("mlock of as much as the limit", SYS(mlock, memory, MOST * PAGE));
	saw("mlock of the same again", SYS(mlock, memory, MOST * PAGE));
	saw("mlock of half of it and more", SYS(mlock, memory + MOST / 2 * PAGE, MOST * PAGE));
	saw("mlock of one page more", SYS(mlock, memory + MOST * PAGE, PAGE));
	saw("mlock2 of one page more", SYS(mlock2, memory + MOST * PAGE, PAGE, MLOCK_ONFAULT));
	saw("MAP_LOCKED of one page more", map(1, RW, PA | MAP_LOCKED));
	saw_ok("mremap by one page more",
	        SYS(mremap, memory, MOST * PAGE, (MOST + 1) * PAGE, MREMAP_MAYMOVE));
	saw("munlock of one page", SYS(munlock, memory, PAGE));
	saw_ok("MAP_LOCKED of one page then", map(1, RW, PA | MAP_LOCKED));
	saw("mlock of a page then", SYS(mlock, memory, PAGE));
	limit(RLIMIT_MEMLOCK, 4 * PAGE, INFINITE);
	saw("munlock below the limit", SYS(munlock, memory, 4 * PAGE));
	saw("mlock of them, the limit lowered", SYS(mlock, memory, PAGE));
	return 0;
}

static int limit_in_bytes(void)
{
	char *memory = pages(4, RW);

	limit(RLIMIT_MEMLOCK, 2 * PAGE - 1, INFINITE);
	become_user();
	saw("mlock of 2 pages with 1 byte less", SYS(mlock, memory, 2 * PAGE));
	saw("mlock of 1 page with that", SYS(mlock, memory, PAGE));
	limit(RLIMIT_MEMLOCK, 1, INFINITE);
	saw("mlock with 1 byte", SYS(mlock, memory + 2 * PAGE, 1));
	return 0;
}

static int limit_all(void)
{
	char *memory;
	long heap = SYS(brk, 0);

	limit(RLIMIT_MEMLOCK, MOST * PAGE, INFINITE);
	become_user();
	pages(2 * MOST, PROT_NONE);
	saw("mlockall of more than the limit", SYS(mlockall, MCL_CURRENT));
	saw("mlockall of the future", SYS(mlockall, MCL_FUTURE));
	saw("mmap of more than the limit", map(MOST + 1, RW, PA));
	saw("mmap of it without access", map(MOST + 1, PROT_NONE, PA));
	saw_ok("mmap of half the limit", map(MOST / 2, RW, PA));
	say("brk by the whole limit", "+%ld", SYS(brk, heap + MOST * PAGE) - heap);
	memory = pages(MOST / 4, RW);
	saw("mremap past the limit",
	        SYS(mremap, memory, MOST / 4 * PAGE, MOST * PAGE, MREMAP_MAYMOVE));
	saw_ok("mremap of that, shorter", SYS(mremap, memory, MOST / 4 * PAGE, PAGE, 0));
	SYS(munlockall);
	saw_ok("mmap of more after munlockall", map(MOST + 1, RW, PA));
	return 0;
}

/* Goes down the stack, past what the kernel gave it at first. */
static int stack_past_limit(void)
{
	volatile char *here = (char *)__builtin_frame_address(0);

	saw("mlockall before the stack grows", SYS(mlockall, MCL_CURRENT | MCL_ONFAULT));
	for (int i = 0; i < 64; i++)
		here[-i * PAGE] = 1;
	say("a locked stack has grown", "%d", smaps_flag((char *)here - 63 * PAGE, "lo"));
	limit(RLIMIT_MEMLOCK, 4 * PAGE, INFINITE);
	become_user();
	for (int i = 64; i < 128; i++)
		here[-i * PAGE] = 1;
	return 0;
}

int main(void)
{
	saw_status("end of flags", in_child(flags));
	saw_status("end of current", in_child(current));
	saw_status("end of future", in_child(future));
	saw_status("end of on fault", in_child(on_fault));
	saw_status("end of a child", in_child(child_of_future));
	saw_status("end of root", in_child(no_limit_for_root));
	saw_status("end of limit 0", in_child(limit_zero));
	saw_status("end of a limit", in_child(limit_some));
	saw_status("end of bytes", in_child(limit_in_bytes));
	saw_status("end of all", in_child(limit_all));
	saw_status("end of the stack past the limit", in_child(stack_past_limit));
	return 0;
}
