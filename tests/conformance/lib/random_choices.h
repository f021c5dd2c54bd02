/* SPDX-License-Identifier: MIT */
/*
 * For tests/conformance/randomfiles.c alone: which paths, descriptors, flags and lengths its steps use, and what is
 * told of them.
 */
#ifndef RANDOM_CHOICES_H
#define RANDOM_CHOICES_H

#include "proc.h"
#include "random.h"

#include <asm/poll.h>

#define ROOT       "/tmp/randomfiles"
#define FIRST_FD   3
#define FDS        12
#define MOST       9000 /* bytes that one call moves */
#define USER       1000
#define UTIME_NOW  0x3fffffffl /* include/linux/stat.h */
#define UTIME_OMIT 0x3ffffffel

#define P(path)    path == BAD_POINTER ? "(bad)" : length(path) > 99 ? "(long)" : path

static char buffer[MOST + 8] __attribute__((aligned(8)));
static char long_name[300];

static void mix_bytes(const char *at, long n)
{
	for (long i = 0; i < n; i++)
		mix((uint8_t)at[i]);
}

#define TELL(answer, ...)                                                                          \
	do {                                                                                       \
		long tell_ = answer;                                                               \
		char line_[400];                                                                   \
		mix((uint32_t)tell_);                                                              \
		if (verbose) {                                                                     \
			format_text(line_, sizeof(line_), __VA_ARGS__);                            \
			say(line_, "%s (%08x)", answer_name(tell_), rnd->hash);                    \
		}                                                                                  \
	} while (0)

/* -- choices -- */

static const char *const names[] = {"a", "b", "c", "d", "e", "l", "m", "x", "o", "p", "n", "d/a",
        "d/b", "d/e", "d/e/a", "dl", "dl/a", "dl/", "a/", "b/c", "d/", "d/.", "d/..", "d/e/..", "/",
        ".", "..", "/d/l", "x/a", "", "/a", "d//a", "e/a", "e/l", "o/a", "none/a", "l/", "e/", "x/",
        long_name};

static const char *some_path(void)
{
	return one_in(80) ? BAD_POINTER : names[below(one_in(2) ? 15 : ARRAY_LEN(names))];
}

/* The second of two: whether it can be read is known at once on Quire, on Linux after the first's walk. */
static const char *second_path(void)
{
	const char *path = some_path();

	return path == BAD_POINTER ? "e" : path;
}

static int some_fd(void)
{
	return one_in(60) ? -1 : FIRST_FD + (int)below(FDS - FIRST_FD + 1);
}

static int some_dir(void)
{
	return one_in(3) ? some_fd() : AT_FDCWD;
}

static uint32_t some_mode(void)
{
	static const uint16_t modes[] = {0, 0700, 0755, 0755, 0777, 0777, 0644, 0666, 0600, 0070,
	        0007, 01777, 02775, 04755, 06777};

	return one_in(6) ? below(010000) : modes[below(ARRAY_LEN(modes))];
}

static char *some_buffer(void)
{
	return one_in(60) ? BAD_POINTER : buffer;
}

static uint32_t some_length(void)
{
	static const uint32_t lengths[] = {0, 1, 4095, 4096, 4097, 8192, 0xc0000000u, -1u};

	return one_in(5) ? lengths[below(ARRAY_LEN(lengths))] : below(one_in(3) ? MOST : 64);
}

static int64_t some_offset(void)
{
	static const int64_t offsets[] = {0, -1, 0x7fffffff, 0x80000000ll, 0x7ffffff0, 1ll << 40,
	        INT64_MAX, INT64_MIN, 0xffffffffll, 4096, 8192, 4095, -4096};

	return one_in(8) ? offsets[below(ARRAY_LEN(offsets))] : below(one_in(3) ? 5 * PAGE : 100);
}

#define PAIR(offset) (uint32_t)(offset), (uint32_t)((uint64_t)(offset) >> 32)

static uint32_t some_flags(const uint32_t *flags, size_t n, uint32_t rare)
{
	uint32_t value = 0;

	for (size_t i = 0; i < n; i++)
		if (one_in(rare))
			value |= flags[i];
	return value;
}

static void fill(void)
{
	char c = (char)('a' + below(26));

	for (int i = 0; i < MOST; i += 61) /* not all: what was read last goes on */
		buffer[i] = c++;
}

/* -- what descriptors are -- */

static uint32_t kind_of(int fd)
{
	struct stat64 st;

	return SYS(fstat64, fd, &st) ? 0 : st.st_mode & S_IFMT;
}

static uint64_t inode_of(int fd)
{
	struct stat64 st;

	return SYS(fstat64, fd, &st) ? 0 : st.st_ino;
}

static void mix_stat(const struct stat64 *st)
{
	/* How much a directory is depends on how it is kept. */
	int64_t size = (st->st_mode & S_IFMT) == S_IFDIR ? 0 : st->st_size;

	/*
	 * Whoever writes to a set-user-id program takes that from it: on Linux with each write, on Quire
	 * when it is opened for writing.
	 */
	uint32_t mode = (st->st_mode & S_IFMT) == S_IFREG ? st->st_mode & ~06000u : st->st_mode;

	mix(mode);
	mix(st->st_nlink);
	mix(st->st_uid << 16 | st->st_gid);
	mix((uint32_t)size);
	mix((uint32_t)(size >> 32));
	if (verbose)
		say("  it is", "%o, links %d, owner %d %d, size %x %x", mode, (int)st->st_nlink,
		        (int)st->st_uid, (int)st->st_gid, (uint32_t)(size >> 32), (uint32_t)size);
}

#endif
