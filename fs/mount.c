/* SPDX-License-Identifier: MIT */
/*
 * Kinds of file systems, their instances, and the table of what is mounted where.
 */
#include <fs/dentry.h>
#include <fs/mount.h>
#include <fs/namei.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>
#include <string.h>

/* Guards the table, the list of types and DENTRY_MOUNTED. */
static spinlock_t mount_lock = SPINLOCK_INIT;
static TAILQ_HEAD(, mount) mounts = TAILQ_HEAD_INITIALIZER(mounts);
static SLIST_HEAD(, fs_type) types = SLIST_HEAD_INITIALIZER(types);

static uint32_t last_dev, last_mount_id; /* atomic */

void fs_register(struct fs_type *type)
{
	spin_lock(&mount_lock);
	SLIST_INSERT_HEAD(&types, type, link);
	spin_unlock(&mount_lock);
}

/* Types are never removed, so the pointer stays good without the lock. */
static struct fs_type *find_type(const char *name)
{
	struct fs_type *type;

	spin_lock(&mount_lock);
	SLIST_FOREACH (type, &types, link) {
		if (!strcmp(type->name, name))
			break;
	}
	spin_unlock(&mount_lock);
	return type;
}

int fs_type_for_each(int (*fn)(const struct fs_type *type, void *arg), void *arg)
{
	struct fs_type *type;
	int err = 0;

	spin_lock(&mount_lock);
	type = SLIST_FIRST(&types);
	spin_unlock(&mount_lock);
	for (; type && !err; type = SLIST_NEXT(type, link))
		err = fn(type, arg);
	return err;
}

struct super_block *super_alloc(
        const struct fs_type *type, const struct super_operations *ops, uint32_t magic, bool cached)
{
	struct super_block *sb = kzalloc(sizeof(*sb));

	if (!sb)
		return NULL;
	sb->type = type;
	sb->ops = ops;
	sb->magic = magic;
	sb->cached = cached;
	/* Major 0: file systems without a device, as on Linux. */
	sb->dev = dev_make(0, __atomic_add_fetch(&last_dev, 1, __ATOMIC_RELAXED));
	return sb;
}

void super_free(struct super_block *sb)
{
	if (sb->root)
		dentry_destroy_tree(sb->root);
	if (sb->ops->kill)
		sb->ops->kill(sb);
	kfree(sb);
}

static void mount_get(struct mount *mnt)
{
	__atomic_fetch_add(&mnt->refcount, 1, __ATOMIC_RELAXED);
}

/* The table's own reference goes last, in vfs_umount(), so that this never frees. */
static void mount_put(struct mount *mnt)
{
	__atomic_fetch_sub(&mnt->refcount, 1, __ATOMIC_RELEASE);
}

void path_get(const struct path *path)
{
	if (path->mnt)
		mount_get(path->mnt);
	dentry_get(path->dentry);
}

void path_put(const struct path *path)
{
	dentry_put(path->dentry);
	if (path->mnt)
		mount_put(path->mnt);
}

/* What covers this place, with a reference; NULL if nothing does. */
static struct mount *find_mount(const struct path *at)
{
	struct mount *mnt;

	spin_lock(&mount_lock);
	TAILQ_FOREACH (mnt, &mounts, link) {
		if (mnt->parent == at->mnt && mnt->mountpoint == at->dentry) {
			mount_get(mnt);
			break;
		}
	}
	spin_unlock(&mount_lock);
	return mnt;
}

void path_cross_mounts(struct path *path)
{
	while (__atomic_load_n(&path->dentry->flags, __ATOMIC_RELAXED) & DENTRY_MOUNTED) {
		struct mount *mnt = find_mount(path);

		if (!mnt)
			return;
		path_put(path);
		path->mnt = mnt;
		path->dentry = mnt->sb->root;
		dentry_get(path->dentry);
	}
}

bool path_leave_mount(struct path *path)
{
	struct path up = {path->mnt->parent, path->mnt->mountpoint};

	if (!up.mnt)
		return false;
	path_get(&up);
	path_put(path);
	*path = up;
	return true;
}

/* Makes a mount of a new instance, not yet in the table. */
static int mount_alloc(const char *type_name, const char *data, struct mount **out)
{
	struct fs_type *type = find_type(type_name);
	struct mount *mnt;
	int err;

	if (!type)
		return -ENODEV;
	mnt = kzalloc(sizeof(*mnt));
	if (!mnt)
		return -ENOMEM;
	err = type->mount(type, data, &mnt->sb);
	if (err) {
		kfree(mnt);
		return err;
	}
	mnt->refcount = 1;
	mnt->id = __atomic_add_fetch(&last_mount_id, 1, __ATOMIC_RELAXED);
	*out = mnt;
	return 0;
}

