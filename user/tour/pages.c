/* SPDX-License-Identifier: MIT */
/*
 * Pages that come when they are touched, and copies that come when they are written.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <quire.h>
#include "tour.h"

char *map_pages(size_t pages)
{
	char *p = mmap(NULL, pages * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
	        -1, 0);

	if (p == MAP_FAILED) {
		claim(false, "memory can be mapped");
		exit(1);
	}
	return p;
}

void unmap_pages(char *p, size_t pages)
{
	munmap(p, pages * PAGE_SIZE);
}

void write_pages(char *p, size_t pages)
{
	for (volatile char *at = p; at < p + pages * PAGE_SIZE; at += PAGE_SIZE)
		*at = 1;
}

/* -- touch -- */

#define TOUCHED 64u

struct picture {
	unsigned int present, different; /* pages that are there; that have a frame of their own */
	unsigned long faults, rss;
};

/* Compares each page with the first one: frames of zeros are all the same frame. */
static struct picture look_at(const char *p)
{
	struct picture now = {.faults = faults(), .rss = rss(0)};
	struct seen first = look_up(0, p);

	for (unsigned int i = 0; i < TOUCHED; i++) {
		struct seen page = look_up(0, p + i * PAGE_SIZE);

		now.present += page.present;
		now.different += page.present && (!i || page.frame != first.frame);
	}
	now.faults = faults() - now.faults; /* what looking itself cost, if anything */
	return now;
}

static void print_picture(const char *when, const struct picture *now, unsigned long taken)
{
	printf("   %-12s %3u present, %3u different frames, %3lu faults, RSS %lu KiB\n", when,
	        now->present, now->different, taken, now->rss);
}

static void show_touch(void)
{
	char *p = frames_known() ? map_pages(TOUCHED) : NULL;
	struct picture before, read, written;
	unsigned long at, read_faults, write_faults;
	volatile char sum = 0;

	if (!p)
		return;
	before = look_at(p); /* the first look warms up the code that looks */
	before = look_at(p);
	print_picture("mapped", &before, 0);
	at = faults();
	for (unsigned int i = 0; i < TOUCHED; i++)
		sum += p[i * PAGE_SIZE];
	read_faults = faults() - at;
	read = look_at(p);
	print_picture("read", &read, read_faults);
	at = faults();
	write_pages(p, TOUCHED);
	write_faults = faults() - at;
	written = look_at(p);
	print_picture("written", &written, write_faults);
	claim(before.present == 0, "nothing was there before the first touch");
	claim(sum == 0, "untouched memory reads as zeros");
	claim(read.present == TOUCHED && read.different == 1,
	        "one frame of zeros serves all reads");
	claim(write_faults == TOUCHED, "each first write is one fault");
	claim(written.rss - read.rss >= TOUCHED * 4, "RSS grew by the pages written");
	claim(written.different == TOUCHED, "each page written has its own frame");
	unmap_pages(p, TOUCHED);
}

const struct step touch_step = {
        .name = "touch",
        .title = "the page that appears on first write",
        .text = "mmap gives 64 pages of addresses, and no memory. What is there after that, after\n"
                "reading one byte of each page, and after writing one? /proc/self/pagemap knows.\n",
        .show = show_touch,
        .proves = "Demand paging: memory comes page by page, by a fault, at the first write.",
};

/* -- rss -- */

#define MIB    (1024u * 1024)
#define SPREAD 16u /* MiB mapped, with one page touched in each */

struct sizes {
	unsigned long size, rss, tables;
};

static struct sizes sizes(void)
{
	return (struct sizes){
	        .size = number_of("/proc/self/status", "VmSize"),
	        .rss = rss(0),
	        .tables = number_of("/proc/self/status", "VmPTE"),
	};
}

static void print_sizes(const char *when, const struct sizes *s)
{
	printf("   %-20s VmSize %6lu KiB, RSS %4lu KiB, page tables %3lu KiB\n", when, s->size,
	        s->rss, s->tables);
}

