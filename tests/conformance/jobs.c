/* SPDX-License-Identifier: MIT */
/*
 * Stopped processes whose group becomes an orphan: when the last parent outside of it goes, nobody is
 * left who would make them go on, so they get SIGHUP and SIGCONT. And what the parent of a process that
 * stops and goes on hears. This program leads its session.
 */
#include "observe.h"
#include <linux/sched.h>

/* What happened to the processes under observation; shared by all. */
static volatile struct notes {
	int hangups, continues, hangup_first;
	long pid, other;
} * notes;

static void hung_up(int sig)
{
	(void)sig;
	notes->hangups++;
}

static void continued(int sig)
{
	(void)sig;
	notes->continues++;
	notes->hangup_first = notes->hangups;
}

static void forget(void)
{
	notes->hangups = notes->continues = notes->hangup_first = 0;
	notes->pid = notes->other = 0;
}

/* -- a group that loses its last parent -- */

/* Stops, if it is to, and ends when somebody makes it go on, or by itself after a while. */
static void member(int stops)
{
	handle(SIGHUP, hung_up, 0);
	handle(SIGCONT, continued, 0);
	notes->pid = SYS(getpid);
	if (stops)
		SYS(kill, SYS(getpid), SIGSTOP);
	else
		sleep_ms(1000);
	leave(0);
}

static void wait_for(volatile long *pid)
{
	for (int i = 0; i < 100 && !*pid; i++)
		sleep_ms(5);
	sleep_ms(50); /* until it has stopped */
}

/* Says what it got; ends it where it got nothing. */
static void show(const char *label)
{
	sleep_ms(150);
	say(label, "SIGHUP %d, SIGCONT %d, after SIGHUP %d, kill then %s", notes->hangups,
	        notes->continues, notes->hangup_first, answer_name(SYS(kill, notes->pid, 0)));
	SYS(kill, notes->pid, SIGKILL);
	sleep_ms(20);
	forget();
}

/* A parent that makes a child lead a group of its own and ends. */
static int parent_of(int stops)
{
	long pid = SYS(fork);

	if (pid == 0)
		member(stops);
	SYS(setpgid, pid, pid);
	wait_for(&notes->pid);
	return 0;
}

static int parent_of_stopped(void)
{
	return parent_of(1);
}

static int parent_of_running(void)
{
	return parent_of(0);
}

/* The child is in its parent's group: that group's link to the session is the parent itself. */
static int leader_of_stopped(void)
{
	SYS(setpgid, 0, 0);
	if (SYS(fork) == 0)
		member(1);
	wait_for(&notes->pid);
	return 0;
}

/* In a session of its own the group was an orphan before. */
static int session_of_stopped(void)
{
	SYS(setsid);
	if (SYS(fork) == 0)
		member(1);
	wait_for(&notes->pid);
	return 0;
}

/* The group has another member, whose parent stays. */
static int one_of_two_parents(void)
{
	long pid = SYS(fork);

	if (pid == 0)
		member(1);
	SYS(setpgid, pid, pid);
	wait_for(&notes->pid);
	notes->other = pid;
	sleep_ms(100); /* until the other has joined */
	return 0;
}

/* That parent, and a second child, which may join the group then. */
static void start_two(long *first, long *second)
{
	*first = SYS(fork);
	if (*first == 0)
		leave(one_of_two_parents());
	wait_for(&notes->other);
	*second = SYS(fork);
	if (*second == 0) {
		sleep_ms(2000);
		leave(0);
	}
}

static void two_parents(void)
{
	long first, second;

	start_two(&first, &second);
	say("a child joins the group of a stopped one", "%s",
	        answer_name(SYS(setpgid, second, notes->other)));
	wait_status(first);
	sleep_ms(50);
	say("one of two parents has ended", "SIGHUP %d, SIGCONT %d", notes->hangups,
	        notes->continues);
	SYS(setpgid, second, 0);
	SYS(kill, second, SIGKILL);
	wait_status(second);
	show("the other one's child has left the group and ended");
}

/* -- the second member is the link, and ends -- */

static void last_link_ends(void)
{
	long first, second;

	start_two(&first, &second);
	SYS(setpgid, second, notes->other);
	wait_status(first);
	SYS(kill, second, SIGKILL);
	saw_status("the last link ends", wait_status(second));
	show("after that");
}

/* -- a parent hears of stops, also if it shares its actions with the child -- */

static void stops_itself(void)
{
	notes->pid = SYS(getpid);
	SYS(kill, notes->pid, SIGSTOP);
	leave(3);
}

static int parent_that_shares(void)
{
	int status = 0;
	long pid = clone_child(CLONE_VM | CLONE_SIGHAND | SIGCHLD, NULL, stops_itself);

	handle(SIGCHLD, continued, 0);
	saw("wait for a child with the same actions",
	        SYS(wait4, pid, &status, WUNTRACED, NULL) == pid);
	saw_status("it has stopped", status);
	SYS(kill, pid, SIGCONT);
	saw("wait for it to go on", SYS(wait4, pid, &status, WCONTINUED, NULL) == pid);
	saw_status("it goes on, or has ended", status == 0xffff ? wait_status(pid) : status);
	return 0;
}

int main(void)
{
	notes = (volatile struct notes *)SYS(
	        mmap2, 0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	saw_status(
	        "parent of a stopped process in a group of its own", in_child(parent_of_stopped));
	show("that process");
	saw_status("parent of one that runs", in_child(parent_of_running));
	show("the one that runs");
	saw_status("leader of a group with a stopped member", in_child(leader_of_stopped));
	show("that member");
	saw_status("leader of a session with a stopped member", in_child(session_of_stopped));
	show("that member of a session");
	two_parents();
	last_link_ends();
	saw_status("parent that shares its actions", in_child(parent_that_shares));
	return 0;
}
