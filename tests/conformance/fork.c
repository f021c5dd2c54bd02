/* SPDX-License-Identifier: MIT */
/*
 * Memory across fork(): private memory is a copy, whoever writes first, and shared memory is not;
 * also where the kernel does the writing.
 */
#include "observe.h"
#include <linux/futex.h>
#include <linux/sched.h>

#define N 8

static char *private, *shared, *file, *file_shared;
static int data = 1;
static char bss[PAGE];

static int sum(const char *memory)
{
	int total = 0;

	for (int i = 0; i < N; i++)
		total = total * 3 + memory[i * PAGE];
	return total;
}

static void fill(char *memory, int with)
{
	for (int i = 0; i < N; i++)
		memory[i * PAGE] = (char)(with + i);
}

static void show(const char *who)
{
	say(who, "private %d shared %d file %d file-shared %d data %d bss %d", sum(private),
	        sum(shared), sum(file), sum(file_shared), data, bss[0]);
}

static int child_writes(void)
{
	show("child at first");
	fill(private, 2);
	fill(shared, 3);
	fill(file, 4);
	fill(file_shared, 5);
	data = 6;
	bss[0] = 7;
	show("child after writing");
	return 0;
}

static int child_waits(void)
{
	sleep_ms(60);
	show("child after the parent wrote");
	return 0;
}

static void parent_first(void)
{
	long pid = SYS(fork);

	if (pid == 0)
		leave(child_waits());
	fill(private, 8);
	data = 9;
	saw_status("end of that child", wait_status(pid));
	show("parent after writing");
}

static int kernel_writes(void)
{
	int fd = new_file("/tmp/text", "kernel");

	SYS(lseek, fd, 0, SEEK_SET);
	SYS(read, fd, private + PAGE - 3, 6);
	say("child's page after read()", "%c%c", private[PAGE - 3], private[PAGE]);
	SYS(close, fd);
	SYS(unlink, "/tmp/text");
	return 0;
}

static void generations(void)
{
	int *counter = (int *)(shared + 16);

	private[0] = 1;
	for (int depth = 0; depth < 5; depth++) {
		long pid = SYS(fork);

		if (pid) {
			int status = wait_status(pid);

			if (depth)
				leave((status >> 8) + private[0]);
			saw_status("sum of five generations", status);
			say("counter of five generations", "%d, mine %d", *counter, private[0]);
			return;
		}
		private[0]++;
		++*counter;
	}
	leave(private[0]);
}

static void unmapped_and_protected(void)
{
	long pid;

	SYS(mprotect, private, PAGE, PROT_READ);
	pid = SYS(fork);
	if (pid == 0) {
		SYS(munmap, private + PAGE, PAGE);
		private[0] = 1;
		leave(0);
	}
	saw_status("read-only page in the child", wait_status(pid));
	say("parent's page is still there", "%d", private[PAGE]);
	SYS(mprotect, private, PAGE, PROT_READ | PROT_WRITE);
}

static int vfork_and_wait(void)
{
	long pid = SYS(vfork);

	if (pid == 0) {
		sleep_ms(1000);
		leave(0);
	}
	return 0;
}

static void ignore(int sig)
{
	(void)sig;
}

static int vfork_with_handler(void)
{
	handle(SIGTERM, ignore, 0);
	return vfork_and_wait();
}

/* A signal while the child of vfork() sleeps: what has become of the parent soon after? */
static void killed_in_vfork(const char *label, int (*act)(void), int sig)
{
	long pid = SYS(fork);
	int status = 0;

	if (pid == 0)
		leave(act());
	sleep_ms(50);
	SYS(kill, pid, sig);
	sleep_ms(50);
	if (SYS(wait4, pid, &status, WNOHANG, NULL) == pid)
		saw_status(label, status);
	else
		say(label, "goes on waiting");
	SYS(kill, pid, SIGKILL);
}

/* -- a child that uses our memory and, when it leaves that, zeroes a word that somebody waits for -- */

static void does_exec(void)
{
	char *argv[] = {"/conformance/fork", "nothing", NULL}, *envp[] = {NULL};

	SYS(execve, argv[0], argv, envp);
	leave(1);
}

static void ends(void)
{
	leave(0);
}

static void cleared_tid(const char *label, void (*child)(void))
{
	volatile int *word = (volatile int *)shared;
	const long timeout[2] = {1, 0};
	long waiter, pid;
	int status;

	*word = 1;
	waiter = SYS(fork);
	if (waiter == 0)
		leave(SYS(futex, word, FUTEX_WAIT, 1, timeout) == 0);
	sleep_ms(50);
	pid = clone_child(CLONE_VM | CLONE_VFORK | CLONE_CHILD_CLEARTID | SIGCHLD, word, child);
	status = *word;
	say(label, "the word is %d, woken: %d", status, wait_status(waiter) >> 8);
	wait_status(pid);
}

int main(int argc, char **argv)
{
	int fd;

	(void)argv;
	if (argc > 1)
		return 0;
	fd = new_file("/tmp/forked", "");

	SYS(ftruncate, fd, N * PAGE);
	private = pages(N, PROT_READ | PROT_WRITE);
	shared = (char *)SYS(mmap2, 0, N * PAGE, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	file = (char *)SYS(mmap2, 0, N * PAGE, 3, MAP_PRIVATE, fd, 0);
	file_shared = (char *)SYS(mmap2, 0, N * PAGE, 3, MAP_SHARED, fd, 0);
	show("before");
	fill(private, 1);
	saw_status("end of the child", in_child(child_writes));
	show("parent after its child wrote");
	parent_first();
	saw_status("end of the child that reads", in_child(kernel_writes));
	say("parent's page after the child's read()", "%d %d", private[PAGE - 3], private[PAGE]);
	generations();
	unmapped_and_protected();
	killed_in_vfork("SIGKILL during vfork", vfork_and_wait, SIGKILL);
	killed_in_vfork("SIGTERM during vfork", vfork_and_wait, SIGTERM);
	killed_in_vfork("SIGTERM with a handler during vfork", vfork_with_handler, SIGTERM);
	killed_in_vfork("SIGURG during vfork", vfork_and_wait, SIGURG);
	killed_in_vfork("SIGABRT during vfork", vfork_and_wait, SIGABRT);
	cleared_tid("CLONE_CHILD_CLEARTID and execve", does_exec);
	cleared_tid("CLONE_CHILD_CLEARTID and exit", ends);
	SYS(unlink, "/tmp/forked");
	return 0;
}
