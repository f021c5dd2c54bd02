/* SPDX-License-Identifier: MIT */
/*
 * Files that have no name: O_TMPFILE and memfd_create(); and fallocate(), which such files are often
 * given their room by.
 */
#include "proc.h"

#include <linux/falloc.h>
#include <linux/memfd.h>

static char long_name[300];

/* A name of which only the digits differ from kernel to kernel. */
static void show_name(const char *label, int fd)
{
	char path[40], name[128];
	long n;

	format_text(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = SYS(readlink, path, name, sizeof(name) - 1);
	if (n < 0) {
		saw(label, n);
		return;
	}
	name[n] = 0;
	for (char *p = name; *p; p++)
		if (*p >= '0' && *p <= '9')
			*p = 'N';
	say(label, "%s", name);
}

static void show_file(const char *label, int fd)
{
	struct stat64 st;
	long err = SYS(fstat64, fd, &st);

	if (err)
		saw(label, err);
	else
		say(label, "mode %o, %u links, size %u, %u blocks", st.st_mode, st.st_nlink,
		        (unsigned int)st.st_size, (unsigned int)st.st_blocks);
}

static void tmpfile_flags(void)
{
	saw("read only", SYS(open, "/tmp", O_TMPFILE | O_RDONLY, 0600));
	saw("without O_DIRECTORY", SYS(open, "/tmp", __O_TMPFILE | O_RDWR, 0600));
	saw("with O_CREAT", SYS(open, "/tmp", O_TMPFILE | O_RDWR | O_CREAT, 0600));
	saw("in a file", SYS(open, "/proc/self/stat", O_TMPFILE | O_RDWR, 0600));
	saw("nowhere", SYS(open, "/tmp/nowhere", O_TMPFILE | O_RDWR, 0600));
	saw("in /proc", SYS(open, "/proc", O_TMPFILE | O_RDWR, 0600));
}

static void use_tmpfile(void)
{
	int fd = SYS(open, "/tmp", O_TMPFILE | O_RDWR, 0642);
	char path[40], text[8] = "";

	saw_ok("O_TMPFILE", fd);
	show_file("it", fd);
	show_name("its name", fd);
	say("its flags", "%o", (int)SYS(fcntl64, fd, F_GETFL));
	saw("write", SYS(write, fd, "hello", 5));
	format_text(path, sizeof(path), "/proc/self/fd/%d", fd);
	saw("link", SYS(linkat, AT_FDCWD, path, AT_FDCWD, "/tmp/unnamed", AT_SYMLINK_FOLLOW));
	show_file("with a name", fd);
	saw("read", read_file("/tmp/unnamed", text, sizeof(text)));
	say("text", "%s", text);
	saw("unlink", SYS(unlink, "/tmp/unnamed"));
	saw("link again", SYS(linkat, AT_FDCWD, path, AT_FDCWD, "/tmp/unnamed", AT_SYMLINK_FOLLOW));
	SYS(unlink, "/tmp/unnamed");
	SYS(close, fd);
	fd = SYS(open, "/tmp", O_TMPFILE | O_EXCL | O_WRONLY, 0600);
	saw_ok("with O_EXCL", fd);
	format_text(path, sizeof(path), "/proc/self/fd/%d", fd);
	saw("link of that",
	        SYS(linkat, AT_FDCWD, path, AT_FDCWD, "/tmp/unnamed", AT_SYMLINK_FOLLOW));
	SYS(close, fd);
}

/* The line of /proc/self/maps without its numbers. */
static void show_map(const char *label, const char *part)
{
	static char maps[8192];
	const char *at;

	read_file("/proc/self/maps", maps, sizeof(maps));
	at = find(maps, part);
	if (!at) {
		say(label, "not there");
		return;
	}
	for (char *p = (char *)at; *p; p++)
		if (*p == '\n')
			*p = 0;
	say(label, "%s", at);
}

static void memfd(void)
{
	int fd;
	char *map;

	memset(long_name, 'n', 249);
	fd = SYS(memfd_create, long_name, 0);
	saw_ok("the longest name", fd);
	SYS(close, fd);
	long_name[249] = 'n';
	saw("a longer one", SYS(memfd_create, long_name, 0));
	saw("name at a bad address", SYS(memfd_create, BAD_POINTER, 0));
	saw("unknown flag", SYS(memfd_create, "x", 0x100));
	fd = SYS(memfd_create, "one", MFD_CLOEXEC);
	saw_ok("memfd", fd);
	saw("close on exec", SYS(fcntl64, fd, F_GETFD));
	show_file("a memfd", fd);
	show_name("its link", fd);
	saw("ftruncate", SYS(ftruncate, fd, 2 * PAGE));
	map = (char *)SYS(mmap2, NULL, 2 * PAGE, RW, MAP_SHARED, fd, 0);
	map[PAGE] = 'x';
	saw("one byte", SYS(pread64, fd, long_name, 1, 0, PAGE, 0));
	say("the byte", "%c", long_name[0]);
	show_map("in maps", "/memfd");
	show_file("with a page", fd);
	SYS(close, fd);
	map[0] = 'y';
	say("when closed", "%c%c", map[0], map[PAGE]);
}

static long allocate(int fd, int mode, uint64_t offset, uint64_t n)
{
	return SYS(
	        fallocate, fd, mode, (long)offset, (long)(offset >> 32), (long)n, (long)(n >> 32));
}

/* Does it count as a change of the file? */
static void show_times(const char *label, int fd, int mode, uint64_t offset)
{
	long old[4] = {1000, 0, 1000, 0};
	struct stat64 st;

	SYS(utimensat, fd, NULL, old, 0);
	allocate(fd, mode, offset, 1);
	SYS(fstat64, fd, &st);
	say(label, "read %s, changed %s", st.st_atime == 1000 ? "long ago" : "now",
	        st.st_mtime == 1000 ? "long ago" : "now");
}

static void fallocate(void)
{
	int fd = new_file("/tmp/room", "0123456789"), only, pipe[2];
	char text[16] = "";

	only = SYS(open, "/tmp/room", O_RDONLY);
	SYS(pipe, pipe);
	saw("no room", allocate(fd, 0, 0, 0));
	saw("less", allocate(fd, 0, 0, -1ll));
	saw("before the begin", allocate(fd, 0, -1ll, 1));
	saw("past everything", allocate(fd, 0, 1ull << 62, 1ull << 62));
	saw("no such mode", allocate(fd, 0x1000, 0, 1));
	saw("a hole that cuts", allocate(fd, FALLOC_FL_PUNCH_HOLE, 0, 1));
	saw("zero range", allocate(fd, FALLOC_FL_ZERO_RANGE, 0, 1));
	saw("of a pipe", allocate(pipe[1], 0, 0, 1));
	saw("read-only file", allocate(only, 0, 0, 1));
	saw("no descriptor", allocate(99, 0, 0, 1));
	show_file("all that failed", fd);
	saw("room", allocate(fd, 0, 5, 2 * PAGE));
	show_file("has it", fd);
	saw("room past the end", allocate(fd, FALLOC_FL_KEEP_SIZE, 4 * PAGE, 3 * PAGE));
	show_file("is as large", fd);
	saw("a small hole", allocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 2, 3));
	SYS(pread64, fd, text, 10, 0, 0, 0);
	for (int i = 0; i < 10; i++)
		text[i] = text[i] ? text[i] : '.';
	say("text around it", "%s", text);
	saw("a large one", allocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 7, 5 * PAGE));
	SYS(pread64, fd, text, 10, 0, 0, 0);
	for (int i = 0; i < 10; i++)
		text[i] = text[i] ? text[i] : '.';
	say("less text", "%s", text);
	show_file("with holes", fd);
	show_times("time of room that was there", fd, 0, 1);
	show_times("time of room past the end", fd, FALLOC_FL_KEEP_SIZE, 9 * PAGE);
	show_times("time of a hole", fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 1);
	saw("more than there is", allocate(fd, 0, 0, 1ull << 40));
	show_file("as before", fd);
	SYS(unlink, "/tmp/room");
}

int main(void)
{
	SYS(umask, 022);
	tmpfile_flags();
	use_tmpfile();
	memfd();
	fallocate();
	return 0;
}
