/* SPDX-License-Identifier: MIT */
/*
 * Where the folders to the left of kernel/ meet it: what they call upwards is registered here.
 */
#include <fs/vfs.h>
#include <kernel/clock.h>
#include <kernel/kernel.h>
#include <kernel/oom.h>
#include <kernel/proc.h>
#include <kernel/task.h>
#include <kernel/tty_hooks.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <mm/hooks.h>

static const struct rlimit *current_limits(void)
{
	return current()->rlimits;
}

static bool current_is_privileged(void)
{
	return cred_is_root(&current()->cred);
}

static const struct mm_hooks mm_hooks = {
        .limits = current_limits,
        .privileged = current_is_privileged,
        .out_of_memory = oom_kill,
};

void hooks_init(void)
{
	mm_hooks_register(&mm_hooks);
	realtime_init();
	tty_hooks_init();
	proc_init();
}

static void mount_one(const struct vfs_at *at, const char *type, const char *target)
{
	int err = vfs_mkdir(at, target, 0755);

	if (!err || err == -EEXIST)
		err = vfs_mount(at, type, target, NULL);
	if (err)
		pr_warn("cannot mount %s on %s: error %d\n", type, target, -err);
}

void mount_standard(const struct vfs_at *at)
{
	mount_one(at, "devtmpfs", "/dev");
	mount_one(at, "proc", "/proc");
	mount_one(at, "sysfs", "/sys");
}
