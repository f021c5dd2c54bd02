/* SPDX-License-Identifier: MIT */
/* Acts that make processes, send signals, or wait. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/futex.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "failnth.h"

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

static int child_ends(void *arg)
{
	_exit(arg != NULL);
}

static char stack[16 * 1024] __attribute__((aligned(8)));

static int clone_with(int flags)
{
	return end_of(clone(child_ends, stack + sizeof(stack), flags | SIGCHLD, NULL));
}

static int act_clone_files(void)
{
	return clone_with(CLONE_FILES | CLONE_FS);
}

static int act_clone_vm(void)
{
	return clone_with(CLONE_VM | CLONE_VFORK);
}

static int act_clone_all(void)
{
	return clone_with(CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_FS | CLONE_SIGHAND);
}

/* A table of files that has to grow, and then is copied. */
static int act_many_files(void)
{
	pid_t pid = fork(), next;

	if (pid == 0) {
		int fd;

		arm_child();
		fd = fcntl(0, F_DUPFD, 600);
		if (fd < 0)
			end_child(-1);
		next = fork();
		if (next == 0)
			_exit(fcntl(600, F_GETFD) < 0);
		end_child(end_of(next));
	}
	return end_of(pid);
}

/* -- execve: it comes back with ENOMEM, or the new program runs and says whether the failure was still to come -- */

static char *empty[] = {NULL};

static int exec_with(const char *path, char **argv)
{
	pid_t pid = fork();

	if (pid == 0) {
		arm_child();
		end_child(execve(path, argv, empty));
	}
	return end_of(pid);
}

static int act_exec(void)
{
	return exec_with("/test/failnth-glibc", (char *[]){"failnth", "after", NULL});
}

static int act_exec_long(void)
{
	static char text[40000];

	memset(text, 'x', sizeof(text) - 1);
	return exec_with("/test/failnth-glibc",
	        (char *[]){"failnth", "after", text, text, text, text, text, NULL});
}

static int child_execs(void *argv)
{
	arm_child();
	end_child(execve("/test/failnth-glibc", argv, empty));
}

/* Who shares memory, files and handlers gets copies of his own. */
static int act_exec_shared(void)
{
	static char *argv[] = {"failnth", "after", NULL};
	int flags = CLONE_VM | CLONE_VFORK | CLONE_FILES | CLONE_FS | CLONE_SIGHAND | SIGCHLD;
	pid_t pid = clone(child_execs, stack + sizeof(stack), flags, argv);

	forget_child();
	return end_of(pid);
}

static int make_script(const char *path, const char *text)
{
	int fd = open(path, O_CREAT | O_WRONLY, 0755);

	write(fd, text, strlen(text));
	return close(fd);
}

static int act_exec_script(void)
{
	int ret;

	make_script("/tmp/failnth.one", "#!/test/failnth-glibc after\n");
	make_script("/tmp/failnth.two", "#!/tmp/failnth.one with words\n");
	ret = exec_with("/tmp/failnth.two", (char *[]){"zero", "one", "two", NULL});
	unlink("/tmp/failnth.one");
	unlink("/tmp/failnth.two");
	return ret;
}

static int act_exec_nothing(void)
{
	return execve("/bin/none", (char *[]){"none", NULL}, empty) && errno == ENOENT ? 0 : -1;
}

/* What is no program: the arguments are in the new memory by then. */
static int act_exec_no_program(void)
{
	return execve("/proc/self/exe/x", (char *[]){"none", NULL}, empty) && errno == ENOTDIR ? 0
	                                                                                       : -1;
}

/* A child of vfork(): it shares what execve() has to give it a copy of. */
static int act_vfork_exec(void)
{
	volatile int err = 0;
	pid_t pid = vfork();

	if (pid == 0) {
		execve("/bin/true", (char *[]){"true", NULL}, empty);
		err = errno;
		_exit(12);
	}
	return end_of(pid) || err ? -1 : 0;
}

static int act_session(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		arm_child();
		end_child(setsid() < 0 || setgroups(3, (gid_t[]){1, 2, 3}) || setuid(7) ? -1 : 0);
	}
	return end_of(pid);
}

/* -- signals -- */

static volatile sig_atomic_t caught;

static void on_signal(int signal)
{
	caught += signal != 0;
}

