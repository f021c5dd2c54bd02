/* SPDX-License-Identifier: MIT */
/*
 * Names. A dentry is one name in one directory and the inode behind it; parents tie them into the
 * tree that path walking follows. For file systems in memory (tmpfs, /dev) this tree is all there
 * is; for generated ones (/proc) a dentry lives only while somebody uses it.
 */
#ifndef FS_DENTRY_H
#define FS_DENTRY_H

#include <fs/inode.h>
#include <lib/types.h>

#define DENTRY_LINKED  1u /* it is in its directory; cleared for good when the name is removed */
#define DENTRY_MOUNTED 2u /* a file system is mounted here; under mount_lock, read without */

struct dentry {
	uint32_t refcount; /* atomic; the directory's tree holds one */
	uint32_t flags;    /* atomic */
	/* under dentry_lock, and changed only with the directory's lock held too */
	struct dentry *parent; /* with a reference; NULL for a root */
	char *name;            /* NUL-terminated */
	uint32_t len;

	struct inode *inode; /* with a reference; set before others see the dentry */
	/* under the lock of the parent's inode */
	uint32_t cookie; /* place in the directory for readdir */
	RB_ENTRY(dentry) tree_link;
	TAILQ_ENTRY(dentry) list_link;
};

/* Guards parent and name of all dentries: walking up (`..`, getcwd) against rename. */
extern spinlock_t dentry_lock;

/*
 * A new name with one reference, no inode, not yet in its directory. parent may be NULL. NULL
 * without memory.
 */
struct dentry *dentry_alloc(struct dentry *parent, const char *name, size_t len);

void dentry_get(struct dentry *d);
/* The last put frees the name and puts its inode and parent. May sleep. */
void dentry_put(struct dentry *d);

/* The caller holds dir->lock of the directory's inode for the next three and the move. */
/* Finds a name; no reference is taken. NULL if it is not there. */
struct dentry *dentry_find_locked(struct inode *dir, const char *name, size_t len);
/* Enters d into the directory and takes a reference for it. Removes it and drops that reference. */
void dentry_link_locked(struct inode *dir, struct dentry *d);
void dentry_unlink_locked(struct inode *dir, struct dentry *d);

/*
 * Moves d from the directory `from` to the one of `parent`, under `name` (from kmalloc(), taken
 * over; the old name is freed). Both directories are locked, and no such name is in the new one.
 */
void dentry_move_locked(
        struct inode *from, struct dentry *d, struct dentry *parent, char *name, size_t len);

/* Is `above` d itself, or one of the directories over it in the same file system? */
bool dentry_is_above(struct dentry *above, struct dentry *d);

/* The parent with a reference (a root is its own). */
struct dentry *dentry_parent(struct dentry *d);

/* Drops every name below root, and root: the end of a file system that nobody uses. */
void dentry_destroy_tree(struct dentry *root);

#endif
