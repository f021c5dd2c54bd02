/* SPDX-License-Identifier: MIT */
/*
 * Regular files: opening, positions, appending, truncating, and descriptors.
 */
#include "observe.h"

static char text[64];

static const char *content(const char *path)
{
	return read_file(path, text, sizeof(text)) < 0 ? "(none)" : text;
}

static void opening(void)
{
	long fd = new_file("/tmp/a", "hello");

	SYS(close, fd);
	saw("O_CREAT and O_EXCL of a file", SYS(open, "/tmp/a", O_CREAT | O_EXCL | O_RDWR, 0644));
	saw("open of nothing", SYS(open, "/tmp/none", O_RDONLY));
	saw("open through a file", SYS(open, "/tmp/a/b", O_RDONLY));
	saw("open with a slash at the end", SYS(open, "/tmp/a/", O_RDONLY));
	saw("create with a slash at the end", SYS(open, "/tmp/new/", O_CREAT | O_RDWR, 0644));
	saw("open of a directory to write", SYS(open, "/tmp", O_WRONLY));
	saw("create over a directory", SYS(open, "/tmp", O_CREAT | O_RDONLY, 0644));
	saw("O_DIRECTORY of a file", SYS(open, "/tmp/a", O_RDONLY | O_DIRECTORY));
	saw("open of an empty path", SYS(open, "", O_RDONLY));
	saw("open from nowhere", SYS(open, BAD_POINTER, O_RDONLY));
	saw("openat of a bad descriptor", SYS(openat, 99, "a", O_RDONLY));
	saw("openat with an absolute path", SYS(close, SYS(openat, 99, "/tmp/a", O_RDONLY)));
	saw("openat of a file as directory", SYS(openat, 0, "a", O_RDONLY) < 0);
	fd = SYS(open, "/tmp/a", O_RDWR | O_TRUNC);
	say("after O_TRUNC", "'%s'", content("/tmp/a"));
	SYS(close, fd);
	fd = SYS(open, "/tmp/a", O_RDONLY);
	saw("write to a read-only descriptor", SYS(write, fd, "x", 1));
	saw("ftruncate of a read-only descriptor", SYS(ftruncate, fd, 0));
	SYS(close, fd);
	fd = SYS(open, "/tmp/a", O_WRONLY);
	saw("read from a write-only descriptor", SYS(read, fd, text, 1));
	SYS(close, fd);
	saw("close it again", SYS(close, fd));
	fd = SYS(open, "/tmp", O_RDONLY);
	saw("read a directory", SYS(read, fd, text, 10));
	saw("write to a directory", SYS(write, fd, text, 10));
	SYS(close, fd);
}

static void positions(void)
{
	int fd = new_file("/tmp/b", "0123456789");
	int64_t at = -1;

	saw("lseek to 3", SYS(lseek, fd, 3, SEEK_SET));
	saw("lseek by -5", SYS(lseek, fd, -5, SEEK_CUR));
	saw("lseek by 4", SYS(lseek, fd, 4, SEEK_CUR));
	saw("lseek behind the end", SYS(lseek, fd, 100, SEEK_END));
	saw("read there", SYS(read, fd, text, 5));
	saw("lseek with whence 9", SYS(lseek, fd, 0, 9));
	saw("lseek to -1", SYS(lseek, fd, -1, SEEK_SET));
	saw("lseek of a bad descriptor", SYS(lseek, 99, 0, SEEK_SET));
	saw("lseek SEEK_DATA", SYS(lseek, fd, 2, SEEK_DATA));
	saw("lseek SEEK_HOLE", SYS(lseek, fd, 2, SEEK_HOLE));
	saw("lseek SEEK_DATA behind the end", SYS(lseek, fd, 20, SEEK_DATA));
	saw("_llseek to 5 GiB", SYS(_llseek, fd, 1, 0x40000000, &at, SEEK_SET));
	say("position", "%x %x", (uint32_t)(at >> 32), (uint32_t)at);
	saw("lseek to where that is", SYS(lseek, fd, 0, SEEK_CUR));
	saw("write 2 there without O_LARGEFILE", SYS(write, fd, "ab", 0));
	saw("_llseek to nowhere", SYS(_llseek, fd, 0, 0, BAD_POINTER, SEEK_SET));
	saw("pread at 4", SYS(pread64, fd, text, 2, 0, 4, 0));
	say("it reads", "%c%c", text[0], text[1]);
	saw("pread at -1", SYS(pread64, fd, text, 2, 0, -1, -1));
	saw("pwrite at 12", SYS(pwrite64, fd, "x", 1, 0, 12, 0));
	saw("size then", SYS(lseek, fd, 0, SEEK_END));
	SYS(pread64, fd, text, 13, 0, 0, 0);
	say("the gap", "%d %d %c", text[10], text[11], text[12]);
}

