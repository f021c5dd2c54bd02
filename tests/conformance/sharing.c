/* SPDX-License-Identifier: MIT */
/*
 * Who has which page: Rss, Pss, shared and private pages of smaps, the bits of pagemap and RSS of
 * status, after touching, fork, copy-on-write and mappings of files.
 */
#include "proc.h"

#define N   32
#define BIG 1024

static char *base;
static int file;

/* The numbers of the region at an address, in pages; Pss in kB. */
static void show(const char *label, const void *at)
{
	static const char *const names[] = {
	        "Shared_Clean:", "Shared_Dirty:", "Private_Clean:", "Private_Dirty:", "Anonymous:"};
	long n[ARRAY_LEN(names)];

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		n[i] = smaps_number(at, names[i]) / 4;
	say(label, "Rss %ld Pss %ld kB, shared %ld+%ld, private %ld+%ld, anonymous %ld",
	        smaps_number(at, "Rss:") / 4, smaps_number(at, "Pss:"), n[0], n[1], n[2], n[3],
	        n[4]);
}

/* Bits 63 to 55 of the words of N pages in hexadecimal, words alike as "n*bits". */
static void show_pagemap(const char *label, const char *at)
{
	static uint64_t words[N];
	static char line[200];
	size_t used = 0;
	long fd = SYS(open, "/proc/self/pagemap", O_RDONLY);
	long got = SYS(pread64, fd, words, sizeof(words), 0, (unsigned long)at / PAGE * 8, 0);

	SYS(close, fd);
	if (got != sizeof(words)) {
		say(label, "%s", answer_name(got));
		return;
	}
	for (int i = 0, first = 0; i < N; i++) {
		if (i < N - 1 && words[i] >> 55 == words[i + 1] >> 55)
			continue;
		format_text(line + used, sizeof(line) - used, "%d*%lx ", i + 1 - first,
		        (unsigned long)(words[i] >> 55));
		used += length(line + used);
		first = i + 1;
	}
	say(label, "%s", line);
}

/* Both. */
static void show_both(const char *label, const char *at)
{
	static char of[80];

	show(label, at);
	format_text(of, sizeof(of), "pagemap, %s", label);
	show_pagemap(of, at);
}

/* A child that does something, then waits until the parent has looked. */
static long child(void (*act)(void), int go[2])
{
	int done[2];
	char word;
	long pid;

	SYS(pipe, done);
	SYS(pipe, go);
	pid = SYS(fork);
	if (pid == 0) {
		act();
		SYS(write, done[1], "x", 1);
		SYS(read, go[0], &word, 1);
		leave(0);
	}
	SYS(read, done[0], &word, 1);
	SYS(close, done[0]);
	SYS(close, done[1]);
	return pid;
}

static void end(long pid, int go[2])
{
	SYS(write, go[1], "x", 1);
	wait_status(pid);
	SYS(close, go[0]);
	SYS(close, go[1]);
}

/* -- anonymous memory -- */

static void look(void)
{
	show_both("child after fork", base);
}

static void write_half(void)
{
	touch(base, N / 2);
	show_both("child that wrote half", base);
}

static void nothing(void)
{
}

static void private_memory(void)
{
	int go[2], third[2];
	long pid, other;

	base = pages(N, RW);
	show_both("untouched", base);
	touch_read(base, N / 2);
	show_both("half of it read", base);
	touch(base, N);
	show_both("all written", base);
	pid = child(look, go);
	show_both("parent after fork", base);
	other = child(nothing, third);
	show("parent after two forks", base);
	end(other, third);
	end(pid, go);
	show_both("parent when the children are gone", base);
	pid = child(write_half, go);
	show_both("parent of a child that wrote half", base);
	touch(base, N);
	show("parent after it wrote all", base);
	end(pid, go);
	SYS(madvise, base, N / 4 * PAGE, MADV_DONTNEED);
	show("a quarter dropped", base);
	SYS(mprotect, base, N * PAGE, PROT_NONE);
	show("without access", base);
	SYS(munmap, base, N * PAGE);
	show("unmapped", base);
}

/* All that the parent has touched is touched: Linux maps shared pages again as a child asks for them. */
static void write_three_quarters(void)
{
	touch(base, N * 3 / 4);
	show_both("child that wrote three quarters of shared memory", base);
}

static void shared_memory(void)
{
	int go[2];
	long pid;

	base = (char *)map(N, RW, SA);
	touch(base, N / 2);
	show_both("half of shared memory written", base);
	pid = child(write_three_quarters, go);
	show_both("parent of that child", base);
	end(pid, go);
	show("shared memory, the child is gone", base);
	SYS(munmap, base, N * PAGE);
}

/* -- files -- */

static void map_file(void)
{
	SYS(munmap, base, N * PAGE);
	base = (char *)SYS(mmap2, 0, N * PAGE, RW, MAP_SHARED, file, 0);
	touch(base, N / 2);
	show("child that maps the same file", base);
}

