/* SPDX-License-Identifier: MIT */
/*
 * The less usual flags of mmap2 and mremap: memory that grows down, fixed places, what is brought in
 * at once, files that may not be mapped like that, and numbers at the edges.
 */
/* DIFFERS: MAP_FIXED at 0x8000, root: Quire maps nothing below mmap_min_addr, for nobody */
#include "proc.h"

#include <linux/stat.h>

#define N 16

static char *base; /* room for regions that merge with nothing */

static long at(int page, int n, int prot, int flags)
{
	return SYS(mmap2, base + page * PAGE, n * PAGE, prot, flags | MAP_FIXED, -1, 0);
}

static void clear(void)
{
	SYS(munmap, base, N * PAGE);
}

static char *target;

static int write_target(void)
{
	*(volatile char *)target = 1;
	return 0;
}

static int read_target(void)
{
	(void)*(volatile char *)target;
	return 0;
}

static void try(const char *label, int page, int (*act)(void))
{
	target = base + page * PAGE;
	saw_status(label, in_child(act));
}

/* -- memory that grows down -- */

static int *count; /* shared by parent and child */

/* Touches page after page downwards. */
static int touch_down(void)
{
	for (volatile char *p = target; *count < 1000; p -= PAGE, ++*count)
		*p = 1;
	return 0;
}

static void grow_down(const char *label)
{
	int status;

	*count = 0;
	status = in_child(touch_down);
	say(label, "%d, then signal %d", *count, status);
}

static int growing(void)
{
	long room, high;

	count = (int *)map(1, RW, SA);
	room = map(1024, PROT_NONE, PA);
	/* A region at the upper end of free addresses, with another one below them. */
	SYS(munmap, room + 8 * PAGE, 1000 * PAGE);
	high = room + 1007 * PAGE;
	saw_ok("MAP_GROWSDOWN", SYS(mmap2, high, PAGE, RW, PA | MAP_FIXED | MAP_GROWSDOWN, -1, 0));
	say("flag of that", "%d", smaps_flag((void *)high, "gd"));
	target = (char *)high;
	/* Linux keeps a gap of 256 pages to what is mapped below, unless that has no access. */
	grow_down("pages above memory without access");
	SYS(mprotect, room, 8 * PAGE, PROT_READ);
	grow_down("pages above readable memory");
	SYS(munmap, room, 8 * PAGE);
	*(volatile char *)(high - 5 * PAGE) = 1;
	say("a page left out is there", "%d", *(volatile char *)(high - 3 * PAGE));
	say("grown by", "%d", (int)(smaps_number((void *)high, "Size:") / 4));
	saw("mprotect with PROT_GROWSDOWN of its top",
	        SYS(mprotect, high, PAGE, PROT_READ | PROT_GROWSDOWN));
	say("writable below", "%d", smaps_flag((void *)(high - 5 * PAGE), "wr"));
	saw("mprotect with PROT_GROWSDOWN, ordinary memory",
	        SYS(mprotect, base, PAGE, PROT_READ | PROT_GROWSDOWN));
	saw("mprotect with PROT_GROWSUP", SYS(mprotect, high, PAGE, PROT_READ | PROT_GROWSUP));
	SYS(munmap, room, 1024 * PAGE);
	saw("MAP_GROWSDOWN and MAP_SHARED", is_error(map(1, RW, SA | MAP_GROWSDOWN)));
	saw("MAP_GROWSDOWN below mmap_min_addr",
	        is_error(SYS(mmap2, PAGE, PAGE, RW, PA | MAP_FIXED | MAP_GROWSDOWN, -1, 0)));
	return 0;
}

/* -- flags -- */

