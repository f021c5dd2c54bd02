/* SPDX-License-Identifier: MIT */
/*
 * From a place back to its name, for getcwd() and /proc.
 */
#include <fs/dentry.h>
#include <fs/namei.h>
#include <string.h>

/* A text that grows to the left. `at` is NULL once it did not fit. */
struct left_text {
	char *start, *at;
};

static void prepend(struct left_text *t, const char *text, size_t n)
{
	if (t->at && (size_t)(t->at - t->start) >= n) {
		t->at -= n;
		memcpy(t->at, text, n);
	} else {
		t->at = NULL;
	}
}

/* Was the name removed? Roots and the names of generated file systems never are. */
static bool is_deleted(const struct path *path)
{
	const struct dentry *d = path->dentry;

	return path->mnt->sb->cached && d->parent && !(d->flags & DENTRY_LINKED);
}

static bool at_root(const struct path *at, const struct path *root)
{
	return root && path_equal(at, root);
}

/* Adds "/name" for each step from *at up to root. False if the walk passed root by. */
static bool prepend_steps(struct left_text *t, struct path at, const struct path *root)
{
	while (!at_root(&at, root)) {
		if (at.dentry == at.mnt->sb->root) {
			if (!at.mnt->parent)
				return !root;
			at = (struct path){at.mnt->parent, at.mnt->mountpoint};
			continue;
		}
		prepend(t, at.dentry->name, at.dentry->len);
		prepend(t, "/", 1);
		at.dentry = at.dentry->parent;
	}
	return true;
}

char *path_name(const struct path *path, const struct path *root, char *buf, size_t size)
{
	static const char deleted[] = " (deleted)", outside[] = "(unreachable)";
	struct left_text t = {buf, buf + size};
	char *end;
	bool inside;

	prepend(&t, "", 1);
	spin_lock(&dentry_lock);
	if (!path->mnt) {
		prepend(&t, path->dentry->name, path->dentry->len);
		spin_unlock(&dentry_lock);
		return t.at;
	}
	if (is_deleted(path))
		prepend(&t, deleted, sizeof(deleted) - 1);
	end = t.at;
	inside = prepend_steps(&t, *path, root);
	spin_unlock(&dentry_lock);
	if (t.at && t.at == end)
		prepend(&t, "/", 1);
	if (!inside)
		prepend(&t, outside, sizeof(outside) - 1);
	return t.at;
}