static void show_rss(void)
{
	struct sizes start = sizes(), mapped, touched;
	char *p;

	start = sizes();
	print_sizes("at first", &start);
	p = map_pages(SPREAD * MIB / PAGE_SIZE);
	mapped = sizes();
	print_sizes("16 MiB mapped", &mapped);
	for (unsigned int i = 0; i < SPREAD; i++)
		write_pages(p + i * MIB, 1);
	touched = sizes();
	print_sizes("16 pages written", &touched);
	claim(mapped.size - start.size == SPREAD * 1024, "the size grew by what was mapped");
	claim(mapped.rss - start.rss <= 16, "mapping took no memory");
	claim(touched.rss - mapped.rss == SPREAD * 4, "RSS grew by what was written");
	claim(touched.tables > mapped.tables, "pages need tables that lead to them");
	unmap_pages(p, SPREAD * MIB / PAGE_SIZE);
}

const struct step rss_step = {
        .name = "rss",
        .title = "size is a promise, RSS is memory",
        .text = "A process is as large as its address ranges (VmSize). What it costs is what it\n"
                "touched (RSS), and the tables that the MMU walks: two levels here, of which the\n"
                "second exists only where there are pages. One page in each of 16 MiB is "
                "written.\n",
        .show = show_rss,
        .proves = "For a memory budget, RSS counts; VmSize says only what was asked for.",
};

/* -- cow -- */

#define SHARED  64u
#define CHANGED 16u

struct cow_report {
	unsigned long faults;
};

static int cow_child(int in, int out, void *arg)
{
	struct cow_report r = {faults()};

	if (!wait_turn(in))
		return 1;
	r.faults = faults();
	write_pages(arg, CHANGED);
	r.faults = faults() - r.faults;
	report(out, &r, sizeof(r));
	wait_turn(in);
	return 0;
}

static unsigned int same_frames(const char *p, pid_t pid)
{
	unsigned int same = 0;

	for (unsigned int i = 0; i < SHARED; i++) {
		struct seen mine = look_up(0, p + i * PAGE_SIZE);
		struct seen theirs = look_up(pid, p + i * PAGE_SIZE);

		same += mine.present && theirs.present && mine.frame == theirs.frame;
	}
	return same;
}

/* The child is gone: the next write finds a page without another owner. */
static void write_as_last_owner(char *p)
{
	struct seen before = look_up(0, p), after;
	unsigned long at = faults();

	write_pages(p, 1);
	at = faults() - at;
	after = look_up(0, p);
	printf("   child ended: parent writes a page: %lu fault, the frame %s\n", at,
	        before.frame == after.frame ? "stays" : "changes");
	claim(at == 1 && before.frame == after.frame, "the last owner writes without a copy");
}

static void show_cow(void)
{
	char *p = frames_known() ? map_pages(SHARED) : NULL;
	struct cow_report r = {0};
	unsigned int before, after;
	struct child c;

	if (!p)
		return;
	memset(p, 'P', SHARED * PAGE_SIZE);
	if (!child_start(&c, cow_child, p))
		return;
	before = same_frames(p, c.pid);
	printf("   after fork: %u of 64 pages are in the same frame for parent and child\n",
	        before);
	child_tell(&c);
	claim(child_hear(&c, &r, sizeof(r)), "the child reports");
	after = same_frames(p, c.pid);
	printf("   child wrote 16 pages: %lu faults, %u of 64 still shared\n", r.faults, after);
	claim(r.faults == CHANGED, "each write to a shared page is one fault");
	claim(p[0] == 'P' && p[(CHANGED - 1) * PAGE_SIZE] == 'P', "the parent's data are intact");
	child_end(&c);
	claim(before == SHARED, "fork copied no page");
	claim(after == SHARED - CHANGED, "writing copied those pages and no others");
	write_as_last_owner(p + (SHARED - 1) * PAGE_SIZE);
	unmap_pages(p, SHARED);
}

const struct step cow_step = {
        .name = "cow",
        .title = "fork copies nothing but tables",
        .text = "A parent fills 64 pages and forks. Parent and child now have \"the same\" "
                "memory,\n"
                "read-only behind their backs. Then the child writes to 16 of the pages.\n",
        .show = show_cow,
        .proves = "Copy-on-write: a page is copied when somebody writes to it, and not before.",
};