static void appending(void)
{
	long fd, other;

	SYS(close, new_file("/tmp/c", "one"));
	fd = SYS(open, "/tmp/c", O_RDWR | O_APPEND);
	saw("position at first", SYS(lseek, fd, 0, SEEK_CUR));
	SYS(write, fd, "two", 3);
	saw("position after a write", SYS(lseek, fd, 0, SEEK_CUR));
	SYS(lseek, fd, 0, SEEK_SET);
	SYS(write, fd, "three", 5);
	say("appended", "%s", content("/tmp/c"));
	SYS(pwrite64, fd, "four", 4, 0, 0, 0);
	say("pwrite appends, too", "%s", content("/tmp/c"));
	other = SYS(dup, fd);
	SYS(lseek, fd, 2, SEEK_SET);
	saw("position of a duplicate", SYS(lseek, other, 0, SEEK_CUR));
	saw("dup2 to itself", SYS(dup2, fd, fd) == fd);
	saw("dup3 to itself", SYS(dup3, fd, fd, 0));
	saw("dup2 of a bad descriptor", SYS(dup2, 99, 5));
	saw("dup2 to -1", SYS(dup2, fd, -1));
	saw("dup2 to 100000", SYS(dup2, fd, 100000));
	saw("F_GETFL", SYS(fcntl64, fd, F_GETFL));
	SYS(fcntl64, fd, F_SETFL, 0);
	saw("F_GETFL after F_SETFL 0", SYS(fcntl64, fd, F_GETFL));
	saw("F_GETFD", SYS(fcntl64, fd, F_GETFD));
	saw("F_DUPFD to 100000", SYS(fcntl64, fd, F_DUPFD, 100000));
	saw("F_DUPFD to -1", SYS(fcntl64, fd, F_DUPFD, -1));
	saw("fcntl of an unknown kind", SYS(fcntl64, fd, 4711, 0));
	saw("fcntl of a bad descriptor", SYS(fcntl64, 99, F_GETFD));
	saw("ioctl of an unknown kind", SYS(ioctl, fd, 4711, 0));
}

static void truncating(void)
{
	int fd = new_file("/tmp/d", "hello");

	saw("truncate to 3", SYS(truncate, "/tmp/d", 3));
	say("it has", "%s", content("/tmp/d"));
	saw("ftruncate to 8", SYS(ftruncate, fd, 8));
	say("bytes 3 and 7", "%d %d, %ld bytes", (content("/tmp/d"), text[3]), text[7],
	        SYS(lseek, fd, 0, SEEK_END));
	saw("ftruncate to -1", SYS(ftruncate, fd, -1));
	saw("truncate of a directory", SYS(truncate, "/tmp", 0));
	saw("truncate of nothing", SYS(truncate, "/tmp/none", 0));
	saw("ftruncate64 to -1", SYS(ftruncate64, fd, 0, -1, -1));
	saw("ftruncate of a bad descriptor", SYS(ftruncate, 99, 0));
}

static void unlinked(void)
{
	int fd = new_file("/tmp/e", "still here");
	struct stat64 st;

	saw("unlink", SYS(unlink, "/tmp/e"));
	saw("unlink again", SYS(unlink, "/tmp/e"));
	SYS(fstat64, fd, &st);
	say("links, size", "%d %d", (int)st.st_nlink, (int)st.st_size);
	SYS(lseek, fd, 0, SEEK_SET);
	saw("read what is unlinked", SYS(read, fd, text, 10));
	saw("unlink of a directory", SYS(unlink, "/tmp"));
	saw("unlink of an empty path", SYS(unlink, ""));
}

static void vectors(void)
{
	struct {
		void *at;
		unsigned long n;
	} list[2] = {{(void *)"ab", 2}, {(void *)"cde", 3}},
	  broken[2] = {{text, 2}, {BAD_POINTER, 2}};
	int fd = new_file("/tmp/f", "");

	saw("writev", SYS(writev, fd, list, 2));
	say("it wrote", "%s", content("/tmp/f"));
	saw("writev of 0 parts", SYS(writev, fd, list, 0));
	saw("writev of -1 parts", SYS(writev, fd, list, -1));
	saw("writev of 1025 parts", SYS(writev, fd, list, 1025));
	saw("writev from nowhere", SYS(writev, fd, BAD_POINTER, 2));
	saw("writev with a part from nowhere", SYS(writev, fd, broken, 2));
	list[1].n = -1ul;
	saw("writev of a negative length", SYS(writev, fd, list, 2));
	SYS(lseek, fd, 0, SEEK_SET);
	saw("readv with a part to nowhere", SYS(readv, fd, broken, 2));
}

int main(void)
{
	opening();
	positions();
	appending();
	truncating();
	unlinked();
	vectors();
	return 0;
}
