/* SPDX-License-Identifier: MIT */
/*
 * Page faults as getrusage and /proc/self/stat count them, and /proc/sys/vm/drop_caches, which may
 * take nothing away that is needed.
 */
#include "proc.h"

#define N    200
#define DROP "/proc/sys/vm/drop_caches"

/* How many numbers stand before these in struct rusage. */
enum {
	MAXRSS = 4,
	MINFLT = 8,
	MAJFLT = 9
};

static long usage(int who, int what)
{
	long numbers[18] = {0};

	SYS(getrusage, who, numbers);
	return numbers[what];
}

static long mark;

static void start(void)
{
	mark = usage(RUSAGE_SELF, MINFLT);
}

static void faults(const char *label)
{
	say(label, "%ld", usage(RUSAGE_SELF, MINFLT) - mark);
	start();
}

static int child(void)
{
	char *memory = pages(N, RW);

	touch(memory, N);
	return 0;
}

static void anonymous(void)
{
	char *memory = pages(N, RW), *shared = (char *)map(N, RW, SA);
	int fd = (int)SYS(open, "/dev/zero", O_RDONLY);

	start();
	faults("nothing");
	start();
	touch(memory, 10);
	faults("ten pages written");
	touch(memory, 10);
	faults("and again");
	touch_read(memory + 10 * PAGE, 10);
	faults("ten pages read");
	touch(memory + 10 * PAGE, 10);
	faults("those written");
	touch(shared, 10);
	faults("ten shared pages written");
	SYS(read, fd, memory + 30 * PAGE, 10 * PAGE);
	faults("ten pages written by the kernel");
	SYS(madvise, memory, 5 * PAGE, MADV_DONTNEED);
	touch(memory, 10);
	faults("five of ten dropped");
	SYS(mprotect, memory, 10 * PAGE, PROT_READ);
	SYS(mprotect, memory, 10 * PAGE, RW);
	touch(memory, 10);
	say("ten protected and back, at most ten", "%d", usage(RUSAGE_SELF, MINFLT) - mark <= 10);
	start();
	SYS(mlock, memory + 50 * PAGE, 10 * PAGE);
	say("ten locked, at most ten", "%d", usage(RUSAGE_SELF, MINFLT) - mark <= 10);
	start();
	touch(memory + 50 * PAGE, 10);
	faults("ten locked and written");
	SYS(mmap2, memory, 20 * PAGE, RW, PA | MAP_FIXED | MAP_POPULATE, -1, 0);
	start();
	touch(memory, 20);
	faults("twenty populated");
}

static void children(void)
{
	long before = usage(RUSAGE_CHILDREN, MINFLT), now, pid, numbers[18] = {0};

	pid = SYS(fork);
	if (!pid)
		leave(child());
	SYS(wait4, pid, &now, 0, numbers);
	say("a child's faults as wait4 tells", "%d",
	        numbers[MINFLT] >= N && numbers[MINFLT] < N + 200);
	say("a child's memory as wait4 tells", "%d",
	        numbers[MAXRSS] >= N * 4 && numbers[MAXRSS] < 100000);
	now = usage(RUSAGE_CHILDREN, MINFLT) - before;
	say("a child's faults are its parent's when it is gone", "%d", now >= N && now < N + 200);
	say("a child's memory, too", "%d", usage(RUSAGE_CHILDREN, MAXRSS) >= N * 4);
	say("memory of this process", "%d",
	        usage(RUSAGE_SELF, MAXRSS) >= status_number("VmRSS:") &&
	                usage(RUSAGE_SELF, MAXRSS) < 100000);
	say("faults of stat", "%d",
	        proc_value("/proc/self/stat", 9) >= usage(RUSAGE_SELF, MINFLT) - 8);
	say("children's faults of stat", "%d",
	        proc_value("/proc/self/stat", 10) == usage(RUSAGE_CHILDREN, MINFLT));
	say("faults that wait for a disk", "%ld", usage(RUSAGE_SELF, MAJFLT));
	saw("getrusage of 2", SYS(getrusage, 2, &now));
	saw("getrusage to nowhere", SYS(getrusage, RUSAGE_SELF, BAD_POINTER));
	saw("RUSAGE_THREAD", usage(RUSAGE_THREAD, MINFLT) < usage(RUSAGE_SELF, MINFLT));
}

static int changed(void)
{
	char *argv[] = {"/conformance/faultcount", "after exec", NULL};

	child();
	SYS(execve, argv[0], argv, NULL);
	return 99;
}

static int after_exec(void)
{
	say("faults from before execve", "%d", usage(RUSAGE_SELF, MINFLT) >= N);
	say("memory from before execve", "%d", usage(RUSAGE_SELF, MAXRSS) >= N * 4);
	return 0;
}

static int not_root(void)
{
	become_user();
	saw("drop_caches, not root", set_file(DROP, "1"));
	return 0;
}

static void drop(void)
{
	static const char *const texts[] = {"0", "1", "2", "3", "4", "5", "-1", "x", "07"};
	static char label[24];
	int fd = new_file("/tmp/kept", "this is needed");
	char *file = (char *)SYS(mmap2, 0, PAGE, RW, MAP_SHARED, fd, 0);
	char text[20];

	file[0] = 'T';
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		format_text(label, sizeof(label), "drop_caches, %s", texts[i]);
		saw(label, set_file(DROP, texts[i]));
	}
	in_child(not_root);
	read_file("/tmp/kept", text, sizeof(text));
	say("a file after that", "%s, %c", text, file[1]);
	SYS(munmap, file, PAGE);
	set_file(DROP, "3");
	read_file("/tmp/kept", text, sizeof(text));
	say("a file nobody maps", "%s", text);
	SYS(close, fd);
	SYS(unlink, "/tmp/kept");
}

int main(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		return after_exec();
	saw_status("end after execve", in_child(changed));
	start();
	anonymous();
	children();
	drop();
	return 0;
}
