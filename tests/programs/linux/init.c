/* SPDX-License-Identifier: MIT */
/*
 * The first program on Linux, for a test that runs a program of Quire's there: makes /proc, /sys, /dev
 * and /tmp, runs the program that the kernel's command line names after `--`, switches the machine off.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static void mount_on(const char *folder, const char *type)
{
	mkdir(folder, 0755);
	if (mount(type, folder, type, 0, NULL))
		perror(folder);
}

static void run(char **argv)
{
	pid_t pid = fork();
	int status = 0, null;

	if (pid == 0) {
		null = open("/dev/null", O_RDONLY);
		dup2(null, 0);
		execv(argv[0], argv);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	printf("== %s ended with status %#x\n", argv[0], status);
}

int main(int argc, char **argv)
{
	mount_on("/proc", "proc");
	mount_on("/sys", "sysfs");
	mkdir("/dev", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL); /* some kernels have done it */
	mkdir("/tmp", 0777);
	for (int fd = 0; fd <= 2; fd++)
		dup2(open("/dev/console", O_RDWR), fd);
	if (argc > 1)
		run(argv + 1);
	fflush(stdout);
	tcdrain(1); /* switching off does not wait for what the UART has still to send */
	reboot(RB_POWER_OFF);
	return 0;
}
