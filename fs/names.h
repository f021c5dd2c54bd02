/* SPDX-License-Identifier: MIT */
/*
 * Rules that mkdir, open, unlink and rename share.
 */
#ifndef FS_NAMES_H
#define FS_NAMES_H

#include "walk.h"

/*
 * A dentry, not yet linked, for a name that the caller did not find in dir, under dir's lock.
 * -ENOENT (dir was removed), -EACCES, -EPERM (the file system has no new names), -ENOMEM.
 */
int new_name_locked(struct dentry *dir, const char *name, size_t len, const struct cred *cred,
        struct dentry **d);

/*
 * May cred take d out of dir? Under dir's lock. 0, -EACCES, -EPERM, -EBUSY (something is mounted on
 * it).
 */
int may_remove_locked(struct inode *dir, const struct dentry *d, const struct cred *cred);

#endif
