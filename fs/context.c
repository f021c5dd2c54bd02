/* SPDX-License-Identifier: MIT */
/*
 * Each process's own view of the tree: root, working directory, umask.
 */
#include <fs/dentry.h>
#include <fs/namei.h>
#include <fs/vfs.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>
#include <string.h>

static struct fs_context *context_new(
        const struct path *root, const struct path *cwd, uint32_t umask)
{
	struct fs_context *ctx = kzalloc(sizeof(*ctx));

	if (!ctx)
		return NULL;
	ctx->refcount = 1;
	ctx->root = *root;
	ctx->cwd = *cwd;
	ctx->umask = umask;
	path_get(root);
	path_get(cwd);
	return ctx;
}

struct fs_context *fs_context_alloc(const struct path *root)
{
	return context_new(root, root, 022);
}

struct fs_context *fs_context_copy(struct fs_context *ctx)
{
	struct fs_context *copy;
	struct path root, cwd;

	fs_get_root(ctx, &root);
	fs_get_cwd(ctx, &cwd);
	copy = context_new(&root, &cwd, ctx->umask);
	path_put(&root);
	path_put(&cwd);
	return copy;
}

void fs_context_get(struct fs_context *ctx)
{
	__atomic_fetch_add(&ctx->refcount, 1, __ATOMIC_RELAXED);
}

void fs_context_put(struct fs_context *ctx)
{
	if (__atomic_sub_fetch(&ctx->refcount, 1, __ATOMIC_ACQ_REL))
		return;
	path_put(&ctx->root);
	path_put(&ctx->cwd);
	kfree(ctx);
}

static void copy_path(struct fs_context *ctx, const struct path *from, struct path *to)
{
	spin_lock(&ctx->lock);
	*to = *from;
	path_get(to);
	spin_unlock(&ctx->lock);
}

void fs_get_cwd(struct fs_context *ctx, struct path *cwd)
{
	copy_path(ctx, &ctx->cwd, cwd);
}

void fs_get_root(struct fs_context *ctx, struct path *root)
{
	copy_path(ctx, &ctx->root, root);
}

/* The old place is put after the lock is dropped, since that may sleep. */
static void replace_path(struct fs_context *ctx, struct path *slot, const struct path *path)
{
	struct path old;

	path_get(path);
	spin_lock(&ctx->lock);
	old = *slot;
	*slot = *path;
	spin_unlock(&ctx->lock);
	path_put(&old);
}

static int may_enter(const struct cred *cred, const struct path *path)
{
	if (!S_ISDIR(path->dentry->inode->mode))
		return -ENOTDIR;
	return inode_permission(path->dentry->inode, cred, MAY_EXEC);
}

int vfs_chdir(struct fs_context *fs, const struct cred *cred, const struct path *path)
{
	int err = may_enter(cred, path);

	if (!err)
		replace_path(fs, &fs->cwd, path);
	return err;
}

int vfs_chroot(struct fs_context *fs, const struct cred *cred, const struct path *path)
{
	int err = may_enter(cred, path);

	if (err)
		return err;
	if (!cred_is_root(cred))
		return -EPERM;
	replace_path(fs, &fs->root, path);
	return 0;
}

ssize_t vfs_getcwd(struct fs_context *fs, char __user *buf, size_t n)
{
	struct path root, cwd;
	ssize_t ret = -ENAMETOOLONG;
	char *text = kmalloc(PATH_MAX);
	char *name;

	if (!text)
		return -ENOMEM;
	fs_get_root(fs, &root);
	fs_get_cwd(fs, &cwd);
	name = path_name(&cwd, &root, text, PATH_MAX);
	if (!cwd.dentry->inode->nlink) {
		ret = -ENOENT;
	} else if (name) {
		size_t len = text + PATH_MAX - name;

		if (len > n)
			ret = -ERANGE;
		else
			ret = copy_to_user(buf, name, len) ? -EFAULT : (ssize_t)len;
	}
	path_put(&root);
	path_put(&cwd);
	kfree(text);
	return ret;
}