static void flags(void)
{
	int fd = new_file("/tmp/fixed", "text");
	const int validate = MAP_SHARED_VALIDATE, sync = 0x80000, unknown = 0x800000;

	SYS(ftruncate, fd, 8 * PAGE);
	clear();
	saw_ok("MAP_POPULATE", at(0, 4, RW, PA | MAP_POPULATE));
	say("populated", "%s", incore(base, 4));
	saw_ok("MAP_POPULATE, read-only", at(0, 4, PROT_READ, PA | MAP_POPULATE));
	say("populated, read-only", "%s, Rss %ld", incore(base, 4), smaps_number(base, "Rss:"));
	saw_ok("MAP_POPULATE, without access", at(0, 4, PROT_NONE, PA | MAP_POPULATE));
	say("populated, without access", "%s", incore(base, 4));
	saw_ok("MAP_POPULATE and MAP_NONBLOCK", at(0, 4, RW, PA | MAP_POPULATE | 0x10000));
	say("populated without blocking", "%s", incore(base, 4));
	saw_ok("MAP_POPULATE of a private file",
	        SYS(mmap2, base, 4 * PAGE, RW, MAP_PRIVATE | MAP_FIXED | MAP_POPULATE, fd, 0));
	say("anonymous of that", "%ld", smaps_number(base, "Anonymous:"));
	saw_ok("MAP_NORESERVE", at(0, 4, RW, PA | MAP_NORESERVE));
	say("flag \"nr\"", "%d", smaps_flag(base, "nr"));
	saw("MAP_HUGETLB", map(1024, RW, PA | 0x40000));
	saw_ok("MAP_STACK", map(1, RW, PA | MAP_STACK));
	saw_ok("MAP_DENYWRITE and MAP_EXECUTABLE", map(1, RW, PA | 0x1800));
	saw_ok("MAP_PRIVATE and an unknown flag", map(1, RW, PA | unknown));
	saw_ok("MAP_SHARED of a file and an unknown flag",
	        SYS(mmap2, 0, PAGE, RW, MAP_SHARED | unknown, fd, 0));
	saw("MAP_SHARED_VALIDATE and an unknown flag",
	        SYS(mmap2, 0, PAGE, RW, validate | unknown, fd, 0));
	saw_ok("MAP_SHARED_VALIDATE", SYS(mmap2, 0, PAGE, RW, validate, fd, 0));
	saw("MAP_SHARED_VALIDATE, anonymous", map(1, RW, validate | MAP_ANONYMOUS));
	saw("MAP_SHARED_VALIDATE and MAP_SYNC", SYS(mmap2, 0, PAGE, RW, validate | sync, fd, 0));
	saw_ok("MAP_SHARED and MAP_SYNC", SYS(mmap2, 0, PAGE, RW, MAP_SHARED | sync, fd, 0));
	saw_ok("MAP_PRIVATE and MAP_SYNC", SYS(mmap2, 0, PAGE, RW, MAP_PRIVATE | sync, fd, 0));
	saw("type 0", SYS(mmap2, 0, PAGE, RW, 0, fd, 0));
	saw("type 4", SYS(mmap2, 0, PAGE, RW, 4, fd, 0));
	saw("type 0, anonymous", map(1, RW, MAP_ANONYMOUS));
	saw_ok("MAP_UNINITIALIZED", map(1, RW, PA | 0x4000000));
	SYS(close, fd);
	SYS(unlink, "/tmp/fixed");
}

