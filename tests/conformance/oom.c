/* SPDX-License-Identifier: MIT */
/*
 * Running out of memory: who is killed, who is not, that the memory is there again afterwards, and
 * that whoever waited for it goes on.
 */
#include "proc.h"

#include <linux/poll.h>
#include <linux/sched.h>

#define ADJ "/proc/self/oom_score_adj"

static long total; /* pages that there are */
static long free_at_first;

/* A child that holds memory, and the pipes between it and the parent. */
struct holder {
	long pid;
	int ready[2], go[2];
};

static void memory_is_back(const char *label)
{
	long lost = 0;

	/* What a process had is given back a little after its end was seen. */
	for (int i = 0; i < 50; i++) {
		lost = (free_at_first - meminfo_number("MemFree:")) / 1024;
		if (lost < 4)
			break;
		sleep_ms(10);
	}
	say(label, "%s", lost < 4 ? "yes" : "no");
}

/* What a child does that fills so many pages, and then waits for the word to see if they are intact. */
_Noreturn static void hold(struct holder *h, long n)
{
	char *memory = (char *)map(n, RW, PA), word;

	for (long i = 0; i < n; i++)
		*(long *)(memory + i * PAGE) = i;
	SYS(write, h->ready[1], "x", 1);
	SYS(read, h->go[0], &word, 1);
	for (long i = 0; i < n; i++)
		if (*(long *)(memory + i * PAGE) != i)
			leave(1);
	leave(0);
}

static struct holder start_holder(long n, const char *adj)
{
	struct holder h;
	char word;

	SYS(pipe, h.ready);
	SYS(pipe, h.go);
	h.pid = SYS(fork);
	if (h.pid == 0) {
		set_file(ADJ, adj);
		hold(&h, n);
	}
	SYS(close, h.ready[1]); /* so that its end would be seen */
	SYS(close, h.go[0]);
	SYS(read, h.ready[0], &word, 1);
	return h;
}

static int end_holder(struct holder *h)
{
	int status;

	SYS(write, h->go[1], "x", 1);
	status = wait_status(h->pid);
	SYS(close, h->ready[0]);
	SYS(close, h->go[1]);
	return status;
}

static int fill(long n, int flags, const char *adj)
{
	set_file("/proc/sys/vm/overcommit_memory", "1");
	set_file(ADJ, adj);
	touch((char *)map(n, RW, flags), (int)n);
	return 0;
}

static int hog(void)
{
	return fill(total + 256, PA, "0");
}

static int shared_hog(void)
{
	return fill(total + 256, SA, "0");
}

static int immune_hog(void)
{
	return fill(total * 31 / 100, PA, "-1000");
}

static int favoured_hog(void)
{
	return fill(total * 31 / 100, PA, "-500");
}

/*
 * Starts a process in the same memory. It returns from the system call on a stack of its own, from
 * which raw_syscall() takes four registers and where to go.
 */
static long start(void (*function)(void))
{
	long *stack = (long *)(map(4, RW, PA) + 3 * PAGE);

	stack[4] = (long)function;
	return SYS(clone, CLONE_VM | SIGCHLD, stack, 0, 0, 0);
}

static void hog_and_leave(void)
{
	leave(hog());
}

static int alive[2]; /* a pipe whose other end is open while somebody lives */

/* Two processes with one memory: both have to go, or nothing is gained. */
static int one_of_two(void)
{
	long pid;

	SYS(close, alive[0]);
	pid = start(hog_and_leave);
	wait_status(pid);
	sleep_ms(300);
	return 0;
}

static void both_are_killed(void)
{
	struct pollfd end = {.events = POLLIN};

	SYS(pipe, alive);
	saw_status("waits for a hog that shares its memory", in_child(one_of_two));
	SYS(close, alive[1]);
	end.fd = alive[0];
	saw("the hog is gone, too", SYS(poll, &end, 1, 2000));
	SYS(close, alive[0]);
	memory_is_back("memory is back after the two");
}

static void killed(void)
{
	struct holder other;

	free_at_first = meminfo_number("MemFree:");
	saw_status("hog of private memory", in_child(hog));
	memory_is_back("memory is back");
	saw_status("hog of shared memory", in_child(shared_hog));
	memory_is_back("memory is back after shared memory");

	other = start_holder(total / 8, "-1000");
	saw_status("hog beside somebody immune", in_child(hog));
	saw_status("somebody immune", end_holder(&other));

	other = start_holder(total / 12, "0");
	saw_status("hog beside somebody smaller", in_child(hog));
	saw_status("somebody smaller", end_holder(&other));

	other = start_holder(total * 29 / 100, "0");
	saw_status("immune hog beside somebody large", in_child(immune_hog));
	saw_status("somebody large", end_holder(&other));

	other = start_holder(total * 29 / 100, "0");
	saw_status("hog with -500", in_child(favoured_hog));
	saw_status("somebody with 0", end_holder(&other));
	memory_is_back("memory is back after all these");
}

static void settings(void)
{
	say("panic_on_oom", "%ld", proc_value("/proc/sys/vm/panic_on_oom", 0));
	saw("panic_on_oom of 3", set_file("/proc/sys/vm/panic_on_oom", "3"));
	saw("panic_on_oom of 0", set_file("/proc/sys/vm/panic_on_oom", "0"));
}

int main(void)
{
	struct holder ballast;

	total = meminfo_number("MemTotal:") / 4;
	handle(SIGPIPE, (void *)SIG_IGN, 0); /* who is killed reads no word any more */
	settings();
	/*
	 * What is left is filled sooner. It is less than two large processes need, and enough for
	 * one, though Linux keeps up to a fifth of memory for itself.
	 */
	ballast = start_holder(meminfo_number("MemFree:") / 4 - total * 55 / 100, "-1000");
	killed();
	both_are_killed();
	saw_status("somebody immune, all the time", end_holder(&ballast));
	set_file("/proc/sys/vm/overcommit_memory", "0");
	return 0;
}
