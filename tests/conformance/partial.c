/* SPDX-License-Identifier: MIT */
/*
 * Buffers that end in memory that is not there, at every offset before it and with every length: how much is
 * moved, is it right, and is anything else changed? An answer may be short of what fits in front of the bad
 * page, since Linux copies in blocks of words and gives up a whole block; it is never more.
 */
/* DIFFERS: exact reads of a file, nothing there: see above: Quire moves all that fits */
/* DIFFERS: exact reads of a pipe, nothing there: as the line before */
/* DIFFERS: exact readv of a file, nothing there: as the line before */
/* DIFFERS: exact reads of /dev/urandom, nothing there: Quire does this in pieces of 256 bytes, Linux of 64 */
/* DIFFERS: exact getrandom, nothing there: as the line before */
/* DIFFERS: write to a file, no access: not tried on Linux 6.1, see write_file() */
/* DIFFERS: exact writes to a file: as the line before */
#include "proc.h"

#include <linux/uio.h>

#define OFFSETS 64  /* before the bad page */
#define LENGTHS 141 /* of buffers */
#define SKEWS   4   /* of the other side against a word */
#define CANARY  0xa5

static char *memory; /* a good page and a bad one */
#define EDGE (memory + PAGE)

static int file, ends[2], zero, random;
static char source[LENGTHS + SKEWS + 1];

/* -- into the buffer -- */

/* Reads n bytes, which begin `skew` bytes off a word where they come from. */
typedef long reader(char *buffer, size_t n, int skew);

static long read_file_at(char *buffer, size_t n, int skew)
{
	return SYS(pread64, file, buffer, n, 0, skew, 0);
}

static long read_pipe(char *buffer, size_t n, int skew)
{
	static char rest[2 * LENGTHS];
	long answer;

	SYS(write, ends[1], source + skew, LENGTHS);
	answer = SYS(read, ends[0], buffer, n);
	SYS(read, ends[0], rest, sizeof(rest));
	return answer;
}

/* In two pieces, of which the first may be empty. */
static long read_pieces(char *buffer, size_t n, int skew)
{
	size_t first = n / 3;
	struct iovec pieces[] = {{buffer, first}, {buffer + first, n - first}};

	return SYS(preadv, file, pieces, 2, skew, 0);
}

static long read_zeros(char *buffer, size_t n, int skew)
{
	(void)skew;
	return SYS(read, zero, buffer, n);
}

static long read_random(char *buffer, size_t n, int skew)
{
	(void)skew;
	return SYS(read, random, buffer, n);
}

static long get_random(char *buffer, size_t n, int skew)
{
	(void)skew;
	return SYS(getrandom, buffer, n, 0);
}

struct tally {
	unsigned int calls, exact, failed, wrong, spilt;
};

/* Every length, or with few those that are near something. */
static int next_length(int n, int offset, int few)
{
	static const int near[] = {-1, 0, 1, 2, 31, 64};

	n++;
	if (!few || n < 4)
		return n;
	for (unsigned int i = 0; i < ARRAY_LEN(near); i++) {
		if (offset + near[i] >= n)
			return offset + near[i];
	}
	return LENGTHS;
}

/*
 * An answer for n bytes of which so many fit. Only those that reach the bad page may be short, and they fail where
 * nothing fits.
 */
static void judge(struct tally *t, long answer, int n, int fits)
{
	t->calls++;
	t->exact += answer == (n && !fits ? -EFAULT : fits);
	t->failed += answer > fits || (n == fits && answer != n) ||
	             (n && !fits && answer != -EFAULT) || (answer < 0 && answer != -EFAULT) ||
	             (n && !answer);
}

enum contents {
	TEXT,
	ZEROS,
	ANYTHING,
};

/* Is what lies around the first n of the bytes before the edge as it was? */
static int is_spilt(const char *buffer, size_t may_change)
{
	for (const char *p = EDGE - OFFSETS - 16; p < EDGE; p++) {
		if ((p < buffer || p >= buffer + may_change) && *p != (char)CANARY)
			return 1;
	}
	return 0;
}

static int is_wrong(const char *buffer, long n, int skew, enum contents contents)
{
	for (long i = 0; contents != ANYTHING && i < n; i++) {
		if (buffer[i] != (contents == TEXT ? source[skew + i] : 0))
			return 1;
	}
	return 0;
}

