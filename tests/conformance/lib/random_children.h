/* SPDX-License-Identifier: MIT */
/*
 * For tests/conformance/randomsignals.c alone: what children inherit, and what waiting for them answers.
 */
#ifndef RANDOM_CHILDREN_H
#define RANDOM_CHILDREN_H

#include "random_handlers.h"

/* -- children -- */

static void look_around(void)
{
	stack_t stack = {0};

	tell_set("  mask", mask_now());
	tell_set("  pending", pending_now());
	SYS(sigaltstack, NULL, &stack);
	/* SS_AUTODISARM outlives execve() on Linux. */
	mix((uint32_t)stack.ss_flags & ~AUTODISARM);
	mix(stack.ss_size);
	for (int sig = 1; sig <= 64; sig++) {
		struct action a;

		SYS(rt_sigaction, sig, NULL, &a, 8);
		if (a.handler || a.flags || a.mask || a.restorer)
			mix((uint32_t)sig), mix_action(&a);
	}
	tell("  itimer, group", SYS(getpgid, 0) == SYS(getpid), 0, 0);
}

/* After execve(): the hash becomes the exit status; first all that pends is let loose, or not. */
static void after_exec(void)
{
	look_around();
	if (rnd->state & 1)
		mask_signals(SIG_SETMASK, 0);
	leave((int)(rnd->hash & 0x7f));
}

static uint64_t block_children(void)
{
	uint64_t old = mask_now();

	mask_signals(SIG_BLOCK, SIGNAL_BIT(SIGCHLD));
	return old;
}

static void do_exec(uint64_t mask)
{
	char state[16], *argv[] = {(char *)self_path, "exec", state, verbose ? "v" : NULL, NULL};

	mask_signals(SIG_SETMASK, mask);
	/* Some that stay pending. */
	for (uint32_t n = below(4); n; n--) {
		int sig = (int)below(65);

		if (sig && (mask & SIGNAL_BIT(sig)))
			SYS(kill, SYS(getpid), sig);
	}
	format_text(state, sizeof(state), "%u", next() & 0xffffff);
	SYS(execve, self_path, argv, NULL);
	leave(126);
}

static void do_fork(void)
{
	uint64_t mask = block_children();
	long pid = SYS(fork);
	int status = 0;

	if (pid == 0) {
		SYS(setpgid, 0, 0); /* kill(0) is not for its parent */
		if (one_in(3))
			do_exec(mask);
		SYS(rt_sigprocmask, SIG_SETMASK, &mask, NULL, 8);
		look_around();
		if (one_in(2))
			do_fault();
		leave((int)below(256));
	}
	while (SYS(wait4, pid, &status, __WALL | WUNTRACED, NULL) == pid) {
		tell("fork", 0, 0, status);
		if ((status & 0xff) != 0x7f)
			break;
		SYS(kill, pid, SIGCONT);
	}
	mask_signals(SIG_SETMASK, mask);
}

static int ends[2];

static void went_on(int sig)
{
	(void)sig;
	SYS(write, ends[1], "c", 1);
}

static void child_runs(uint32_t kind, int how)
{
	mask_signals(SIG_SETMASK, 0);
	if (kind == 0)
		leave(how);
	if (kind == 1) {
		handle(how, SIG_DFL, 0);
		SYS(kill, SYS(getpid), how);
		leave(how);
	}
	handle(SIGCONT, went_on, SA_RESTART);
	SYS(kill, SYS(getpid), SIGSTOP);
	for (;;)
		SYS(pause);
}

/* kinds: exits, is killed, stops, stops and goes on, the last two and is killed */
static long new_child(uint32_t kind)
{
	static const uint8_t deadly[] = {
	        SIGHUP, SIGKILL, SIGSEGV, SIGTERM, SIGALRM, 40, SIGURG, SIGABRT};
	int how = kind == 1 ? deadly[below(ARRAY_LEN(deadly))] : (int)below(256);
	long pid = SYS(fork);
	uint32_t words[32];
	char c;

	if (pid == 0)
		child_runs(kind, how);
	SYS(waitid, P_PID, pid, words, WEXITED | WSTOPPED | WNOWAIT, NULL);
	if (kind == 3 || kind == 5) {
		SYS(kill, pid, SIGCONT);
		SYS(read, ends[0], &c, 1);
	}
	if (kind >= 4) {
		SYS(kill, pid, SIGKILL);
		memset(words, 0, sizeof(words));
		SYS(waitid, P_PID, pid, words, WEXITED | WSTOPPED | WCONTINUED | WNOWAIT, NULL);
		tell("killed", kind, words[2], (long)words[5]);
		SYS(waitid, P_PID, pid, words, WEXITED | WNOWAIT, NULL);
	}
	return pid;
}

