/* SPDX-License-Identifier: MIT */
/*
 * Mounts: which file system lies over which directory. The kernel starts with tmpfs on / and
 * mounts proc, sysfs and devtmpfs on top.
 */
#ifndef FS_MOUNT_H
#define FS_MOUNT_H

#include <fs/inode.h>
#include <lib/types.h>
#include <sys/queue.h>

struct vfs_at;

/* A kind of file system. */
struct fs_type {
	const char *name;
	/*
	 * Makes an instance: a super_block from super_alloc() with root set. `data` is the option
	 * string of mount(2), or NULL. 0 or -errno.
	 */
	int (*mount)(struct fs_type *type, const char *data, struct super_block **sb);
	SLIST_ENTRY(fs_type) link;
};

/* Adds a kind of file system for good. Call once for each, before it is mounted. */
void fs_register(struct fs_type *type);

struct super_block *super_alloc(const struct fs_type *type, const struct super_operations *ops,
        uint32_t magic, bool cached);
/* Takes apart an instance that has no user: names, inodes, then the instance itself. */
void super_free(struct super_block *sb);

struct mount {
	uint32_t refcount; /* atomic; the mount table holds one */
	uint32_t id;       /* mnt_id of statx() */
	struct super_block *sb;
	struct mount *parent;      /* with a reference; NULL for the root and for unmounted ones */
	struct dentry *mountpoint; /* in the parent, with a reference */
	TAILQ_ENTRY(mount) link;   /* under mount_lock */
};

/* A place in the tree of names: a name, and the mount through which it was reached. */
struct path {
	struct mount *mnt; /* NULL for pipes and other files without a place */
	struct dentry *dentry;
};

void path_get(const struct path *path);
void path_put(const struct path *path);
static inline bool path_equal(const struct path *a, const struct path *b)
{
	return a->mnt == b->mnt && a->dentry == b->dentry;
}

/*
 * Mounts the first file system, the root of the tree. *root gets it with a reference. -ENODEV if
 * no such type is registered, -ENOMEM.
 */
int vfs_mount_root(const char *type, struct path *root);

/* That place again, with a reference, whatever a process has made its root. */
void mount_first(struct path *root);

/*
 * mount(2) for a new file system, and umount2(2). -EPERM unless root, -ENODEV for an unknown type,
 * -ENOTDIR, -EBUSY (already mounted there; files in use), -EINVAL (nothing mounted there).
 */
int vfs_mount(const struct vfs_at *at, const char *type, const char *target, const char *data);
int vfs_umount(const struct vfs_at *at, const char *target);

/*
 * If a file system is mounted on *path, replaces it (and its reference) with the root of that
 * file system, and so on upwards. Only called where DENTRY_MOUNTED is set.
 */
void path_cross_mounts(struct path *path);

/* The other way: from the root of a mount to the place it covers. False at the top of all. */
bool path_leave_mount(struct path *path);

/*
 * Calls fn for every mount, in order of mounting, until it answers other than 0; that is returned.
 */
int mount_for_each(int (*fn)(const struct path *root, const char *type, void *arg), void *arg);
/* The same for the registered types. */
int fs_type_for_each(int (*fn)(const struct fs_type *type, void *arg), void *arg);

#endif
