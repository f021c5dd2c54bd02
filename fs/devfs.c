/* SPDX-License-Identifier: MIT */
/*
 * /dev ("devtmpfs", as on Linux): a tmpfs in which a node appears for every registered character
 * device. Programs may add, rename and remove names as in any other directory.
 */
#include <fs/dentry.h>
#include <fs/memfile.h>
#include <fs/tmpfs.h>
#include <lib/chardev.h>
#include <lib/errno.h>
#include <string.h>

static int add_node(struct dentry *dir, const struct chardev *dev)
{
	struct inode *inode = dir->inode;
	struct dentry *d = dentry_alloc(dir, dev->name, strlen(dev->name));
	int err = -ENOMEM;

	if (d)
		err = tmpfs_mknod(inode, d, S_IFCHR | dev->mode, dev_make(dev->major, dev->minor),
		        &root_cred);
	if (!err)
		dentry_link_locked(inode, d);
	dentry_put(d);
	return err;
}

/*
 * Enters the devices registered since the last look. Devices stay for good and are found in order
 * of registration, so the last one seen (the directory's private word) says where to go on.
 */
static int devfs_populate(struct dentry *dir)
{
	struct inode *inode = dir->inode;
	struct chardev *dev;

	while ((dev = chardev_next(inode->private)) != NULL) {
		int err = 0;

		if (!dentry_find_locked(inode, dev->name, strlen(dev->name)))
			err = add_node(dir, dev);
		if (err)
			return err;
		inode->private = dev;
	}
	return 0;
}

static const struct inode_operations devfs_root_iops = {
        .populate = devfs_populate,
        .mknod = tmpfs_mknod,
        .symlink = tmpfs_symlink,
        .link = memdir_link,
        .unlink = memdir_unlink,
        .rename = memdir_rename,
};

/* The links that Linux systems have in /dev, for shells and scripts. */
static int add_links(struct dentry *root)
{
	static const char *const links[][2] = {
	        {"fd", "/proc/self/fd"},
	        {"stdin", "/proc/self/fd/0"},
	        {"stdout", "/proc/self/fd/1"},
	        {"stderr", "/proc/self/fd/2"},
	};
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < sizeof(links) / sizeof(links[0]); i++) {
		struct dentry *d = dentry_alloc(root, links[i][0], strlen(links[i][0]));

		err = d ? tmpfs_symlink(root->inode, d, links[i][1], &root_cred) : -ENOMEM;
		if (!err)
			dentry_link_locked(root->inode, d);
		dentry_put(d);
	}
	return err;
}

static int devfs_mount(struct fs_type *type, const char *data, struct super_block **sb)
{
	struct tmpfs_options opt = {.mode = 0755};
	int err = tmpfs_parse_options(data, &opt);

	if (!err)
		err = tmpfs_make(type, &devfs_root_iops, &opt, sb);
	if (err)
		return err;
	err = add_links((*sb)->root);
	if (err)
		super_free(*sb);
	return err;
}

static struct fs_type devfs_type = {.name = "devtmpfs", .mount = devfs_mount};

void devfs_init(void)
{
	fs_register(&devfs_type);
}
