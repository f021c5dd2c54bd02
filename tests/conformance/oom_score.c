/* SPDX-License-Identifier: MIT */
/*
 * How likely a process is to be killed when memory runs out: oom_score follows from its memory and
 * from oom_score_adj; who may change that, and who inherits it. oom.c has the killing.
 */
#include "proc.h"

#define SCORE "/proc/self/oom_score"
#define ADJ   "/proc/self/oom_score_adj"
#define OLD   "/proc/self/oom_adj"

static long total; /* pages that there are */

/* -- what the files say and take -- */

static void set(const char *label, const char *path, const char *text)
{
	long answer = set_file(path, text);

	say(label, "%s, now %ld", answer_name(answer), proc_value(ADJ, 0));
}

static int child_of_adjusted(void)
{
	char *argv[] = {"/conformance/oom_score", "adjustment", NULL};

	say("oom_score_adj of a child", "%ld", proc_value(ADJ, 0));
	SYS(execve, argv[0], argv, NULL);
	return 99;
}

static int not_root(void)
{
	int fd;

	set_file(ADJ, "100");
	fd = (int)SYS(open, ADJ, O_WRONLY);
	become_user();
	say("lower, not root", "%s", answer_name(SYS(write, fd, "99", 2)));
	say("higher, not root", "%s", answer_name(SYS(write, fd, "200", 3)));
	say("back to where root put it, not root", "%s", answer_name(SYS(write, fd, "100", 3)));
	say("out of range, not root", "%s", answer_name(SYS(write, fd, "-1001", 5)));
	say("in the end", "%ld", proc_value(ADJ, 0));
	return 0;
}

static const char *const written[][2] = {
        {"500", "500"},
        {"1000 and an end of line", "1000\n"},
        {"1001", "1001"},
        {"-1000", "-1000"},
        {"-1001", "-1001"},
        {"text", "many"},
        {"a number and text", "5x"},
        {"hexadecimal", "0x10"},
        {"octal", "010"},
        {"with blanks", " 7 "},
        {"with a plus", "+8"},
        {"two numbers", "5 6"},
        {"too large for a number", "4294967297"},
        {"nothing", ""},
        {"an end of line", "\n"},
        {"321", "321"},
};

static int adjustments(void)
{
	say("oom_score_adj at first", "%ld", proc_value(ADJ, 0));
	for (size_t i = 0; i < ARRAY_LEN(written); i++)
		set(written[i][0], ADJ, written[i][1]);
	saw_status("end of a child", in_child(child_of_adjusted));
	saw_status("end of somebody else", in_child(not_root));
	say("oom_score can't be written", "%s", answer_name(set_file(SCORE, "1")));
	set_file(ADJ, "-1000");
	say("oom_score of somebody immune", "%ld", proc_value(SCORE, 0));
	return 0;
}

static int old_adjustments(void)
{
	static const char *const old[] = {"15", "-17", "16", "-18", "8"};
	static char label[60];

	say("oom_adj at first", "%ld", proc_value(OLD, 0));
	for (size_t i = 0; i < ARRAY_LEN(old); i++) {
		format_text(label, sizeof(label), "oom_adj of %s", old[i]);
		set(label, OLD, old[i]);
	}
	say("oom_adj of that", "%ld", proc_value(OLD, 0));
	set_file(ADJ, "-1000");
	say("oom_adj for -1000", "%ld", proc_value(OLD, 0));
	set_file(ADJ, "1000");
	say("oom_adj for 1000", "%ld", proc_value(OLD, 0));
	return 0;
}

/* -- the score -- */

static int score_is_right(long adj)
{
	long points = status_number("VmRSS:") / 4 + status_number("VmSwap:") / 4;
	long score = proc_value(SCORE, 0), wanted;

	points += status_number("VmPTE:") / 4 + adj * (total / 1000);
	wanted = (1000 + points * 1000 / total) * 2 / 3;
	return score >= wanted - 1 && score <= wanted + 1;
}

/* Is it, with what memory it has, for each of some adjustments? In the end there is none. */
static void show_scores(const char *memory)
{
	static const int adj[] = {-999, -500, 0, 1, 500, 1000};
	static char label[60];

	for (size_t i = 0; i < ARRAY_LEN(adj); i++) {
		set_number(ADJ, adj[i]);
		format_text(label, sizeof(label), "score with %s memory, adj %d", memory, adj[i]);
		say(label, "%d", score_is_right(adj[i]));
	}
	set_number(ADJ, 0);
}

static int scores(void)
{
	long small = proc_value(SCORE, 0), n = total / 4;

	show_scores("little");
	touch((char *)map(n, RW, PA), (int)n);
	say("it has grown by", "%d", (int)(proc_value(SCORE, 0) - small + 5) / 10 * 10);
	show_scores("much");
	return 0;
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		say("oom_score_adj after execve", "%ld", proc_value(ADJ, 0));
		return 0;
	}
	total = meminfo_number("MemTotal:") / 4;
	saw_status("end of adjustments", in_child(adjustments));
	saw_status("end of oom_adj", in_child(old_adjustments));
	saw_status("end of scores", in_child(scores));
	return 0;
}
