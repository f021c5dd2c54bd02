/* SPDX-License-Identifier: MIT */
/*
 * process_vm_readv() and process_vm_writev(): what one process reads and writes in another's memory.
 */
#include "proc.h"

struct buffer {
	void *base;
	unsigned long length;
};

static char *memory; /* six pages: the third is not mapped, the fifth is read-only */
static char text[3 * PAGE];

static long peek(long pid, struct buffer *local, long n, struct buffer *remote, long m)
{
	return SYS(process_vm_readv, pid, local, n, remote, m, 0);
}

static long poke(long pid, struct buffer *local, long n, struct buffer *remote, long m)
{
	return SYS(process_vm_writev, pid, local, n, remote, m, 0);
}

static void one(const char *label, long pid, int write, char *at, unsigned long n)
{
	struct buffer local = {text, n}, remote = {at, n};

	memset(text, write ? 'w' : '-', sizeof(text));
	saw(label, write ? poke(pid, &local, 1, &remote, 1) : peek(pid, &local, 1, &remote, 1));
}

static void several(long pid)
{
	struct buffer local[3] = {{text, 3}, {text + 10, 0}, {text + 20, 5}};
	struct buffer remote[2] = {{memory + 1, 6}, {memory + PAGE - 1, 4}};
	struct buffer bad[2] = {{memory + 1, 2}, {memory + 2 * PAGE, 4}};

	memset(text, '-', 40);
	saw("three buffers from two", peek(pid, local, 3, remote, 2));
	text[25] = 0;
	say("they hold", "%s", text);
	saw("the second is not there", peek(pid, local, 3, bad, 2));
	saw("no buffers here", peek(pid, local, 0, remote, 2));
	saw("none there", peek(pid, local, 3, remote, 0));
	saw("an empty one here", peek(pid, local + 1, 1, remote, 2));
}

static void refused(long pid)
{
	struct buffer local = {text, 4}, remote = {memory, 4}, wild = {memory, -1ul};
	struct buffer kernel = {KERNEL, 4}, nowhere = {BAD_POINTER, 4};

	saw("flags", SYS(process_vm_readv, pid, &local, 1, &remote, 1, 1));
	saw("nobody", peek(30000, &local, 1, &remote, 1));
	saw("nobody, nothing to do", peek(30000, &local, 0, &remote, 1));
	saw("process 0", peek(0, &local, 1, &remote, 1));
	saw("1025 buffers here", peek(pid, &local, 1025, &remote, 1));
	saw("1025 buffers there", peek(pid, &local, 1, &remote, 1025));
	saw("a bad list here", peek(pid, BAD_POINTER, 1, &remote, 1));
	saw("a bad list there", peek(pid, &local, 1, BAD_POINTER, 1));
	saw("a wild length here", peek(pid, &wild, 1, &remote, 1));
	saw("a wild length there", peek(pid, &local, 1, &wild, 1));
	saw("the kernel there", peek(pid, &local, 1, &kernel, 1));
	saw("write to the kernel there", poke(pid, &local, 1, &kernel, 1));
	saw("a bad buffer here", peek(pid, &nowhere, 1, &remote, 1));
	saw("write from a bad buffer here", poke(pid, &nowhere, 1, &remote, 1));
}

static int as_user(void)
{
	struct buffer local = {text, 4}, remote = {memory, 4};

	become_user();
	saw("root's, as a user", peek(SYS(getppid), &local, 1, &remote, 1));
	saw("one's own, as a user", peek(SYS(getpid), &local, 1, &remote, 1));
	return 0;
}

int main(void)
{
	int ready[2], status = 0;
	long pid;

	memory = pages(6, RW);
	for (int i = 0; i < 6; i++)
		memset(memory + i * PAGE, 'a' + i, 64);
	SYS(munmap, memory + 2 * PAGE, PAGE);
	SYS(mprotect, memory + 4 * PAGE, PAGE, PROT_READ);
	SYS(pipe, ready);
	pid = SYS(fork);
	if (pid == 0) {
		SYS(close, ready[1]);
		memcpy(memory, "the child's", 11);
		SYS(read, ready[0], text, 1);
		leave(memory[3 * PAGE] == 'w' ? 3 : 4);
	}
	sleep_ms(100);
	one("read", pid, 0, memory, 11);
	text[11] = 0;
	say("it says", "%s", text);
	one("write", pid, 1, memory + 3 * PAGE, 8);
	say("here still", "%c", memory[3 * PAGE]);
	one("read up to a hole", pid, 0, memory + PAGE, 2 * PAGE);
	one("read from a hole", pid, 0, memory + 2 * PAGE, PAGE);
	one("write up to what is read-only", pid, 1, memory + 3 * PAGE, 2 * PAGE);
	one("write what is read-only", pid, 1, memory + 4 * PAGE, 1);
	one("read what is read-only", pid, 0, memory + 4 * PAGE, 1);
	several(pid);
	refused(pid);
	saw_status("end of the user", in_child(as_user));
	SYS(close, ready[1]);
	saw("wait", SYS(waitid, P_PID, pid, NULL, WEXITED | WNOWAIT, NULL));
	one("of a zombie", pid, 0, memory, 1);
	saw("wait again", SYS(wait4, pid, &status, 0, NULL) == pid);
	saw_status("end of the child", status);
	return 0;
}