static void files(void)
{
	int go[2];
	char *private;
	long pid;

	file = new_file("/tmp/shared", "");
	for (int i = 0; i < N; i++)
		SYS(pwrite64, file, "text", 4, 0, i * PAGE, 0);
	base = (char *)SYS(mmap2, 0, N * PAGE, RW, MAP_SHARED, file, 0);
	show("file untouched", base);
	touch(base, N / 2);
	show_both("half of a file written", base);
	pid = child(map_file, go);
	show_both("half of a file that a child maps as well", base);
	end(pid, go);
	show("file, the child is gone", base);
	private = (char *)SYS(mmap2, 0, N * PAGE, RW, MAP_PRIVATE, file, 0);
	touch(private, N / 4);
	show_both("private file, a quarter written", private);
	touch_read(private, N);
	show_both("private file, all read", private);
	touch_read(base, N);
	show("shared file, all read", base);
	SYS(munmap, private, N * PAGE);
	show("shared file, the private mapping is gone", base);
	SYS(munmap, base, N * PAGE);
	SYS(close, file);
	SYS(unlink, "/tmp/shared");
}

/* -- the process as a whole: Linux counts in steps of up to 64 pages -- */

static int close_to(long kb, long pages)
{
	return kb >= (pages - 70) * 4 && kb <= (pages + 70) * 4;
}

struct rss {
	long all, anon, of_files, shmem;
};

static struct rss rss(void)
{
	struct rss r = {status_number("VmRSS:"), status_number("RssAnon:"),
	        status_number("RssFile:"), status_number("RssShmem:")};

	return r;
}

static void show_rss(const char *label, const struct rss *before, long anon, long shmem)
{
	struct rss r = rss();

	say(label, "anon %d file %d shmem %d all %d, VmRSS is the sum %d, statm %d %d",
	        close_to(r.anon - before->anon, anon), close_to(r.of_files - before->of_files, 0),
	        close_to(r.shmem - before->shmem, shmem),
	        close_to(r.all - before->all, anon + shmem), r.all == r.anon + r.of_files + r.shmem,
	        proc_value("/proc/self/statm", 1) * 4 == status_number("VmRSS:"),
	        proc_value("/proc/self/statm", 0) * 4 == status_number("VmSize:"));
}

static void process(void)
{
	struct rss before = rss();
	char *memory = pages(BIG, RW), *shared = (char *)map(BIG, RW, SA);

	show_rss("nothing touched", &before, 0, 0);
	touch(memory, BIG);
	show_rss("memory touched", &before, BIG, 0);
	touch(shared, BIG);
	show_rss("shared memory touched", &before, BIG, BIG);
	say("statm counts shared pages", "%d",
	        close_to(proc_value("/proc/self/statm", 2) * 4 - before.shmem, BIG));
	say("VmHWM is at least VmRSS", "%d", status_number("VmHWM:") >= status_number("VmRSS:"));
	SYS(munmap, memory, BIG * PAGE);
	show_rss("memory unmapped", &before, 0, BIG);
	say("VmHWM stays", "%d", close_to(status_number("VmHWM:") - before.all, 2 * BIG));
	say("sum of smaps", "%d", close_to(smaps_sum("Rss:", NULL), status_number("VmRSS:") / 4));
}

/* -- who may look: a frame number is for root only -- */

static int frames(const char *who)
{
	static char label[40];
	uint64_t word = 0;
	long fd = SYS(open, "/proc/self/pagemap", O_RDONLY), got;

	got = SYS(pread64, fd, &word, 8, 0, (unsigned long)&word / PAGE * 8, 0);
	format_text(label, sizeof(label), "pagemap for %s", who);
	say(label, "%s, frame number %d, present %d", answer_name(fd < 0 ? fd : got),
	        (word & ((1ull << 55) - 1)) != 0, (int)(word >> 63));
	return 0;
}

static int somebody(void)
{
	char *argv[] = {"/conformance/sharing", "frames", NULL};

	become_user();
	SYS(execve, argv[0], argv, NULL);
	return 99;
}

static void odd_reads(void)
{
	char words[64];
	long fd = SYS(open, "/proc/self/pagemap", O_RDONLY);

	saw("pagemap, 7 bytes", SYS(read, fd, words, 7));
	saw("pagemap from byte 4", SYS(pread64, fd, words, 8, 0, 4, 0));
	saw("pagemap, 0 bytes", SYS(read, fd, words, 0));
	saw("pagemap of the end of the kernel", SYS(pread64, fd, words, 8, 0, 0x100000 * 8, 0));
	saw("pagemap to nowhere", SYS(pread64, fd, BAD_POINTER, 8, 0, 0x10 * 8, 0));
	saw("pagemap, written", SYS(open, "/proc/self/pagemap", O_WRONLY));
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return frames("somebody else");
	private_memory();
	shared_memory();
	files();
	process();
	frames("root");
	saw_status("end of somebody else", in_child(somebody));
	odd_reads();
	return 0;
}
