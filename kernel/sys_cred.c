/* SPDX-License-Identifier: MIT */
/*
 * System calls about users and groups (credentials(7)). Linux's capabilities to change ids are
 * here those of whoever has the effective user 0.
 */
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/errno.h>
#include <string.h>

#define UNCHANGED 0xffffffff

/* The three user ids or the three group ids, for the rules that are the same for both. */
struct ids {
	uint32_t real, effective, saved;
};

static struct ids user_ids(void)
{
	const struct cred *c = &current()->cred;

	return (struct ids){c->uid, c->euid, c->suid};
}

static struct ids group_ids(void)
{
	const struct cred *c = &current()->cred;

	return (struct ids){c->gid, c->egid, c->sgid};
}

/*
 * Who becomes a user that has too many processes may do so, since few programs look at the answer, but it
 * may not go on to execve() (Linux: flag_nproc_exceeded()). All at once: who asks whether he may send us a
 * signal must not find half of the old ids and half of the new.
 */
static long set_user_ids(int err, const struct ids *new)
{
	struct task *t = current();
	struct cred *c = &t->cred;

	if (err)
		return err;
	spin_lock_irq(&tasks_lock);
	if (c->uid != new->real)
		t->too_many = task_too_many_locked(t, new->real, 0);
	c->uid = new->real;
	c->euid = new->effective;
	c->suid = new->saved;
	spin_unlock_irq(&tasks_lock);
	return 0;
}

static long set_group_ids(int err, const struct ids *new)
{
	struct cred *c = &current()->cred;

	if (err)
		return err;
	spin_lock_irq(&tasks_lock);
	c->gid = new->real;
	c->egid = new->effective;
	c->sgid = new->saved;
	spin_unlock_irq(&tasks_lock);
	return 0;
}

static bool privileged(void)
{
	return cred_is_root(&current()->cred);
}

/* setuid(): for root all three, for others the effective id. */
static int change_one(struct ids *ids, uint32_t id)
{
	if (id == UNCHANGED)
		return -EINVAL;
	if (privileged())
		*ids = (struct ids){id, id, id};
	else if (id == ids->real || id == ids->saved)
		ids->effective = id;
	else
		return -EPERM;
	return 0;
}

/* setreuid(). The saved id follows where the real one is set, or the effective one away from it. */
static int change_two(struct ids *ids, uint32_t real, uint32_t effective)
{
	const struct ids old = *ids;

	if (real != UNCHANGED) {
		if (real != old.real && real != old.effective && !privileged())
			return -EPERM;
		ids->real = real;
	}
	if (effective != UNCHANGED) {
		if (effective != old.real && effective != old.effective && effective != old.saved &&
		        !privileged())
			return -EPERM;
		ids->effective = effective;
	}
	if (real != UNCHANGED || (effective != UNCHANGED && effective != old.real))
		ids->saved = ids->effective;
	return 0;
}

/* setresuid(): each may become any of the three. */
static int change_three(struct ids *ids, const uint32_t wanted[3])
{
	uint32_t *const id[3] = {&ids->real, &ids->effective, &ids->saved};
	const struct ids old = *ids;

	for (int i = 0; i < 3; i++) {
		if (wanted[i] == UNCHANGED)
			continue;
		if (wanted[i] != old.real && wanted[i] != old.effective && wanted[i] != old.saved &&
		        !privileged())
			return -EPERM;
		*id[i] = wanted[i];
	}
	return 0;
}

static long put_ids(const struct ids *ids, uint32_t __user *real, uint32_t __user *effective,
        uint32_t __user *saved)
{
	if (put_user_u32(ids->real, real) || put_user_u32(ids->effective, effective))
		return -EFAULT;
	return put_user_u32(ids->saved, saved);
}

long sys_getuid32(void)
{
	return current()->cred.uid;
}

long sys_geteuid32(void)
{
	return current()->cred.euid;
}

long sys_getgid32(void)
{
	return current()->cred.gid;
}

long sys_getegid32(void)
{
	return current()->cred.egid;
}

long sys_getresuid32(uint32_t __user *real, uint32_t __user *effective, uint32_t __user *saved)
{
	struct ids ids = user_ids();

	return put_ids(&ids, real, effective, saved);
}

long sys_getresgid32(uint32_t __user *real, uint32_t __user *effective, uint32_t __user *saved)
{
	struct ids ids = group_ids();

	return put_ids(&ids, real, effective, saved);
}

long sys_setuid32(uint32_t id)
{
	struct ids ids = user_ids();

	return set_user_ids(change_one(&ids, id), &ids);
}

long sys_setgid32(uint32_t id)
{
	struct ids ids = group_ids();

	return set_group_ids(change_one(&ids, id), &ids);
}

long sys_setreuid32(uint32_t real, uint32_t effective)
{
	struct ids ids = user_ids();

	return set_user_ids(change_two(&ids, real, effective), &ids);
}

long sys_setregid32(uint32_t real, uint32_t effective)
{
	struct ids ids = group_ids();

	return set_group_ids(change_two(&ids, real, effective), &ids);
}

long sys_setresuid32(uint32_t real, uint32_t effective, uint32_t saved)
{
	struct ids ids = user_ids();

	return set_user_ids(change_three(&ids, (uint32_t[]){real, effective, saved}), &ids);
}

long sys_setresgid32(uint32_t real, uint32_t effective, uint32_t saved)
{
	struct ids ids = group_ids();

	return set_group_ids(change_three(&ids, (uint32_t[]){real, effective, saved}), &ids);
}

long sys_getgroups32(int n, uint32_t __user *groups)
{
	const struct cred *c = &current()->cred;

	if (n < 0 || (n && (uint32_t)n < c->ngroups))
		return -EINVAL;
	if (n && copy_to_user(groups, c->groups, c->ngroups * sizeof(*groups)))
		return -EFAULT;
	return c->ngroups;
}

/* In rising order, as Linux keeps and reports them. */
static void sort(uint32_t *ids, uint32_t n)
{
	for (uint32_t i = 1; i < n; i++) {
		uint32_t id = ids[i], j = i;

		for (; j > 0 && ids[j - 1] > id; j--)
			ids[j] = ids[j - 1];
		ids[j] = id;
	}
}

long sys_setgroups32(int n, const uint32_t __user *user_groups)
{
	struct cred *c = &current()->cred;
	uint32_t groups[CRED_GROUPS];

	if (!privileged())
		return -EPERM;
	if (n < 0 || n > CRED_GROUPS)
		return -EINVAL;
	if (copy_from_user(groups, user_groups, n * sizeof(*groups)))
		return -EFAULT;
	sort(groups, n);
	spin_lock_irq(&tasks_lock);
	memcpy(c->groups, groups, n * sizeof(*groups));
	c->ngroups = n;
	spin_unlock_irq(&tasks_lock);
	return 0;
}
