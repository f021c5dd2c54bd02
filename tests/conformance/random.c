/* SPDX-License-Identifier: MIT */
/*
 * Long random sequences of calls that change memory, in a window of fixed addresses: on both kernels every
 * call must have the same answer, and every page the same rights, the same contents and the same place in
 * mincore(2). Only a hash of a stretch of steps is printed. To see the steps of one stretch, run
 *
 *	/conformance/random SEED
 *
 * on both kernels: it prints each step and what it answered.
 */
#include "proc.h"
#include "random.h"

#define WINDOW     ((char *)0x30000000)
#define PAGES      48u /* in the window */
#define FILE_PAGES 24u
#define SEEDS      12
#define STRETCHES  4
#define STEPS      60 /* in a stretch */
#define MREMAP_ALL 7  /* MAYMOVE, FIXED, DONTUNMAP */

static int file, read_only, pipe_ends[2];
static int fault; /* what the handler saw: signal << 8 | code */

/* -- accesses of the program's own -- */

static void skip(int number, siginfo_t *info, struct context *context)
{
	fault = number << 8 | info->si_code;
	context->registers.arm_pc += 4; /* the accesses below are of that length */
}

static int load(const char *at)
{
	int value = 0;

	fault = 0;
	__asm__ volatile("ldrb.w %0, [%1]" : "+r"(value) : "r"(at) : "memory");
	return fault ? -fault : value;
}

static int store(char *at, int value)
{
	fault = 0;
	__asm__ volatile("strb.w %1, [%0]" : : "r"(at), "r"(value) : "memory");
	return -fault;
}

/* -- the state of the window -- */

static int hex_of(const char **text)
{
	int value = 0;

	for (;; ++*text) {
		char c = **text;

		if (c >= '0' && c <= '9')
			value = value * 16 + c - '0';
		else if (c >= 'a' && c <= 'f')
			value = value * 16 + c - 'a' + 10;
		else
			return value;
	}
}

/* The rights of each page as /proc/self/maps has them; 0 where nothing is mapped. */
static void read_rights(uint32_t rights[PAGES])
{
	static char maps[32768];
	const char *at = maps;

	memset(rights, 0, PAGES * sizeof(rights[0]));
	read_file("/proc/self/maps", maps, sizeof(maps));
	while (*at) {
		uint32_t start = (uint32_t)hex_of(&at), end = (at++, (uint32_t)hex_of(&at)), r = 0;

		for (int i = 1; i <= 4; i++)
			r = r << 8 | (uint8_t)at[i];
		for (uint32_t i = 0; i < PAGES; i++) {
			uint32_t page = (uint32_t)WINDOW + i * PAGE;

			if (page >= start && page < end)
				rights[i] = r;
		}
		while (*at && *at++ != '\n')
			;
	}
}

static void show_state(const uint32_t rights[PAGES])
{
	char line[PAGES + 1] = "";

	for (uint32_t i = 0; i < PAGES; i++) {
		uint32_t r = rights[i];

		line[i] = !r ? '.' : (r & 0xff) == 's' ? 'S' : (r >> 16 & 0xff) == 'w' ? 'w' : 'r';
	}
	say("  window", "%s", line);
}

/* What the kernel counts, as far as the window changes it. Not RssAnon: Linux adds that up in batches. */
static void mix_counts(void)
{
	static const char *const names[] = {"VmSize:", "VmLck:", "VmData:", "Committed_AS:"};
	static long first[ARRAY_LEN(names)];

	for (uint32_t i = 0; i < ARRAY_LEN(names); i++) {
		long n = names[i][0] == 'C' ? meminfo_number(names[i]) : status_number(names[i]);

		if (!first[i])
			first[i] = n + 1;
		mix((uint32_t)(n - first[i]));
		if (verbose)
			say("  count", "%s %d KiB", names[i], (int)(n + 1 - first[i]));
	}
}

