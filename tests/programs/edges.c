/* SPDX-License-Identifier: MIT */
/*
 * edges - asks the kernel what programs seldom ask: odd arguments of clone(), signals that meet a
 * sleeping call, programs with odd segments. A line for each question; ends with the number that
 * were answered otherwise than Linux answers. Needs /tmp and user 0.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Linux v6.1, arch/arm/tools/syscall.tbl and the uapi headers; the C libraries differ in what they have. */
enum {
	NR_EXECVE = 11,
	NR_CHMOD = 15,
	NR_PAUSE = 29,
	NR_KILL = 37,
	NR_CLONE = 120,
	NR_NANOSLEEP = 162,
	NR_SIGPROCMASK = 175,
	NR_SIGTIMEDWAIT = 177,
	NR_SIGQUEUEINFO = 178,
	NR_CHOWN32 = 212,
	LINUX_CLONE_FILES = 0x400,
	LINUX_SIGCHLD = 17,
	LINUX_SIGCONT = 18,
	LINUX_SIGSTOP = 19,
	LINUX_SIGRTMIN = 34,
	LINUX_ENOENT = 2,
	LINUX_EAGAIN = 11,
	CODE_CONTINUED = 6,
	LINUX_WUNTRACED = 2,
	AUX_SECURE = 23,
	AUX_EUID = 12,
};

static int wrong;

static void answer(const char *question, int right)
{
	printf("%s: %s\n", question, right ? "as Linux" : "WRONG");
	wrong += !right;
}

/* One system call of up to four arguments; *after is what r7 held when it returned. */
static long call(long number, long a, long b, long c, long d, long *after)
{
	register long r0 __asm__("r0") = a;
	register long r1 __asm__("r1") = b;
	register long r2 __asm__("r2") = c;
	register long r3 __asm__("r3") = d;
	long left;

	__asm__ volatile("push {r7}\n\tmov r7, %5\n\tsvc #0\n\tmov %1, r7\n\tpop {r7}"
	                 : "+r"(r0), "=&r"(left)
	                 : "r"(r1), "r"(r2), "r"(r3), "r"(number)
	                 : "memory");
	if (after)
		*after = left;
	return r0;
}

static void sleep_ms(long ms)
{
	long time[2] = {ms / 1000, ms % 1000 * 1000000};

	call(NR_NANOSLEEP, (long)time, 0, 0, 0, NULL);
}

static int wait_status(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static void block(int sig)
{
	uint64_t set = 1ull << (sig - 1);

	call(NR_SIGPROCMASK, 0, (long)&set, 0, 8, NULL);
}

/* Waits for one blocked signal; its number, and what came with it. */
static long wait_signal(int sig, int32_t info[32], long seconds)
{
	uint64_t set = 1ull << (sig - 1);
	long time[2] = {seconds, 0};

	return call(NR_SIGTIMEDWAIT, (long)&set, (long)info, (long)time, 8, NULL);
}

static void odd_exit_signal(void)
{
	pid_t pid = call(NR_CLONE, 255, 0, 0, 0, NULL);

	if (pid == 0)
		_exit(7);
	/* Linux: __WALL, for children that end with another signal than SIGCHLD; else it is not waited for */
	sleep_ms(50);
	answer("clone() with an exit signal that does not exist", pid > 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, WNOHANG);
}

/* SIGCHLD is ignored by default, but not where somebody waits for it. */
static void wait_for_ignored_signal(void)
{
	int32_t info[32] = {0};
	pid_t pid;

	block(LINUX_SIGCHLD);
	pid = fork();
	if (pid == 0) {
		sleep_ms(100);
		_exit(0);
	}
	answer("sigtimedwait() for SIGCHLD", wait_signal(LINUX_SIGCHLD, info, 3) == LINUX_SIGCHLD);
	answer("... says who", info[3] == pid);
	wait_status(pid);
}

static void stop_and_go_on(pid_t pid)
{
	int32_t info[32];
	int status;

	call(NR_KILL, pid, LINUX_SIGSTOP, 0, 0, NULL);
	waitpid(pid, &status, LINUX_WUNTRACED);
	while (wait_signal(LINUX_SIGCHLD, info, 0) == LINUX_SIGCHLD)
		; /* else the one that tells of the stop hides the next */
	call(NR_KILL, pid, LINUX_SIGCONT, 0, 0, NULL);
}

static void stopped_sleep(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		long time[2] = {0, 200000000}, number;
		long result = call(NR_NANOSLEEP, (long)time, 0, 0, 0, &number);

		_exit(result == 0 && number == NR_NANOSLEEP ? 0 : 1);
	}
	sleep_ms(50);
	stop_and_go_on(pid);
	answer("a sleep goes on after SIGCONT, r7 as it was", wait_status(pid) == 0);
}

