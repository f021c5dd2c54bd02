/* SPDX-License-Identifier: MIT */
/*
 * Asking for limits and setting them: prlimit64, setrlimit, getrlimit and their errors, what they
 * are at first, whose can be changed by whom, and /proc/PID/limits.
 */
#include "proc.h"

#define INFINITE (~0ull)

struct pair {
	uint64_t soft, hard;
};

/* Prints "soft hard", infinity as a dash. */
static void show(const char *label, long answer, const struct pair *p)
{
	char soft[12] = "-", hard[12] = "-";

	if (p->soft != INFINITE)
		format_text(soft, sizeof(soft), "%lu", (unsigned long)p->soft);
	if (p->hard != INFINITE)
		format_text(hard, sizeof(hard), "%lu", (unsigned long)p->hard);
	say(label, "%s: %s %s", answer_name(answer), soft, hard);
}

/* How many processes and signals follows from how much memory there is and what is left of it. */
static int depends_on_memory(int resource)
{
	return resource == RLIMIT_NPROC || resource == RLIMIT_SIGPENDING;
}

static void at_first(void)
{
	static char label[20];
	struct pair p, processes, queued;

	for (int i = 0; i < 16; i++) {
		if (depends_on_memory(i))
			continue;
		format_text(label, sizeof(label), "limit %d", i);
		show(label, SYS(prlimit64, 0, i, NULL, &p), &p);
	}
	SYS(prlimit64, 0, RLIMIT_NPROC, NULL, &processes);
	SYS(prlimit64, 0, RLIMIT_SIGPENDING, NULL, &queued);
	say("processes and signals alike", "%d",
	        processes.soft == queued.soft && processes.hard == queued.soft);
	saw("limit 16", SYS(prlimit64, 0, 16, NULL, &p));
	saw("limit -1", SYS(prlimit64, 0, -1, NULL, &p));
}

static void errors(void)
{
	struct pair p = {10, 5};

	saw("soft above hard", SYS(prlimit64, 0, RLIMIT_CPU, &p, NULL));
	saw("limits from nowhere", SYS(prlimit64, 0, RLIMIT_CPU, BAD_POINTER, NULL));
	saw("limits to nowhere", SYS(prlimit64, 0, RLIMIT_CPU, NULL, BAD_POINTER));
	saw("limits from the kernel", SYS(prlimit64, 0, RLIMIT_CPU, KERNEL, NULL));
	saw("neither", SYS(prlimit64, 0, RLIMIT_CPU, NULL, NULL));
	saw("neither, of limit 16", SYS(prlimit64, 0, 16, NULL, NULL));
	saw("of nobody", SYS(prlimit64, 30000, RLIMIT_CPU, NULL, &p));
	saw("of pid -1", SYS(prlimit64, -1, RLIMIT_CPU, NULL, &p));
	saw("of nobody, limit 16", SYS(prlimit64, 30000, 16, NULL, &p));
	saw_ok("of init", SYS(prlimit64, 1, RLIMIT_CPU, NULL, &p));
	p = (struct pair){1024, 0x200000};
	saw("more files than there can be", SYS(prlimit64, 0, RLIMIT_NOFILE, &p, NULL));
	p = (struct pair){1024, INFINITE};
	saw("files without a limit", SYS(prlimit64, 0, RLIMIT_NOFILE, &p, NULL));
	saw("setrlimit from nowhere", SYS(setrlimit, RLIMIT_CPU, BAD_POINTER));
	saw("setrlimit of 16", SYS(setrlimit, 16, &p));
	saw("getrlimit to nowhere", SYS(ugetrlimit, RLIMIT_CPU, BAD_POINTER));
	saw("getrlimit of 16", SYS(ugetrlimit, 16, &p));
}

static void set(const char *label, int resource, uint64_t soft, uint64_t hard)
{
	struct pair new = {soft, hard}, now;
	long answer = SYS(prlimit64, 0, resource, &new, NULL);

	SYS(prlimit64, 0, resource, NULL, &now);
	show(label, answer, &now);
}

