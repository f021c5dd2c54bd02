/* SPDX-License-Identifier: MIT */
/*
 * madvise with every advice there is, on every kind of memory; what an advice does; msync and
 * mincore with odd arguments.
 */
/* DIFFERS: advice 12: Debian's kernel can merge pages of equal contents, Quire has no such thing */
/* DIFFERS: advice 13: as the line before */
#include "proc.h"

#define N 8

enum { /* as in <asm-generic/mman-common.h> of 6.1 */
	FREE = 8,
	REMOVE = 9,
	DONTFORK = 10,
	DOFORK = 11,
	DONTDUMP = 16,
	WIPEONFORK = 18,
	KEEPONFORK = 19,
	POPULATE_READ = 22,
	POPULATE_WRITE = 23,
	LAST = 25,
};

static char *base;

static long advise(int page, int n, int advice)
{
	return SYS(madvise, base + page * PAGE, n * PAGE, advice);
}

static void fresh(int prot)
{
	SYS(mmap2, base, N * PAGE, prot, PA | MAP_FIXED, -1, 0);
}

/* Every advice, on regions of every kind, which are made anew each time. */
static void every_advice(void)
{
	int fd = new_file("/tmp/advised", "text"),
	    read_only = (int)SYS(open, "/tmp/advised", O_RDONLY);

	SYS(ftruncate, fd, PAGE);
	for (int i = 0; i <= LAST + 1; i++) {
		char label[24], text[200];
		const int fixed = MAP_FIXED;
		size_t used = 0;
		long answers[7];
		static const char *const kinds[] = {"private", "shared", "file", "private file",
		        "read-only file", "no access", "hole"};

		fresh(RW);
		SYS(mmap2, base + PAGE, PAGE, RW, SA | fixed, -1, 0);
		SYS(mmap2, base + 2 * PAGE, PAGE, RW, MAP_SHARED | fixed, fd, 0);
		SYS(mmap2, base + 3 * PAGE, PAGE, RW, MAP_PRIVATE | fixed, fd, 0);
		SYS(mmap2, base + 4 * PAGE, PAGE, PROT_READ, MAP_SHARED | fixed, read_only, 0);
		SYS(mmap2, base + 5 * PAGE, PAGE, PROT_NONE, PA | fixed, -1, 0);
		SYS(munmap, base + 6 * PAGE, PAGE);
		for (int kind = 0; kind < 7; kind++) {
			answers[kind] = advise(kind, 1, i);
			format_text(text + used, sizeof(text) - used, "%s %s, ", kinds[kind],
			        answer_name(answers[kind]));
			used += length(text + used);
		}
		format_text(label, sizeof(label), "advice %d", i);
		say(label, "%s", text);
	}
	saw("advice 100", advise(0, 1, 100) && 1);
	saw("advice -1", advise(0, 1, -1));
	SYS(close, fd);
	SYS(close, read_only);
	SYS(unlink, "/tmp/advised");
}

static void ranges(void)
{
	fresh(RW);
	touch(base, N);
	saw("0 bytes", SYS(madvise, base, 0, MADV_DONTNEED));
	saw("0 bytes, wrong advice", SYS(madvise, base, 0, 99));
	saw("0 bytes of nothing", SYS(madvise, 0x20000000, 0, MADV_DONTNEED));
	saw("off a page", SYS(madvise, base + 1, PAGE, MADV_DONTNEED));
	saw("-1 bytes", SYS(madvise, base, -1, MADV_DONTNEED));
	saw("-4096 bytes", SYS(madvise, base, -4096, MADV_DONTNEED));
	saw("a range that wraps", SYS(madvise, base, 0xfffff000u, MADV_DONTNEED));
	saw("the kernel", SYS(madvise, KERNEL, PAGE, MADV_DONTNEED));
	saw("nothing", SYS(madvise, 0x20000000, PAGE, MADV_DONTNEED));
	saw("1 byte", SYS(madvise, base, 1, MADV_DONTNEED));
	say("in memory after 1 byte", "%s", incore(base, N));
	SYS(munmap, base + 4 * PAGE, PAGE);
	saw("over a hole", SYS(madvise, base, N * PAGE, MADV_DONTNEED));
	say("done before the hole", "%s", incore(base, 4));
	say("and behind it", "%s", incore(base + 5 * PAGE, 3));
	saw("a hole first", SYS(madvise, base + 4 * PAGE, 2 * PAGE, MADV_NORMAL));
}

/* -- what they do -- */

