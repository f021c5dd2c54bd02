/* SPDX-License-Identifier: MIT */
/*
 * Dentries: names, and the tree that they form.
 */
#include <fs/dentry.h>
#include <mm/kmalloc.h>
#include <string.h>

static struct kmem_cache dentry_cache =
        KMEM_CACHE_INIT(dentry_cache, "dentry", sizeof(struct dentry), 8);

spinlock_t dentry_lock = SPINLOCK_INIT;

/* Any total order will do: readdir goes by age. */
static int dentry_compare(struct dentry *a, struct dentry *b)
{
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return memcmp(a->name, b->name, a->len);
}

RB_GENERATE_STATIC(dentry_tree, dentry, tree_link, dentry_compare)

struct dentry *dentry_alloc(struct dentry *parent, const char *name, size_t len)
{
	struct dentry *d = kmem_cache_alloc(&dentry_cache);

	if (!d)
		return NULL;
	memset(d, 0, sizeof(*d));
	d->name = kmalloc(len + 1);
	if (!d->name) {
		kmem_cache_free(&dentry_cache, d);
		return NULL;
	}
	memcpy(d->name, name, len);
	d->name[len] = '\0';
	d->len = len;
	d->refcount = 1;
	d->parent = parent;
	if (parent)
		dentry_get(parent);
	return d;
}

void dentry_get(struct dentry *d)
{
	__atomic_fetch_add(&d->refcount, 1, __ATOMIC_RELAXED);
}

/* A loop, since the last name of a removed tree may be the last user of all its ancestors. */
void dentry_put(struct dentry *d)
{
	while (d && !__atomic_sub_fetch(&d->refcount, 1, __ATOMIC_ACQ_REL)) {
		struct dentry *parent = d->parent;

		if (d->inode)
			inode_put(d->inode);
		kfree(d->name);
		kmem_cache_free(&dentry_cache, d);
		d = parent;
	}
}

struct dentry *dentry_find_locked(struct inode *dir, const char *name, size_t len)
{
	struct dentry key = {.name = (char *)name, .len = len};

	return RB_FIND(dentry_tree, &dir->names, &key);
}

void dentry_link_locked(struct inode *dir, struct dentry *d)
{
	d->cookie = dir->next_cookie++;
	RB_INSERT(dentry_tree, &dir->names, d);
	TAILQ_INSERT_TAIL(&dir->list, d, list_link);
	__atomic_fetch_or(&d->flags, DENTRY_LINKED, __ATOMIC_RELEASE);
	dentry_get(d);
}

void dentry_unlink_locked(struct inode *dir, struct dentry *d)
{
	RB_REMOVE(dentry_tree, &dir->names, d);
	TAILQ_REMOVE(&dir->list, d, list_link);
	__atomic_fetch_and(&d->flags, ~DENTRY_LINKED, __ATOMIC_RELEASE);
	dentry_put(d);
}

void dentry_move_locked(
        struct inode *from, struct dentry *d, struct dentry *parent, char *name, size_t len)
{
	struct inode *to = parent->inode;
	struct dentry *old_parent = d->parent;
	char *old_name = d->name;

	RB_REMOVE(dentry_tree, &from->names, d);
	TAILQ_REMOVE(&from->list, d, list_link);
	dentry_get(parent);
	spin_lock(&dentry_lock);
	d->name = name;
	d->len = len;
	d->parent = parent;
	spin_unlock(&dentry_lock);
	d->cookie = to->next_cookie++;
	RB_INSERT(dentry_tree, &to->names, d);
	TAILQ_INSERT_TAIL(&to->list, d, list_link);
	dentry_put(old_parent);
	kfree(old_name);
}

bool dentry_is_above(struct dentry *above, struct dentry *d)
{
	spin_lock(&dentry_lock);
	while (d && d != above)
		d = d->parent;
	spin_unlock(&dentry_lock);
	return d != NULL;
}

struct dentry *dentry_parent(struct dentry *d)
{
	struct dentry *parent;

	spin_lock(&dentry_lock);
	parent = d->parent ? d->parent : d;
	dentry_get(parent);
	spin_unlock(&dentry_lock);
	return parent;
}

/* Down to the deepest first name, drop it, and on from its parent: no recursion, no stack. */
void dentry_destroy_tree(struct dentry *root)
{
	struct dentry *d = root;

	for (;;) {
		struct dentry *child = NULL;

		if (S_ISDIR(d->inode->mode))
			child = TAILQ_FIRST(&d->inode->list);
		if (child) {
			d = child;
			continue;
		}
		if (d == root)
			break;
		child = d;
		d = d->parent;
		dentry_unlink_locked(d->inode, child);
	}
	dentry_put(root);
}