static void mount_free(struct mount *mnt)
{
	super_free(mnt->sb);
	kfree(mnt);
}

int vfs_mount_root(const char *type, struct path *root)
{
	struct mount *mnt;
	int err = mount_alloc(type, NULL, &mnt);

	if (err)
		return err;
	root->mnt = mnt;
	root->dentry = mnt->sb->root;
	path_get(root);
	spin_lock(&mount_lock);
	TAILQ_INSERT_TAIL(&mounts, mnt, link);
	spin_unlock(&mount_lock);
	return 0;
}

void mount_first(struct path *root)
{
	spin_lock(&mount_lock);
	root->mnt = TAILQ_FIRST(&mounts); /* never unmounted */
	spin_unlock(&mount_lock);
	root->dentry = root->mnt->sb->root;
	path_get(root);
}

/* Enters mnt over `at`, whose references it takes over. The directory's lock keeps rmdir away. */
static int mount_attach(struct mount *mnt, const struct path *at)
{
	struct inode *dir = at->dentry->inode;
	int err = 0;

	mutex_lock(&dir->lock);
	if (!dir->nlink) {
		err = -ENOENT;
	} else {
		mnt->parent = at->mnt;
		mnt->mountpoint = at->dentry;
		spin_lock(&mount_lock);
		TAILQ_INSERT_TAIL(&mounts, mnt, link);
		__atomic_fetch_or(&at->dentry->flags, DENTRY_MOUNTED, __ATOMIC_RELEASE);
		spin_unlock(&mount_lock);
	}
	mutex_unlock(&dir->lock);
	return err;
}

int vfs_mount(const struct vfs_at *at, const char *type, const char *target, const char *data)
{
	struct mount *mnt;
	struct path place;
	int err;

	if (!cred_is_root(at->cred))
		return -EPERM;
	err = path_lookup(at, target, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &place);
	if (err)
		return err;
	/* A generated directory forgets its names, and with them what is mounted there. */
	err = place.mnt->sb->cached || place.dentry == place.mnt->sb->root ? 0 : -EINVAL;
	if (!err)
		err = mount_alloc(type, data, &mnt);
	if (!err) {
		err = mount_attach(mnt, &place);
		if (err)
			mount_free(mnt);
	}
	if (err)
		path_put(&place);
	return err;
}

/* Takes mnt out of the table, if only the table and the caller's path use it. */
static int mount_detach(struct mount *mnt)
{
	int err = -EBUSY;

	spin_lock(&mount_lock);
	if (mnt->parent && __atomic_load_n(&mnt->refcount, __ATOMIC_ACQUIRE) == 2) {
		TAILQ_REMOVE(&mounts, mnt, link);
		__atomic_fetch_and(&mnt->mountpoint->flags, ~DENTRY_MOUNTED, __ATOMIC_RELEASE);
		err = 0;
	}
	spin_unlock(&mount_lock);
	return err;
}

int vfs_umount(const struct vfs_at *at, const char *target)
{
	struct path top, place;
	int err;

	if (!cred_is_root(at->cred))
		return -EPERM;
	err = path_lookup(at, target, LOOKUP_FOLLOW, &top);
	if (err)
		return err;
	err = top.mnt && top.dentry == top.mnt->sb->root ? mount_detach(top.mnt) : -EINVAL;
	path_put(&top);
	if (err)
		return err;
	place.mnt = top.mnt->parent;
	place.dentry = top.mnt->mountpoint;
	mount_free(top.mnt);
	path_put(&place);
	return 0;
}

/* The mount behind mnt in the table (NULL: the first) with a reference; takes the one to mnt. */
static struct mount *next_mount(struct mount *mnt)
{
	struct mount *next;

	spin_lock(&mount_lock);
	next = mnt ? TAILQ_NEXT(mnt, link) : TAILQ_FIRST(&mounts);
	if (next)
		mount_get(next);
	if (mnt)
		mount_put(mnt);
	spin_unlock(&mount_lock);
	return next;
}

/* A mount with a reference stays in the table, so the walk can't lose its place. */
int mount_for_each(int (*fn)(const struct path *root, const char *type, void *arg), void *arg)
{
	struct mount *mnt;
	int err = 0;

	for (mnt = next_mount(NULL); mnt; mnt = next_mount(mnt)) {
		struct path root = {mnt, mnt->sb->root};

		err = fn(&root, mnt->sb->type->name, arg);
		if (err) {
			mount_put(mnt);
			break;
		}
	}
	return err;
}
