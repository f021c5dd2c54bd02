/* SPDX-License-Identifier: MIT */
/*
 * The tour: one live experiment for each thing that virtual memory does.
 *
 * A step says what it is about, does it, and checks with claim() that the machine behaved as said.
 */
#ifndef TOUR_H
#define TOUR_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct step {
	const char *name;   /* for the command line */
	const char *title;  /* of at most 60 characters */
	const char *text;   /* what is about to happen */
	void (*show)(void); /* the experiment */
	const char *proves; /* one line: what it has shown */
};

extern const struct step pointer_step, touch_step, rss_step, cow_step, text_step, file_step,
        signal_step, device_step, jitter_step, promise_step, oom_step, asid_step, tlb_step;

/* --- main.c ---------------------------------------------------------------------------------- */

/* Where `ok` is false, says that `what` is not so, and the step has failed. Returns ok. */
bool claim(bool ok, const char *what);

/* A part of the step can't be shown on this kernel, or by this user; that is no failure. */
void not_here(const char *why);

/* --- look.c: what the machine says of itself -------------------------------------------------- */

/* pid 0 is the caller, everywhere. */

/*
 * The number that follows NAME at the start of a line of a /proc file: "NAME:   N kB", "NAME N".
 * Returns false where there is none.
 */
bool number_in(const char *path, const char *name, unsigned long *number);
/* The same, 0 where there is none. With the name "" the file is the number. */
unsigned long number_of(const char *path, const char *name);
/* From /proc/PID/FILE. */
unsigned long number_of_process(pid_t pid, const char *file, const char *name);

/* What of a process is in memory, counted page by page. In KiB. */
unsigned long rss(pid_t pid);

/* The page faults that the caller has taken so far. */
unsigned long faults(void);

/* The frame (physical address >> 12) that a process has at an address. */
struct seen {
	bool present;
	unsigned long frame; /* 0 also where the kernel does not tell */
};

struct seen look_up(pid_t pid, const volatile void *address);
/* Does the kernel tell this user the frames? If not, says so. */
bool frames_known(void);

/* A line of /proc/iomem: its range, and its name in a static buffer. */
struct range {
	unsigned long start, end;
	char name[32];
};

/* Finds the outermost range that begins with one of these names or, with none, holds `address`. */
bool find_range(const char *const names[], unsigned long address, struct range *found);

/* --- child.c: processes for experiments ------------------------------------------------------- */

/* A child, and a pipe in each direction. */
struct child {
	pid_t pid;
	int to, from;
};

/* Starts life(in, out, arg) in a child, which ends with what that returns. False: no child. */
bool child_start(struct child *c, int (*life)(int in, int out, void *arg), void *arg);
/* Waits for `size` bytes from it. False if it ended instead. */
bool child_hear(const struct child *c, void *buf, size_t size);
/* Lets a child that waits in wait_turn() go on. */
void child_tell(const struct child *c);
/* Closes the pipes and waits for the end. Returns the wait status. */
int child_end(struct child *c);
/*
 * All of it: starts life(), takes the `size` bytes that it reports, if there are any, and waits for
 * its end. False where there was no child, or no report.
 */
bool child_ask(int (*life)(int in, int out, void *arg), void *arg, void *answer, size_t size);

/* In a child: waits for child_tell(). False if the parent is gone or wants no more. */
bool wait_turn(int in);
/* In a child: sends to child_hear(). */
void report(int out, const void *buf, size_t size);

/* fork() and waitpid() for the children that clean-up must know of. */
pid_t fork_known(void);
int wait_known(pid_t pid);

/* From now on, the end by a signal leaves nothing behind: no child, no changed setting. */
void clean_up_on_signals(void);

/* /proc/sys/vm/overcommit_memory: -1 where it can't be changed; restored by clean-up as well. */
int set_overcommit(int mode);
void restore_overcommit(void);

/* What the kernel answered to one access. */
struct answer {
	int signal; /* 0: none, it was allowed */
	int code;   /* SEGV_MAPERR and so on */
	uintptr_t address;
};

enum access {
	READ,
	WRITE,
	JUMP
};

/* A child tries it and catches the signal. */
struct answer provoke(enum access access, uintptr_t address);
/* The same in words, in a static buffer: "SIGSEGV, nothing is mapped there". */
const char *in_words(const struct answer *a);

/* --- clock.c --------------------------------------------------------------------------------- */

/* Before the first use: finds out which clock this system lets a program read. */
void clock_begin(void);
/* The moment, in a unit of the clock's own. */
uint64_t ticks(void);
/* Nanoseconds since a moment; no more than four seconds. */
uint32_t ns_since(uint64_t begin);

/* --- pages.c --------------------------------------------------------------------------------- */

/* A private mapping of so many pages, none of them in memory. Exits where there is no room. */
char *map_pages(size_t pages);
void unmap_pages(char *p, size_t pages);
/* Writes to `pages` pages. */
void write_pages(char *p, size_t pages);

#endif
