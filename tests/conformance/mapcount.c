/* SPDX-License-Identifier: MIT */
/*
 * /proc/sys/vm/max_map_count: which changes of regions are refused when there are as many as may be, a
 * few fewer, or one more.
 */
#include "proc.h"

#define LIMIT "/proc/sys/vm/max_map_count"
#define FILL  200
#define N     8

static char *room;      /* every second page of it may be a region by itself */
static char *area;      /* N pages in the middle of nothing */
static char *elsewhere; /* where a region may be moved to */
static int filled;

static long fill_one(void)
{
	return SYS(mmap2, room + 2 * filled * PAGE, PAGE, PROT_READ, PA | MAP_FIXED, -1, 0);
}

/* Leaves room for n regions below the limit; -1: one beyond it. */
static void leave_room(int n)
{
	while (filled < FILL && !is_error(fill_one()))
		filled++;
	for (n++; n > 0; n--)
		SYS(munmap, room + 2 * --filled * PAGE, PAGE);
}

/* The area as one region again. Needs room for a moment. */
static void area_anew(void)
{
	while (filled)
		SYS(munmap, room + 2 * --filled * PAGE, PAGE);
	SYS(munmap, elsewhere, 2 * N * PAGE);
	SYS(mmap2, area, N * PAGE, RW, PA | MAP_FIXED, -1, 0);
}

static void report(const char *what, int n, long answer)
{
	static char label[80];

	format_text(label, sizeof(label), "%s, room for %d", what, n);
	saw_ok(label, answer);
}

static long part(long number, int first, int count, long arg)
{
	return raw_syscall(number, area + first * PAGE, count * PAGE, arg);
}

static long move(int first, int count, int grown)
{
	return SYS(mremap, area + first * PAGE, count * PAGE, grown * PAGE,
	        MREMAP_MAYMOVE | MREMAP_FIXED, elsewhere);
}

/* One change, with a room of 3 to -1. */
#define TRY(what, call)                                                                            \
	do {                                                                                       \
		for (int n_ = 3; n_ >= -1; n_--) {                                                 \
			area_anew();                                                               \
			leave_room(n_);                                                            \
			report(what, n_, (call));                                                  \
		}                                                                                  \
	} while (0)

static long grow_break(void)
{
	long now = SYS(brk, 0);

	return SYS(brk, now + PAGE) == now ? -ENOMEM : SYS(brk, now) - now;
}

static void mapping(void)
{
	TRY("mmap", fill_one());
	TRY("mmap that joins", SYS(mmap2, area + N * PAGE, PAGE, RW, PA | MAP_FIXED, -1, 0));
	area_anew();
	SYS(munmap, area + N * PAGE, PAGE);
	TRY("mmap into the middle", SYS(mmap2, area + PAGE, PAGE, RW, PA | MAP_FIXED, -1, 0));
	TRY("mmap in place of a head", SYS(mmap2, area, PAGE, PROT_READ, PA | MAP_FIXED, -1, 0));
	TRY("brk", grow_break());
	TRY("munmap of the middle", part(__NR_munmap, 2, 2, 0));
	TRY("munmap of the head", part(__NR_munmap, 0, 2, 0));
	TRY("munmap of the tail", part(__NR_munmap, 6, 2, 0));
	TRY("munmap of all", part(__NR_munmap, 0, N, 0));
}

/* Makes the first two pages read-only, and then as many more. */
static long border(int first, int count)
{
	int had = filled;

	/* With room enough, which is taken up again. */
	while (filled > had - 4)
		SYS(munmap, room + 2 * --filled * PAGE, PAGE);
	part(__NR_mprotect, 0, 2, PROT_READ);
	while (filled < had - 1)
		is_error(fill_one()) ? (filled = had) : filled++;
	return part(__NR_mprotect, first, count, PROT_READ);
}

static void changing(void)
{
	TRY("mprotect of the middle", part(__NR_mprotect, 2, 2, PROT_READ));
	TRY("mprotect of the head", part(__NR_mprotect, 0, 2, PROT_READ));
	TRY("mprotect of the tail", part(__NR_mprotect, 6, 2, PROT_READ));
	TRY("mprotect of all", part(__NR_mprotect, 0, N, PROT_READ));
	TRY("mprotect that changes nothing", part(__NR_mprotect, 2, 2, RW));
	TRY("mprotect that moves a border", border(2, 2));
	TRY("mprotect beyond a border", border(3, 2));
	TRY("mlock of the middle", part(__NR_mlock, 2, 2, 0));
	TRY("mlock of the head", part(__NR_mlock, 0, 2, 0));
	TRY("mlock of all", part(__NR_mlock, 0, N, 0));
	SYS(munlockall);
	TRY("madvise DONTFORK of the middle", part(__NR_madvise, 2, 2, MADV_DONTFORK));
	TRY("madvise DONTFORK of the tail", part(__NR_madvise, 6, 2, MADV_DONTFORK));
	TRY("madvise DONTFORK of all", part(__NR_madvise, 0, N, MADV_DONTFORK));
	TRY("madvise DONTNEED of the middle", part(__NR_madvise, 2, 2, MADV_DONTNEED));
}

static void moving(void)
{
	TRY("mremap that shrinks", SYS(mremap, area, N * PAGE, 4 * PAGE, 0));
	TRY("mremap that shrinks the middle", SYS(mremap, area + PAGE, 4 * PAGE, 2 * PAGE, 0));
	TRY("mremap that grows", SYS(mremap, area, N * PAGE, (N + 1) * PAGE, 0));
	area_anew();
	SYS(munmap, area + N * PAGE, PAGE);
	for (int n = 8; n >= 1; n--) {
		area_anew();
		leave_room(n);
		report("mremap to a place", n, move(0, N, N));
		area_anew();
		leave_room(n);
		report("mremap of the middle to a place", n, move(2, 2, 2));
		area_anew();
		leave_room(n);
		report("mremap that grows the middle and moves it", n,
		        SYS(mremap, area + 2 * PAGE, 2 * PAGE, 3 * PAGE, MREMAP_MAYMOVE));
		/* Wherever that went. */
		set_number(LIMIT, 100000);
		area_anew();
		set_number(LIMIT, FILL / 2);
	}
}

static int nothing(void)
{
	return 0;
}

int main(void)
{
	say("at first", "%ld", proc_value(LIMIT, 0));
	saw("set to -1", set_file(LIMIT, "-1"));
	saw("set to a word", set_file(LIMIT, "many"));
	room = pages(2 * FILL + 8 * N, PROT_NONE);
	SYS(munmap, room, (2 * FILL + 8 * N) * PAGE);
	area = room + (2 * FILL + N) * PAGE;
	elsewhere = room + (2 * FILL + 4 * N) * PAGE;
	SYS(brk, SYS(brk, 0) + 2 * PAGE); /* a heap, so that it has a region to join */
	saw("set to less", set_number(LIMIT, FILL / 2));
	mapping();
	changing();
	moving();
	area_anew();
	saw("set to 0", set_number(LIMIT, 0));
	saw("munmap of the middle, with 0", part(__NR_munmap, 2, 2, 0));
	saw("munmap of all, with 0", part(__NR_munmap, 0, N, 0));
	saw_status("fork, with 0", in_child(nothing));
	saw("set to what it was", set_number(LIMIT, 65530));
	return 0;
}