static void stopped_pause(void)
{
	int32_t info[32] = {0};
	pid_t pid = fork();

	if (pid == 0) {
		call(NR_PAUSE, 0, 0, 0, 0, NULL);
		_exit(1);
	}
	sleep_ms(50);
	stop_and_go_on(pid);
	wait_signal(LINUX_SIGCHLD, info, 1);
	answer("SIGCHLD tells that a child goes on", info[2] == CODE_CONTINUED && info[3] == pid);
	sleep_ms(50);
	answer("pause() outlasts SIGSTOP and SIGCONT", waitpid(pid, NULL, WNOHANG) == 0);
	kill(pid, SIGKILL);
	wait_status(pid);
}

/* RLIMIT_SIGPENDING: else a program could fill all memory with signals to itself. */
static void many_queued_signals(void)
{
	int32_t info[32] = {LINUX_SIGRTMIN, 0, -1};
	pid_t pid = fork();

	if (pid == 0) {
		long err = 0;

		block(LINUX_SIGRTMIN);
		for (long i = 0; i < 100000 && !err; i++)
			err = call(NR_SIGQUEUEINFO, getpid(), LINUX_SIGRTMIN, (long)info, 0, NULL);
		_exit(err == -LINUX_EAGAIN ? 0 : 1);
	}
	answer("real-time signals pile up to a limit", wait_status(pid) == 0);
}

static int write_file(const char *path, const void *data, size_t n, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700);
	int ok = fd >= 0 && write(fd, data, n) == (ssize_t)n;

	close(fd);
	return ok && call(NR_CHMOD, (long)path, mode, 0, 0, NULL) == 0;
}

/* The interpreter that the program names is missing: found out when much of the work is done. */
static void failed_exec_keeps_files_shared(void)
{
	static const uint32_t elf[] = {
	        0x464c457f, 0x00010101, 0, 0, 0x00280002, 1, 0x00010074, 52, 0, 0x05000000,
	        0x00200034, 0x00280002, 0,
	        /* PT_LOAD: 0x10000, the whole file, r-x */
	        1, 0, 0x10000, 0x10000, 0x78, 0x78, 5, 0x1000,
	        /* PT_INTERP */
	        3, 0x74, 0x10074, 0x10074, 4, 4, 4, 1, 0x006f6e2f, /* "/no" */
	};
	char *none[] = {NULL};
	pid_t pid;

	if (!write_file("/tmp/orphan", elf, sizeof(elf), 0755))
		return answer("a program could be written", 0);
	pid = call(NR_CLONE, LINUX_CLONE_FILES | LINUX_SIGCHLD, 0, 0, 0, NULL);
	if (pid == 0) {
		long err = call(NR_EXECVE, (long)"/tmp/orphan", (long)none, (long)none, 0, NULL);

		_exit(err == -LINUX_ENOENT && dup2(1, 20) == 20 ? 0 : 1);
	}
	answer("a program whose interpreter is missing", wait_status(pid) == 0);
	answer("after a failed execve() files are still shared", close(20) == 0);
	unlink("/tmp/orphan");
}

static int run(const char *path, const char *argument)
{
	char *argv[] = {(char *)path, (char *)argument, NULL};
	char *none[] = {NULL};
	pid_t pid = fork();

	if (pid == 0) {
		execve(path, argv, none);
		_exit(126);
	}
	return wait_status(pid);
}

