/* SPDX-License-Identifier: MIT */
/*
 * From path names to files: each process's root and working directory, and the walk.
 */
#ifndef FS_NAMEI_H
#define FS_NAMEI_H

#include <fs/cred.h>
#include <fs/mount.h>
#include <lib/spinlock.h>

/* The view that a process has of the tree. clone() copies it, or shares it with CLONE_FS. */
struct fs_context {
	uint32_t refcount; /* atomic */
	spinlock_t lock;
	/* under lock */
	struct path root, cwd;
	uint32_t umask; /* one word: may be read without */
};

/*
 * A context at `root` with umask 022; the paths take references of their own. NULL without memory.
 */
struct fs_context *fs_context_alloc(const struct path *root);
/* A copy with one reference, for fork. NULL without memory. */
struct fs_context *fs_context_copy(struct fs_context *ctx);
void fs_context_get(struct fs_context *ctx);
void fs_context_put(struct fs_context *ctx);

/* Copies out the working directory or the root, with references. */
void fs_get_cwd(struct fs_context *ctx, struct path *cwd);
void fs_get_root(struct fs_context *ctx, struct path *root);

/* Who walks, and from where: the first argument of everything that takes a path name. */
struct vfs_at {
	struct fs_context *fs;
	const struct cred *cred;
	struct file
	        *dir; /* where relative names start; NULL: at the working directory (AT_FDCWD) */
	int err;      /* what walking from there answers if not 0: dir is none (-EBADF) */
};

enum lookup_flags {
	LOOKUP_FOLLOW = 1,    /* follow a symlink that is the last component */
	LOOKUP_DIRECTORY = 2, /* -ENOTDIR if it is something else */
	LOOKUP_EMPTY = 4,     /* AT_EMPTY_PATH: "" is the starting point itself, of any kind */
};

/*
 * Walks to an existing file; *path gets references. Sleeps. -ENOENT, -ENOTDIR, -EACCES (no search
 * permission), -ELOOP (more than 40 symlinks), -ENAMETOOLONG (a component over 255 bytes or a name
 * of 4096 and more), -ENOMEM.
 */
int path_lookup(const struct vfs_at *at, const char *name, unsigned int flags, struct path *path);

/*
 * Writes the absolute name of a place as seen from `root` (NULL: from the top), with " (deleted)"
 * where the name is gone, and "(unreachable)" before it where root does not contain it. Returns a
 * pointer into buf, whose text ends at buf + size, or NULL where it does not fit. Never sleeps.
 */
char *path_name(const struct path *path, const struct path *root, char *buf, size_t size);

#endif