static void edges(void)
{
	const int only = PA | MAP_FIXED_NOREPLACE;
	long low = SYS(mmap2, 0x1000, PAGE, RW, PA, -1, 0);

	saw("MAP_FIXED at 0x8000, root",
	        SYS(mmap2, 0x8000, PAGE, RW, PA | MAP_FIXED, -1, 0) == 0x8000 ? 0 : -EPERM);
	SYS(munmap, 0x8000, PAGE);
	say("a hint of 0x1000", "%s", low >= 0x8000 ? "above" : answer_name(low));
	saw("MAP_FIXED_NOREPLACE of 0", is_error(SYS(mmap2, 0, PAGE, RW, only, -1, 0)));
	saw("MAP_FIXED_NOREPLACE, off a page", SYS(mmap2, base + 1, PAGE, RW, only, -1, 0));
	saw("MAP_FIXED_NOREPLACE of the kernel", SYS(mmap2, KERNEL, PAGE, RW, only, -1, 0));
	saw("MAP_FIXED_NOREPLACE of its own text",
	        SYS(mmap2, (long)edges & -PAGE, PAGE, RW, only, -1, 0));
	saw("MAP_FIXED into the vectors", SYS(mmap2, 0xffff0000u, PAGE, RW, PA | MAP_FIXED, -1, 0));
	saw("MAP_FIXED that wraps",
	        SYS(mmap2, 0xb0000000u, 0x60000000u, RW, PA | MAP_FIXED, -1, 0));
	saw("MAP_FIXED of 0 bytes", SYS(mmap2, base, 0, RW, PA | MAP_FIXED, -1, 0));
	saw("length of 4 GiB less a page", SYS(mmap2, 0, 0xfffff000u, RW, PA, -1, 0));
	saw("length of 4 GiB less a byte", SYS(mmap2, 0, 0xffffffffu, RW, PA, -1, 0));
}

static void offsets(void)
{
	int fd = new_file("/tmp/offset", "text");

	saw_ok("an offset of 4 GiB", SYS(mmap2, 0, PAGE, PROT_READ, MAP_SHARED, fd, 0x100000));
	saw_ok("an offset of 8 TiB", SYS(mmap2, 0, PAGE, PROT_READ, MAP_SHARED, fd, 0x80000000u));
	saw("the last page of all", is_error(SYS(mmap2, 0, PAGE, PROT_READ, MAP_SHARED, fd, -1)));
	saw("past the last page of all", SYS(mmap2, 0, 2 * PAGE, PROT_READ, MAP_SHARED, fd, -1));
	saw_ok("an offset for anonymous memory", SYS(mmap2, 0, PAGE, RW, PA, -1, 0x80000000u));
	saw("past the last page, anonymous", SYS(mmap2, 0, 2 * PAGE, RW, PA, -1, -1));
	SYS(close, fd);
	SYS(unlink, "/tmp/offset");
}

static void map_of(const char *what, int fd, int prot, int flags)
{
	saw_ok(what, SYS(mmap2, 0, PAGE, prot, flags, fd, 0));
	SYS(close, fd);
}

#define OPEN(path, how) (int)SYS(open, path, how)

static void files(void)
{
	int ends[2], fd = new_file("/tmp/source", "text");

	SYS(close, fd);
	SYS(pipe, ends);
	map_of("directory", OPEN("/tmp", O_RDONLY | O_DIRECTORY), PROT_READ, MAP_PRIVATE);
	map_of("pipe", ends[0], PROT_READ, MAP_PRIVATE);
	map_of("pipe for writing", ends[1], PROT_READ, MAP_PRIVATE);
	map_of("file of /proc", OPEN("/proc/self/maps", O_RDONLY), PROT_READ, MAP_PRIVATE);
	map_of("/dev/null", OPEN("/dev/null", O_RDWR), PROT_READ, MAP_PRIVATE);
	map_of("write-only file, private", OPEN("/tmp/source", O_WRONLY), PROT_READ, MAP_PRIVATE);
	map_of("write-only file, no access", OPEN("/tmp/source", O_WRONLY), PROT_NONE, MAP_SHARED);
	map_of("read-only file, shared", OPEN("/tmp/source", O_RDONLY), PROT_READ, MAP_SHARED);
	map_of("read-only file, shared for writing", OPEN("/tmp/source", O_RDONLY), RW, MAP_SHARED);
	map_of("read-only file, private for writing", OPEN("/tmp/source", O_RDONLY), RW,
	        MAP_PRIVATE);
	map_of("appending file, shared for writing", OPEN("/tmp/source", O_RDWR | O_APPEND), RW,
	        MAP_SHARED);
	map_of("O_PATH", OPEN("/tmp/source", O_PATH), PROT_READ, MAP_PRIVATE);
	fd = OPEN("/tmp/source", O_RDONLY);
	base = (char *)SYS(mmap2, base, PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0);
	saw("mprotect of it for writing", SYS(mprotect, base, PAGE, RW));
	clear();
	SYS(mmap2, base, PAGE, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0);
	saw("mprotect of it for writing, private", SYS(mprotect, base, PAGE, RW));
	SYS(close, fd);
	SYS(unlink, "/tmp/source");
	say("its text, closed and removed", "%c", base[0]);
	clear();
}

