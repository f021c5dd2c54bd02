/* SPDX-License-Identifier: MIT */
/*
 * ITIMER_REAL: what setitimer() and getitimer() answer, when SIGALRM comes and how often, and what becomes of
 * the timer at fork() and execve().
 */
#include "observe.h"

#include <linux/time.h>

struct timer {
	long interval_s, interval_us, s, us;
};

static volatile int alarms, from_kernel;

static void count(int sig, siginfo_t *info, struct context *context)
{
	(void)sig;
	(void)context;
	alarms++;
	from_kernel += info->si_code == SI_KERNEL;
}

static long set(long interval_us, long us)
{
	struct timer t = {0, interval_us, us / 1000000, us % 1000000};

	return SYS(setitimer, ITIMER_REAL, &t, NULL);
}

/* Sleeps; a signal does not end it before its time. */
static void pass_ms(long ms)
{
	long t[2] = {ms / 1000, ms % 1000 * 1000000};

	while (SYS(nanosleep, t, t) == -EINTR)
		;
}

static void look(const char *label)
{
	struct timer t;
	long answer = SYS(getitimer, ITIMER_REAL, &t);

	if (answer) {
		saw(label, answer);
		return;
	}
	say(label, "%s, every %d.%06d s",
	        !t.s && !t.us ? "stopped"
	        : t.s < 100   ? "less than 100 s to go"
	        : t.s < 1000  ? "some hundred s to go"
	                      : "long to go",
	        (int)t.interval_s, (int)t.interval_us);
}

static void arguments(void)
{
	struct timer t = {0, 0, 500, 0}, old;
	static const struct {
		const char *label;
		struct timer t;
	} bad[] = {
	        {"a negative time", {0, 0, -1, 0}},
	        {"negative microseconds", {0, 0, 0, -1}},
	        {"a million microseconds", {0, 0, 0, 1000000}},
	        {"an interval of a million microseconds", {0, 1000000, 0, 0}},
	        {"a negative interval", {-1, 0, 1, 0}},
	};

	look("at first");
	saw("set 500 s", SYS(setitimer, ITIMER_REAL, &t, NULL));
	for (unsigned int i = 0; i < ARRAY_LEN(bad); i++)
		saw(bad[i].label, SYS(setitimer, ITIMER_REAL, &bad[i].t, NULL));
	saw("timer number 3", SYS(setitimer, 3, &t, NULL));
	saw("timer number -1", SYS(setitimer, -1, &t, NULL));
	saw("get number 3", SYS(getitimer, 3, &old));
	saw("from a bad address", SYS(setitimer, ITIMER_REAL, BAD_POINTER, NULL));
	saw("get to a bad address", SYS(getitimer, ITIMER_REAL, BAD_POINTER));
	look("after all that failed");
	t = (struct timer){7, 9, 2000000, 3};
	saw("set, the old to a bad address", SYS(setitimer, ITIMER_REAL, &t, BAD_POINTER));
	look("set all the same");
	t = (struct timer){5, 0, 0, 0};
	saw("no time but an interval", SYS(setitimer, ITIMER_REAL, &t, &old));
	say("the old", "every %d.%06d s, %s", (int)old.interval_s, (int)old.interval_us,
	        old.s > 1000000 ? "long to go" : "not long");
	look("stops it");
	set(0, 500 * 1000000);
	saw("without a value", SYS(setitimer, ITIMER_REAL, NULL, NULL));
	look("stops it too");
}

static void firing(void)
{
	saw("handler", handle(SIGALRM, count, SA_SIGINFO));
	set(0, 20000);
	saw("pause", SYS(pause));
	say("once", "%d, %d from the kernel", alarms, from_kernel);
	look("when it has fired");
	alarms = 0;
	set(20000, 1);
	while (alarms < 4)
		SYS(pause);
	look("with an interval");
	set(0, 0);
	say("many", "%d", alarms);
	alarms = 0;
	set(0, 20000);
	set(0, 0);
	pass_ms(50);
	say("stopped in time", "%d", alarms);
}

static void blocked(void)
{
	uint64_t pending = 0;

	alarms = 0;
	mask_signals(SIG_BLOCK, SIGNAL_BIT(SIGALRM));
	set(10000, 10000);
	pass_ms(80);
	SYS(rt_sigpending, &pending, sizeof(pending));
	say("blocked", "%d, %s", alarms, pending & SIGNAL_BIT(SIGALRM) ? "pending" : "not pending");
	look("with an interval, while it is pending");
	set(0, 0);
	mask_signals(SIG_UNBLOCK, SIGNAL_BIT(SIGALRM));
	say("let through", "%d", alarms);
}

static long now_us(void)
{
	long t[2];

	SYS(clock_gettime, CLOCK_MONOTONIC, t);
	return t[0] * 1000000 + t[1] / 1000;
}

/* A signal that is taken half an interval late: when does the next come? */
static void keeps_step(void)
{
	const long interval = 200000;
	long begin = now_us();
	struct timer t;

	mask_signals(SIG_BLOCK, SIGNAL_BIT(SIGALRM));
	set(interval, interval);
	pass_ms(300);
	mask_signals(SIG_UNBLOCK, SIGNAL_BIT(SIGALRM));
	SYS(getitimer, ITIMER_REAL, &t);
	say("after a late one", "%s",
	        (now_us() + t.us - begin) % interval < interval / 4 ? "in step" : "out of step");
	set(0, 0);
}

static int child(void)
{
	look("a child");
	SYS(rt_sigaction, SIGALRM, &(struct action){SIG_DFL}, NULL, 8);
	set(0, 10000);
	pass_ms(5000);
	return 1;
}

static void others(void)
{
	static char self[] = "/conformance/itimer", after[] = "after";
	char *argv[] = {self, after, NULL}, *envp[] = {NULL};
	long pid;

	set(0, 400 * 1000000);
	saw_status("its own ends it", in_child(child));
	look("the parent");
	pid = SYS(fork);
	if (pid == 0) {
		set(3, 50 * 1000000);
		SYS(execve, self, argv, envp);
		leave(1);
	}
	saw_status("the end of that", wait_status(pid));
	set(0, 0);
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1) {
		look("after execve");
		return 0;
	}
	arguments();
	firing();
	blocked();
	keeps_step();
	others();
	return 0;
}