/* resident: look at mincore() too. */
static void mix_state(int resident)
{
	uint32_t rights[PAGES];

	read_rights(rights);
	for (uint32_t i = 0; i < PAGES; i++) {
		const char *page = WINDOW + i * PAGE;
		uint8_t there = 0;

		mix(rights[i]);
		if (resident && rights[i])
			SYS(mincore, page, PAGE, &there);
		mix(there);
		if (verbose && rights[i])
			say("  page", "%d: %d, holds %d %d", (int)i, there, load(page),
			        load(page + PAGE - 1));
		mix((uint32_t)load(page));
		mix((uint32_t)load(page + PAGE - 1));
	}
	if (resident)
		mix_counts();
	if (verbose)
		show_state(rights);
}

/* -- the steps -- */

struct range {
	char *start;
	uint32_t length;
};

static struct range some(void)
{
	uint32_t first = below(PAGES), n = 1 + below(one_in(4) ? PAGES : 6);
	struct range r = {WINDOW + first * PAGE};

	if (n > PAGES - first)
		n = PAGES - first;
	r.length = n * PAGE;
	if (one_in(40))
		r.start += 1 + below(PAGE - 1);
	if (one_in(20))
		r.length -= below(PAGE);
	if (one_in(60))
		r.length = one_in(2) ? 0 : 0xe0000000u | next(); /* past the end of all addresses */
	return r;
}

static int some_prot(void)
{
	return one_in(3) ? (int)below(8) : PROT_READ | PROT_WRITE;
}

static void tell(const char *what, const struct range *r, uint32_t a, uint32_t b, long answer)
{
	mix((uint32_t)answer);
	if (verbose)
		say(what, "page %d + %x, %x bytes, %x %x: %s (%x)",
		        (int)((r->start - WINDOW) / PAGE), (unsigned int)(r->start - WINDOW) % PAGE,
		        r->length, a, b, answer_name(answer), (unsigned int)answer);
}

/* An address within the window is an answer; others differ, and what is mapped there goes. */
static long tidy(long answer, uint32_t length)
{
	if (is_error(answer))
		return answer;
	if ((char *)answer >= WINDOW && (char *)answer < WINDOW + PAGES * PAGE)
		return answer;
	SYS(munmap, answer, length);
	return 1;
}

static void do_mmap(void)
{
	static const int extra[] = {
	        0, 0, 0, 0, MAP_POPULATE, MAP_LOCKED, MAP_NORESERVE, MAP_GROWSDOWN};
	struct range r = some();
	int prot = some_prot(), fd = -1;
	int flags = one_in(8) ? MAP_FIXED_NOREPLACE : MAP_FIXED;
	uint32_t offset = below(FILE_PAGES);
	long answer;

	flags |= one_in(2) ? MAP_PRIVATE : MAP_SHARED;
	flags |= extra[below(ARRAY_LEN(extra))];
	if (flags & MAP_GROWSDOWN)
		prot |= PROT_WRITE; /* else Linux promises for what grows, and forgets at munmap() */
	if (one_in(2))
		flags |= MAP_ANONYMOUS;
	else
		fd = one_in(4) ? read_only : file;
	if ((flags & MAP_SHARED) && r.length > PAGES * PAGE)
		r.length = PAGE; /* whether that is too much depends on the machine's memory */
	answer = SYS(mmap2, r.start, r.length, prot, flags, fd, fd < 0 ? 0 : offset);
	tell("mmap", &r, (uint32_t)flags, (uint32_t)prot << 8 | offset, tidy(answer, r.length));
}

static void do_munmap(void)
{
	struct range r = some();

	if (r.length > PAGES * PAGE) /* what else may lie there? */
		r.length = PAGE;
	tell("munmap", &r, 0, 0, SYS(munmap, r.start, r.length));
}

static void do_mprotect(void)
{
	struct range r = some();
	int prot = some_prot();

	if (one_in(30))
		prot |= one_in(2) ? PROT_GROWSDOWN : 0x40;
	tell("mprotect", &r, (uint32_t)prot, 0, SYS(mprotect, r.start, r.length, prot));
}

