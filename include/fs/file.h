/* SPDX-License-Identifier: MIT */
/*
 * Open files: what a file descriptor stands for, and what can be done with one.
 */
#ifndef FS_FILE_H
#define FS_FILE_H

#include <fs/mount.h>
#include <fs/uio.h>
#include <lib/abi/fcntl.h>
#include <lib/types.h>
#include <lib/wait.h>

struct mm_map_request;

/* A receiver of directory entries. */
struct dir_sink {
	/*
	 * Takes one entry; `next` is the file position behind it, type a DT_* of
	 * <lib/abi/dirent.h>. False: no room, stop before this one.
	 */
	bool (*emit)(struct dir_sink *, const char *name, size_t len, uint32_t ino,
	        unsigned int type, loff_t next);
};

/*
 * What a kind of file does. Each may be NULL; the answer is then the one in brackets. All may
 * sleep.
 */
struct file_operations {
	/* Called once for a new struct file, after permission checks. [success] */
	int (*open)(struct inode *, struct file *);
	/* The last reference is gone. */
	void (*release)(struct file *);
	/*
	 * Move bytes and *pos; return their number (0: end of file) or -errno. *pos is the file's
	 * own position, or that of a pread(). [-EINVAL; -EISDIR for reading a directory]
	 */
	ssize_t (*read)(struct file *, struct uio *, loff_t *pos);
	ssize_t (*write)(struct file *, struct uio *, loff_t *pos);
	/* Returns the new position. [-ESPIPE, and pread() and pwrite() say so too] */
	loff_t (*lseek)(struct file *, loff_t offset, int whence);
	/*
	 * Feeds entries from file->pos on and moves file->pos. 0 at the end or when the sink is
	 * full. [-ENOTDIR]
	 */
	int (*readdir)(struct file *, struct dir_sink *);
	/* [-ENOTTY] */
	int (*ioctl)(struct file *, unsigned int cmd, unsigned long arg);
	/*
	 * POLLIN | POLLOUT | ... as they stand now; *wq is the queue woken when that changes, or
	 * stays NULL if it never does. [POLLIN | POLLOUT]
	 */
	unsigned int (*poll)(struct file *, struct wait_queue **wq);
	/* [0 where the file has pages in memory only; -EINVAL for pipes and the like] */
	int (*fsync)(struct file *);
	/* What mmap() maps: the page cache of the file. [-ENODEV] */
	struct address_space *(*mapping)(struct file *);
	/* Where `mapping` is not all that there is to it: see struct chardev_ops. */
	int (*mmap)(struct file *, struct mm_map_request *);
};

#define FMODE_READ   1u
#define FMODE_WRITE  2u
#define FMODE_PATH   4u  /* O_PATH: a place, not an open file */
#define FMODE_EXEC   16u /* opened by execve(): nobody may write it meanwhile */
#define FMODE_ATOMIC 8u  /* regular files and directories: pos_lock is held across read and write */

struct file {
	uint32_t refcount; /* atomic */
	uint32_t mode;     /* FMODE_*; fixed at open */
	uint32_t flags;    /* O_APPEND ... as F_GETFL reports; one word, changed by F_SETFL */
	const struct file_operations *ops;
	struct inode *inode; /* path.dentry->inode, or the inode of a pipe */
	struct path path;    /* with references */
	struct mutex pos_lock;
	loff_t pos;    /* under pos_lock for FMODE_ATOMIC */
	void *private; /* the ops' own */
};

/*
 * Makes an open file of `path` (takes references of its own) with O_* flags, and calls ops->open.
 * No permission is checked: vfs_open() does that. -ENFILE never; -ENOMEM or the operation's error.
 */
int file_alloc(const struct path *path, const struct file_operations *ops, uint32_t flags,
        struct file **file);

/*
 * An open file without a place in the tree: pipes, eventfd and the like. `name` is what
 * /proc/PID/fd shows, as "pipe:[7]". Takes over the caller's reference to inode, on failure too.
 */
int file_alloc_anon(struct inode *inode, const char *name, const struct file_operations *ops,
        uint32_t flags, struct file **file);

static inline void file_get(struct file *file)
{
	__atomic_fetch_add(&file->refcount, 1, __ATOMIC_RELAXED);
}

/* Drops a reference; the last one closes the file. May sleep. */
void file_put(struct file *file);

#endif
