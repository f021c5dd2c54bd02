/* SPDX-License-Identifier: MIT */
/*
 * What if an allocation fails in the middle of a system call? For each act in failnth/ the first, the second,
 * the third ... allocation that it makes fails, until there is none left to fail. Each time it has to
 * succeed all the same or say ENOMEM, to leave all counts of memory as they were, and to work when it is done again.
 * Each file of /proc is read in the same way.
 */
#define _GNU_SOURCE
#include "failnth/failnth.h"
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include "counts.h"

#define MOST    2000 /* allocations of one act */

#define NO_MEM  12 /* what a child ends with: it failed, as it may; */
#define NOT_DUE 13 /* it has made fewer allocations than that */

char *region;
int file;

static int fail_nth; /* /proc/self/fail-nth */
static int own_fail_nth;
static int failures;
static int nth, is_armed, child_armed; /* what the current act is tried with */
static int stops, act_errno;           /* how often it said stopped(), and what was errno then */
static int due;                        /* was the allocation made that was to fail? */

static void tell(int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", n);
	/* The write allocates, too: it may be what fails. Then it does so once. */
	if (pwrite(fail_nth, text, strlen(text), 0) < 0 &&
	        pwrite(fail_nth, text, strlen(text), 0) < 0)
		abort();
}

/* If it is only this read that fails, it was not. */
static int was_due(void)
{
	char text[16] = "";
	ssize_t n = pread(fail_nth, text, sizeof(text) - 1, 0);

	return n > 0 && atoi(text) == 0;
}

int stopped(int ret)
{
	if (!stops++)
		act_errno = errno;
	if (is_armed) {
		due = was_due();
		tell(0);
		was_due(); /* the open file keeps its text: the read above may have failed */
		is_armed = 0;
	}
	errno = act_errno;
	return ret;
}

static int run(const struct act *act)
{
	stops = 0;
	return act->act();
}

void arm_child(void)
{
	if (!child_armed)
		return;
	fail_nth = open("/proc/self/fail-nth", O_RDWR);
	tell(nth);
	is_armed = 1;
}

void forget_child(void)
{
	if (!child_armed)
		return;
	close(fail_nth);
	fail_nth = own_fail_nth;
	is_armed = 0;
}

void end_child(int ret)
{
	int status = !ret ? 0 : errno == ENOMEM ? NO_MEM : 1;

	_exit(!is_armed || was_due() || status == 1 ? status : NOT_DUE);
}

int end_of(pid_t pid)
{
	int status;

	if (pid < 0)
		return -1;
	if (waitpid(pid, &status, 0) != pid)
		return -1;
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_DUE) {
		due = 0;
		return 0;
	}
	errno = WIFEXITED(status) && WEXITSTATUS(status) == NO_MEM ? ENOMEM : ECHILD;
	return status ? -1 : 0;
}

static void complain(const char *name, int n, const char *what)
{
	printf("%s, allocation %d: %s (%s)\n", name, n, what, strerror(errno));
	failures++;
}

/* Returns whether the act failed. */
static int try_once(const struct act *act, int n, int in_child)
{
	int ret, err;

	nth = n;
	due = 1;
	child_armed = in_child;
	is_armed = !in_child;
	if (is_armed)
		tell(n);
	ret = stopped(run(act));
	err = errno;
	child_armed = 0;
	if (ret && err != ENOMEM)
		complain(act->name, n, "fails with the wrong error");
	if (ret && !due)
		complain(act->name, n, "fails though nothing failed");
	return ret;
}

static void try_all(const struct act *act, int in_child)
{
	struct counts before, after;
	int n, refused = 0, ret = 1;
	char text[80];

	/* The second time it needs no memory of this program's own. And this far it does not get. */
	if (run(act) || try_once(act, MOST, in_child))
		complain(act->name, 0, "does not work");
	count(&before);
	for (n = 1, due = 1; (due || ret) && n < MOST; n++) {
		ret = try_once(act, n, in_child);
		refused += ret != 0;
		count(&after);
		snprintf(text, sizeof(text), "%s, allocation %d", act->name, n);
		failures += differences(text, &before, &after);
		if (run(act))
			complain(act->name, n, "does not work any more");
	}
	count(&after);
	failures += differences(act->name, &before, &after);
	printf("%-18s %3d allocations failed, %3d of them made it fail\n", act->name, n - 2,
	        refused);
}

