/* SPDX-License-Identifier: MIT */
/*
 * Bad pointers to many calls: each must answer EFAULT (or what Linux finds wrong before), for a
 * pointer to nothing, into the kernel, to the very end, and to memory that is read-only.
 */
#include "observe.h"

static void *bad;
static const char *name;

static void answered(const char *call, long answer)
{
	char label[64];

	format_text(label, sizeof(label), "%s, %s", call, name);
	saw(label, answer);
}

#define TRY(call, ...) answered(#call, SYS(call, __VA_ARGS__))

static void files(void)
{
	int fd = new_file("/tmp/efault", "some text");
	int zero = (int)SYS(open, "/dev/zero", O_RDONLY);

	TRY(read, fd, bad, 4); /* at the end of the file: nothing to store */
	answered("read of /dev/zero", SYS(read, zero, bad, 4));
	TRY(pread64, fd, bad, 4, 0, 0, 0);
	TRY(write, fd, bad, 4);
	TRY(readv, fd, bad, 1);
	TRY(stat64, "/tmp", bad);
	TRY(fstat64, fd, bad);
	TRY(getdents64, SYS(open, "/", O_RDONLY), bad, 4096);
	TRY(readlink, "/proc/self", bad, 10);
	TRY(getcwd, bad, 4096);
	TRY(pipe, bad);
	TRY(poll, bad, 1, 0);
	TRY(_newselect, 1, bad, NULL, NULL, ((long[2]){0, 0}));
	TRY(ioctl, 0, 0x5401, bad);
	answered("path of open", SYS(open, bad, O_RDONLY));
	answered("path of stat64", SYS(stat64, bad, bad));
	answered("path of mkdir", SYS(mkdir, bad, 0755));
	answered("path of rename", SYS(rename, "/tmp/efault", bad));
	answered("path of execve", SYS(execve, bad, NULL, NULL));
	SYS(close, zero);
	SYS(close, fd);
}

static void processes(void)
{
	TRY(rt_sigaction, SIGUSR1, bad, NULL, 8);
	answered("old action", SYS(rt_sigaction, SIGUSR1, NULL, bad, 8));
	TRY(rt_sigprocmask, SIG_BLOCK, bad, NULL, 8);
	TRY(rt_sigpending, bad, 8);
	if (name[0] != 'r') /* from a page that can be read it would wait for a signal */
		TRY(rt_sigsuspend, bad, 8);
	TRY(sigaltstack, bad, NULL);
	answered("old stack", SYS(sigaltstack, NULL, bad));
	TRY(nanosleep, bad, NULL);
	TRY(clock_gettime, 1, bad);
	TRY(gettimeofday, bad, NULL);
	TRY(uname, bad);
	TRY(times, bad);
	TRY(getrusage, 0, bad);
	TRY(sysinfo, bad);
	TRY(ugetrlimit, 3, bad);
	TRY(setrlimit, 4, bad); /* RLIMIT_CORE */
	TRY(getrandom, bad, 8, 0);
	TRY(getgroups32, 0, bad);
	TRY(getresuid32, bad, bad, bad);
	TRY(prctl, 16, bad, 0, 0, 0);
	TRY(mincore, 0x10000, PAGE, bad);
}

static void everything(const char *what, void *pointer)
{
	name = what;
	bad = pointer;
	files();
	processes();
}

/* What fits before the bad part is done, or not: half a buffer. */
static void in_part(void)
{
	char *memory = pages(2, PROT_READ | PROT_WRITE);
	int fd = new_file("/tmp/efault", "0123456789");
	int ends[2];

	SYS(munmap, memory + PAGE, PAGE);
	saw("pread across the end of memory", SYS(pread64, fd, memory + PAGE - 4, 10, 0, 0, 0));
	say("what came", "%c%c%c%c", memory[PAGE - 4], memory[PAGE - 3], memory[PAGE - 2],
	        memory[PAGE - 1]);
	/* Not to a file: there Linux 6.1 tries for ever, generic_perform_write() makes no progress. */
	SYS(pipe, ends);
	saw("write to a pipe across the end", SYS(write, ends[1], memory + PAGE - 4, 10));
	SYS(fcntl64, ends[0], F_SETFL, O_NONBLOCK);
	saw("what is in the pipe", SYS(read, ends[0], memory, 100));
	memory = pages(3, PROT_READ | PROT_WRITE);
	SYS(munmap, memory + 2 * PAGE, PAGE);
	saw("write of pages to a pipe across the end", SYS(write, ends[1], memory + 100, 2 * PAGE));
	saw("what is in the pipe then", SYS(read, ends[0], memory, 2 * PAGE));
	memory += PAGE;
	memory[PAGE - 2] = '/';
	memory[PAGE - 1] = '.';
	saw("a path without an end", SYS(access, memory + PAGE - 2, 0));
	memory[PAGE - 1] = 0;
	saw("a path that ends with memory", SYS(access, memory + PAGE - 2, 0));
	saw("nanosleep across the end", SYS(nanosleep, memory + PAGE - 4, NULL));
	saw("stat across the end", SYS(stat64, "/tmp", memory + PAGE - 50));
}

/* Blocks of several words, aligned, from 4 bytes before the end to 400: nothing behind the end is touched. */
static void blocks(const char *label, int prot)
{
	char *memory = pages(2, PROT_READ | PROT_WRITE), text[64];
	unsigned int good = 0, spilt = 0;

	SYS(mprotect, memory + PAGE, PAGE, prot);
	for (long before = 4; before < 400; before += 4) {
		good += !is_error(SYS(uname, memory + PAGE - before)); /* 390 bytes */
		good += !is_error(SYS(rt_sigaction, SIGUSR1, memory + PAGE - before, NULL, 8));
	}
	SYS(mprotect, memory + PAGE, PAGE, PROT_READ);
	for (int i = 0; i < PAGE; i++)
		spilt += memory[PAGE + i] != 0;
	format_text(text, sizeof(text), "blocks across the end, %s", label);
	say(text, "%u good, %u bytes behind it", good, spilt);
	handle(SIGUSR1, SIG_DFL, 0);
}

int main(void)
{
	everything("nothing there", BAD_POINTER);
	everything("in the kernel", KERNEL);
	everything("at the very end", (void *)-4);
	everything("read-only", pages(1, PROT_READ));
	everything("no access", pages(1, PROT_NONE));
	in_part();
	blocks("read-only", PROT_READ);
	blocks("no access", PROT_NONE);
	SYS(unlink, "/tmp/efault");
	return 0;
}
