/* SPDX-License-Identifier: MIT */
/*
 * The names of generated files: registering, finding, listing.
 */
#include <fs/memfile.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>
#include <string.h>
#include "gen.h"

#define FIRST_NAME 2 /* positions 0 and 1 are "." and ".." */

static struct gen_node *find_locked(struct gen_node *dir, const char *name, size_t len)
{
	struct gen_node *node;

	TAILQ_FOREACH (node, &dir->children, link) {
		if (node->len == len && !memcmp(node->name, name, len))
			break;
	}
	return node;
}

struct gen_node *gen_find(struct gen_tree *tree, struct gen_node *dir, const char *name, size_t len)
{
	struct gen_node *node;

	spin_lock(&tree->lock);
	node = find_locked(dir, name, len);
	spin_unlock(&tree->lock);
	return node;
}

/* Adds a node to dir; if one of that name is there, frees the new one and returns the old. */
static struct gen_node *add(struct gen_tree *tree, struct gen_node *dir, struct gen_node *node)
{
	struct gen_node *old;

	TAILQ_INIT(&node->children);
	spin_lock(&tree->lock);
	old = find_locked(dir, node->name, node->len);
	if (!old) {
		node->ino = tree->next_ino++;
		TAILQ_INSERT_TAIL(&dir->children, node, link);
	}
	spin_unlock(&tree->lock);
	if (!old)
		return node;
	kfree(node);
	return old;
}

static struct gen_node *node_alloc(const char *name, size_t len, uint32_t mode)
{
	struct gen_node *node = kzalloc(sizeof(*node));

	if (!node)
		return NULL;
	node->name = name;
	node->len = len;
	node->mode = mode;
	return node;
}

/*
 * Finds or makes the directories of "a/b/name"; *name becomes the last component. NULL without
 * memory.
 */
static struct gen_node *make_dirs(struct gen_tree *tree, const char **name)
{
	struct gen_node *dir = &tree->root;
	size_t len;

	for (len = strcspn(*name, "/"); (*name)[len]; len = strcspn(*name, "/")) {
		struct gen_node *node = gen_find(tree, dir, *name, len);

		if (!node)
			node = node_alloc(*name, len, tree->root.mode);
		if (!node)
			return NULL;
		dir = node->ino ? node : add(tree, dir, node);
		*name += len + 1;
	}
	return dir;
}

static int register_one(struct gen_tree *tree, const struct proc_entry *e)
{
	const char *name = e->name;
	struct gen_node *dir = make_dirs(tree, &name);
	struct gen_node *node = NULL;

	if (dir)
		node = node_alloc(name, strlen(name), (e->target ? S_IFLNK : S_IFREG) | e->mode);
	if (!node)
		return -ENOMEM;
	node->file = (struct gen_file){e->show, e->read, e->write, e->arg};
	node->target = e->target;
	return add(tree, dir, node) == node ? 0 : -EEXIST;
}

int gen_register(struct gen_tree *tree, const struct proc_entry *entries, unsigned int n)
{
	unsigned int i;
	int err = 0;

	for (i = 0; i < n && !err; i++)
		err = register_one(tree, &entries[i]);
	return err;
}

int gen_add_link(struct gen_tree *tree, const char *name, const struct inode_operations *iops)
{
	struct gen_node *node = node_alloc(name, strlen(name), S_IFLNK | 0777);

	if (!node)
		return -ENOMEM;
	node->iops = iops;
	return add(tree, &tree->root, node) == node ? 0 : -EEXIST;
}

static ssize_t gen_readlink(struct inode *inode, char *buf, size_t size)
{
	struct gen_node *node = inode->private;

	return link_text(node->target, buf, size);
}

static const struct inode_operations file_iops;
static const struct inode_operations link_iops = {.readlink = gen_readlink};

struct inode *gen_inode(struct super_block *sb, struct gen_node *node,
        const struct inode_operations *dir_iops, const struct file_operations *dir_fops)
{
	struct inode *inode = inode_alloc(sb, node->mode, &root_cred);

	if (!inode)
		return NULL;
	inode->ino = node->ino;
	inode->private = node;
	inode->fops = &gen_file_fops;
	inode->ops = node->iops ? node->iops : &file_iops;
	if (node->target)
		inode->ops = &link_iops;
	if (S_ISDIR(node->mode)) {
		inode->ops = dir_iops;
		inode->fops = dir_fops;
	}
	return inode;
}

/* Child number n of dir, or NULL. */
static struct gen_node *nth_child(struct gen_tree *tree, struct gen_node *dir, loff_t n)
{
	struct gen_node *node;

	spin_lock(&tree->lock);
	TAILQ_FOREACH (node, &dir->children, link) {
		if (!n--)
			break;
	}
	spin_unlock(&tree->lock);
	return node;
}

bool gen_emit(struct gen_tree *tree, struct gen_node *dir, struct file *file, struct dir_sink *sink)
{
	struct gen_node *node;

	if (!dir_emit_dots(file, sink))
		return false;
	while ((node = nth_child(tree, dir, file->pos - FIRST_NAME)) != NULL) {
		if (!sink->emit(sink, node->name, node->len, node->ino, node->mode >> 12,
		            file->pos + 1))
			return false;
		file->pos++;
	}
	return true;
}

int gen_set_root(struct super_block *sb, struct inode *root)
{
	struct dentry *d = root ? dentry_alloc(NULL, "", 0) : NULL;

	if (d) {
		d->inode = root;
		sb->root = d;
		return 0;
	}
	if (root)
		inode_put(root);
	super_free(sb);
	return -ENOMEM;
}
