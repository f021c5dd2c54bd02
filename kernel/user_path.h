/* SPDX-License-Identifier: MIT */
/*
 * The names that programs hand to system calls, and the files that they hand over by descriptor.
 */
#ifndef KERNEL_USER_PATH_H
#define KERNEL_USER_PATH_H

#include <fs/namei.h>
#include <kernel/task.h>

#define SHORT_NAME 96 /* names up to this length need no memory but the stack */

struct user_path {
	struct vfs_at at;
	const char *name;
	struct fd dir;
	char *page; /* a long name, from kmalloc() */
	char few[SHORT_NAME];
};

/*
 * Fetches a name and the directory that it is relative to (AT_FDCWD or a descriptor; not looked at
 * where the name is absolute). That a descriptor is bad, or the name empty, is found where the walk
 * begins, as on Linux. user_path_put() must follow where this returns 0. -EFAULT, -ENAMETOOLONG,
 * -ENOMEM.
 */
int user_path_get(struct user_path *p, int dir, const char __user *name);
void user_path_put(struct user_path *p);

/* The same and path_lookup(); *path gets references. lookup: LOOKUP_* (LOOKUP_EMPTY as said above). */
int user_lookup(int dir, const char __user *name, unsigned int lookup, struct path *path);

/* Copies in a string of less than PATH_MAX bytes; kfree() it. -EFAULT, -ENAMETOOLONG, -ENOMEM. */
int user_string(const char __user *from, char **text);

/* The file behind a descriptor, for changes: -EBADF if it is not open, or only as a place (O_PATH). */
int fd_get_file(int fd, struct fd *f);

#endif
