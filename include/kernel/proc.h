/* SPDX-License-Identifier: MIT */
/*
 * What stands in /proc and /sys.
 */
#ifndef KERNEL_PROC_H
#define KERNEL_PROC_H

/* Once, after the page allocator is up and before /proc is mounted. Panics without memory. */
void proc_init(void);

/* Once, after devices_probe(): /sys/devices/platform shows which driver serves what. */
void sysfs_devices_init(void);

#endif
