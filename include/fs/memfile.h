/* SPDX-License-Identifier: MIT */
/*
 * Building blocks for file systems whose files and names live in memory only: tmpfs and /dev.
 */
#ifndef FS_MEMFILE_H
#define FS_MEMFILE_H

#include <fs/dentry.h>
#include <fs/file.h>

/*
 * Regular files in inode->mapping. A page that is not in the page cache is a hole and reads as
 * zeros; the address_space's readpage makes a zeroed page for a write. Errors of writing: -EFBIG,
 * also by RLIMIT_FSIZE, which cuts what goes past it; -EFAULT, readpage's (-ENOSPC), -ENOMEM.
 */
ssize_t memfile_read(struct file *file, struct uio *uio, loff_t *pos);
ssize_t memfile_write(struct file *file, struct uio *uio, loff_t *pos);
loff_t memfile_lseek(struct file *file, loff_t offset, int whence);
struct address_space *memfile_mapping(struct file *file);

/* Success: memory has nothing to be synchronised with. */
int memfile_fsync(struct file *file);

/* Directories whose names are all in the inode's tree. */
extern const struct file_operations memdir_fops;

/* Feeds "." and "..", which have the positions 0 and 1. True if the sink took both. */
bool dir_emit_dots(struct file *file, struct dir_sink *sink);

/* Position of directories: SEEK_SET and SEEK_CUR. */
loff_t dir_lseek(struct file *file, loff_t offset, int whence);

/* inode_operations that only keep the link counts and times. */
int memdir_link(struct inode *dir, struct dentry *d, struct inode *inode);
int memdir_unlink(struct inode *dir, struct dentry *d);
int memdir_rename(
        struct inode *old_dir, struct dentry *d, struct inode *new_dir, struct dentry *victim);

#endif
