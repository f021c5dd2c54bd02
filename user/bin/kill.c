/* SPDX-License-Identifier: MIT */
/*
 * kill [-SIGNAL] PID... - send a signal, by number or name (-9, -KILL, -SIGKILL); SIGTERM if none
 * is given.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <quire.h>

/* Returns -1 for a name that no signal has. 0 sends nothing, and asks whether the process is there. */
static int parse_signal(const char *text)
{
	char *end;
	long number = strtol(text, &end, 10);

	if (end > text && !*end)
		return (int)number;
	if (!strncmp(text, "SIG", 3))
		text += 3;
	for (int sig = 1; sig < NSIG; sig++) {
		const char *name = signal_name(sig);

		if (!strncmp(name, "SIG", 3) && !strcmp(name + 3, text))
			return sig;
	}
	return -1;
}

static int kill_one(const char *text, int sig)
{
	char *end;
	long pid = strtol(text, &end, 10);

	if (end == text || *end) {
		fprintf(stderr, "kill: %s is not a process number\n", text);
		return 1;
	}
	return kill((pid_t)pid, sig) ? complain("kill", text) : 0;
}

int main(int argc, char **argv)
{
	int sig = SIGTERM, status = 0, i = 1;

	if (argc > 2 && argv[1][0] == '-') {
		sig = parse_signal(argv[1] + 1);
		i = 2;
	}
	if (sig < 0) {
		fprintf(stderr, "kill: there is no signal %s\n", argv[1] + 1);
		return 2;
	}
	if (i >= argc) {
		fputs("usage: kill [-SIGNAL] PID...\n", stderr);
		return 2;
	}
	for (; i < argc; i++)
		status |= kill_one(argv[i], sig);
	return status;
}
