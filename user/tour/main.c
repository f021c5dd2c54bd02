/* SPDX-License-Identifier: MIT */
/*
 * tour [STEP...] - virtual memory, one live experiment after another: all of them, or those named
 * by number or name. `tour list` names them. On a terminal it waits for Enter after each.
 * Exit status 0 if the machine behaved as the texts say, 1 if not.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>
#include "tour.h"

static const struct step *const steps[] = {
        &pointer_step,
        &touch_step,
        &rss_step,
        &cow_step,
        &text_step,
        &file_step,
        &signal_step,
        &device_step,
        &jitter_step,
        &promise_step,
        &oom_step,
        &asid_step,
        &tlb_step,
};

#define STEPS (sizeof(steps) / sizeof(steps[0]))

static bool as_claimed, in_full; /* the step that is on */

bool claim(bool ok, const char *what)
{
	if (!ok) {
		printf("   NOT SO: %s\n", what);
		as_claimed = false;
	}
	return ok;
}

void not_here(const char *why)
{
	printf("   (not shown here: %s)\n", why);
	in_full = false;
}

/* Returns whether all was as claimed. */
static bool show(size_t i)
{
	const struct step *step = steps[i];
	int column = printf(
	        "\n--- %u of %u: %s ", (unsigned int)i + 1, (unsigned int)STEPS, step->title);

	for (; column < 81; column++)
		putchar('-');
	printf("\n%s\n", step->text);
	fflush(stdout);
	as_claimed = in_full = true;
	step->show();
	printf("\n=> %s\n", !as_claimed ? "NOT AS CLAIMED, see above."
	                    : !in_full  ? "No more than that can be shown here."
	                                : step->proves);
	fflush(stdout);
	return as_claimed;
}

/* Without a terminal nobody can press Enter. Returns false for the end. */
static bool go_on(void)
{
	char line[128]; /* a terminal gives one line at a time */

	if (!isatty(0) || !isatty(1))
		return true;
	printf("\n[Enter: the next step, q: the end] ");
	fflush(stdout);
	return read(0, line, sizeof(line)) > 0 && line[0] != 'q';
}

static int list(void)
{
	for (size_t i = 0; i < STEPS; i++)
		printf("%2u  %-8s  %s\n", (unsigned int)i + 1, steps[i]->name, steps[i]->title);
	return 0;
}

/* The index of a step by its number or name; STEPS for none. */
static size_t find(const char *word)
{
	size_t i = strtoul(word, NULL, 10) - 1;

	if (i < STEPS)
		return i;
	for (i = 0; i < STEPS; i++)
		if (!strcmp(word, steps[i]->name))
			break;
	return i;
}

static bool show_all(void)
{
	unsigned int done = 0, right = 0, part = 0;

	puts("A tour of virtual memory: every number is read from this machine, now.");
	do {
		right += show(done++);
		part += as_claimed && !in_full;
	} while (done < STEPS && go_on());
	printf("\ntour: %u steps, %u as claimed", done, right);
	if (part)
		printf(" (%u of them in part)", part);
	putchar('\n');
	return right == done;
}

static bool show_named(int count, char **words)
{
	bool right = true;

	for (int i = 0; i < count; i++)
		right &= show(find(words[i]));
	return right;
}

/* What text_step runs a second time: waits until its starter has seen enough. */
static int hold(void)
{
	report(1, "", 1);
	wait_turn(0);
	return 0;
}

int main(int argc, char **argv)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	if (argc == 2 && !strcmp(argv[1], "-hold"))
		return hold();
	if (argc == 2 && !strcmp(argv[1], "list"))
		return list();
	for (int i = 1; i < argc; i++)
		if (find(argv[i]) == STEPS) {
			fprintf(stderr, "tour: no step %s; 'tour list' names them\n", argv[i]);
			return 2;
		}
	sigaction(SIGPIPE, &ignore, NULL); /* a child that has ended is noticed otherwise */
	clean_up_on_signals();
	return !(argc > 1 ? show_named(argc - 1, argv + 1) : show_all());
}
