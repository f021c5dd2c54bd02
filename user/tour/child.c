/* SPDX-License-Identifier: MIT */
/*
 * The children of the experiments, and leaving nothing behind: a child that waits for its turn ends
 * when its parent does, and a signal ends the others and restores what was set.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>
#include "tour.h"

#define OVERCOMMIT "/proc/sys/vm/overcommit_memory"
#define MOST       320
#define MOST_FILES 16

static pid_t main_pid;
/* Read by the signal handler; 0 is a free place. */
static volatile pid_t known[MOST];
/* What to restore; 0: nothing was changed. */
static volatile char overcommit_before;

static void write_overcommit(char mode)
{
	int fd = open(OVERCOMMIT, O_WRONLY);

	if (fd >= 0 && write(fd, &mode, 1) == 1)
		overcommit_before = 0;
	close(fd);
}

int set_overcommit(int mode)
{
	char before[4], wanted = (char)('0' + mode);
	int fd = open(OVERCOMMIT, O_RDWR);
	int result = -1;

	if (fd >= 0 && read(fd, before, sizeof(before)) > 0) {
		if (!overcommit_before)
			overcommit_before = before[0];
		lseek(fd, 0, SEEK_SET);
		result = write(fd, &wanted, 1) == 1 ? 0 : -1;
	}
	close(fd);
	return result;
}

void restore_overcommit(void)
{
	if (overcommit_before)
		write_overcommit(overcommit_before);
}

/* Only system calls in here. */
static void clean_up(int sig)
{
	if (getpid() != main_pid)
		_exit(128 + sig);
	restore_overcommit();
	for (int i = 0; i < MOST; i++)
		if (known[i])
			kill(known[i], SIGKILL);
	while (waitpid(-1, NULL, 0) > 0)
		;
	_exit(128 + sig);
}

void clean_up_on_signals(void)
{
	static const unsigned char signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
	struct sigaction act = {.sa_handler = clean_up};

	main_pid = getpid();
	sigfillset(&act.sa_mask);
	for (size_t i = 0; i < sizeof(signals); i++)
		sigaction(signals[i], &act, NULL);
}

pid_t fork_known(void)
{
	sigset_t all, before;
	pid_t pid;
	int i = 0;

	fflush(stdout); /* or the child would print it a second time */
	while (i < MOST && known[i])
		i++;
	if (i == MOST)
		return -1;
	/* Clean-up waits for all children: it must not come between their birth and this note of it. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	pid = fork();
	if (pid > 0)
		known[i] = pid;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

int wait_known(pid_t pid)
{
	int status = wait_for(pid);

	for (int i = 0; i < MOST; i++)
		if (known[i] == pid)
			known[i] = 0;
	return status;
}

/* The end of another child's pipe, open here, would keep that child from seeing its parent go. */
static void keep_only(int in, int out)
{
	for (int fd = 3; fd < MOST_FILES; fd++)
		if (fd != in && fd != out)
			close(fd);
}

bool child_start(struct child *c, int (*life)(int in, int out, void *arg), void *arg)
{
	int to[2], from[2];

	*c = (struct child){.pid = -1, .to = -1, .from = -1};
	if (pipe2(to, O_CLOEXEC))
		return claim(false, "there is a pipe");
	if (pipe2(from, O_CLOEXEC)) {
		close(to[0]);
		close(to[1]);
		return claim(false, "there is a pipe");
	}
	c->pid = fork_known();
	if (c->pid == 0) {
		keep_only(to[0], from[1]);
		_exit(life(to[0], from[1], arg));
	}
	close(to[0]);
	close(from[1]);
	c->to = to[1];
	c->from = from[0];
	return claim(c->pid > 0, "a child can be started");
}

bool child_hear(const struct child *c, void *buf, size_t size)
{
	return read(c->from, buf, size) == (ssize_t)size;
}

/* To a child that has ended this would be SIGPIPE, were it not ignored by main(). */
void child_tell(const struct child *c)
{
	report(c->to, "", 1);
}

int child_end(struct child *c)
{
	close(c->to);
	close(c->from);
	return c->pid > 0 ? wait_known(c->pid) : -1;
}

bool child_ask(int (*life)(int in, int out, void *arg), void *arg, void *answer, size_t size)
{
	struct child c;
	bool heard = child_start(&c, life, arg) && child_hear(&c, answer, size);

	child_end(&c);
	return heard;
}

bool wait_turn(int in)
{
	char byte;

	return read(in, &byte, 1) == 1;
}

void report(int out, const void *buf, size_t size)
{
	if (write(out, buf, size) != (ssize_t)size && getpid() != main_pid)
		_exit(1); /* nobody listens any more */
}

/* -- an access, and the signal that answers it -- */

static int answer_pipe;

static void tell_signal(int sig, siginfo_t *info, void *context)
{
	struct answer a = {sig, info->si_code, (uintptr_t)info->si_addr};

	(void)context;
	report(answer_pipe, &a, sizeof(a));
	_exit(0);
}

struct attempt {
	enum access access;
	uintptr_t address;
};

static int try(int in, int out, void *arg)
{
	static const struct answer none;
	struct sigaction act = {.sa_sigaction = tell_signal, .sa_flags = SA_SIGINFO};
	const struct attempt *a = arg;

	(void)in;
	answer_pipe = out;
	sigaction(SIGSEGV, &act, NULL);
	sigaction(SIGBUS, &act, NULL);
	sigaction(SIGILL, &act, NULL);
	switch (a->access) {
	case READ:
		(void)*(volatile uint32_t *)a->address;
		break;
	case WRITE:
		*(volatile uint32_t *)a->address = 0;
		break;
	case JUMP:
		((void (*)(void))a->address)();
		break;
	}
	report(out, &none, sizeof(none));
	return 0;
}

struct answer provoke(enum access access, uintptr_t address)
{
	struct attempt attempt = {access, address};
	struct answer a = {0, 0, 0};

	claim(child_ask(try, &attempt, &a, sizeof(a)), "the kernel answers");
	return a;
}

const char *in_words(const struct answer *a)
{
	static char words[48];
	const char *why = "";

	if (!a->signal)
		return "allowed";
	if (a->signal == SIGSEGV)
		why = a->code == SEGV_MAPERR   ? ", nothing is mapped there"
		      : a->code == SEGV_ACCERR ? ", mapped, but not for this"
		                               : "";
	snprintf(words, sizeof(words), "%s%s", signal_name(a->signal), why);
	return words;
}
