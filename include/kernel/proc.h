/* SPDX-License-Identifier: MIT */
/*
 * What stands in /proc and /sys.
 */
#ifndef KERNEL_PROC_H
#define KERNEL_PROC_H

/* Once, after the page allocator is up and before /proc is mounted. Panics without memory. */
void proc_init(void);

/*
 * What writing `value` to the file of /proc/sys that `name` means would do, as sysctl.vm.x=1 on the
 * command line: "vm.x" or "vm/x". Before proc_init(), too. 0, -ENOENT, -EINVAL.
 */
int sysctl_set(const char *name, const char *value);

/* Once, after devices_probe(): /sys/devices/platform shows which driver serves what. */
void sysfs_devices_init(void);

#endif