static int sizes(void)
{
	unsigned long both[2] = {111, ~0ul};
	struct pair old, new = {1, 2};

	set("soft and hard", RLIMIT_CORE, 4096, 8192);
	set("more than 32 bits", RLIMIT_CORE, 1ull << 32, 1ull << 33);
	set("just below infinity of 32 bits", RLIMIT_CORE, 0xfffffffe, 0xffffffff);
	set("raised by root", RLIMIT_CORE, INFINITE, INFINITE);
	saw("setrlimit", SYS(setrlimit, RLIMIT_CORE, both));
	saw("prlimit64 of that, and new ones", SYS(prlimit64, 0, RLIMIT_CORE, &new, &old));
	show("old ones", 0, &old);
	SYS(ugetrlimit, RLIMIT_CORE, both);
	say("getrlimit", "%lu %lu", both[0], both[1]);
	set("infinite again", RLIMIT_CORE, INFINITE, INFINITE);
	SYS(ugetrlimit, RLIMIT_CORE, both);
	say("getrlimit without limits", "%lx %lx", both[0], both[1]);
	SYS(prlimit64, 0, RLIMIT_CORE, &new, NULL);
	saw("new ones equal to the pointer for the old",
	        SYS(prlimit64, 0, RLIMIT_CORE, &new, &new));
	return 0;
}

static int not_root(void)
{
	limit(RLIMIT_CORE, 100, 1000);
	become_user();
	set("soft raised to hard, not root", RLIMIT_CORE, 1000, 1000);
	set("hard raised, not root", RLIMIT_CORE, 100, 1001);
	set("hard lowered, not root", RLIMIT_CORE, 100, 500);
	set("hard raised to what it was, not root", RLIMIT_CORE, 100, 1000);
	set("soft above hard, not root", RLIMIT_CORE, 501, 500);
	saw("of init, not root", SYS(prlimit64, 1, RLIMIT_CPU, NULL, NULL));
	return 0;
}

static int child_says(void)
{
	struct pair p;

	SYS(prlimit64, 0, RLIMIT_CORE, NULL, &p);
	show("limits of a child", 0, &p);
	return 0;
}

static int inherited(void)
{
	char *argv[] = {"/conformance/prlimit", "limits", NULL};

	limit(RLIMIT_CORE, 77, 88);
	in_child(child_says);
	SYS(execve, argv[0], argv, NULL);
	return 99;
}

/* A limit changes while its process sleeps. */
static void of_another(void)
{
	struct pair p = {5, 6}, now;
	int hold[2];
	long pid;

	SYS(pipe, hold);
	pid = SYS(fork);
	if (pid == 0) {
		SYS(read, hold[0], &pid, 1);
		leave(SYS(prlimit64, 0, RLIMIT_CORE, NULL, &now) ? 99 : (int)now.soft);
	}
	saw("limit of a child", SYS(prlimit64, pid, RLIMIT_CORE, &p, NULL));
	SYS(write, hold[1], "x", 1);
	saw_status("the child's limit", wait_status(pid));
	saw("limit of a child that is gone", SYS(prlimit64, pid, RLIMIT_CORE, &p, NULL));
}

static void file(void)
{
	static char lines[4096];
	char label[24];
	int n = 0;

	limit(RLIMIT_CORE, 1234567, INFINITE);
	read_file("/proc/self/limits", lines, sizeof(lines));
	for (const char *at = lines; *at; n++) {
		char line[100];
		size_t size = 0;

		for (; *at && *at != '\n'; at++)
			if (size < sizeof(line) - 1)
				line[size++] = *at;
		line[size] = 0;
		at += *at == '\n';
		format_text(label, sizeof(label), "limits, line %d", n);
		if (!find(line, "Max processes") && !find(line, "Max pending signals"))
			say(label, "[%s]", line);
	}
	say("lines of limits", "%d", n);
}

int main(int argc, char **argv)
{
	struct pair p;

	(void)argv;
	if (argc > 1) {
		SYS(prlimit64, 0, RLIMIT_CORE, NULL, &p);
		show("limits after execve", 0, &p);
		return 0;
	}
	at_first();
	errors();
	saw_status("end of sizes", in_child(sizes));
	saw_status("end of somebody else", in_child(not_root));
	saw_status("end of what is inherited", in_child(inherited));
	of_another();
	file();
	return 0;
}
