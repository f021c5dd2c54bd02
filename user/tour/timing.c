/* SPDX-License-Identifier: MIT */
/*
 * What translation costs in time: faults and how to be rid of them, TLB misses, switches.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>
#include "tour.h"

/* -- jitter -- */

#define MCL_CURRENT 1
#define MCL_FUTURE  2

#define TOUCHES     256u
#define ROWS        10  /* of the histogram; the first is below SHORTEST, each next twice as long */
#define SHORTEST    250 /* ns */
#define BAR         28

struct series {
	uint32_t ns[TOUCHES];
	unsigned int rows[ROWS];
	uint32_t median, longest;
	unsigned long faults;
};

static unsigned int row_of(uint32_t ns)
{
	unsigned int row = 0;

	for (uint32_t limit = SHORTEST; ns >= limit && row < ROWS - 1; limit *= 2)
		row++;
	return row;
}

/* By insertion: there are few. */
static void sort(uint32_t *values, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		uint32_t value = values[i];
		size_t at = i;

		for (; at > 0 && values[at - 1] > value; at--)
			values[at] = values[at - 1];
		values[at] = value;
	}
}

/* Each touch on its own, between two looks at the clock. */
static void touch_fresh_pages(struct series *s)
{
	char *p = map_pages(TOUCHES);
	unsigned long before = faults();

	for (unsigned int i = 0; i < TOUCHES; i++) {
		uint64_t begin = ticks();

		*(volatile char *)(p + i * PAGE_SIZE) = 1;
		s->ns[i] = ns_since(begin);
	}
	s->faults = faults() - before;
	unmap_pages(p, TOUCHES);
	sort(s->ns, TOUCHES);
	for (unsigned int i = 0; i < TOUCHES; i++)
		s->rows[row_of(s->ns[i])]++;
	s->median = s->ns[TOUCHES / 2];
	s->longest = s->ns[TOUCHES - 1];
}

static void print_bar(unsigned int n)
{
	unsigned int length = (n * BAR + TOUCHES - 1) / TOUCHES, i;

	for (i = 0; i < BAR; i++)
		putchar(i < length ? '#' : ' ');
}

static void print_histogram(const struct series *plain, const struct series *locked)
{
	printf("   %-12s |%-28s |%s\n", "a touch took", "without", "with mlockall");
	for (unsigned int row = 0, limit = SHORTEST; row < ROWS; row++, limit *= 2) {
		if (row < ROWS - 1)
			printf("   < %7u ns |", limit);
		else
			printf("   %-12s |", "longer");
		print_bar(plain->rows[row]);
		printf(" |");
		print_bar(locked->rows[row]);
		putchar('\n');
	}
}

static void print_series(const char *name, const struct series *s)
{
	printf("   %-14s median %lu ns, longest %lu ns, %lu faults\n", name,
	        (unsigned long)s->median, (unsigned long)s->longest, s->faults);
}

static void show_jitter(void)
{
	static struct series warm, plain, locked;

	clock_begin();
	touch_fresh_pages(&warm); /* so that the arrays and the code are there already */
	memset(&plain, 0, sizeof(plain));
	memset(&locked, 0, sizeof(locked));
	touch_fresh_pages(&plain);
	if (syscall(SYS_mlockall, MCL_CURRENT | MCL_FUTURE)) {
		not_here("mlockall is not allowed");
		return;
	}
	touch_fresh_pages(&locked);
	printf("   VmLck %lu KiB\n", number_of("/proc/self/status", "VmLck"));
	syscall(SYS_munlockall);
	print_histogram(&plain, &locked);
	print_series("without:", &plain);
	print_series("with mlockall:", &locked);
	claim(plain.faults == TOUCHES && locked.faults == 0, "mlockall leaves no fault to take");
	claim(plain.median > locked.median, "a touch without a fault is quicker");
}

const struct step jitter_step = {
        .name = "jitter",
        .title = "page faults are jitter; mlockall removes them",
        .text = "256 new pages are written to, and the clock is read around each write. First as\n"
                "usual; then after mlockall(), which has every page there before it is used.\n",
        .show = show_jitter,
        .proves = "Lock memory before the real-time part: then no touch waits for the kernel.",
};

/* -- asid -- */

#define ROUNDS 1000u
#define SPACES 300u /* more than the 255 ASIDs there are */

static int play(int in, int out, void *arg)
{
	(void)arg;
	while (wait_turn(in))
		report(out, "", 1);
	return 0;
}

/* Two processes hand each other a byte. Returns ns for one switch, system calls included. */
static unsigned long time_switches(unsigned long *asid)
{
	struct child c;
	uint64_t begin;
	uint32_t took;
	char byte;

	*asid = 0;
	if (!child_start(&c, play, NULL))
		return 0;
	begin = ticks();
	for (unsigned int i = 0; i < ROUNDS; i++) {
		child_tell(&c);
		child_hear(&c, &byte, 1);
	}
	took = ns_since(begin);
	*asid = number_of_process(c.pid, "status", "Asid");
	child_end(&c);
	return took / (2 * ROUNDS);
}

