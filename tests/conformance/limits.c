/* SPDX-License-Identifier: MIT */
/*
 * Limits on how many: RLIMIT_NPROC, RLIMIT_NOFILE, RLIMIT_SIGPENDING. Each part runs in a child, with
 * which its limits end.
 */
#include "proc.h"

#define FILES 4096

/* What fork answers; the child is gone again. */
static long fork_and_end(void)
{
	long pid = SYS(fork);

	if (pid == 0)
		leave(0);
	wait_status(pid);
	return pid;
}

static int processes_of_root(void)
{
	limit(RLIMIT_NPROC, 0, 0);
	saw_ok("fork by root with RLIMIT_NPROC of 0", fork_and_end());
	return 0;
}

static int processes(void)
{
	int hold[2];
	long pid;

	SYS(pipe, hold);
	limit(RLIMIT_NPROC, 2, 2);
	become_user();
	pid = SYS(fork);
	if (pid == 0) {
		SYS(close, hold[1]);
		SYS(read, hold[0], &pid, 1);
		leave(0);
	}
	saw_ok("the second of two processes", pid);
	saw("the third of two processes", fork_and_end());
	SYS(close, hold[1]);
	sleep_ms(20);
	saw("the third, when the second has ended", fork_and_end());
	saw_status("the second is gone", wait_status(pid));
	saw_ok("another second", fork_and_end());
	limit(RLIMIT_NPROC, 0, 2);
	saw("fork with a limit of 0", fork_and_end());
	return 0;
}

static int end_after_setuid(void)
{
	char *argv[] = {"/conformance/limits", "end", NULL};

	become_user();
	return (int)SYS(execve, argv[0], argv, NULL);
}

/* Somebody who becomes a user that has too many already may not execute anything. */
static int too_many_after_setuid(void)
{
	char *argv[] = {"/conformance/limits", "end", NULL};
	int hold[2];
	long pid;

	SYS(pipe, hold);
	pid = SYS(fork);
	if (pid == 0) {
		become_user();
		SYS(close, hold[1]);
		SYS(read, hold[0], &pid, 1);
		leave(0);
	}
	sleep_ms(20); /* it is somebody else by now */
	limit(RLIMIT_NPROC, 1, 1);
	saw_status("execve by one who is not too many", in_child(end_after_setuid));
	limit(RLIMIT_NPROC, 0, 0);
	become_user();
	saw("execve by one too many", SYS(execve, argv[0], argv, NULL));
	SYS(close, hold[1]);
	wait_status(pid);
	return SYS(execve, argv[0], argv, NULL) ? 9 : 0;
}

static int open_files(void)
{
	int ends[2];
	long last = 0, answer;

	limit(RLIMIT_NOFILE, 8, FILES);
	while ((answer = SYS(dup, 1)) >= 0)
		last = answer;
	say("dup until", "%ld, %s", last, answer_name(answer));
	saw("open", SYS(open, "/dev/null", O_RDONLY));
	saw("open of what is not there", SYS(open, "/nothing", O_RDONLY));
	saw("pipe", SYS(pipe, ends));
	SYS(close, 7);
	saw("pipe with room for one", SYS(pipe, ends));
	saw("dup2 to the limit", SYS(dup2, 1, 8));
	saw("dup2 below it", SYS(dup2, 1, 7));
	saw("dup3 to the limit", SYS(dup3, 1, 8, 0));
	saw("F_DUPFD from the limit", SYS(fcntl64, 1, F_DUPFD, 8));
	saw("F_DUPFD below it", SYS(fcntl64, 1, F_DUPFD, 7));
	limit(RLIMIT_NOFILE, 3, FILES);
	saw("close above the limit", SYS(close, 6));
	saw("dup2 above the limit", SYS(dup2, 1, 5));
	saw("dup2 onto itself above the limit", SYS(dup2, 5, 5));
	saw("write above the limit", SYS(write, 5, "", 0));
	limit(RLIMIT_NOFILE, 0, FILES);
	saw("dup with a limit of 0", SYS(dup, 1));
	return 0;
}

static int signals(void)
{
	int info[32] = {SIGRTMIN, 0, SI_QUEUE};

	limit(RLIMIT_SIGPENDING, 2, 2);
	become_user();
	mask_signals(SIG_BLOCK, ~0ull);
	for (int i = 0; i < 4; i++) {
		static const char *const labels[] = {"first", "second", "third", "fourth"};

		saw(labels[i], SYS(rt_sigqueueinfo, SYS(getpid), SIGRTMIN, info));
	}
	saw("kill then", SYS(kill, SYS(getpid), SIGUSR1));
	return 0;
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return 7;
	saw_status("end of RLIMIT_NPROC for root", in_child(processes_of_root));
	saw_status("end of RLIMIT_NPROC", in_child(processes));
	saw_status("end of one too many", in_child(too_many_after_setuid));
	saw_status("end of RLIMIT_NOFILE", in_child(open_files));
	saw_status("end of RLIMIT_SIGPENDING", in_child(signals));
	return 0;
}
