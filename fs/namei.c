/* SPDX-License-Identifier: MIT */
/*
 * Path walking: from a name to a place, component by component (path_resolution(7)).
 *
 * A symlink's target is put in front of what is still to be walked, so that there is no recursion.
 */
#include <fs/file.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>
#include <string.h>
#include "walk.h"

#define MAX_LINKS 40 /* as Linux, include/linux/namei.h: MAXSYMLINKS */

int lookup_locked(struct dentry *dir, const char *name, size_t len, struct dentry **out)
{
	struct inode *inode = dir->inode;
	struct dentry *d;
	int err;

	if (len > NAME_MAX)
		return inode->nlink ? -ENAMETOOLONG : -ENOENT;
	d = dentry_find_locked(inode, name, len);
	if (!d && inode->ops->populate) {
		err = inode->ops->populate(dir);
		if (err)
			return err;
		d = dentry_find_locked(inode, name, len);
	}
	if (d) {
		dentry_get(d);
		*out = d;
		return 0;
	}
	if (!inode->ops->lookup)
		return -ENOENT;
	d = dentry_alloc(dir, name, len);
	if (!d)
		return -ENOMEM;
	err = inode->ops->lookup(inode, d);
	if (err) {
		dentry_put(d);
		return err;
	}
	if (inode->sb->cached)
		dentry_link_locked(inode, d);
	*out = d;
	return 0;
}

/* walk_end() must follow where this returns 0. */
static int walk_begin(struct walk *w, const struct vfs_at *at, const char *name)
{
	if (strnlen(name, PATH_MAX) == PATH_MAX)
		return -ENAMETOOLONG;
	if (at->err)
		return at->err;
	memset(w, 0, sizeof(*w));
	w->at = at;
	w->rest = name;
	fs_get_root(at->fs, &w->root);
	if (*name == '/') {
		w->cur = w->root;
		path_get(&w->cur);
	} else if (at->dir) {
		w->cur = at->dir->path;
		path_get(&w->cur);
	} else {
		fs_get_cwd(at->fs, &w->cur);
	}
	return 0;
}

void walk_end(struct walk *w)
{
	path_put(&w->cur);
	path_put(&w->root);
	kfree(w->buf);
}

/* Replaces cur by a place whose references the caller gives up. */
static void walk_move(struct walk *w, const struct path *to)
{
	path_put(&w->cur);
	w->cur = *to;
}

int walk_follow(struct walk *w, struct inode *link)
{
	size_t rest_len = strlen(w->rest);
	struct path to;
	ssize_t n;
	char *buf;

	if (++w->links > MAX_LINKS)
		return -ELOOP;
	if (link->ops->jump) {
		n = link->ops->jump(link, &to);
		if (!n)
			walk_move(w, &to);
		return n;
	}
	n = link->ops->readlink(link, NULL, 0);
	if (n <= 0)
		return n ? n : -ENOENT;
	buf = kmalloc(n + rest_len + 1);
	if (!buf)
		return -ENOMEM;
	link->ops->readlink(link, buf, n);
	/* rest starts with a slash or is empty, so the two need nothing between them. */
	memcpy(buf + n, w->rest, rest_len + 1);
	kfree(w->buf);
	w->buf = buf;
	w->rest = buf;
	if (*buf == '/') {
		path_get(&w->root);
		walk_move(w, &w->root);
	}
	return 0;
}

/* `..`: stays at the process's root, and leaves a mount by the directory it covers. */
static void walk_up(struct walk *w)
{
	struct dentry *parent;

	for (;;) {
		if (path_equal(&w->cur, &w->root))
			return;
		if (w->cur.dentry != w->cur.mnt->sb->root)
			break;
		if (!path_leave_mount(&w->cur))
			return;
	}
	parent = dentry_parent(w->cur.dentry);
	dentry_put(w->cur.dentry);
	w->cur.dentry = parent;
	path_cross_mounts(&w->cur);
}

/* One name below cur. A symlink is followed if `follow` says so, else cur becomes the link. */
static int walk_down(struct walk *w, const char *name, size_t len, bool follow)
{
	struct dentry *d;
	int err;

	mutex_lock(&w->cur.dentry->inode->lock);
	err = lookup_locked(w->cur.dentry, name, len, &d);
	mutex_unlock(&w->cur.dentry->inode->lock);
	if (err)
		return err;
	if (follow && S_ISLNK(d->inode->mode)) {
		err = walk_follow(w, d->inode);
		dentry_put(d);
		return err;
	}
	dentry_put(w->cur.dentry);
	w->cur.dentry = d;
	path_cross_mounts(&w->cur);
	return 0;
}

/* Is cur a directory that the walker may search? */
static int may_search(struct walk *w)
{
	struct inode *dir = w->cur.dentry->inode;

	if (!S_ISDIR(dir->mode))
		return -ENOTDIR;
	return inode_permission(dir, w->at->cred, MAY_EXEC);
}

/* Takes the next component off rest, into w->last and so on. */
static void next_component(struct walk *w)
{
	const char *name = w->rest + strspn(w->rest, "/");
	size_t len = strcspn(name, "/");

	w->last = name;
	w->last_len = len;
	w->rest = name + len;
	w->slashes = *w->rest == '/';
	w->type = LAST_NORMAL;
	if (!len)
		w->type = LAST_NONE;
	else if (len == 1 && name[0] == '.')
		w->type = LAST_DOT;
	else if (len == 2 && name[0] == '.' && name[1] == '.')
		w->type = LAST_DOTDOT;
}

/* Is the component that was just taken the last one? */
static bool at_last(const struct walk *w)
{
	return !w->rest[strspn(w->rest, "/")];
}

static int walk_component(struct walk *w, bool follow)
{
	int err = may_search(w);

	if (err || w->type == LAST_DOT)
		return err;
	if (w->type == LAST_DOTDOT) {
		walk_up(w);
		return 0;
	}
	return walk_down(w, w->last, w->last_len, follow);
}

int walk_to_parent(struct walk *w)
{
	int err;

	for (;;) {
		next_component(w);
		if (w->type == LAST_NONE)
			return 0;
		if (at_last(w))
			return may_search(w);
		err = walk_component(w, true);
		if (err)
			return err;
	}
}

int walk_begin_parent(struct walk *w, const struct vfs_at *at, const char *name)
{
	int err;

	if (!*name)
		return -ENOENT;
	err = walk_begin(w, at, name);
	if (err)
		return err;
	err = walk_to_parent(w);
	if (err)
		walk_end(w);
	return err;
}

/* All the way. `slash`: the name ended in one, so the place must be a directory. */
static int walk_all(struct walk *w, bool follow)
{
	bool slash = false;
	int err;

	for (;;) {
		next_component(w);
		if (w->type == LAST_NONE)
			break;
		slash = w->slashes && at_last(w);
		err = walk_component(w, follow || w->slashes);
		if (err)
			return err;
	}
	return slash && !S_ISDIR(w->cur.dentry->inode->mode) ? -ENOTDIR : 0;
}

int path_lookup(const struct vfs_at *at, const char *name, unsigned int flags, struct path *path)
{
	struct walk w;
	int err;

	if (!*name && !(flags & LOOKUP_EMPTY))
		return -ENOENT;
	err = walk_begin(&w, at, name);
	if (err)
		return err;
	err = walk_all(&w, flags & LOOKUP_FOLLOW);
	if (!err && (flags & LOOKUP_DIRECTORY) && !S_ISDIR(w.cur.dentry->inode->mode))
		err = -ENOTDIR;
	if (!err) {
		*path = w.cur;
		path_get(path);
	}
	walk_end(&w);
	return err;
}