/* Unmaps what of these bytes lies in the window, as far as munmap() would. */
static void clear(char *start, char *end)
{
	if (end > WINDOW + PAGES * PAGE)
		end = WINDOW + PAGES * PAGE;
	if (start < end)
		SYS(munmap, start, end - start);
}

static void do_mremap(void)
{
	struct range r = some(), to = some();
	uint32_t flags = one_in(2) ? MREMAP_MAYMOVE | MREMAP_FIXED : below(MREMAP_ALL + 1);
	long answer;

	if (to.length > PAGES * PAGE)
		to.length = PAGE;
	if (one_in(3))
		to.length = r.length;
	/* Linux unlocks all of the region, not just what moves, and miscounts. */
	for (uint32_t i = 0; i < PAGES && (flags & MREMAP_DONTUNMAP); i++)
		SYS(munlock, WINDOW + i * PAGE, PAGE);
	answer = SYS(mremap, r.start, r.length, to.length, flags, to.start);
	/* Linux unmaps before it finds out that it can't move; a failure changes nothing on Quire. */
	if (is_error(answer) && (flags & MREMAP_FIXED)) {
		clear(to.start, to.start + to.length);
		clear(r.start + to.length, r.start + r.length);
	}
	if (verbose)
		say("  to", "page %d, %x bytes", (int)((to.start - WINDOW) / PAGE), to.length);
	tell("mremap", &r, flags, to.length, tidy(answer, to.length));
}

static void do_madvise(void)
{
	/* Not MADV_FREE and MADV_PAGEOUT: what they take, and when, is the kernel's affair. */
	static const uint8_t advices[] = {MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED,
	        MADV_DONTNEED, MADV_DONTNEED, MADV_REMOVE, MADV_REMOVE, MADV_DONTFORK, MADV_DOFORK,
	        MADV_WIPEONFORK, MADV_KEEPONFORK, MADV_DONTDUMP, MADV_DODUMP, MADV_COLD,
	        MADV_POPULATE_READ, MADV_POPULATE_WRITE, MADV_DONTNEED_LOCKED};
	struct range r = some();
	int advice = advices[below(ARRAY_LEN(advices))];

	tell("madvise", &r, (uint32_t)advice, 0, SYS(madvise, r.start, r.length, advice));
}

static void do_lock(void)
{
	struct range r = some();
	uint32_t how = below(4);
	long answer = how == 0   ? SYS(mlock, r.start, r.length)
	              : how == 1 ? SYS(mlock2, r.start, r.length, below(3))
	                         : SYS(munlock, r.start, r.length);

	tell("lock", &r, how, 0, answer);
}

static void do_sync(void)
{
	struct range r = some();
	uint32_t flags = below(8);

	tell("msync", &r, flags, 0, SYS(msync, r.start, r.length, flags));
}

static void do_incore(void)
{
	struct range r = some();
	uint8_t pages[PAGES];

	if (r.length > PAGES * PAGE)
		r.length = PAGE;
	tell("mincore", &r, 0, 0, SYS(mincore, r.start, r.length, pages));
}

static void do_touch(void)
{
	for (uint32_t n = 1 + below(6); n; n--) {
		struct range r = {WINDOW + below(PAGES * PAGE), 1};
		int value = (int)below(256);

		if (one_in(3))
			tell("load", &r, 0, 0, load(r.start));
		else
			tell("store", &r, (uint32_t)value, 0, store(r.start, value));
	}
}

/*
 * The kernel's own copies, of whole pages or within a page: how much of a page is copied before one that
 * is not there depends on the unit of Linux's copy loop.
 */
static void do_copy(void)
{
	int whole = one_in(2);
	uint32_t at = whole ? 0 : below(PAGE / 2),
	         n = whole ? PAGE * (1 + below(3)) : 1 + below(PAGE / 2);
	struct range r = {WINDOW + below(PAGES) * PAGE + at, n};
	char *to = WINDOW + below(PAGES) * PAGE + at;

	if (one_in(2)) {
		tell("pread", &r, at, 0,
		        SYS(pread64, file, r.start, n, 0, below(FILE_PAGES) * PAGE, 0));
		return;
	}
	tell("write", &r, 0, 0, SYS(write, pipe_ends[1], r.start, n));
	r.start = to;
	tell("read", &r, 0, 0, SYS(read, pipe_ends[0], to, n));
	while (SYS(read, pipe_ends[0], (char[64]){0}, 64) > 0)
		;
}

