/* SPDX-License-Identifier: MIT */
/*
 * bench as process 1 (`rdinit=/bin/bench`): the first instruction of all user instructions is its own,
 * so it can tell what the kernel took until then. What Linux leaves to init is done here too,
 * which lets the same file run on both kernels.
 */
#include <stdio.h>
#include <unistd.h>
#include <quire.h>
#include "bench.h"

/*
 * The virtual counter starts with the machine, and both kernels let users read it. CLOCK_MONOTONIC
 * would not do: Linux starts it only after a part of the boot.
 */
static uint64_t ns_since_reset(void)
{
	uint32_t frequency, low, high;
	uint64_t count;

	__asm__ volatile("mrrc p15, 1, %0, %1, c14" : "=r"(low), "=r"(high));
	__asm__("mrc p15, 0, %0, c14, c0, 0" : "=r"(frequency));
	if (!frequency)
		return 0;
	count = (uint64_t)high << 32 | low;
	return count / frequency * 1000000000u + count % frequency * 1000000000u / frequency;
}

static uint64_t reset_to_user_ns;

int64_t bench_reset(unsigned int rounds)
{
	(void)rounds;
	return reset_to_user_ns ? (int64_t)reset_to_user_ns : UNSUPPORTED;
}

static _Noreturn void power_off_after(pid_t pid)
{
	int status = pid < 0 ? -1 : wait_for(pid);

	if (WIFSIGNALED(status))
		printf("bench: %s\n", signal_name(WTERMSIG(status)));
	printf("bench: ended with status %d\n", exit_status(status));
	fflush(stdout);
	reboot(REBOOT_POWER_OFF);
	for (;;)
		sched_yield(); /* a process 1 that ends is a panic */
}

void begin_as_init(void)
{
	uint64_t now = ns_since_reset();
	struct stat st;
	pid_t pid;

	if (getpid() != 1)
		return;
	reset_to_user_ns = now;
	/* Quire has devices from the start, Linux when asked. */
	if (stat("/dev/zero", &st))
		syscall(SYS_mount, "devtmpfs", "/dev", "devtmpfs", 0, NULL);
	if (stat("/proc/meminfo", &st))
		syscall(SYS_mount, "proc", "/proc", "proc", 0, NULL);
	pid = fork();
	if (pid)
		power_off_after(pid);
}
