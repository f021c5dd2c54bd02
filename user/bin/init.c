/* SPDX-License-Identifier: MIT */
/*
 * init - the first program, process 1. It must never end: the kernel could not go on without it.
 *
 * The kernel gives it what follows `--` on the command line:
 *   (nothing)        the demonstration, then a shell
 *   demo             the demonstration, then power off
 *   shell            a shell
 *   run CMD ARG...   that program, then power off
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <quire.h>

static char *environment[] = {"PATH=/bin", "HOME=/", "TERM=vt100", NULL};

static void pause_seconds(unsigned int seconds)
{
	struct timespec ts = {.tv_sec = seconds};

	nanosleep(&ts, NULL);
}

static _Noreturn void power_off(void)
{
	fflush(stdout);
	reboot(REBOOT_POWER_OFF);
	complain("init", "power off");
	for (;;)
		pause_seconds(3600);
}

static _Noreturn void give_up(const char *subject)
{
	complain("init", subject);
	puts("init: cannot go on: powering off");
	power_off();
}

/* The kernel opens the console for process 1 as a rule; if not, it is opened here. */
static void open_console(void)
{
	struct stat st;

	for (int fd = 0; fd <= 2; fd++)
		if (fstat(fd, &st) && open("/dev/console", O_RDWR) != fd)
			power_off();
}

/* A session of its own makes the child's Ctrl-C reach the child and not init. */
static pid_t start(const char *path, char *const argv[])
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0)
		give_up("fork");
	if (pid > 0)
		return pid;
	setsid();
	ioctl(0, TIOCSCTTY, (void *)1); /* without a terminal there is nothing to control */
	tcsetpgrp(0, getpid());
	execve(path, argv, environ);
	complain("init", path);
	_exit(127);
}

/* Runs a program to its end; whatever else ends meanwhile is an orphan. Returns the wait status. */
static int run(const char *path, char *const argv[])
{
	pid_t pid = start(path, argv);
	int status;

	for (;;) {
		pid_t ended = wait(&status);

		if (ended == pid)
			return status;
		if (ended < 0 && errno != EINTR)
			give_up("wait");
	}
}

static void run_demonstration(void)
{
	char *argv[] = {"demo", NULL};
	int status = run("/bin/demo", argv);

	if (WIFSIGNALED(status))
		printf("init: demo: %s\n", strsignal(WTERMSIG(status)));
	if (exit_status(status) > 1) /* then it did not come to its last line */
		printf("demonstration: FAILED (%d)\n", exit_status(status));
}

static _Noreturn void run_shells(void)
{
	char *argv[] = {"sh", NULL};
	struct stat st;

	while (!stat("/bin/sh", &st)) {
		uint64_t begin = monotonic_ns();
		int status = run("/bin/sh", argv);

		if (WIFSIGNALED(status))
			printf("init: the shell died: %s\n", strsignal(WTERMSIG(status)));
		if (monotonic_ns() - begin < 1000000000ull)
			pause_seconds(1);
	}
	give_up("/bin/sh");
}

static _Noreturn void run_and_power_off(char **argv)
{
	int status = run(program_path(argv[0]), argv);

	if (WIFSIGNALED(status))
		printf("init: %s: %s\n", argv[0], strsignal(WTERMSIG(status)));
	printf("init: %s ended with status %d\n", argv[0], exit_status(status));
	power_off();
}

/* What /proc/cpuinfo calls the board; false where it says nothing. */
static bool board_name(char *board, size_t size)
{
	FILE *file = fopen("/proc/cpuinfo", "r");
	char line[128], *value;
	bool found = false;

	if (!file)
		return false;
	while (!found && fgets(line, sizeof(line), file)) {
		value = strstr(line, ": ");
		if (strncmp(line, "Hardware", 8) || !value)
			continue;
		value[strcspn(value, "\n")] = 0;
		strlcpy(board, value + 2, size);
		found = true;
	}
	fclose(file);
	return found;
}

/* Quire's uname says "Linux", for programs that ask; a person is told the kernel's own name. */
static void welcome(void)
{
	struct utsname name;
	char board[64];

	if (uname(&name))
		give_up("uname");
	printf("\nWelcome to %s on %s.\n", strstr(name.release, "quire") ? "Quire" : name.sysname,
	        board_name(board, sizeof(board)) ? board : name.machine);
}

/* Where C libraries put what shm_open(3) and sem_open(3) make. */
static void make_shm(void)
{
	syscall(SYS_mkdir, "/dev/shm", 0777);
	syscall(SYS_chmod, "/dev/shm", 01777); /* whatever the umask */
}

int main(int argc, char **argv)
{
	const char *wanted = argc > 1 ? argv[1] : "";

	open_console();
	environ = environment;
	make_shm();
	if (!strcmp(wanted, "run") && argc > 2)
		run_and_power_off(argv + 2);
	welcome();
	if (strcmp(wanted, "shell"))
		run_demonstration();
	if (!strcmp(wanted, "demo"))
		power_off();
	puts("\nThis is a shell; 'tour' shows what virtual memory does, 'help' tells what else "
	     "there is,\n"
	     "'poweroff' ends everything.");
	run_shells();
}
