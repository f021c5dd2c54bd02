/* SPDX-License-Identifier: MIT */
/*
 * Starting fs/: the kinds of file systems and the devices that every kernel has.
 */
#include <fs/tmpfs.h>
#include <fs/vfs.h>
#include "memdev.h"
#include "proc.h"

void fs_init(void)
{
	memdev_init();
	tmpfs_init();
	devfs_init();
	procfs_init();
	sysfs_init();
}