static void do_file(void)
{
	struct range r = {WINDOW, below(FILE_PAGES * PAGE)};
	char text[16];

	if (one_in(3)) {
		tell("ftruncate", &r, 0, 0, SYS(ftruncate, file, r.length));
		return;
	}
	memset(text, (int)below(256), sizeof(text));
	tell("pwrite", &r, 0, 0, SYS(pwrite64, file, text, sizeof(text), 0, r.length, 0));
}

/* What a child sees, and what its writes do to its parent. */
static void do_fork(void)
{
	struct range r = {WINDOW, 0};
	uint32_t seen = 0;
	int status = 0;
	long pid = SYS(fork);

	if (pid == 0) {
		verbose = 0;
		mix_state(0); /* which page tables fork copies is the kernel's affair */
		for (uint32_t i = 0; i < PAGES; i += 3)
			store(WINDOW + i * PAGE + 5, (int)i);
		SYS(write, pipe_ends[1], &rnd->hash, sizeof(rnd->hash));
		leave(0);
	}
	SYS(wait4, pid, &status, 0, NULL);
	SYS(read, pipe_ends[0], &seen, sizeof(seen));
	tell("fork", &r, (uint32_t)status, 0, (long)seen);
}

static void do_lockall(void)
{
	struct range r = {WINDOW, 0};

	/* Not MCL_CURRENT: the rest of the program is not the same on both. */
	if (one_in(3))
		tell("mlockall", &r, 0, 0,
		        SYS(mlockall, one_in(2) ? MCL_FUTURE : MCL_FUTURE | MCL_ONFAULT));
	else
		tell("mlockall, bad", &r, 0, 0, SYS(mlockall, one_in(2) ? MCL_ONFAULT : 8));
	SYS(munlock, WINDOW, PAGE);
}

static void step(void)
{
	static void (*const steps[])(void) = {do_mmap, do_mmap, do_mmap, do_mmap, do_munmap,
	        do_mprotect, do_mprotect, do_mremap, do_mremap, do_madvise, do_madvise, do_lock,
	        do_sync, do_incore, do_touch, do_touch, do_touch, do_copy, do_file, do_fork};

	if (one_in(50))
		do_lockall();
	else
		steps[below(ARRAY_LEN(steps))]();
}

static void run(uint32_t seed)
{
	char label[32];

	rnd->state = seed * 0x9e3779b9u;
	SYS(munlockall);
	SYS(munmap, WINDOW, PAGES * PAGE);
	SYS(ftruncate, file, 0);
	SYS(ftruncate, file, FILE_PAGES * PAGE - 100);
	for (int stretch = 0; stretch < STRETCHES; stretch++) {
		rnd->hash = seed;
		for (int i = 0; i < STEPS; i++) {
			step();
			if (verbose > 1)
				mix_state(1);
		}
		mix_state(1);
		format_text(label, sizeof(label), "seed %u, stretch %d", seed, stretch);
		say(label, "%08x", rnd->hash);
	}
}

int main(int argc, char **argv)
{
	file = new_file("/tmp/random", "");
	SYS(chmod, "/tmp/random", 0666);
	read_only = (int)SYS(open, "/tmp/random", O_RDONLY);
	SYS(pipe2, pipe_ends, O_NONBLOCK);
	handle(SIGSEGV, skip, SA_SIGINFO | SA_NODEFER);
	handle(SIGBUS, skip, SA_SIGINFO | SA_NODEFER);
	limit(RLIMIT_MEMLOCK, 16 * PAGE, 16 * PAGE);
	become_user();
	run_seeds(argc, argv, SEEDS, run);
	return 0;
}