static void read_once(
        struct tally *t, reader *fn, int offset, int n, int skew, enum contents contents)
{
	int fits = n < offset ? n : offset;
	char *buffer = EDGE - offset;
	long answer;

	memset(EDGE - OFFSETS - 16, CANARY, OFFSETS + 16);
	answer = fn(buffer, n, skew);
	judge(t, answer, n, fits);
	t->wrong += is_wrong(buffer, answer, skew, contents);
	t->spilt += is_spilt(buffer, n);
}

static const char *kind;

static void say_tally(const char *what, const struct tally *t)
{
	char label[80];

	format_text(label, sizeof(label), "%s, %s", what, kind);
	say(label, "%u calls, %u not as they should be, %u wrong, %u spilt", t->calls, t->failed,
	        t->wrong, t->spilt);
}

static void try_reader(const char *what, reader *fn, enum contents contents, int few)
{
	struct tally t = {0};
	char label[80];

	for (int offset = 0; offset < OFFSETS; offset++) {
		for (int n = 0; n < LENGTHS; n = next_length(n, offset, few))
			read_once(&t, fn, offset, n, (offset + n) % SKEWS, contents);
	}
	say_tally(what, &t);
	format_text(label, sizeof(label), "exact %s, %s", what, kind);
	if (same(kind, "nothing there"))
		say(label, "%u of %u", t.exact, t.calls);
}

static void readers(int few)
{
	try_reader("reads of a file", read_file_at, TEXT, few);
	try_reader("reads of a pipe", read_pipe, TEXT, few);
	try_reader("readv of a file", read_pieces, TEXT, few);
	try_reader("reads of /dev/zero", read_zeros, ZEROS, 1);
	try_reader("reads of /dev/urandom", read_random, ANYTHING, 1);
	try_reader("getrandom", get_random, ANYTHING, 1);
}

/* -- out of the buffer -- */

typedef long writer(char *buffer, size_t n);

static long write_pipe(char *buffer, size_t n)
{
	return SYS(write, ends[1], buffer, n);
}

static long write_pieces(char *buffer, size_t n)
{
	size_t first = n / 3;
	struct iovec pieces[] = {{buffer, first}, {buffer + first, n - first}};

	return SYS(writev, ends[1], pieces, 2);
}

/* What arrived has to be what was said to be written, from the buffer's beginning. */
static void write_once(struct tally *t, writer *fn, int offset, int n)
{
	static char got[2 * LENGTHS];
	int fits = n < offset ? n : offset;
	char *buffer = EDGE - offset;
	long answer, arrived;

	answer = fn(buffer, n);
	arrived = SYS(read, ends[0], got, sizeof(got));
	judge(t, answer, n, fits);
	t->wrong += arrived > 0 && memcmp(got, buffer, arrived < offset ? arrived : offset) != 0;
	t->spilt += arrived > fits || (arrived > 0 && arrived != answer);
}

static void try_writer(const char *what, writer *fn)
{
	struct tally t = {0};

	for (int i = 0; i < OFFSETS; i++)
		EDGE[-1 - i] = (char)(i * 5 + 1);
	for (int offset = 0; offset < OFFSETS; offset++) {
		for (int n = 0; n < LENGTHS; n = next_length(n, offset, 1))
			write_once(&t, fn, offset, n);
	}
	say_tally(what, &t);
}

static void writers(void)
{
	try_writer("write to a pipe", write_pipe);
	try_writer("writev to a pipe", write_pieces);
}

/*
 * To a file: with what fits in front of the edge the file has to be as long. Not on Linux 6.1, where
 * generic_perform_write() tries for ever.
 */