/* -- mremap -- */

#define DONTUNMAP 4

static void remap(void)
{
	const int move = MREMAP_MAYMOVE, fixed = MREMAP_MAYMOVE | MREMAP_FIXED;
	long answer;
	char *shared;

	clear();
	at(0, 4, RW, PA);
	touch(base, 2);
	saw("mremap, unknown flag", SYS(mremap, base, PAGE, PAGE, 8, 0));
	saw("mremap, FIXED without MAYMOVE",
	        SYS(mremap, base, PAGE, PAGE, MREMAP_FIXED, base + 8 * PAGE));
	saw("mremap, DONTUNMAP without MAYMOVE", SYS(mremap, base, PAGE, PAGE, DONTUNMAP, 0));
	saw("mremap, DONTUNMAP of another size",
	        SYS(mremap, base, PAGE, 2 * PAGE, move | DONTUNMAP, 0));
	saw("mremap, off a page", SYS(mremap, base + 1, PAGE, PAGE, move, 0));
	saw("mremap to 0 bytes", SYS(mremap, base, PAGE, 0, move, 0));
	saw("mremap of 0 private bytes", SYS(mremap, base, 0, PAGE, move, 0));
	saw("mremap onto itself", SYS(mremap, base, 4 * PAGE, 4 * PAGE, fixed, base + PAGE));
	saw("mremap off a page, fixed", SYS(mremap, base, PAGE, PAGE, fixed, base + 8 * PAGE + 1));
	saw("mremap to the kernel", SYS(mremap, base, PAGE, PAGE, fixed, KERNEL));
	saw("mremap of nothing", SYS(mremap, base + 10 * PAGE, PAGE, 2 * PAGE, move, 0));
	saw("mremap past its region", SYS(mremap, base, 8 * PAGE, 9 * PAGE, move, 0));
	saw("mremap of -1 bytes", SYS(mremap, base, PAGE, -1, move, 0));
	saw("mremap of 3 GiB", SYS(mremap, base, PAGE, 0xc0000000u, move, 0));
	answer = SYS(mremap, base, 4 * PAGE, 4 * PAGE, fixed | DONTUNMAP, base + 8 * PAGE);
	say("mremap, DONTUNMAP", "%s",
	        answer == (long)(base + 8 * PAGE) ? "there" : answer_name(answer));
	say("what was moved", "%s", incore(base + 8 * PAGE, 4));
	say("what was left", "%s, %d regions", incore(base, 4), regions_in(base, 8));
	clear();
	shared = (char *)at(0, 4, RW, SA);
	shared[0] = 'a';
	answer = SYS(mremap, shared, 0, 4 * PAGE, move, 0);
	saw_ok("mremap of 0 shared bytes", answer);
	if (!is_error(answer))
		shared[1] = 'b';
	say("the same memory twice", "%c%c", is_error(answer) ? '-' : ((char *)answer)[0],
	        is_error(answer) ? '-' : ((char *)answer)[1]);
	saw_ok("mremap, DONTUNMAP of shared memory",
	        SYS(mremap, shared, PAGE, PAGE, move | DONTUNMAP, 0));
	clear();
}

int main(void)
{
	base = pages(3 * N, PROT_NONE) + N * PAGE;
	saw_status("end of memory that grows", in_child(growing));
	flags();
	edges();
	offsets();
	files();
	remap();
	at(0, 2, PROT_READ, PA);
	try("write to read-only", 0, write_target);
	at(0, 2, PROT_WRITE, PA);
	try("read of write-only", 0, read_target);
	at(0, 2, PROT_EXEC, PA);
	try("read of execute-only", 0, read_target);
	return 0;
}
