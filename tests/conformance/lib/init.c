/* SPDX-License-Identifier: MIT */
/*
 * The first program on either kernel: runs every program of /conformance in the order of its names,
 * between lines "== begin NAME" and "== end NAME STATUS", and switches the machine off.
 */
#include <linux/reboot.h>
#include "observe.h"

#define PATIENCE_MS 40000 /* of sleep; with the time to wake up it is twice as long */
#define MAX_NAMES   64

struct entry { /* getdents64(2) */
	uint64_t inode;
	int64_t next;
	uint16_t size;
	uint8_t type;
	char name[];
};

static char listing[8192];
static const char *names[MAX_NAMES];
static int count;

static int later(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a > *b;
}

static void add(const char *name)
{
	int at = count;

	if (name[0] == '.' || count == MAX_NAMES)
		return;
	for (; at > 0 && later(names[at - 1], name); at--)
		names[at] = names[at - 1];
	names[at] = name;
	count++;
}

static void list(void)
{
	long fd = SYS(open, "/conformance", O_RDONLY | O_DIRECTORY), used = 0, n;

	while ((n = SYS(getdents64, fd, listing + used, sizeof(listing) - used)) > 0) {
		for (long at = used; at < used + n; at += ((struct entry *)(listing + at))->size)
			add(((struct entry *)(listing + at))->name);
		used += n;
	}
	SYS(close, fd);
}

static void start(const char *name)
{
	static char path[128];
	char *argv[] = {path, NULL};
	char *envp[] = {"CONFORMANCE=yes", NULL};

	format_text(path, sizeof(path), "/conformance/%s", name);
	SYS(setsid);
	SYS(chdir, "/tmp");
	SYS(execve, path, argv, envp);
	leave(127);
}

/* A program that does not end is killed, with all that it started. */
static int wait_patiently(long pid)
{
	int status = -1;

	for (int ms = 0; ms < PATIENCE_MS; ms += 10) {
		long ended = SYS(wait4, -1, &status, WNOHANG, NULL);

		if (ended == pid)
			return status;
		if (ended == 0)
			sleep_ms(10);
	}
	SYS(kill, -pid, SIGKILL);
	return wait_status(pid);
}

static void run(const char *name)
{
	char label[96];
	long pid;

	say("== begin", "%s", name);
	pid = SYS(fork);
	if (pid == 0)
		start(name);
	format_text(label, sizeof(label), "== end %s", name);
	saw_status(label, wait_patiently(pid));
	SYS(kill, -pid, SIGKILL);
}

int main(void)
{
	/* Quire has these from the start, Linux when asked. */
	SYS(mkdir, "/proc", 0755);
	SYS(mkdir, "/dev", 0755);
	SYS(mkdir, "/tmp", 0777);
	SYS(mount, "proc", "/proc", "proc", 0, NULL);
	SYS(mount, "devtmpfs", "/dev", "devtmpfs", 0, NULL);
	list();
	for (int i = 0; i < count; i++)
		run(names[i]);
	say("== all", "%d programs", count);
	SYS(reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_POWER_OFF, NULL);
	return 1;
}