static int act_handler(void)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_ONSTACK};
	stack_t other = {.ss_sp = stack, .ss_size = sizeof(stack)}, none = {.ss_flags = SS_DISABLE};
	int before = caught, ret;

	madvise(region, 8 * PAGE, MADV_DONTNEED);
	other.ss_sp = region; /* the frame's page comes while it is written */
	other.ss_size = 8 * PAGE;
	ret = sigaltstack(&other, NULL) || sigaction(SIGUSR1, &action, NULL) || raise(SIGUSR1) ||
	                      caught != before + 1
	              ? -1
	              : 0;
	stopped(ret);
	action.sa_handler = SIG_DFL;
	sigaction(SIGUSR1, &action, NULL);
	sigaltstack(&none, NULL);
	memset(region, 1, 8 * PAGE);
	return stopped(ret);
}

/* Those that are queued; how many there were. */
static int take_signals(void)
{
	struct timespec now = {0, 0};
	sigset_t set;
	int n = 0;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	while (sigtimedwait(&set, NULL, &now) == SIGRTMIN)
		n++;
	return n;
}

/* For the first the kernel needs no memory. */
static int act_queue_signal(void)
{
	union sigval value = {.sival_int = 1};
	int sent = 0, ret = 0;

	while (sent < 3 && !ret) {
		ret = sigqueue(getpid(), SIGRTMIN, value);
		sent += !ret;
	}
	if (ret && errno == EAGAIN)
		errno = ENOMEM; /* that is how signals say it */
	stopped(ret);
	if (take_signals() != sent) {
		errno = ECHILD;
		return -1;
	}
	return stopped(ret);
}

/* kill() has no way to say it: the signal comes, without its details, and only once. */
static int act_kill(void)
{
	int ret = stopped(kill(getpid(), SIGRTMIN) || kill(getpid(), SIGRTMIN) ? -1 : 0);

	return take_signals() ? stopped(ret) : -1;
}

/* -- waiting -- */

static int act_poll(void)
{
	struct pollfd fds[200];

	for (int i = 0; i < 200; i++)
		fds[i] = (struct pollfd){.fd = i % 3, .events = POLLOUT};
	return poll(fds, 1, 0) < 0 || poll(fds, 200, 0) < 0 ? -1 : 0;
}

static int act_select(void)
{
	struct timeval now = {0, 0};
	fd_set in, out;

	FD_ZERO(&in);
	FD_ZERO(&out);
	FD_SET(0, &in);
	FD_SET(1, &out);
	return select(1, &in, NULL, NULL, &now) < 0 || select(64, &in, &out, NULL, &now) < 0 ? -1
	                                                                                     : 0;
}

static int act_futex(void)
{
	struct timespec soon = {0, 1000};
	static int word;
	long ret = syscall(SYS_futex, &word, FUTEX_WAIT, 0, &soon);

	return ret == 0 || errno == ETIMEDOUT ? syscall(SYS_futex, &word, FUTEX_WAKE, 1) : ret;
}

static int act_alarm(void)
{
	alarm(100);
	return alarm(0) ? 0 : -1;
}

static int act_sleep(void)
{
	struct timespec soon = {0, 1000};

	return nanosleep(&soon, NULL) || sched_yield() ? -1 : 0;
}

static int act_uname(void)
{
	struct utsname name;
	int ret = uname(&name);

	return ret ? ret : sethostname(name.nodename, strlen(name.nodename));
}

const struct act task_acts[] = {
        {"fork", act_fork},
        {"vfork", act_vfork},
        {"clone files", act_clone_files},
        {"clone memory", act_clone_vm},
        {"clone all", act_clone_all},
        {"exec nothing", act_exec_nothing},
        {"exec no program", act_exec_no_program},
        {"vfork, exec", act_vfork_exec},
        {"handler", act_handler},
        {"sigqueue", act_queue_signal},
        {"kill", act_kill},
        {"poll", act_poll},
        {"select", act_select},
        {"futex", act_futex},
        {"alarm", act_alarm},
        {"sleep", act_sleep},
        {"uname", act_uname},
        {0},
};

const struct act child_task_acts[] = {
        {"exec", act_exec},
        {"exec, long", act_exec_long},
        {"exec, shared", act_exec_shared},
        {"exec script", act_exec_script},
        {"session", act_session},
        {"600 files, fork", act_many_files},
        {0},
};
