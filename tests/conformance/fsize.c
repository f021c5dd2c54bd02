/* SPDX-License-Identifier: MIT */
/*
 * RLIMIT_FSIZE: writing and truncating past the largest file that a process may make. It says so
 * with an error and a signal, and what fits before the limit is written.
 */
#include "proc.h"

#include <linux/falloc.h>

#define INFINITE (~0ull)

static char argument[100];
static int got_signal;

static void note(int sig)
{
	got_signal = sig;
}

static void say_write(const char *label, long answer)
{
	say(label, "%s, signal %d", answer_name(answer), got_signal);
	got_signal = 0;
}

static int file_size(void)
{
	int fd = new_file("/tmp/limited", ""), out[2];
	uint64_t far = 0x40000000;

	handle(SIGXFSZ, (void *)note, 0);
	limit(RLIMIT_FSIZE, 100, INFINITE);
	say_write("write of 90 with RLIMIT_FSIZE of 100", SYS(write, fd, argument, 90));
	say_write("write of 20 more", SYS(write, fd, argument, 20));
	say_write("write at the limit", SYS(write, fd, argument, 1));
	say_write("write of nothing at the limit", SYS(write, fd, argument, 0));
	say_write("pwrite behind the limit", SYS(pwrite64, fd, argument, 1, 0, 101, 0));
	say_write("pwrite far behind", SYS(pwrite64, fd, argument, 1, 0, (long)far, 0));
	say_write("pwrite before the limit", SYS(pwrite64, fd, argument, 50, 0, 80, 0));
	say_write("ftruncate to the limit", SYS(ftruncate, fd, 100));
	say_write("ftruncate past the limit", SYS(ftruncate, fd, 101));
	say_write("truncate past the limit", SYS(truncate, "/tmp/limited", 101));
	say_write("room up to the limit", SYS(fallocate, fd, 0, 90, 0, 10, 0));
	say_write("room past the limit", SYS(fallocate, fd, 0, 90, 0, 11, 0));
	say_write("room past the limit and the size",
	        SYS(fallocate, fd, FALLOC_FL_KEEP_SIZE, 90, 0, 11, 0));
	say_write("a hole past the limit",
	        SYS(fallocate, fd, FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE, 90, 0, 11, 0));
	limit(RLIMIT_FSIZE, 10, INFINITE);
	say_write("room for what is there, past the limit", SYS(fallocate, fd, 0, 50, 0, 10, 0));
	say_write("ftruncate to less, but past the limit", SYS(ftruncate, fd, 50));
	say_write("write into what is there, past the limit",
	        SYS(pwrite64, fd, argument, 5, 0, 30, 0));
	SYS(pipe, out);
	say_write("write of 20 into a pipe", SYS(write, out[1], argument, 20));
	say_write("write of 20 to /dev/null",
	        SYS(write, SYS(open, "/dev/null", O_WRONLY), argument, 20));
	SYS(close, fd);
	fd = (int)SYS(open, "/tmp/limited", O_WRONLY | O_APPEND);
	say_write("append", SYS(write, fd, argument, 5));
	SYS(unlink, "/tmp/limited");
	handle(SIGXFSZ, (void *)SIG_IGN, 0);
	say_write("write with SIGXFSZ ignored", SYS(write, fd, argument, 5));
	handle(SIGXFSZ, (void *)SIG_DFL, 0);
	SYS(write, fd, argument, 5);
	return 0;
}

int main(void)
{
	saw_status("end of RLIMIT_FSIZE", in_child(file_size));
	return 0;
}
