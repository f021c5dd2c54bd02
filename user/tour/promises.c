/* SPDX-License-Identifier: MIT */
/*
 * More memory promised than there is: when it is refused, and what happens when it is used.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>
#include "tour.h"

#define MEMINFO  "/proc/meminfo"
#define MIB_KIB  1024u /* a MiB in KiB, as /proc counts */

/* Larger machines run into the end of the address space before the end of memory. */
#define MOST_MIB 1100u

/* -- promise -- */

/* How a child asks for memory, and what it got. */
struct request {
	unsigned long mib; /* of one piece */
	unsigned int pieces;
};

struct granted {
	unsigned int pieces;
	int error; /* why there were no more, newlib's number; 0: it got all that it wanted */
	unsigned long rss;
};

static int ask_child(int in, int out, void *arg)
{
	const struct request *r = arg;
	struct granted g = {0};
	void **last = NULL; /* each piece leads to the one before it */

	for (; g.pieces < r->pieces; g.pieces++) {
		void **piece = malloc(r->mib << 20);

		if (!piece) {
			g.error = errno;
			break;
		}
		*piece = last;
		last = piece;
	}
	g.rss = rss(0);
	report(out, &g, sizeof(g));
	wait_turn(in);
	return 0;
}

/* Returns how many MiB were granted. */
static unsigned long ask(const char *what, unsigned long mib, unsigned int pieces)
{
	struct request r = {mib, pieces};
	struct granted g = {0};

	claim(child_ask(ask_child, &r, &g, sizeof(g)), "the child reports");
	printf("   %-30s got %4lu MiB%s\n", what, g.pieces * mib,
	        g.error == ENOMEM ? ", then malloc: ENOMEM" : "");
	if (g.pieces)
		claim(g.rss < 1024 + g.pieces * mib * 8, "what is only promised is not in memory");
	return g.pieces * mib;
}

static void show_limited(unsigned long total)
{
	unsigned long limit = number_of(MEMINFO, "CommitLimit") / MIB_KIB;
	unsigned long used = number_of(MEMINFO, "Committed_AS") / MIB_KIB;
	unsigned long free = number_of(MEMINFO, "MemFree") / MIB_KIB;
	unsigned long got;

	printf("   mode 2: CommitLimit %lu MiB, Committed_AS %lu MiB, %lu MiB are free\n", limit,
	        used, free);
	got = ask("   piece by piece of 1 MiB", 1, (unsigned int)total);
	claim(got < total && got <= limit, "malloc fails while memory is left");
	claim(got + used + limit / 8 + 4 >= limit, "malloc fails no earlier than that");
}

static void show_promise(void)
{
	unsigned long total = number_of(MEMINFO, "MemTotal") / MIB_KIB;
	unsigned long half = total / 2, more = total + total / 8;

	if (total > MOST_MIB) {
		not_here("memory is nearly as large as an address space");
		return;
	}
	printf("   this machine has %lu MiB and SwapTotal %lu\n", total,
	        number_of(MEMINFO, "SwapTotal"));
	if (set_overcommit(0)) {
		not_here("setting overcommit_memory is for root");
		return;
	}
	puts("   mode 0: refuses only what is out of all proportion");
	claim(ask("   one piece, more than RAM", more, 1) == 0, "more than RAM at once is refused");
	claim(ask("   three pieces of half of RAM", half, 3) == 3 * half,
	        "in pieces it is granted");
	set_overcommit(1);
	puts("   mode 1: never refuses");
	claim(ask("   one piece, more than RAM", more, 1) == more, "it is granted");
	set_overcommit(2);
	show_limited(total);
	restore_overcommit();
}

const struct step promise_step = {
        .name = "promise",
        .title = "overcommit: promising more than there is",
        .text = "Since untouched memory costs nothing, the kernel may promise more than it has.\n"
                "vm.overcommit_memory says how much: 0 guesses, 1 always says yes, 2 keeps "
                "account.\n"
                "Quire has no swap to fall back on: an SD card would be slow, and soon worn out.\n",
        .show = show_promise,
        .proves = "With mode 2 malloc fails early; with 0 and 1 it is the first write that fails.",
};

/* -- oom -- */

#define ENOUGH_MIB 64u /* to run out of, where there is more */

struct life {
	size_t bytes;
	const char *adj; /* for oom_score_adj */
};

static bool set_adj(const char *adj)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY);
	bool done = fd >= 0 && write(fd, adj, strlen(adj)) == (ssize_t)strlen(adj);

	close(fd);
	return done;
}

