/* SPDX-License-Identifier: MIT */
/*
 * tmpfs, for the parts of fs/ that build on it: /dev is a tmpfs, and initramfs fills one.
 */
#ifndef FS_TMPFS_H
#define FS_TMPFS_H

#include <fs/mount.h>

/* What its directories do. */
extern const struct inode_operations tmpfs_dir_iops;
int tmpfs_mknod(
        struct inode *dir, struct dentry *d, uint32_t mode, uint32_t rdev, const struct cred *cred);
int tmpfs_symlink(struct inode *dir, struct dentry *d, const char *target, const struct cred *cred);

struct tmpfs_options {
	uint32_t mode;      /* permissions of the root directory */
	uint32_t max_pages; /* that its files may take up */
};

/*
 * Reads mount(2)'s option string for a tmpfs: mode=OCTAL and size=BYTES, with k, m, g or %. NULL
 * and "" leave mode as it is and max_pages at half of RAM, as Linux does. -EINVAL for anything
 * else.
 */
int tmpfs_parse_options(const char *data, struct tmpfs_options *opt);

/* A new instance whose root directory has the operations root_iops. 0 or -ENOMEM. */
int tmpfs_make(const struct fs_type *type, const struct inode_operations *root_iops,
        const struct tmpfs_options *opt, struct super_block **sb);

/*
 * Gives an empty regular file of a tmpfs, which nobody else uses yet, its contents: copies size
 * bytes straight into new pages of the page cache. -ENOSPC, -ENOMEM; what was copied before stays.
 */
int tmpfs_fill(struct inode *inode, const void *data, size_t size);

/*
 * Makes "rootfs" (an empty / owned by root) and "tmpfs" (a root directory for all, as /tmp) known.
 */
void tmpfs_init(void);

/* The same for "devtmpfs". */
void devfs_init(void);

#endif
