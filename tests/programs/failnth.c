/* SPDX-License-Identifier: MIT */
/*
 * What if an allocation fails in the middle of a system call? For each act below the first, the second,
 * the third ... allocation that it makes fails, until there is none left to fail. Each time it has to
 * succeed all the same or say ENOMEM, to work when it is done again, and to lose no memory.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096

static int fail_nth; /* /proc/self/fail-nth */
static int failures;

static void arm(int n)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", n);
	/* The write allocates, too: it may be what fails. Then it does so once. */
	if (pwrite(fail_nth, text, strlen(text), 0) < 0 &&
	        pwrite(fail_nth, text, strlen(text), 0) < 0)
		abort();
}

/* Was the allocation made that was to fail? If it is only this read that fails, it was not. */
static int disarm(void)
{
	char text[16] = "";
	ssize_t n = pread(fail_nth, text, sizeof(text) - 1, 0);

	arm(0);
	return n > 0 && atoi(text) == 0;
}

static int was_due = -1;

/* For acts that have to clean up: what follows does not fail. */
static void stop(void)
{
	was_due = disarm();
}

static long free_kb(void)
{
	static char text[256];
	int fd = open("/proc/meminfo", O_RDONLY);
	char *at;

	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return -1;
	close(fd);
	at = strstr(text, "MemFree:");
	return at ? atol(at + 8) : -1;
}

/* -- acts: 0, or -1 with errno; what they make they take away again -- */

static int end_of(pid_t pid)
{
	int status;

	if (pid < 0)
		return -1;
	if (waitpid(pid, &status, 0) != pid || status) {
		errno = ECHILD;
		return -1;
	}
	return 0;
}

static int act_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return end_of(pid);
}

static int act_vfork(void)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(0);
	return end_of(pid);
}

static char *exec_argv[] = {"true", "one", "two", NULL}, *exec_envp[] = {"A=1", NULL};

static int act_exec_nothing(void)
{
	return execve("/bin/none", exec_argv, exec_envp) && errno == ENOENT ? 0 : -1;
}

static int act_mmap(void)
{
	char *p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return -1;
	return munmap(p, 8 * PAGE);
}

static int act_mmap_shared(void)
{
	char *p = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED)
		return -1;
	p[0] = 1;
	return munmap(p, 8 * PAGE);
}

static char *region;

/* Cuts the region in three and joins it again; a cut that fails may leave one of the two. */
static int act_mprotect(void)
{
	int ret = mprotect(region + 2 * PAGE, PAGE, PROT_READ), err = errno;

	stop();
	mprotect(region, 8 * PAGE, PROT_READ | PROT_WRITE);
	errno = err;
	return ret;
}

static int act_mlock(void)
{
	int ret = mlock(region + 2 * PAGE, PAGE), err = errno;

	stop();
	munlock(region, 8 * PAGE);
	errno = err;
	return ret;
}