static void write_file(void)
{
	struct tally t = {0};
	static char got[LENGTHS];
	char version[200];

	if (read_file("/proc/version", version, sizeof(version)) > 0 && !find(version, "Quire"))
		return;
	for (int i = 0; i < OFFSETS; i++)
		EDGE[-1 - i] = (char)(i * 5 + 1);
	for (int offset = 0; offset < OFFSETS; offset++) {
		for (int n = 0; n < LENGTHS; n++) {
			int fits = n < offset ? n : offset;
			long answer, arrived;

			SYS(ftruncate, file, 0);
			answer = SYS(pwrite64, file, EDGE - offset, n, 0, 0, 0);
			arrived = SYS(pread64, file, got, sizeof(got), 0, 0, 0);
			judge(&t, answer, n, fits);
			t.wrong += arrived > 0 && memcmp(got, EDGE - offset, fits) != 0;
			t.spilt += arrived != fits;
		}
	}
	say_tally("write to a file", &t);
	say("exact writes to a file", "%u of %u", t.exact, t.calls);
}

/* -- structures of a fixed size -- */

/*
 * Calls fill() with each place of a buffer before the edge, good or bad, from 0 to 440 bytes before it: from
 * where on is it good, and are the bytes right behind the good page left alone?
 */
static long fill(int which, char *at)
{
	switch (which) {
	case 0:
		return SYS(uname, at);
	case 1:
		return SYS(stat64, "/", at);
	case 2:
		return SYS(sysinfo, at);
	case 3:
		return SYS(getrusage, 0, at);
	case 4:
		return SYS(times, at);
	case 5:
		return SYS(gettimeofday, at, NULL);
	case 6:
		return SYS(clock_gettime, 1, at);
	case 7:
		return SYS(sigaltstack, NULL, at);
	case 8:
		return SYS(rt_sigprocmask, SIG_BLOCK, NULL, at, 8);
	case 9:
		return SYS(rt_sigaction, SIGUSR1, NULL, at, 8);
	case 10:
		return SYS(ugetrlimit, RLIMIT_STACK, at);
	case 11:
		return SYS(prlimit64, 0, RLIMIT_STACK, NULL, at);
	case 12:
		return SYS(getcwd, at, 64);
	case 13:
		return SYS(readlink, "/tmp/partial-link", at, 64);
	case 14:
		return SYS(statfs64, "/", 88, at);
	case 15:
		return SYS(sched_getparam, 0, at);
	case 16:
		return SYS(rt_sigpending, at, 8);
	case 17:
		return SYS(getresuid32, at, at, at);
	default:
		return SYS(_llseek, file, 0, 0, at, SEEK_SET);
	}
}

static const char *const filled[] = {"uname", "stat64", "sysinfo", "getrusage", "times",
        "gettimeofday", "clock_gettime", "sigaltstack", "rt_sigprocmask", "rt_sigaction",
        "ugetrlimit", "prlimit64", "getcwd", "readlink", "statfs64", "sched_getparam",
        "rt_sigpending", "getresuid32", "_llseek"};

/* Good before `good` bytes of room, and odd ones: good with less. */
static void structures(void)
{
	char label[80];

	for (unsigned int i = 0; i < ARRAY_LEN(filled); i++) {
		int first = -1, odd = 0, others = 0;

		for (int room = 0; room < 440; room++) {
			long answer = fill((int)i, EDGE - room);

			others += is_error(answer) && answer != -EFAULT;
			if (!is_error(answer) && first < 0)
				first = room;
			odd += first >= 0 && is_error(answer);
		}
		format_text(label, sizeof(label), "%s, %s", filled[i], kind);
		say(label, "good from %d bytes on, %d failures then, %d other errors", first, odd,
		        others);
	}
}

/* -- what the bad page is -- */

static void is_left_alone(void)
{
	char label[80];
	int changed = 0;

	SYS(mprotect, EDGE, PAGE, PROT_READ);
	for (int i = 0; i < PAGE; i++)
		changed += EDGE[i] != 0x5a;
	format_text(label, sizeof(label), "bytes changed in the bad page, %s", kind);
	say(label, "%d", changed);
}

static void with_page_of(const char *what, int prot)
{
	kind = what;
	memory = pages(2, RW);
	memset(EDGE, 0x5a, PAGE);
	SYS(mprotect, EDGE, PAGE, prot);
	readers(1);
	structures();
	if (prot == PROT_NONE) {
		writers();
		write_file();
	}
	is_left_alone();
	SYS(munmap, memory, 2 * PAGE);
}

static void with_nothing(void)
{
	kind = "nothing there";
	memory = pages(2, RW);
	SYS(munmap, EDGE, PAGE);
	readers(0);
	writers();
	SYS(munmap, memory, PAGE);
}