/* Fills memory with a value for each page. */
static char *fill(size_t bytes)
{
	char *p = map_pages(bytes / PAGE_SIZE);

	for (size_t i = 0; i < bytes; i += PAGE_SIZE)
		*(volatile size_t *)(p + i) = i;
	return p;
}

/* Has much memory, and minds its own business. In the end says whether all of it is intact. */
static int keeper(int in, int out, void *arg)
{
	const struct life *life = arg;
	bool set = set_adj(life->adj);
	char *p = fill(life->bytes);
	int wrong = 0;

	report(out, &set, sizeof(set));
	if (!wait_turn(in))
		return 2;
	for (size_t i = 0; i < life->bytes; i += PAGE_SIZE)
		wrong += *(volatile size_t *)(p + i) != i;
	return wrong != 0;
}

/* Takes memory out of play: all at once, without a fault for each page. */
static int ballast(int in, int out, void *arg)
{
	const struct life *life = arg;
	bool there = set_adj(life->adj) &&
	             mmap(NULL, life->bytes, PROT_READ | PROT_WRITE,
	                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0) != MAP_FAILED;

	report(out, &there, sizeof(there));
	wait_turn(in);
	return 0;
}

static int hog(int in, int out, void *arg)
{
	const struct life *life = arg;

	(void)in;
	(void)out;
	fill(life->bytes);
	return 0;
}

static const char *fate(int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGKILL ? "KILLED" : signal_name(WTERMSIG(status));
	return WEXITSTATUS(status) ? "ended, its memory damaged" : "lives, its memory intact";
}

static bool killed(int status)
{
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

/* False if the keeper could not be given its oom_score_adj. */
static bool run_out(const char *adj, bool immune)
{
	size_t available = number_of(MEMINFO, "MemAvailable") * MIB_KIB;
	struct life kept = {(available / 8 * 5) & ~(PAGE_SIZE - 1), adj};
	struct life wanted = {(available / 2) & ~(PAGE_SIZE - 1), "0"};
	int kept_status, hog_status;
	struct child c, h;
	unsigned long score;
	bool set = false;

	if (!child_start(&c, keeper, &kept) || !claim(child_hear(&c, &set, sizeof(set)), "it fits"))
		return false;
	score = number_of_process(c.pid, "oom_score", "");
	printf("   keeper: pid %d has %lu MiB, oom_score_adj %s, oom_score %lu\n", (int)c.pid,
	        (unsigned long)kept.bytes >> 20, adj, score);
	if (child_start(&h, hog, &wanted)) {
		printf("   hog:    pid %d wants %lu MiB of the %lu MiB that are left\n", (int)h.pid,
		        (unsigned long)wanted.bytes >> 20,
		        (unsigned long)(available - kept.bytes) >> 20);
		fflush(stdout);
	}
	hog_status = child_end(&h);
	child_tell(&c);
	kept_status = child_end(&c);
	printf("   => keeper: %s; hog: %s\n", fate(kept_status),
	        killed(hog_status) ? "KILLED" : "got what it wanted");
	if (set) {
		claim((score == 0) == immune, "oom_score says who may be chosen");
		claim(killed(kept_status) != immune, "the right one of the two was killed");
		claim(killed(hog_status) == immune && (!immune || kept_status == 0),
		        "the other one lives");
	}
	return set;
}

/* On a large machine it would take long to fill all memory twice. */
static void start_ballast(struct child *c)
{
	unsigned long mib = number_of(MEMINFO, "MemAvailable") / MIB_KIB;
	struct life life = {(size_t)(mib - ENOUGH_MIB) << 20, "-1000"};
	bool there = false;

	*c = (struct child){.pid = -1, .to = -1, .from = -1};
	if (mib <= ENOUGH_MIB || !child_start(c, ballast, &life))
		return;
	child_hear(c, &there, sizeof(there));
	if (there)
		printf("   a third process takes %lu of %lu MiB out of play, so that it is quick\n",
		        mib - ENOUGH_MIB, mib);
}

static void show_oom(void)
{
	struct child b;

	set_overcommit(0);
	start_ballast(&b);
	run_out("0", false);
	if (!run_out("-1000", true))
		not_here("an oom_score_adj of -1000 is for root");
	child_end(&b);
	restore_overcommit();
}

const struct step oom_step = {
        .name = "oom",
        .title = "out of memory: who is killed, and who is immune",
        .text = "One process keeps 5/8 of the memory that is free and behaves. Then comes a hog "
                "that\n"
                "wants 1/2. Promises were made; a write finds no page left. The kernel ends the\n"
                "process whose end frees most, guilty or not. Then the same with -1000 for the\n"
                "keeper.\n",
        .show = show_oom,
        .proves =
                "The OOM killer may hit the wrong one; oom_score_adj -1000 makes a process immune.",
};
