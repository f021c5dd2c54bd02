/* SPDX-License-Identifier: MIT */
/*
 * Resource limits.
 */
#include <kernel/sched.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/resource.h>
#include <lib/abi/time.h>
#include <lib/errno.h>
#include <mm/page.h>
#include <string.h>

/* Linux lets an eighth of memory be kernel stacks, and each user have half of those tasks. */
static uint32_t default_tasks(void)
{
	return page_total_count() / (KSTACK_SIZE / PAGE_SIZE) / 8 / 2;
}

void rlimits_init(struct rlimit limits[RLIM_NLIMITS])
{
	uint32_t tasks = default_tasks();

	for (int i = 0; i < RLIM_NLIMITS; i++)
		limits[i] = (struct rlimit){RLIM_INFINITY, RLIM_INFINITY};
	/* include/asm-generic/resource.h */
	limits[RLIMIT_STACK].rlim_cur = 8u << 20;
	limits[RLIMIT_CORE].rlim_cur = 0;
	limits[RLIMIT_NPROC] = (struct rlimit){tasks, tasks};
	limits[RLIMIT_NOFILE] = (struct rlimit){1024, 4096};
	limits[RLIMIT_MEMLOCK] = (struct rlimit){8u << 20, 8u << 20};
	limits[RLIMIT_SIGPENDING] = (struct rlimit){tasks, tasks};
	limits[RLIMIT_MSGQUEUE] = (struct rlimit){819200, 819200};
	limits[RLIMIT_NICE] = (struct rlimit){0, 0};
	limits[RLIMIT_RTPRIO] = (struct rlimit){0, 0};
}

/* Both words change under tasks_lock; a reader of one alone needs none. */
static int exchange_limit(
        struct task *t, unsigned int resource, const struct rlimit *limit, struct rlimit *old)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	int err = 0;

	*old = t->rlimits[resource];
	if (limit && limit->rlim_max > old->rlim_max && !cred_is_root(&current()->cred))
		err = -EPERM;
	else if (limit)
		t->rlimits[resource] = *limit;
	spin_unlock_irqrestore(&tasks_lock, flags);
	return err;
}

static int do_limit(
        struct task *t, unsigned int resource, const struct rlimit *limit, struct rlimit *old)
{
	if (resource >= RLIM_NLIMITS || (limit && limit->rlim_cur > limit->rlim_max))
		return -EINVAL;
	if (limit && resource == RLIMIT_NOFILE && limit->rlim_max > FDTABLE_LIMIT)
		return -EPERM;
	return exchange_limit(t, resource, limit, old);
}

long sys_getrlimit(unsigned int resource, struct rlimit __user *limit)
{
	struct rlimit old;
	int err = do_limit(current(), resource, NULL, &old);

	return err ? err : copy_to_user(limit, &old, sizeof(old));
}

long sys_setrlimit(unsigned int resource, const struct rlimit __user *user_limit)
{
	struct rlimit limit, old;

	if (copy_from_user(&limit, user_limit, sizeof(limit)))
		return -EFAULT;
	return do_limit(current(), resource, &limit, &old);
}

static uint32_t limit_from_64(uint64_t limit)
{
	return limit >= RLIM_INFINITY ? RLIM_INFINITY : (uint32_t)limit;
}

static uint64_t limit_to_64(uint32_t limit)
{
	return limit == RLIM_INFINITY ? RLIM64_INFINITY : limit;
}

/* The caller's real ids have to be all of the other's (prlimit(2)). */
static bool may_limit(const struct task *t)
{
	const struct cred *me = &current()->cred, *other = &t->cred;

	return t == current() || cred_is_root(me) ||
	       (me->uid == other->uid && me->uid == other->euid && me->uid == other->suid &&
	               me->gid == other->gid && me->gid == other->egid && me->gid == other->sgid);
}

static int limit_of_pid(
        pid_t pid, unsigned int resource, const struct rlimit *limit, struct rlimit *old)
{
	struct task *t;
	int err;

	if (!pid)
		return do_limit(current(), resource, limit, old);
	t = task_find(pid);
	if (!t)
		return -ESRCH;
	err = may_limit(t) ? do_limit(t, resource, limit, old) : -EPERM;
	task_put(t);
	return err;
}

long sys_prlimit64(pid_t pid, unsigned int resource, const struct rlimit64 __user *user_limit,
        struct rlimit64 __user *user_old)
{
	struct rlimit limit, old;
	struct rlimit64 wide;
	int err;

	if (user_limit) {
		if (copy_from_user(&wide, user_limit, sizeof(wide)))
			return -EFAULT;
		limit.rlim_cur = limit_from_64(wide.rlim_cur);
		limit.rlim_max = limit_from_64(wide.rlim_max);
	}
	err = limit_of_pid(pid, resource, user_limit ? &limit : NULL, &old);
	if (err || !user_old)
		return err;
	wide.rlim_cur = limit_to_64(old.rlim_cur);
	wide.rlim_max = limit_to_64(old.rlim_max);
	return copy_to_user(user_old, &wide, sizeof(wide));
}
