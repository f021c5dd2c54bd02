/* SPDX-License-Identifier: MIT */
/*
 * demo - the demonstration. Two programs count at one virtual address, each in its own address
 * space, while others break every rule; in the end nothing has touched the two.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>
#include "../twin/twin.h"

struct twin {
	const char *name, *path;
	pid_t pid;
	int report_fd; /* its reports arrive here; -1 without pipes */
	struct twin_report before, after;
	int status;
};

static struct twin twins[2] = {
        {.name = "left", .path = "/bin/left"},
        {.name = "right", .path = "/bin/right"},
};

/* [0] is what the twins watch; when [1] closes they stop. -1 without pipes. */
static int stop_pipe[2] = {-1, -1};

static void heading(const char *text)
{
	printf("\n--- %s ", text);
	for (size_t i = strlen(text) + 5; i < 80; i++)
		putchar('-');
	puts("\n");
	fflush(stdout);
}

/* In the child: becomes the twin, keeping only the ends of the pipes that are its own. */
static void become(const struct twin *twin, const int report_pipe[2])
{
	char report[12], stop[12];
	char *argv[] = {(char *)twin->name, "1", report, stop, NULL};

	if (stop_pipe[1] < 0) {
		argv[2] = NULL;
	} else {
		snprintf(report, sizeof(report), "%d", report_pipe[1]);
		snprintf(stop, sizeof(stop), "%d", stop_pipe[0]);
		close(stop_pipe[1]);
		close(report_pipe[0]);
	}
	execve(twin->path, argv, environ);
	complain("demo", twin->path);
	_exit(127);
}

static void start(struct twin *twin)
{
	int report_pipe[2] = {-1, -1};

	if (stop_pipe[1] >= 0 && pipe(report_pipe))
		complain("demo", "pipe");
	fflush(stdout);
	twin->pid = fork();
	if (twin->pid == 0)
		become(twin, report_pipe);
	if (twin->pid < 0)
		complain("demo", twin->name);
	close(report_pipe[1]);
	twin->report_fd = report_pipe[0];
}

/* Waits for the next report. Returns false when there is none. */
static bool next_report(const struct twin *twin, struct twin_report *report)
{
	return read(twin->report_fd, report, sizeof(*report)) == sizeof(*report);
}

static void start_twins(void)
{
	heading("two programs, one address");
	/* The reading end must not make a twin wait: it only asks whether the other end is open. */
	if (pipe2(stop_pipe, O_NONBLOCK))
		printf("demo: no pipes (%s): left and right report for themselves\n",
		        strerror(errno));
	for (int i = 0; i < 2; i++)
		start(&twins[i]);
	for (int i = 0; i < 2; i++)
		next_report(&twins[i], &twins[i].before);
}

static void end_twins(void)
{
	close(stop_pipe[1]);
	for (int i = 0; i < 2; i++) {
		struct twin *twin = &twins[i];

		while (next_report(twin, &twin->after))
			;
		twin->status = twin->pid < 0 ? -1 : wait_for(twin->pid);
	}
}

/* Exited well, saw nothing foreign and went on counting while the crimes were committed. */
static bool undisturbed(const struct twin *twin)
{
	if (twin->status != 0)
		return false;
	return stop_pipe[1] < 0 ||
	       (!twin->after.foreign && twin->after.counted > twin->before.counted);
}

static void print_twins(void)
{
	static const char format[] = "  %-6s  %14s  %14s  %14s  %s\n";
	char before[12], after[12], foreign[12];

	printf(format, "", "count before", "count after", "foreign values", "undisturbed");
	printf(format, "------", "--------------", "--------------", "--------------",
	        "-----------");
	for (int i = 0; i < 2; i++) {
		const struct twin *twin = &twins[i];

		snprintf(before, sizeof(before), "%lu", (unsigned long)twin->before.counted);
		snprintf(after, sizeof(after), "%lu", (unsigned long)twin->after.counted);
		snprintf(foreign, sizeof(foreign), "%lu", (unsigned long)twin->after.foreign);
		if (stop_pipe[1] < 0)
			strcpy(before, strcpy(after, strcpy(foreign, "see above")));
		printf(format, twin->name, before, after, foreign,
		        undisturbed(twin) ? "yes" : "NO");
	}
}

/* Returns whether every crime was answered as it should be. */
static bool commit_crimes(void)
{
	char *argv[] = {"crimes", NULL};

	heading("meanwhile, crimes: each child tries one forbidden thing");
	return wait_for(spawn("/bin/crimes", argv)) == 0;
}

int main(void)
{
	int failed = 0;

	start_twins();
	failed += !commit_crimes();
	end_twins();

	heading("did left and right notice?");
	print_twins();
	for (int i = 0; i < 2; i++)
		failed += !undisturbed(&twins[i]);

	heading("what this shows");
	if (failed)
		puts("Something was not as it must be: look for NO above.\n");
	else
		puts("An address means nothing outside its own address space: left and right used\n"
		     "the same one at the same time and never met. Whoever reached for memory or\n"
		     "privilege that it was not given was stopped at that very instruction, and "
		     "it\n"
		     "alone ended; the kernel and the others went on.\n");
	if (failed)
		printf("demonstration: FAILED (%d)\n", failed);
	else
		puts("demonstration: passed");
	return failed ? 1 : 0;
}
