/* SPDX-License-Identifier: MIT */
/*
 * The steps of kernel_main() that have no header of their own.
 */
#ifndef KERNEL_KERNEL_H
#define KERNEL_KERNEL_H

struct vfs_at;

/* Gives this core's ABT and UND modes a place to save a register. */
void traps_init(void);

/* Registers what drivers and fs ask of the kernel: tty signals, /proc. */
void hooks_init(void);

/* Mounts /dev, /proc and /sys where the root has such directories, making them if need be. */
void mount_standard(const struct vfs_at *at);

#endif
