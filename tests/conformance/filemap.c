/* SPDX-License-Identifier: MIT */
/*
 * Files as memory: what a private and a shared mapping show of a file and of each other, and which
 * descriptors and protections go together.
 */
#include "observe.h"

static char text[64];

static const char *head(int fd)
{
	memset(text, 0, sizeof(text));
	SYS(pread64, fd, text, 20, 0, 0, 0);
	return text;
}

static long shared_zeros, private_zeros;

static void visible(void)
{
	int fd = new_file("/tmp/mapped", "0123456789");
	char *shared = (char *)SYS(mmap2, 0, PAGE, 3, MAP_SHARED, fd, 0);
	char *private = (char *)SYS(mmap2, 0, PAGE, 3, MAP_PRIVATE, fd, 0);
	char *other = (char *)SYS(mmap2, 0, PAGE, 1, MAP_SHARED, fd, 0);

	say("mapped", "%s %s %s", shared, private, other);
	SYS(pwrite64, fd, "AB", 2, 0, 0, 0);
	say("after write()", "%s %s %s", shared, private, other);
	shared[2] = 'C';
	say("after a store to the shared one", "%s %s %s %s", shared, private, other, head(fd));
	private[3] = 'D';
	say("after a store to the private one", "%s %s %s %s", shared, private, other, head(fd));
	SYS(pwrite64, fd, "xyzuvw", 6, 0, 0, 0);
	say("after another write()", "%s %s %s", shared, private, other);
	shared[12] = 'Z';
	say("store behind the end", "%d bytes: %s", (int)SYS(lseek, fd, 0, SEEK_END), head(fd));
	SYS(ftruncate, fd, 4);
	say("after truncation", "%s %s", shared, other);
	SYS(ftruncate, fd, 14);
	say("after growing", "%s, byte 12 is %d", shared, shared[12]);
	SYS(close, fd);
	shared[0] = '!';
	say("after close()", "%s", other);
	SYS(unlink, "/tmp/mapped");
	shared[1] = '!';
	say("after unlink()", "%s", other);
	saw("munmap", SYS(munmap, shared, PAGE));
	say("after munmap() of one", "%s", other);
}

static void try(const char *label, int open_flags, int prot, int flags)
{
	long fd = SYS(open, "/tmp/rights", open_flags), answer;

	answer = SYS(mmap2, 0, PAGE, prot, flags, fd, 0);
	saw_ok(label, answer);
	if (!is_error(answer))
		SYS(munmap, answer, PAGE);
	SYS(close, fd);
}

static void rights(void)
{
	long fd, at;

	SYS(close, new_file("/tmp/rights", "text"));
	try("shared write, file read-only", O_RDONLY, 3, MAP_SHARED);
	try("private write, file read-only", O_RDONLY, 3, MAP_PRIVATE);
	try("shared read, file read-only", O_RDONLY, 1, MAP_SHARED);
	try("shared read, file write-only", O_WRONLY, 1, MAP_SHARED);
	try("private read, file write-only", O_WRONLY, 1, MAP_PRIVATE);
	try("no access, file write-only", O_WRONLY, 0, MAP_SHARED);
	try("shared write, file append-only", O_RDWR | O_APPEND, 3, MAP_SHARED);
	fd = SYS(open, "/tmp/rights", O_RDONLY);
	at = SYS(mmap2, 0, PAGE, 1, MAP_SHARED, fd, 0);
	saw("mprotect to write, file read-only", SYS(mprotect, at, PAGE, 3));
	at = SYS(mmap2, 0, PAGE, 1, MAP_PRIVATE, fd, 0);
	saw("mprotect to write, private", SYS(mprotect, at, PAGE, 3));
	SYS(close, fd);
	fd = SYS(open, "/tmp", O_RDONLY);
	saw_ok("mmap of a directory", SYS(mmap2, 0, PAGE, 1, MAP_PRIVATE, fd, 0));
	SYS(unlink, "/tmp/rights");
}

static int store_shared(void)
{
	((char *)shared_zeros)[0] = 's';
	((char *)private_zeros)[0] = 'p';
	return 0;
}