static int sees_memory(void)
{
	static char digits[N + 1];

	for (int i = 0; i < N; i++)
		digits[i] = regions_in(base + i * PAGE, 1) ? (char)('0' + base[i * PAGE]) : '-';
	say("memory of a child", "%s", digits);
	return 0;
}

static void effects(void)
{
	fresh(RW);
	touch(base, N);
	saw("DONTFORK of two", advise(2, 2, DONTFORK));
	say("flag of them", "%d, %d regions", smaps_flag(base + 2 * PAGE, "dc"),
	        regions_in(base, N));
	saw("WIPEONFORK of two", advise(5, 2, WIPEONFORK));
	say("its flag", "%d", smaps_flag(base + 5 * PAGE, "wf"));
	in_child(sees_memory);
	saw("DOFORK of one", advise(2, 1, DOFORK));
	saw("KEEPONFORK of them", advise(5, 2, KEEPONFORK));
	say("regions then", "%d", regions_in(base, N));
	fresh(RW);
	saw("DONTDUMP of one", advise(3, 1, DONTDUMP));
	say("flag \"dd\"", "%d", smaps_flag(base + 3 * PAGE, "dd"));
	saw("SEQUENTIAL of one", advise(4, 1, MADV_SEQUENTIAL));
	saw("RANDOM of one", advise(5, 1, MADV_RANDOM));
	say("flags \"sr\" and \"rr\"", "%d %d, %d regions", smaps_flag(base + 4 * PAGE, "sr"),
	        smaps_flag(base + 5 * PAGE, "rr"), regions_in(base, N));
	fresh(RW);
	saw("POPULATE_READ of three", advise(0, 3, POPULATE_READ));
	saw("POPULATE_WRITE of three", advise(4, 3, POPULATE_WRITE));
	say("populated", "%s, Rss %ld", incore(base, N), smaps_number(base, "Rss:"));
	fresh(PROT_READ);
	saw("POPULATE_WRITE of read-only", advise(0, 1, POPULATE_WRITE));
	SYS(munmap, base + 2 * PAGE, PAGE);
	saw("POPULATE_READ over a hole", advise(0, 4, POPULATE_READ));
}

static void of_files(void)
{
	int fd = new_file("/tmp/advised", "");
	char *file;

	for (int i = 0; i < 4; i++)
		SYS(pwrite64, fd, "text", 4, 0, i * PAGE, 0);
	file = (char *)SYS(mmap2, 0, 4 * PAGE, RW, MAP_SHARED, fd, 0);
	file[0] = 'T';
	saw("DONTNEED of a file", SYS(madvise, file, 4 * PAGE, MADV_DONTNEED));
	say("a written page of it", "%c", file[0]);
	saw("REMOVE of a page", SYS(madvise, file + PAGE, PAGE, REMOVE));
	say("what is there then", "%d %c", file[PAGE], file[2 * PAGE]);
	SYS(munmap, file, 4 * PAGE);
	file = (char *)SYS(mmap2, 0, 4 * PAGE, RW, MAP_PRIVATE, fd, 0);
	file[0] = 'x';
	saw("DONTNEED of a private file", SYS(madvise, file, PAGE, MADV_DONTNEED));
	say("its page then", "%c", file[0]);
	SYS(munmap, file, 4 * PAGE);
	file = (char *)map(2, RW, SA);
	file[0] = 'x';
	SYS(madvise, file, PAGE, MADV_DONTNEED);
	say("shared memory after DONTNEED", "%c", file[0]);
	saw("REMOVE of shared memory", SYS(madvise, file, PAGE, REMOVE));
	say("shared memory after REMOVE", "%d", file[0]);
	SYS(close, fd);
	SYS(unlink, "/tmp/advised");
}

