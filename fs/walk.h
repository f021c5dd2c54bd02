/* SPDX-License-Identifier: MIT */
/*
 * The path walk, for the files of fs/ that create, remove and rename names.
 */
#ifndef FS_WALK_H
#define FS_WALK_H

#include <fs/dentry.h>
#include <fs/namei.h>

enum last_type {
	LAST_NORMAL, /* a name */
	LAST_DOT,
	LAST_DOTDOT,
	LAST_NONE, /* no name is left: the path was "/", or a link of /proc led to a file */
};

struct walk {
	const struct vfs_at *at;
	struct path root, cur; /* with references; cur is how far we are */
	const char *rest;      /* what is still to be walked */
	char *buf;             /* holds rest after a symlink; NULL before */
	unsigned int links;    /* symlinks followed */
	/* after walk_to_parent(): the last component, good until the next walk_ call */
	enum last_type type;
	const char *last;
	size_t last_len;
	bool slashes; /* slashes follow it: only a directory will do */
};

/*
 * Starts at the root, the working directory or at->dir, and walks until cur is the directory in
 * which the last component stands. "" is -ENOENT; other errors as path_lookup(). walk_end() must
 * follow where this returns 0.
 */
int walk_begin_parent(struct walk *w, const struct vfs_at *at, const char *name);
void walk_end(struct walk *w);

/* Walks on to the parent of the last component again, after walk_follow(). */
int walk_to_parent(struct walk *w);

/*
 * Goes on from cur with the target of a symlink that stands in it. -ELOOP, -ENOMEM, or the link's
 * errors.
 */
int walk_follow(struct walk *w, struct inode *link);

/*
 * Finds a name in a directory whose inode->lock the caller holds; *d gets a reference. -ENOENT,
 * -ENAMETOOLONG, -ENOMEM.
 */
int lookup_locked(struct dentry *dir, const char *name, size_t len, struct dentry **d);

#endif