/* Ends when the pipe is closed; says whether its value is still its own. */
static int stay(int ready, int release, unsigned int mine)
{
	static volatile unsigned int value;
	char byte;

	value = mine;
	if (write(ready, "", 1) != 1 || read(release, &byte, 1) != 0)
		return 1;
	return value != mine;
}

/* Returns how many of them were right in the end. */
static unsigned int live_together(void)
{
	static pid_t pids[SPACES];
	unsigned int started = 0, right = 0;
	int ready[2], release[2];
	char byte;

	if (pipe(ready) || pipe(release))
		return 0;
	for (; started < SPACES; started++) {
		pids[started] = fork_known();
		if (pids[started] == 0) {
			close(release[1]);
			_exit(stay(ready[1], release[0], started));
		}
		if (pids[started] < 0 || read(ready[0], &byte, 1) != 1)
			break;
	}
	for (int i = 0; i < 2; i++) {
		close(release[i]);
		close(ready[i]);
	}
	for (unsigned int i = 0; i < started; i++)
		right += wait_known(pids[i]) == 0;
	return right;
}

static void show_asid(void)
{
	unsigned long before, after, asid, ns;
	unsigned int right;

	clock_begin();
	if (!number_in("/proc/vmstat", "asid_rollovers", &before)) {
		printf("   2000 switches between two processes, %lu ns each\n",
		        time_switches(&asid));
		not_here("this kernel does not tell its ASIDs");
		return;
	}
	ns = time_switches(&asid);
	after = number_of("/proc/vmstat", "asid_rollovers");
	printf("   2000 switches between ASID %lu and ASID %lu, %lu ns each: TLB flushes %lu\n",
	        number_of("/proc/self/status", "Asid"), asid, ns, after - before);
	claim(after == before, "switching does not empty the TLB");
	claim(asid != number_of("/proc/self/status", "Asid"), "each space has its own number");
	before = after;
	right = live_together();
	after = number_of("/proc/vmstat", "asid_rollovers");
	printf("   300 spaces at once: TLB flushes %lu; %u of 300 read their own value\n",
	        after - before, right);
	claim(after > before, "when the numbers run out, the TLB is emptied");
	claim(right == SPACES, "each of them still reads its own value");
}

const struct step asid_step = {
        .name = "asid",
        .title = "what an ASID saves",
        .text = "The TLB keeps translations of several spaces side by side, each tagged with the\n"
                "number of its space, the ASID. So a switch needs no flush, and nobody starts "
                "with\n"
                "an empty TLB. Two processes play ping-pong; then 300 live at once.\n",
        .show = show_asid,
        .proves = "Switching costs no flush; only when 255 numbers are used up is there one.",
};

/* -- tlb -- */

#define LINE     64u
#define LARGEST  4096u /* pages: many more than a TLB has entries */
#define MEASURES 5

/* Where touch number i goes: on a page of its own, or packed, one cache line after another. */
static size_t place(unsigned int i, bool spread)
{
	return spread ? i * PAGE_SIZE + i * LINE % PAGE_SIZE : i * LINE;
}

/* ns for reading `count` lines once, the shortest of a few tries, so that nothing else counts. */
static uint32_t time_reads(const char *p, unsigned int count, bool spread)
{
	uint32_t best = UINT32_MAX;

	for (int try = 0; try < MEASURES; try++) {
		uint64_t begin = ticks();
		uint32_t took;

		for (unsigned int i = 0; i < count; i++)
			(void)*(const volatile uint32_t *)(p + place(i, spread));
		took = ns_since(begin);
		if (took < best)
			best = took;
	}
	return best;
}

static void show_tlb(void)
{
	char *p = map_pages(LARGEST);
	uint32_t packed = 0, spread = 0, miss;

	clock_begin();
	write_pages(p, LARGEST);
	for (unsigned int count = 64; count <= LARGEST; count *= 4) {
		packed = time_reads(p, count, false);
		spread = time_reads(p, count, true);
		printf("   %4u reads: on %2u pages %4lu ns each, on %4u pages %4lu ns each\n",
		        count, count * LINE / PAGE_SIZE, (unsigned long)packed / count, count,
		        (unsigned long)spread / count);
	}
	claim(spread > packed, "reads that need many translations are slower");
	miss = (spread - packed) / LARGEST;
	printf("   so a miss costs about %lu ns; a TLB of 256 entries that is emptied at a switch\n"
	       "   would cost up to %lu us: that is what the ASIDs of step 12 save\n",
	        (unsigned long)miss, (unsigned long)miss * 256 / 1000);
	unmap_pages(p, LARGEST);
}

const struct step tlb_step = {
        .name = "tlb",
        .title = "what a TLB miss costs",
        .text = "Every access needs a translation. The TLB has the last few hundred of them; any\n"
                "other means a walk through the tables. The same number of cache lines is read,\n"
                "packed on few pages, and spread with each on its own page.\n",
        .show = show_tlb,
        .proves = "Locality pays twice: in the caches, and in the TLB.",
};