/* A map of zeros: memory of one's own, or shared with children. */
static void zeros(void)
{
	long zero = SYS(open, "/dev/zero", O_RDWR), reader = SYS(open, "/dev/zero", O_RDONLY);

	shared_zeros = SYS(mmap2, 0, 2 * PAGE, 3, MAP_SHARED, zero, 0);
	private_zeros = SYS(mmap2, 0, 2 * PAGE, 3, MAP_PRIVATE, zero, 7);
	SYS(close, zero);
	say("zeros", "%d %d", *(char *)shared_zeros, *(char *)private_zeros);
	in_child(store_shared);
	say("zeros after a child has stored", "%d %d", *(char *)shared_zeros,
	        *(char *)private_zeros);
	saw("mprotect of zeros", SYS(mprotect, private_zeros, PAGE, 0));
	saw("munmap of shared zeros", SYS(munmap, shared_zeros, 2 * PAGE));
	saw_ok("shared zeros, read-only, to write", SYS(mmap2, 0, PAGE, 3, MAP_SHARED, reader, 0));
	shared_zeros = SYS(mmap2, 0, PAGE, 1, MAP_SHARED, reader, 0);
	saw("shared zeros, read-only", *(char *)shared_zeros);
	saw("mprotect of them to write", SYS(mprotect, shared_zeros, PAGE, 3));
	private_zeros = SYS(mmap2, 0, PAGE, 3, MAP_PRIVATE, reader, 0);
	*(char *)private_zeros = 1;
	saw("private zeros, read-only, written", *(char *)private_zeros);
	saw_ok("no zeros", SYS(mmap2, 0, 0, 1, MAP_SHARED, reader, 0));
	SYS(close, reader);
}

static void odd_files(void)
{
	int ends[2];
	int fd = new_file("/tmp/odd", "text");
	long zero = SYS(open, "/dev/zero", O_RDWR), at;

	SYS(pipe, ends);
	saw_ok("mmap of a pipe", SYS(mmap2, 0, PAGE, 1, MAP_PRIVATE, ends[0], 0));
	saw_ok("mmap of /dev/null",
	        SYS(mmap2, 0, PAGE, 1, MAP_PRIVATE, SYS(open, "/dev/null", 2), 0));
	at = SYS(mmap2, 0, PAGE, 3, MAP_PRIVATE, zero, 0);
	say("mmap of /dev/zero", "%s",
	        is_error(at)  ? answer_name(at)
	        : *(char *)at ? "not 0"
	                      : "zeros");
	saw_ok("offset far behind the end", SYS(mmap2, 0, PAGE, 1, MAP_PRIVATE, fd, 1000));
	saw_ok("offset that overflows", SYS(mmap2, 0, 2 * PAGE, 1, MAP_PRIVATE, fd, 0xffffffffu));
	saw_ok("length 0 of a file", SYS(mmap2, 0, 0, 1, MAP_PRIVATE, fd, 0));
	saw_ok("old_mmap's offset in bytes is no more", SYS(mmap2, 0, PAGE, 1, 0, fd, 0));
	SYS(unlink, "/tmp/odd");
}

/* A system call's pointer to a page past the end of a file is a bad pointer. */
static void system_calls(void)
{
	int fd = new_file("/tmp/calls", "text"), out = new_file("/tmp/out", "");
	char *map = (char *)SYS(mmap2, 0, 2 * PAGE, 3, MAP_SHARED, fd, 0);

	saw("write() from past the end", SYS(write, out, map + PAGE, 10));
	saw("write() to a file from its own pages", SYS(pwrite64, fd, map, 4, 0, 4, 0));
	say("and the file has", "%s", head(fd));
	saw("read() of a file into its own pages", SYS(pread64, fd, map + 2, 4, 0, 0, 0));
	say("and then it has", "%s", head(fd));
	SYS(unlink, "/tmp/calls");
	SYS(unlink, "/tmp/out");
}

static void offsets(void)
{
	int fd = new_file("/tmp/offsets", "first");
	char *map;

	SYS(pwrite64, fd, "second", 6, 0, PAGE, 0);
	SYS(pwrite64, fd, "third", 5, 0, 2 * PAGE, 0);
	map = (char *)SYS(mmap2, 0, 2 * PAGE, 3, MAP_PRIVATE, fd, 1);
	say("from page 1", "%s %s", map, map + PAGE);
	SYS(mmap2, map + PAGE, PAGE, 1, MAP_SHARED | MAP_FIXED, fd, 0);
	say("page 0 behind it", "%s %s", map, map + PAGE);
	SYS(unlink, "/tmp/offsets");
}

int main(void)
{
	visible();
	rights();
	zeros();
	odd_files();
	system_calls();
	offsets();
	return 0;
}
