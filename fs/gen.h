/* SPDX-License-Identifier: MIT */
/*
 * Generated files: a tree of registered names (/proc, /sys), and what reading one does.
 */
#ifndef FS_GEN_H
#define FS_GEN_H

#include <fs/dentry.h>
#include <fs/file.h>
#include <fs/procfs.h>
#include <lib/spinlock.h>
#include <sys/queue.h>

/* What a generated file does. The inode's private points to one of these. See struct proc_entry. */
struct gen_file {
	int (*show)(struct seq *seq, void *arg);
	ssize_t (*read)(struct uio *uio, loff_t *pos, void *arg);
	int (*write)(const char *text, size_t n, void *arg);
	void *arg;
};

extern const struct file_operations gen_file_fops;

/* A registered name. Nodes stay for good, so a pointer to one needs no lock. */
struct gen_node {
	struct gen_file file; /* first: inode->private points here */
	const char *name;     /* len bytes, no NUL */
	size_t len;
	uint32_t ino;
	uint32_t mode;
	const char *target;                  /* symlinks */
	const struct inode_operations *iops; /* instead of the usual ones, or NULL */
	/* under the tree's lock; names are only ever added, at the end */
	TAILQ_HEAD(gen_list, gen_node) children;
	TAILQ_ENTRY(gen_node) link;
};

struct gen_tree {
	spinlock_t lock;
	struct gen_node root;
	uint32_t next_ino; /* under lock */
};

/* A tree whose directories have these permissions. */
#define GEN_TREE_INIT(tree, permissions)                                                           \
	{                                                                                          \
		.root = {.ino = 1,                                                                 \
		        .mode = S_IFDIR | (permissions),                                           \
		        .children = TAILQ_HEAD_INITIALIZER((tree).root.children)},                 \
		.next_ino = 2                                                                      \
	}

/* proc_register() for one tree. */
int gen_register(struct gen_tree *tree, const struct proc_entry *entries, unsigned int n);

/* Adds a symlink with operations of its own. -ENOMEM, -EEXIST. */
int gen_add_link(struct gen_tree *tree, const char *name, const struct inode_operations *iops);

/* The child of that name, or NULL. */
struct gen_node *gen_find(
        struct gen_tree *tree, struct gen_node *dir, const char *name, size_t len);

/* An inode for a node; NULL without memory. dir_iops and dir_fops are for directories. */
struct inode *gen_inode(struct super_block *sb, struct gen_node *node,
        const struct inode_operations *dir_iops, const struct file_operations *dir_fops);

/*
 * Lists "." and "..", then the children of dir, from file->pos on (2 + number of the child). True
 * if the sink took all of them.
 */
bool gen_emit(
        struct gen_tree *tree, struct gen_node *dir, struct file *file, struct dir_sink *sink);

/*
 * Makes root (NULL: there was no memory for it) the root directory. On failure sb is freed.
 * -ENOMEM.
 */
int gen_set_root(struct super_block *sb, struct inode *root);

#endif
