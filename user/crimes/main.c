/* SPDX-License-Identifier: MIT */
/*
 * crimes [NAME...] - commit crimes, all or those named, each in a child, and say how the kernel
 * answered. Exit status 0 if every answer was the one owed.
 * crimes list - the names.
 * crimes -s NAME - commit one in this very process.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>
#include "crimes.h"

#define MAX_CRIMES 64

static struct {
	const struct crime *crime;
	int status; /* as from wait */
} committed[MAX_CRIMES];
static int count;

static const struct crime *find(const char *name)
{
	for (const struct crime *crime = crimes; crime->name; crime++)
		if (!strcmp(crime->name, name))
			return crime;
	fprintf(stderr, "crimes: there is no crime called %s; 'crimes list' names them\n", name);
	exit(2);
}

static const char *where(const struct crime *crime)
{
	static char text[12];

	if (crime->where)
		return crime->where;
	snprintf(text, sizeof(text), "0x%08lx", (unsigned long)crime->address);
	return text;
}

/* The child says what it is about to do, so that the kernel's own report can be told apart. */
static void commit(const struct crime *crime)
{
	pid_t pid;

	printf("crime: %s", crime->what);
	if (!crime->where)
		printf(" at %s", where(crime));
	putchar('\n');
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(crime->commit(crime->address));
	committed[count].crime = crime;
	committed[count++].status = pid < 0 ? -1 : wait_for(pid);
}

static const char *answered(int status)
{
	static char text[32];

	if (status == -1)
		return "no child";
	if (WIFSIGNALED(status))
		return signal_name(WTERMSIG(status));
	switch (WEXITSTATUS(status)) {
	case 0:
		return "allowed it";
	case NO_EFFECT:
		return "(no effect)";
	case EMULATED:
		return "emulated it";
	}
	snprintf(text, sizeof(text), "refused: %s", errno_name(WEXITSTATUS(status)));
	return text;
}

static bool as_expected(const struct crime *crime, int status)
{
	if (status == -1)
		return false;
	if (WIFSIGNALED(status))
		return crime->signal && WTERMSIG(status) == crime->signal;
	return !crime->signal && WEXITSTATUS(status) == crime->error;
}

/* Returns how many answers were not as expected. */
static int print_table(void)
{
	int wrong = 0;

	printf("\n  %-30s  %-10s  %-16s  %s\n", "what was tried", "address", "kernel's answer",
	        "as expected");
	printf("  %.30s  %.10s  %.16s  %.11s\n", "------------------------------", "----------",
	        "----------------", "-----------");
	for (int i = 0; i < count; i++) {
		const struct crime *crime = committed[i].crime;
		bool right = as_expected(crime, committed[i].status);

		printf("  %-30s  %-10s  %-16s  %s\n", crime->what, where(crime),
		        answered(committed[i].status), right ? "yes" : "NO");
		wrong += !right;
	}
	printf("\ncrimes: %d tried, %d answered as expected\n", count, count - wrong);
	return wrong;
}

static int list(void)
{
	for (const struct crime *crime = crimes; crime->name; crime++)
		printf("%-14s %s\n", crime->name, crime->what);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[1], "list"))
		return list();
	if (argc == 3 && !strcmp(argv[1], "-s")) {
		const struct crime *crime = find(argv[2]);

		return crime->commit(crime->address);
	}
	if (argc == 1)
		for (const struct crime *crime = crimes; crime->name; crime++)
			commit(crime);
	for (int i = 1; i < argc && i <= MAX_CRIMES; i++)
		commit(find(argv[i]));
	return print_table() ? 1 : 0;
}
