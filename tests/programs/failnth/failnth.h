/* SPDX-License-Identifier: MIT */
/*
 * What failnth.c tries: acts that are to succeed or to fail with ENOMEM as a whole, whichever allocation fails.
 */
#ifndef FAILNTH_H
#define FAILNTH_H

#include <sys/types.h>

#define PAGE 4096
#define RW   (PROT_READ | PROT_WRITE)

/* 0, or -1 with errno. What it makes it takes away again, also what was made before it failed. */
struct act {
	const char *name;
	int (*act)(void);
};

/* Each ends with one that has no name. */
extern const struct act memory_acts[], fault_acts[], file_acts[], task_acts[];
/* Of these it is a child's allocations that are to fail: they call arm_child(). */
extern const struct act child_fault_acts[], child_task_acts[];

/* What follows does not fail: for acts that clean up. Returns ret, with errno as the first of an act's calls found it. */
int stopped(int ret);

/* In a child: from here on its allocations are counted. */
void arm_child(void);

/* In the parent, if a child that had its memory and its files called that. */
void forget_child(void);

/* Ends it, with what the act is to return. */
void end_child(int ret) __attribute__((noreturn));

/* Waits for a child; what it ended with is what this returns, with errno. -1 for a pid of -1. */
int end_of(pid_t pid);

extern char *region; /* 8 pages, private, touched */
extern int file;     /* /tmp/failnth.file, empty */

#endif
