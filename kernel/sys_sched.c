/* SPDX-License-Identifier: MIT */
/*
 * System calls about the calling task and how it is scheduled. There is one policy, round robin
 * without priorities, which is what SCHED_OTHER promises; the others are not to be had.
 */
#include <kernel/sched.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/prctl.h>
#include <lib/abi/sched.h>
#include <lib/errno.h>
#include <string.h>

/* What the manual promises for the real-time policies (sched(7)), whether or not they are there. */
#define RT_PRIORITY_MIN   1
#define RT_PRIORITY_MAX   99

/* include/uapi/linux/personality.h: Linux programs, with 32-bit addresses as on every ARM since v3. */
#define PERSONALITY_QUERY 0xffffffff
#define PER_LINUX_32BIT   0x00800000

long sys_sched_yield(void)
{
	sched_yield();
	return 0;
}

/* 0 stands for the caller. -ESRCH. */
static int check_pid(pid_t pid)
{
	struct task *t;

	if (!pid)
		return 0;
	t = task_find(pid);
	if (!t)
		return -ESRCH;
	task_put(t);
	return 0;
}

/* Tasks run on the core that booted, and on no other. */
static uint32_t usable_cores(void)
{
	return 1u << cpu_id();
}

long sys_sched_getaffinity(pid_t pid, size_t n, uint32_t __user *mask)
{
	int err;

	if (n < sizeof(*mask) || n % sizeof(*mask))
		return -EINVAL;
	err = check_pid(pid);
	if (err)
		return err;
	return put_user_u32(usable_cores(), mask) ? -EFAULT : (long)sizeof(*mask);
}

/* A shorter mask counts as filled up with zeros, and what is beyond ours is not looked at. */
long sys_sched_setaffinity(pid_t pid, size_t n, const uint32_t __user *user_mask)
{
	uint32_t mask = 0;
	int err;

	if (copy_from_user(&mask, user_mask, n < sizeof(mask) ? n : sizeof(mask)))
		return -EFAULT;
	err = check_pid(pid);
	if (err)
		return err;
	return mask & usable_cores() ? 0 : -EINVAL;
}

long sys_sched_getscheduler(pid_t pid)
{
	int err = pid < 0 ? -EINVAL : check_pid(pid);

	return err ? err : SCHED_NORMAL;
}

long sys_sched_getparam(pid_t pid, int __user *priority)
{
	int err;

	if (!priority || pid < 0)
		return -EINVAL;
	err = check_pid(pid);
	return err ? err : put_user_u32(0, (uint32_t __user *)priority);
}

static long priority_bound(int policy, int real_time)
{
	switch (policy) {
	case SCHED_FIFO:
	case SCHED_RR:
		return real_time;
	case SCHED_NORMAL:
	case SCHED_BATCH:
	case SCHED_IDLE:
		return 0;
	default:
		return -EINVAL;
	}
}

long sys_sched_get_priority_max(int policy)
{
	return priority_bound(policy, RT_PRIORITY_MAX);
}

long sys_sched_get_priority_min(int policy)
{
	return priority_bound(policy, RT_PRIORITY_MIN);
}

long sys_getcpu(uint32_t __user *cpu, uint32_t __user *node, void __user *unused)
{
	(void)unused;
	if (cpu && put_user_u32(cpu_id(), cpu))
		return -EFAULT;
	return node ? put_user_u32(0, node) : 0;
}

/* A longer name is cut. Others may see a mixture while it changes, but always an end. */
static int set_own_name(const char __user *from)
{
	char name[TASK_COMM] = "";

	if (strncpy_from_user(name, from, TASK_COMM - 1) < 0)
		return -EFAULT;
	memcpy(current()->comm, name, TASK_COMM);
	return 0;
}

long sys_prctl(int option, uint32_t arg, uint32_t arg3, uint32_t arg4, uint32_t arg5)
{
	(void)arg3;
	(void)arg4;
	(void)arg5;
	switch (option) {
	case PR_SET_NAME:
		return set_own_name((const char __user *)arg);
	case PR_GET_NAME:
		return copy_to_user((void __user *)arg, current()->comm, TASK_COMM);
	default:
		return -EINVAL;
	}
}

long sys_personality(uint32_t persona)
{
	return persona == PERSONALITY_QUERY || persona == PER_LINUX_32BIT ? PER_LINUX_32BIT
	                                                                  : -EINVAL;
}
