/* SPDX-License-Identifier: MIT */
/*
 * What the files of fs/ know about opening.
 */
#ifndef FS_OPEN_H
#define FS_OPEN_H

#include <fs/file.h>

/*
 * A flag beside O_*, for file_alloc(): execve() opens the file. The number is one that Linux has no
 * O_ for.
 */
#define OPEN_EXEC 0x80000000u

/* For inodes of device files and FIFOs in any file system, by their mode. */
const struct file_operations *special_fops(uint32_t mode);

/*
 * Makes a file without a name in a directory of that place (O_TMPFILE); mode: after umask. -EACCES,
 * -EOPNOTSUPP, -ENOMEM.
 */
int open_tmpfile(const struct path *dir, uint32_t flags, uint32_t mode, const struct cred *cred,
        struct file **file);

extern const struct file_operations chardev_fops, fifo_fops;

#endif