/* A hole made by one mapping, seen by others. */
static void holes(void)
{
	int fd = new_file("/tmp/advised", "");
	char *file, *own, text[2] = "?";
	long before;

	for (int i = 0; i < 4; i++)
		SYS(pwrite64, fd, "text", 4, 0, i * PAGE, 0);
	file = (char *)SYS(mmap2, 0, 4 * PAGE, RW, MAP_SHARED, fd, 0);
	own = (char *)SYS(mmap2, 0, 4 * PAGE, RW, MAP_PRIVATE, fd, 0);
	own[0] = 'o';
	touch_read(own + PAGE, 3);
	saw("mlock of a private mapping", SYS(mlock, own + 2 * PAGE, PAGE));
	before = meminfo_number("Committed_AS:") / 4;
	saw("REMOVE of three pages", SYS(madvise, file, 3 * PAGE, REMOVE));
	say("promised less by", "%ld", before - meminfo_number("Committed_AS:") / 4);
	saw("REMOVE of them again", SYS(madvise, file, 3 * PAGE, REMOVE));
	say("promised less then by", "%ld", before - meminfo_number("Committed_AS:") / 4);
	say("a private copy, a page read, a locked copy, the rest", "%c %d %c %c", own[0],
	        own[PAGE], own[2 * PAGE], own[3 * PAGE]);
	SYS(pread64, fd, text, 1, 0, 2 * PAGE, 0);
	say("what read() finds in the hole", "%d", text[0]);
	file[PAGE] = 'n';
	say("written again", "%c", own[PAGE]);
	saw("REMOVE of nothing but a hole", SYS(madvise, file + 2 * PAGE, PAGE, REMOVE));
	saw("REMOVE over a gap",
	        SYS(munmap, file + PAGE, PAGE) ?: SYS(madvise, file, 3 * PAGE, REMOVE));
	say("behind the gap, unmapped", "%c", own[PAGE]);
	SYS(mlock, file, PAGE);
	saw("REMOVE of locked memory", SYS(madvise, file, PAGE, REMOVE));
	SYS(munmap, file, 4 * PAGE);
	SYS(munmap, own, 4 * PAGE);
	SYS(close, fd);
	SYS(unlink, "/tmp/advised");
}

/* -- the others -- */

static void sync(void)
{
	static const int flags[] = {0, MS_ASYNC, MS_SYNC, MS_INVALIDATE, MS_ASYNC | MS_SYNC,
	        MS_SYNC | MS_INVALIDATE, 8, -1};
	static char label[24];

	fresh(RW);
	for (size_t i = 0; i < ARRAY_LEN(flags); i++) {
		format_text(label, sizeof(label), "msync with %d", flags[i]);
		saw(label, SYS(msync, base, PAGE, flags[i]));
	}
	saw("msync off a page", SYS(msync, base + 1, PAGE, MS_SYNC));
	saw("msync of 0 bytes", SYS(msync, base, 0, MS_SYNC));
	saw("msync of 0 bytes of nothing", SYS(msync, 0x20000000, 0, MS_SYNC));
	saw("msync of nothing", SYS(msync, 0x20000000, PAGE, MS_SYNC));
	saw("msync of -1 bytes", SYS(msync, base, -1, MS_SYNC));
	saw("msync of -4096 bytes", SYS(msync, base, -4096, MS_SYNC));
	saw("msync of the kernel", SYS(msync, KERNEL, PAGE, MS_SYNC));
	SYS(munmap, base + 3 * PAGE, PAGE);
	saw("msync over a hole", SYS(msync, base, N * PAGE, MS_SYNC));
	saw("msync over a hole, asynchronous", SYS(msync, base, N * PAGE, MS_ASYNC));
}

static void core(void)
{
	char bytes[N];

	fresh(RW);
	saw("mincore off a page", SYS(mincore, base + 1, PAGE, bytes));
	saw("mincore of 0 bytes", SYS(mincore, base, 0, bytes));
	saw("mincore of 0 bytes to nowhere", SYS(mincore, base, 0, BAD_POINTER));
	saw("mincore to nowhere", SYS(mincore, base, PAGE, BAD_POINTER));
	saw("mincore to the kernel", SYS(mincore, base, PAGE, KERNEL));
	saw("mincore of nothing", SYS(mincore, 0x20000000, PAGE, bytes));
	saw("mincore of nothing to nowhere", SYS(mincore, 0x20000000, PAGE, BAD_POINTER));
	saw("mincore of the kernel", SYS(mincore, KERNEL, PAGE, bytes));
	saw("mincore of -1 bytes", SYS(mincore, base, -1, bytes));
	saw("mincore that wraps", SYS(mincore, base, 0xfffff000u, bytes));
	touch(base + PAGE, 1);
	touch_read(base + 3 * PAGE, 1);
	say("one written, one read", "%s", incore(base, N));
	SYS(munmap, base + 5 * PAGE, PAGE);
	memset(bytes, 9, N);
	saw("mincore over a hole", SYS(mincore, base, N * PAGE, bytes));
	say("what it said before the hole", "%d %d", bytes[1], bytes[6]);
}

int main(void)
{
	base = pages(3 * N, PROT_NONE) + N * PAGE;
	every_advice();
	ranges();
	effects();
	of_files();
	holes();
	sync();
	core();
	return 0;
}