static void try_acts(const struct act *acts, int in_child)
{
	for (; acts->name; acts++)
		try_all(acts, in_child);
}

/* -- /proc -- */

static char proc_path[256];

static int act_read_proc(void)
{
	static char text[8192];
	int fd = open(proc_path, O_RDONLY | O_NONBLOCK);
	ssize_t n;

	if (fd < 0)
		return -1;
	do
		n = read(fd, text, sizeof(text));
	while (n > 0 && lseek(fd, 0, SEEK_CUR) < 100000);
	stopped(n);
	close(fd);
	return stopped(n < 0 ? -1 : 0);
}

static int act_list_proc(void)
{
	static char text[8192];
	int fd = open(proc_path, O_RDONLY | O_DIRECTORY);
	ssize_t n;

	if (fd < 0)
		return -1;
	do
		n = getdents64(fd, text, sizeof(text));
	while (n > 0);
	stopped(n);
	close(fd);
	return stopped(n < 0 ? -1 : 0);
}

static int act_read_link(void)
{
	char text[256];

	return readlink(proc_path, text, sizeof(text)) < 0 ? -1 : 0;
}

/* Everything in a folder. Of processes only this one, and not what all this is told to. */
static void try_folder(const char *path)
{
	struct act act = {proc_path, act_list_proc};
	struct dirent **names;
	int n = scandir(path, &names, NULL, alphasort);

	strcpy(proc_path, path);
	try_all(&act, 0);
	for (int i = 0; i < n; i++) {
		char below[600];
		struct stat st;

		snprintf(below, sizeof(below), "%s/%s", path, names[i]->d_name);
		strcpy(proc_path, below);
		if (names[i]->d_name[0] == '.' || !strcmp(names[i]->d_name, "fail-nth") ||
		        lstat(below, &st))
			;
		else if (S_ISDIR(st.st_mode) && !(st.st_mode & S_ISVTX) && !atoi(names[i]->d_name))
			try_folder(below);
		else if (S_ISLNK(st.st_mode))
			try_all(&(struct act){proc_path, act_read_link}, 0);
		else if (S_ISREG(st.st_mode) && (st.st_mode & 0444))
			try_all(&(struct act){proc_path, act_read_proc}, 0);
		free(names[i]);
	}
	free(names);
}

/* After execve(): was the failure still to come? */
static int after(void)
{
	fail_nth = open("/proc/self/fail-nth", O_RDWR);
	is_armed = 1;
	if (fail_nth < 0)
		_exit(NOT_DUE); /* this is what it came to */
	_exit(was_due() ? 0 : NOT_DUE);
}

/* Who has ended allocates no more: the next task in the same place would. */
static void try_zombie(void)
{
	char name[32];
	siginfo_t info;
	pid_t pid = fork();
	int fd;

	if (pid == 0)
		_exit(0);
	snprintf(name, sizeof(name), "/proc/%d/fail-nth", (int)pid);
	fd = open(name, O_RDWR);
	waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	if (write(fd, "1", 1) != -1 || errno != ESRCH)
		complain("zombie", 1, "can be made to fail");
	waitpid(pid, NULL, 0);
	if (write(fd, "1", 1) != -1 || errno != ESRCH)
		complain("zombie", 2, "can be made to fail when it is gone");
	close(fd);
}

int main(int argc, char **argv)
{
	struct counts counts;
	sigset_t set;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "after"))
			return after();
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	fail_nth = own_fail_nth = open("/proc/self/fail-nth", O_RDWR);
	file = open("/tmp/failnth.file", O_CREAT | O_RDWR, 0600);
	region = mmap(NULL, 8 * PAGE, RW, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fail_nth < 0 || file < 0 || region == MAP_FAILED)
		return 2;
	memset(region, 1, 8 * PAGE);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (count(&counts) || count(&counts)) /* the second finds what the first takes */
		return 2;
	try_acts(memory_acts, 0);
	try_acts(fault_acts, 0);
	try_acts(child_fault_acts, 1);
	try_acts(file_acts, 0);
	try_acts(task_acts, 0);
	try_acts(child_task_acts, 1);
	try_folder("/proc");
	try_folder("/proc/self");
	try_zombie();
	unlink("/tmp/failnth.file");
	printf("failnth: %d failures\n", failures);
	return failures != 0;
}