static int act_unmap_middle(void)
{
	int ret = munmap(region + 3 * PAGE, PAGE), err = errno;

	stop();
	mmap(region + 3 * PAGE, PAGE, PROT_READ | PROT_WRITE,
	        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	errno = err;
	return ret;
}

static int act_mremap(void)
{
	char *p = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
	     *q;
	int err;

	if (p == MAP_FAILED)
		return -1;
	p[0] = 'a';
	q = mremap(p, 2 * PAGE, 600 * PAGE, MREMAP_MAYMOVE);
	err = errno;
	stop();
	if (q == MAP_FAILED) {
		munmap(p, 2 * PAGE);
		errno = err;
		return -1;
	}
	err = q[0] == 'a' ? 0 : -1;
	munmap(q, 600 * PAGE);
	return err;
}

static int act_brk(void)
{
	char *p = sbrk(16 * PAGE);

	if (p == (char *)-1)
		return -1;
	return brk(p);
}

/* A page fault may not fail at all: there is memory, so it is tried again. */
static int act_touch(void)
{
	madvise(region, 8 * PAGE, MADV_DONTNEED);
	for (int i = 0; i < 8; i++)
		region[i * PAGE] = i;
	return region[7 * PAGE] == 7 ? 0 : -1;
}

static int act_open(void)
{
	int fd = open("/tmp/failnth", O_CREAT | O_RDWR, 0600), err;

	if (fd < 0) {
		err = errno;
		stop();
		unlink("/tmp/failnth");
		errno = err;
		return -1;
	}
	close(fd);
	return unlink("/tmp/failnth");
}

static int file;

static int act_write(void)
{
	static char bytes[3 * PAGE];
	ssize_t n = pwrite(file, bytes, sizeof(bytes), 0);
	int err = errno;

	stop();
	if (ftruncate(file, 0))
		return -1;
	errno = err;
	return n < 0 ? -1 : 0; /* a part is fine */
}

static int act_map_file(void)
{
	char *p;
	int ret = 0;

	if (ftruncate(file, 4 * PAGE))
		return -1;
	p = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (p == MAP_FAILED)
		return -1;
	for (int i = 0; i < 4; i++)
		p[i * PAGE] = 'x';
	ret = munmap(p, 4 * PAGE);
	stop();
	ftruncate(file, 0);
	return ret;
}

static int act_pipe(void)
{
	int fds[2];

	if (pipe(fds))
		return -1;
	if (write(fds[1], "hello", 5) != 5) {
		int err = errno;

		close(fds[0]);
		close(fds[1]);
		errno = err;
		return -1;
	}
	close(fds[0]);
	return close(fds[1]);
}

static int act_dup_high(void)
{
	int fd = fcntl(0, F_DUPFD, 900);

	return fd < 0 ? -1 : close(fd);
}

static int act_mkdir(void)
{
	int ret = mkdir("/tmp/failnth.d", 0700), err = errno;

	stop();
	rmdir("/tmp/failnth.d");
	errno = err;
	return ret;
}

static int act_proc(void)
{
	char text[2048];
	int fd = open("/proc/self/status", O_RDONLY), n, err;

	if (fd < 0)
		return -1;
	n = read(fd, text, sizeof(text));
	err = errno;
	close(fd);
	errno = err;
	return n > 0 ? 0 : -1;
}

static int act_poll(void)
{
	struct pollfd p = {.fd = 0, .events = POLLIN};

	return poll(&p, 1, 0) < 0 ? -1 : 0;
}

static int act_queue_signal(void)
{
	union sigval value = {.sival_int = 1};
	int ret = sigqueue(getpid(), SIGRTMIN, value), err = errno;
	struct timespec now = {0, 0};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigtimedwait(&set, NULL, &now);
	errno = err == EAGAIN && ret ? ENOMEM : err; /* that is how signals say it */
	return ret;
}

static const struct {
	const char *name;
	int (*act)(void);
} acts[] = {
        {"fork", act_fork},
        {"vfork", act_vfork},
        {"exec nothing", act_exec_nothing},
        {"mmap", act_mmap},
        {"mmap shared", act_mmap_shared},
        {"mprotect", act_mprotect},
        {"mlock", act_mlock},
        {"unmap the middle", act_unmap_middle},
        {"mremap", act_mremap},
        {"brk", act_brk},
        {"touch", act_touch},
        {"open", act_open},
        {"write", act_write},
        {"map a file", act_map_file},
        {"pipe", act_pipe},
        {"dup high", act_dup_high},
        {"mkdir", act_mkdir},
        {"proc", act_proc},
        {"poll", act_poll},
        {"sigqueue", act_queue_signal},
};

static void complain(const char *name, int n, const char *what)
{
	printf("%s, allocation %d: %s (%s)\n", name, n, what, strerror(errno));
	failures++;
}

static void try_all(const char *name, int (*act)(void))
{
	int n, refused = 0, due;

	for (n = 1; n < 500; n++) {
		int ret, err;

		arm(n);
		ret = act();
		err = errno;
		due = was_due >= 0 ? was_due : disarm();
		was_due = -1;
		errno = err;
		if (ret && err != ENOMEM)
			complain(name, n, "fails with the wrong error");
		if (ret && !due)
			complain(name, n, "fails though nothing failed");
		refused += ret != 0;
		if (act())
			complain(name, n, "does not work any more");
		was_due = -1;
		if (!due && ret == 0)
			break;
	}
	printf("%-18s %3d allocations failed, %3d of them made it fail\n", name, n - 1, refused);
}

/* A child's execve(): it comes back with ENOMEM, or the new program runs. */
static void try_exec(void)
{
	int refused = 0;

	for (int n = 1; n < 100; n++) {
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			fail_nth = open("/proc/self/fail-nth", O_RDWR);
			arm(n);
			execve("/bin/true", exec_argv, exec_envp);
			_exit(errno == ENOMEM ? 12 : 1);
		}
		if (pid < 0 || waitpid(pid, &status, 0) != pid)
			complain("exec", n, "no child");
		else if (WIFEXITED(status) && WEXITSTATUS(status) == 12)
			refused++;
		else if (status)
			complain("exec", n, "fails with the wrong error");
	}
	printf("%-18s %3d times ENOMEM\n", "exec", refused);
	if (!refused)
		complain("exec", 0, "never fails");
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

int main(void)
{
	long before = 0, after = 0;
	sigset_t set;

	fail_nth = open("/proc/self/fail-nth", O_RDWR);
	file = open("/tmp/failnth.file", O_CREAT | O_RDWR, 0600);
	region = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fail_nth < 0 || file < 0 || region == MAP_FAILED)
		return 2;
	memset(region, 1, 8 * PAGE);
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (int round = 0; round < 3; round++) { /* the first ones fill the kernel's caches */
		before = after;
		for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
			try_all(acts[i].name, acts[i].act);
		try_exec();
		try_zombie();
		after = free_kb();
	}
	printf("%ld KiB free before, %ld KiB after\n", before, after);
	if (before > after + 16) {
		puts("memory is lost");
		failures++;
	}
	unlink("/tmp/failnth.file");
	printf("failnth: %d failures\n", failures);
	return failures != 0;
}
