/* SPDX-License-Identifier: MIT */
/*
 * Filling the root file system from a cpio archive ("newc"), as Linux's initramfs.
 */
#ifndef FS_INITRAMFS_H
#define FS_INITRAMFS_H

#include <fs/namei.h>
#include <lib/types.h>

/*
 * Unpacks `size` bytes at `archive` (kernel address, any alignment) below the place where `at`
 * starts relative names. Directories, files, symlinks, device nodes, FIFOs and hard links; the
 * contents of files are copied. A damaged archive is reported with pr_err(), and what came before
 * the damage stays: the error is returned. -EINVAL, -ENOEXEC (compressed), -ENOMEM, -ENOSPC.
 * Sleeps.
 */
int initramfs_unpack(const struct vfs_at *at, const void *archive, size_t size);

#endif
