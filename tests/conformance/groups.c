/* SPDX-License-Identifier: MIT */
/*
 * Process groups and sessions: who may be put where, and what asking about others gives. This
 * program leads its session.
 */
#include "observe.h"

static int child(void)
{
	long self = SYS(getpid);

	saw("child, session is its parent's", SYS(getsid, 0) == SYS(getppid));
	saw("child, group is its parent's", SYS(getpgrp) == SYS(getppid));
	saw("child, setpgid(0, 0)", SYS(setpgid, 0, 0));
	saw("child, leads its group", SYS(getpgrp) == self);
	saw("child, setsid of a group leader", SYS(setsid));
	saw("child, back to the parent's group", SYS(setpgid, 0, SYS(getppid)));
	saw("child, setsid", SYS(setsid) == self);
	saw("child, setpgid of a session leader", SYS(setpgid, 0, 0));
	saw("child, setpgid of the parent", SYS(setpgid, SYS(getppid), 0));
	saw("child, session is its own", SYS(getsid, 0) == self);
	return 0;
}

static void another(void)
{
	long pid = SYS(fork);

	if (pid == 0)
		for (;;)
			sleep_ms(1000);
	saw("setpgid of a child into its own", SYS(setpgid, pid, pid));
	saw("its group", SYS(getpgid, pid) == pid);
	saw("its session", SYS(getsid, pid) == SYS(getpid));
	saw("setpgid into a group that is not", SYS(setpgid, pid, 30000));
	saw("setpgid into the group of process 1", SYS(setpgid, pid, 1));
	saw("kill of its group", SYS(kill, -pid, SIGKILL));
	saw_status("how it ended", wait_status(pid));
	saw("getpgid when it is gone", SYS(getpgid, pid));
	saw("kill of the group when it is gone", SYS(kill, -pid, 0));
}

static void after_exec(void)
{
	char *argv[] = {"/conformance/groups", "sleep", NULL}, *envp[] = {NULL};
	long pid = SYS(fork);

	if (pid == 0) {
		SYS(execve, argv[0], argv, envp);
		leave(1);
	}
	sleep_ms(150);
	saw("setpgid of a child after its execve", SYS(setpgid, pid, pid));
	SYS(kill, pid, SIGKILL);
	wait_status(pid);
}

int main(int argc, char **argv)
{
	if (argc > 1 && same(argv[1], "sleep"))
		for (;;)
			sleep_ms(1000);
	saw("leads its session", SYS(getsid, 0) == SYS(getpid));
	saw("setsid of a session leader", SYS(setsid));
	saw("setpgid of a session's leader", SYS(setpgid, 0, 0));
	saw("setpgid to -1", SYS(setpgid, 0, -1));
	saw("setpgid of -1", SYS(setpgid, -1, 0));
	saw("setpgid of nobody", SYS(setpgid, 30000, 0));
	saw("setpgid of process 1", SYS(setpgid, 1, 0));
	saw("getpgid of nobody", SYS(getpgid, 30000));
	saw("getpgid of -1", SYS(getpgid, -1));
	saw("getsid of nobody", SYS(getsid, 30000));
	saw("getsid of process 1", SYS(getsid, 1));
	saw("getpgid of process 1", SYS(getpgid, 1));
	saw_status("end of the child", in_child(child));
	another();
	after_exec();
	return 0;
}
