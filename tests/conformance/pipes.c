/* SPDX-License-Identifier: MIT */
/*
 * Pipes: what is there to read, what a full or an abandoned one answers, and odd arguments.
 */
#include "observe.h"

static int ends[2];
static char buffer[70000];
static volatile int signals;

static void count(int sig)
{
	signals += sig == SIGPIPE;
}

static void again(int flags)
{
	SYS(close, ends[0]);
	SYS(close, ends[1]);
	SYS(pipe2, ends, flags);
}

static void contents(void)
{
	saw("pipe", SYS(pipe, ends));
	saw("write 5", SYS(write, ends[1], "hello", 5));
	saw("write 0", SYS(write, ends[1], "", 0));
	saw("read 3", SYS(read, ends[0], buffer, 3));
	saw("read 0", SYS(read, ends[0], buffer, 0));
	saw("read the rest", SYS(read, ends[0], buffer, 100));
	saw("read from the write end", SYS(read, ends[1], buffer, 1));
	saw("write to the read end", SYS(write, ends[0], "x", 1));
	saw("lseek", SYS(lseek, ends[0], 0, SEEK_CUR));
	saw("pread", SYS(pread64, ends[0], buffer, 1, 0, 0, 0));
	saw("ftruncate", SYS(ftruncate, ends[1], 0));
	saw("fsync", SYS(fsync, ends[1]));
	SYS(write, ends[1], "end", 3);
	SYS(close, ends[1]);
	saw("read after the writer closed", SYS(read, ends[0], buffer, 100));
	saw("read at the end", SYS(read, ends[0], buffer, 100));
}

static void nobody_reads(void)
{
	again(0);
	SYS(close, ends[0]);
	handle(SIGPIPE, count, 0);
	saw("write that nobody reads", SYS(write, ends[1], "x", 1));
	say("SIGPIPE", "%d times", signals);
	saw("write of 0 that nobody reads", SYS(write, ends[1], "x", 0));
	handle(SIGPIPE, SIG_IGN, 0);
	saw("write while SIGPIPE is ignored", SYS(write, ends[1], "x", 1));
	handle(SIGPIPE, SIG_DFL, 0);
}

static int die_writing(void)
{
	SYS(write, ends[1], "x", 1);
	return 3;
}

/* DIFFERS: write what has room, 1 byte: Linux counts the room in pages, Quire in bytes */
/* DIFFERS: write 1 more: Linux counts the room in pages, Quire in bytes */
/* DIFFERS: write 5000 into a page's room: Linux counts the room in pages, Quire in bytes */
static void full(void)
{
	again(O_NONBLOCK);
	saw("read from an empty one", SYS(read, ends[0], buffer, 1));
	saw("fill it", SYS(write, ends[1], buffer, sizeof(buffer)));
	saw("write to a full one", SYS(write, ends[1], buffer, 1));
	saw("make room", SYS(read, ends[0], buffer, 100));
	saw("write what has room, 1 byte", SYS(write, ends[1], buffer, 1));
	SYS(read, ends[0], buffer, 4096);
	saw("write 4096 into a page's room", SYS(write, ends[1], buffer, 4096));
	saw("write 1 more", SYS(write, ends[1], buffer, 1));
	SYS(read, ends[0], buffer, 4096);
	saw("write 5000 into a page's room", SYS(write, ends[1], buffer, 5000));
}

/* A reader takes its time; the writer waits until all is written. */
static void large_write(void)
{
	long pid, total = 0, n;

	again(0);
	pid = SYS(fork);
	if (pid == 0) {
		SYS(close, ends[0]);
		leave(SYS(write, ends[1], buffer, sizeof(buffer)) == sizeof(buffer) ? 0 : 1);
	}
	SYS(close, ends[1]);
	sleep_ms(20);
	while ((n = SYS(read, ends[0], buffer, 3000)) > 0)
		total += n;
	say("read in pieces", "%ld bytes", total);
	saw_status("the writer", wait_status(pid));
}

static void bad_arguments(void)
{
	saw("pipe to nowhere", SYS(pipe, BAD_POINTER));
	saw("pipe2 with bad flags", SYS(pipe2, ends, 1));
	again(0);
	saw("read to nowhere from an empty one",
	        (SYS(fcntl64, ends[0], F_SETFL, O_NONBLOCK), SYS(read, ends[0], BAD_POINTER, 1)));
	SYS(write, ends[1], "abc", 3);
	saw("read to nowhere", SYS(read, ends[0], BAD_POINTER, 3));
	saw("and the data are still there", SYS(read, ends[0], buffer, 3));
	saw("write from nowhere", SYS(write, ends[1], BAD_POINTER, 3));
	saw("nothing was written", SYS(read, ends[0], buffer, 3));
	saw("pipe's flags", SYS(fcntl64, ends[0], F_GETFL));
	saw("the write end's flags", SYS(fcntl64, ends[1], F_GETFL));
}

int main(void)
{
	contents();
	nobody_reads();
	saw_status("SIGPIPE by default", in_child(die_writing));
	full();
	large_write();
	bad_arguments();
	return 0;
}