static long some_child(void)
{
	return children[below(ARRAY_LEN(children))];
}

static void wait_somehow(void)
{
	static const uint32_t bits[] = {
	        WUNTRACED, WCONTINUED, WEXITED, WNOWAIT, __WALL, __WCLONE, __WNOTHREAD, 0x40};
	uint32_t options = WNOHANG, words[32];
	long self = SYS(getpid), answer;
	void *info;
	int status = -7;

	for (uint32_t i = 0; i < ARRAY_LEN(bits); i++)
		if (one_in(i < 4 ? 2 : 12))
			options |= bits[i];
	memset(words, 0, sizeof(words));
	if (one_in(2)) {
		const long pids[] = {-1, -1, 0, -self, some_child(), some_child(), -some_child(), 1,
		        30000, (long)0x80000000ul};
		uint32_t which = below(ARRAY_LEN(pids));

		options &= ~(WEXITED | (one_in(8) ? 0 : WNOWAIT));
		answer = SYS(wait4, pids[which], maybe_bad(&status), options, NULL);
		tell("wait4", which, options, is_error(answer) ? answer : (long)who(answer));
		tell("  status", 0, 0, status);
	} else {
		const long ids[] = {0, self, some_child(), some_child(), 1, 30000, -1};
		uint32_t which = below(ARRAY_LEN(ids)), type = one_in(20) ? next() : below(3);

		info = one_in(8) ? NULL : maybe_bad(words);
		answer = SYS(waitid, type, ids[which], info, options, NULL);
		/* Linux writes zeros there even where the call fails. */
		if (info == BAD_POINTER && is_error(answer))
			answer = -EFAULT;
		if (verbose)
			say("id", "%d", (int)which);
		tell("waitid", type, options, answer);
		words[3] = who((long)words[3]);
		for (int i = 0; i < 6; i++)
			mix(words[i]);
		if (verbose)
			say("  info", "%d %d %d, child %d, uid %d, status %x", (int)words[0],
			        (int)words[1], (int)words[2], (int)words[3], (int)words[4],
			        words[5]);
	}
}

static void do_children(void)
{
	uint64_t mask = block_children();
	uint32_t n = 1 + below(3);

	SYS(pipe, ends);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t kind = below(6);

		children[i] = new_child(kind);
		if (one_in(4))
			tell("setpgid", i, 0,
			        SYS(setpgid, children[i], one_in(4) ? 1 : children[i]));
		if (verbose)
			say("child", "%d: kind %d", (int)i, (int)kind);
	}
	for (int i = 0; i < 6; i++)
		wait_somehow();
	for (uint32_t i = 0; i < n; i++) {
		SYS(kill, children[i], SIGKILL);
		SYS(wait4, children[i], NULL, __WALL, NULL);
	}
	SYS(close, ends[0]);
	SYS(close, ends[1]);
	mask_signals(SIG_SETMASK, mask);
	memset(children, 0, sizeof(children));
}

/* -- groups, sessions, timers -- */

static void in_groups(void)
{
	long self = SYS(getpid), parent = SYS(getppid);

	for (int i = 0; i < 5; i++) {
		const long ids[] = {0, 0, self, parent, 1, 30000, -1};
		uint32_t a = below(ARRAY_LEN(ids)), b = below(ARRAY_LEN(ids));

		switch (below(4)) {
		case 0:
			tell("setsid", 0, 0, SYS(setsid) == self ? 1 : SYS(setsid));
			break;
		case 1:
			tell("getpgid", a, 0, (long)who(SYS(getpgid, ids[a])));
			break;
		case 2:
			tell("getsid", a, 0, (long)who(SYS(getsid, ids[a])));
			break;
		default:
			tell("setpgid", a, b, SYS(setpgid, ids[a], ids[b]));
		}
	}
	tell("group, session", 0, 0, (long)who(SYS(getpgid, 0)) << 8 | (long)who(SYS(getsid, 0)));
	leave(0);
}

static void do_groups(void)
{
	uint64_t mask = block_children();
	long pid = SYS(fork);

	if (pid == 0) {
		mask_signals(SIG_SETMASK, ~0ull);
		in_groups();
	}
	SYS(wait4, pid, NULL, __WALL, NULL);
	mask_signals(SIG_SETMASK, mask);
}

#endif