/* Bytes before a bad page that are the last of a file's that is mapped: SIGBUS for programs. */
static void past_a_file(void)
{
	int fd = new_file("/tmp/short", "x");

	kind = "past a file";
	SYS(ftruncate, fd, PAGE);
	memory = (char *)SYS(mmap2, NULL, 2 * PAGE, RW, MAP_SHARED, fd, 0);
	readers(1);
	writers();
	SYS(munmap, memory, 2 * PAGE);
	SYS(unlink, "/tmp/short");
}

/* Reads whose buffers begin in the bad page and end in a good one: nothing may arrive there. */
static void begin_badly(void)
{
	struct tally t = {0};

	kind = "bad at its beginning";
	memory = pages(2, RW);
	SYS(munmap, memory, PAGE);
	memset(EDGE, CANARY, 256);
	for (int offset = 1; offset < OFFSETS; offset++) {
		for (int n = offset; n < LENGTHS; n += 5) {
			long answer = read_file_at(EDGE - offset, n, n & 3);

			t.calls++;
			t.failed += answer != -EFAULT;
		}
	}
	for (int i = 0; i < 256; i++)
		t.spilt += EDGE[i] != (char)CANARY;
	say_tally("reads of a file", &t);
	SYS(munmap, EDGE, PAGE);
}

/* -- strings -- */

/* Paths of every length that end with their NUL at the edge, or without one. */
static void strings(void)
{
	unsigned int good = 0, bad = 0, wrong = 0;

	kind = "nothing there";
	memory = pages(2, RW);
	SYS(munmap, EDGE, PAGE);
	memset(memory, '/', PAGE);
	for (int n = 1; n < 300; n++) {
		EDGE[-1] = 0;
		good += SYS(access, EDGE - n - 1, 0) == 0;
		EDGE[-1] = '/';
		bad += SYS(access, EDGE - n, 0) == -EFAULT;
		EDGE[-1] = 'x';
		wrong += SYS(access, EDGE - n, 0) == -EFAULT;
	}
	say("paths that end at the edge", "%u good, %u without an end, %u again", good, bad, wrong);
	EDGE[-1] = 0;
	saw("a path of PATH_MAX", SYS(access, memory, 0));
	saw("a path of PATH_MAX - 1", SYS(access, memory + 1, 0));
	good = 0;
	for (int n = 0; n < 20; n++) /* PR_SET_NAME copies up to 15 bytes */
		good += SYS(prctl, 15, EDGE - n, 0, 0, 0) == 0;
	say("names that end at the edge", "%u", good);
	EDGE[-1] = 'x';
	good = 0;
	for (int n = 0; n < 20; n++)
		good += SYS(prctl, 15, EDGE - n, 0, 0, 0) == 0;
	say("names without an end", "%u", good);
	good = 0;
	for (int n = 0; n < 70; n++)
		good += SYS(sethostname, EDGE - n, n) == 0;
	say("host names up to the edge", "%u", good);
	good = 0;
	for (int n = 0; n < 70; n++)
		good += SYS(sethostname, EDGE - n, n + 1) == 0;
	say("host names one byte over it", "%u", good);
	SYS(munmap, memory, PAGE);
}

static void open_all(void)
{
	char text[LENGTHS + SKEWS + 1];

	for (unsigned int i = 0; i < sizeof(text) - 1; i++)
		text[i] = source[i] = (char)('!' + i * 3 % 90);
	text[sizeof(text) - 1] = 0;
	file = new_file("/tmp/partial", text);
	SYS(symlink, "where it leads to", "/tmp/partial-link");
	SYS(pipe, ends);
	SYS(fcntl64, ends[0], F_SETFL, O_NONBLOCK);
	zero = (int)SYS(open, "/dev/zero", O_RDONLY);
	random = (int)SYS(open, "/dev/urandom", O_RDONLY);
}

int main(void)
{
	open_all();
	with_nothing();
	with_page_of("read-only", PROT_READ);
	past_a_file();
	begin_badly();
	strings();
	with_page_of("no access", PROT_NONE);
	SYS(unlink, "/tmp/partial");
	SYS(unlink, "/tmp/partial-link");
	return 0;
}
