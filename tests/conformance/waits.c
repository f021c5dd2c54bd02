/* SPDX-License-Identifier: MIT */
/*
 * What a parent is told of its children: exit, death, stop, going on; and what waiting for the wrong
 * ones gives.
 */
#include <linux/resource.h>
#include "observe.h"

static int exit_with_300(void)
{
	return 300;
}

static int kill_self(int sig)
{
	SYS(kill, SYS(getpid), sig);
	return 1;
}

static int die_of_kill(void)
{
	return kill_self(SIGKILL);
}

static int die_of_term(void)
{
	return kill_self(SIGTERM);
}

static int die_of_real_time(void)
{
	return kill_self(40);
}

static int die_of_abort(void)
{
	return kill_self(SIGABRT);
}

static int ignore_by_default(void)
{
	kill_self(SIGCHLD);
	kill_self(SIGURG);
	kill_self(SIGWINCH);
	kill_self(SIGCONT);
	return 9;
}

static long sleeper(void)
{
	long pid = SYS(fork);

	while (pid == 0)
		sleep_ms(1000);
	return pid;
}

static void stop_and_continue(void)
{
	long pid = sleeper();
	int status = -1;

	saw("WNOHANG while it runs", SYS(wait4, pid, &status, WNOHANG, NULL));
	SYS(kill, pid, SIGSTOP);
	say("WUNTRACED", "%s",
	        SYS(wait4, pid, &status, WUNTRACED, NULL) == pid ? "the child" : "no");
	saw_status("its status", status);
	saw("WUNTRACED a second time", SYS(wait4, pid, &status, WUNTRACED | WNOHANG, NULL));
	SYS(kill, pid, SIGCONT);
	say("WCONTINUED", "%s",
	        SYS(wait4, pid, &status, WCONTINUED, NULL) == pid ? "the child" : "no");
	saw_status("its status then", status);
	saw("WCONTINUED a second time", SYS(wait4, pid, &status, WCONTINUED | WNOHANG, NULL));
	/* This program leads its session: nobody could make its group go on. */
	SYS(kill, pid, SIGTSTP);
	SYS(kill, pid, SIGTTIN);
	SYS(kill, pid, SIGTTOU);
	sleep_ms(40);
	say("SIGTSTP in an orphaned group", "%s",
	        SYS(wait4, pid, &status, WUNTRACED | WNOHANG, NULL) == pid ? "stopped"
	                                                                   : "not stopped");
	SYS(kill, pid, SIGCONT);
	sleep_ms(20);
	SYS(wait4, pid, &status, WCONTINUED | WNOHANG, NULL);
	SYS(setpgid, pid, pid);
	SYS(kill, pid, SIGTSTP);
	sleep_ms(40);
	say("SIGTSTP in a group of its own", "%s",
	        SYS(wait4, pid, &status, WUNTRACED | WNOHANG, NULL) == pid ? "stopped"
	                                                                   : "not stopped");
	saw_status("after SIGTSTP", status);
	SYS(kill, pid, SIGTERM);
	saw("SIGTERM while stopped", SYS(wait4, pid, &status, WNOHANG, NULL));
	SYS(kill, pid, SIGKILL);
	saw_status("SIGKILL while stopped", wait_status(pid));
	saw("waiting for it again", SYS(wait4, pid, &status, 0, NULL));
}

static void nobody(void)
{
	int status = 7;
	siginfo_t info;

	saw("wait without children", SYS(wait4, -1, &status, 0, NULL));
	say("status is left alone", "%d", status);
	saw("wait with bad options", SYS(wait4, -1, &status, 0x40, NULL));
	saw("wait for INT_MIN", SYS(wait4, 0x80000000u, &status, 0, NULL));
	saw("wait for process 1", SYS(wait4, 1, &status, 0, NULL));
	saw("waitid without children", SYS(waitid, P_ALL, 0, &info, WEXITED, NULL));
	saw("waitid without WEXITED", SYS(waitid, P_ALL, 0, &info, WNOHANG, NULL));
	saw("waitid of a bad kind", SYS(waitid, 9, 0, &info, WEXITED, NULL));
	saw("waitid of process 0", SYS(waitid, P_PID, 0, &info, WEXITED, NULL));
	saw("waitid of group -1", SYS(waitid, P_PGID, -1, &info, WEXITED, NULL));
}

static void show(const char *label, long answer, siginfo_t *info, long pid)
{
	say(label, "%s signal %d code %d status %d, %s", answer_name(answer), info->si_signo,
	        info->si_code, info->si_status,
	        info->si_pid == pid ? "the child"
	        : info->si_pid      ? "another"
	                            : "nobody");
	memset(info, 0, sizeof(*info));
}

static void with_waitid(void)
{
	siginfo_t info = {0};
	long pid = sleeper();

	show("waitid WNOHANG", SYS(waitid, P_PID, pid, &info, WEXITED | WNOHANG, NULL), &info, pid);
	SYS(kill, pid, SIGSTOP);
	show("waitid WSTOPPED", SYS(waitid, P_PID, pid, &info, WSTOPPED, NULL), &info, pid);
	SYS(kill, pid, SIGCONT);
	show("waitid WCONTINUED", SYS(waitid, P_PID, pid, &info, WCONTINUED, NULL), &info, pid);
	SYS(kill, pid, SIGTERM);
	show("waitid WNOWAIT", SYS(waitid, P_ALL, 0, &info, WEXITED | WNOWAIT, NULL), &info, pid);
	show("waitid WEXITED", SYS(waitid, P_ALL, 0, &info, WEXITED, NULL), &info, pid);
	pid = SYS(fork);
	if (pid == 0)
		leave(77);
	show("waitid of an exit", SYS(waitid, P_PID, pid, &info, WEXITED, NULL), &info, pid);
	pid = SYS(fork);
	if (pid == 0)
		leave(kill_self(SIGSEGV));
	show("waitid of a crash", SYS(waitid, P_PID, pid, &info, WEXITED, NULL), &info, pid);
}

static void bad_status_pointer(void)
{
	long pid = SYS(fork);

	if (pid == 0)
		leave(0);
	saw("wait with a wild status pointer", SYS(wait4, pid, BAD_POINTER, 0, NULL));
	saw("is the child gone all the same", SYS(wait4, pid, NULL, 0, NULL));
}

static void ignored_children(void)
{
	long pid;
	int status = 7;

	handle(SIGCHLD, SIG_IGN, 0);
	pid = SYS(fork);
	if (pid == 0)
		leave(3);
	saw("wait while SIGCHLD is ignored", SYS(wait4, pid, &status, 0, NULL));
	handle(SIGCHLD, SIG_DFL, 0);
}

static int orphan(void)
{
	long parent = SYS(getppid);

	if (SYS(fork) == 0) {
		for (int i = 0; i < 100 && SYS(getppid) == parent; i++)
			sleep_ms(10);
		leave(0);
	}
	return 0;
}

int main(void)
{
	nobody();
	saw_status("exit(300)", in_child(exit_with_300));
	saw_status("SIGKILL", in_child(die_of_kill));
	saw_status("SIGTERM", in_child(die_of_term));
	saw_status("signal 40", in_child(die_of_real_time));
	saw_status("SIGABRT", in_child(die_of_abort));
	saw_status("signals that are ignored by default", in_child(ignore_by_default));
	stop_and_continue();
	with_waitid();
	bad_status_pointer();
	ignored_children();
	saw_status("parent of an orphan", in_child(orphan));
	saw("wait for a grandchild", SYS(wait4, -1, NULL, 0, NULL));
	return 0;
}