/*
 * A program without initialised data: its second segment has no bytes in the file and begins in the
 * middle of a page. It exits with the word that stands there before it stores to it.
 */
static void segment_of_zeros(void)
{
	static const uint32_t elf[] = {
	        0x464c457f,
	        0x00010101,
	        0,
	        0,
	        0x00280002,
	        1,
	        0x00010074,
	        52,
	        0,
	        0x05000000,
	        0x00200034,
	        0x00280002,
	        0,
	        /* PT_LOAD: 0x10000, the whole file, r-x */
	        1,
	        0,
	        0x10000,
	        0x10000,
	        0x94,
	        0x94,
	        5,
	        0x1000,
	        /* PT_LOAD: 0x20094, nothing of the file, 0x100 bytes, rw- */
	        1,
	        0x94,
	        0x20094,
	        0x20094,
	        0,
	        0x100,
	        6,
	        0x1000,
	        /* at 0x10074 */
	        0xe59f1014, /* ldr r1, [pc, #20] */
	        0xe5910000, /* ldr r0, [r1] */
	        0xe5811000, /* str r1, [r1] */
	        0xe3500000, /* cmp r0, #0 */
	        0x13a00001, /* movne r0, #1 */
	        0xe3a07001, /* mov r7, #1: exit */
	        0xef000000, /* svc #0 */
	        0x00020094,
	};
	int status = -1;

	if (write_file("/tmp/zeros", elf, sizeof(elf), 0755))
		status = run("/tmp/zeros", NULL);
	answer("a segment of zeros that begins inside a page", status == 0);
	unlink("/tmp/zeros");
}

/* What the kernel tells this program about itself: AT_SECURE and AT_EUID. */
static int show_secure(char **envp)
{
	uint32_t secure = 9, euid = 0;
	uint32_t *aux;

	while (*envp)
		envp++;
	for (aux = (uint32_t *)envp + 1; aux[0]; aux += 2) {
		if (aux[0] == AUX_SECURE)
			secure = aux[1];
		if (aux[0] == AUX_EUID)
			euid = aux[1];
	}
	return secure == 1 && euid == 1000 ? 0 : 1;
}

static void set_user_id(const char *self)
{
	static char program[1 << 20];
	int fd = open(self, O_RDONLY), status = -1;
	ssize_t n = read(fd, program, sizeof(program));

	close(fd);
	if (n > 0 && write_file("/tmp/secure", program, n, 0755) &&
	        call(NR_CHOWN32, (long)"/tmp/secure", 1000, 1000, 0, NULL) == 0 &&
	        call(NR_CHMOD, (long)"/tmp/secure", 04755, 0, 0, NULL) == 0)
		status = run("/tmp/secure", "secure");
	answer("a set-user-ID program is told that it is one", status == 0);
	unlink("/tmp/secure");
}

static volatile int handled;

static void handler(int sig)
{
	handled = sig;
}

/* SETEND is a user's instruction (ARM DDI 0406C, A8.8.152); the handler runs little endian. */
static void signal_while_big_endian(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		long self = getpid();
		void *before = signal(SIGTERM, handler);
		register long r0 __asm__("r0") = self;
		register long r1 __asm__("r1") = SIGTERM;
		__asm__ volatile("push {r7}\n\tmov r7, #37\n\tsetend be\n\tsvc #0\n\tsetend le\n\t"
		                 "pop {r7}"
		                 : "+r"(r0)
		                 : "r"(r1)
		                 : "memory");
		_exit(before != SIG_ERR && handled == SIGTERM && r0 == 0 ? 0 : 1);
	}
	answer("a signal while data are big endian", wait_status(pid) == 0);
}

int main(int argc, char **argv, char **envp)
{
	if (argc > 1 && !strcmp(argv[1], "secure"))
		return show_secure(envp);
	odd_exit_signal();
	wait_for_ignored_signal();
	stopped_sleep();
	stopped_pause();
	many_queued_signals();
	failed_exec_keeps_files_shared();
	segment_of_zeros();
	set_user_id(argv[0]);
	signal_while_big_endian();
	printf("%d wrong\n", wrong);
	return wrong != 0;
}
