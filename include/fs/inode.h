/* SPDX-License-Identifier: MIT */
/*
 * An inode is a file, whatever names it has: its owner, permissions, times and contents.
 *
 * Locks, outermost first:
 *	rename_mutex (fs/rename.c)	one rename between two directories at a time
 *	file->pos_lock			the position of an open file
 *	inode->lock			a directory (the ancestor first, then the one at
 *					the lower address), then a file in it
 *	mm->lock			taken by page faults while we copy from or to a user
 *	address_space->lock		<mm/pagecache.h>
 *	spinlocks, none in another:	dentry_lock (<fs/dentry.h>), mount_lock
 *					(fs/mount.c), inode->attr_lock, fs_context->lock,
 *					files->lock
 */
#ifndef FS_INODE_H
#define FS_INODE_H

#include <fs/cred.h>
#include <lib/abi/stat.h>
#include <lib/abi/statfs.h>
#include <lib/types.h>
#include <lib/wait.h>
#include <mm/pagecache.h>
#include <sys/queue.h>
#include <sys/tree.h>

struct dentry;
struct file;
struct file_operations;
struct fs_type;
struct inode;
struct path;
struct pipe;
struct super_block;

/*
 * What a file system does for a name or an inode. All sleep, all may fail with a negative errno,
 * and the caller has checked permissions. A directory without the operation refuses with EPERM.
 */
struct inode_operations {
	/*
	 * Directories, under dir->lock. d is a new name without an inode: lookup, mknod and symlink
	 * give it one (d->inode, with a reference) or answer -ENOENT and the like. The caller
	 * enters d into the directory or takes it out, if the operation succeeds.
	 */
	int (*lookup)(struct inode *dir, struct dentry *d);
	/*
	 * For names that appear by themselves (/dev): enters the new ones. Before lookup and
	 * readdir.
	 */
	int (*populate)(struct dentry *dir);
	/* Makes a file of any kind but symlink; the kind and permissions stand in mode. */
	int (*mknod)(struct inode *dir, struct dentry *d, uint32_t mode, uint32_t rdev,
	        const struct cred *cred);
	/* A regular file that does not enter the directory: without links (O_TMPFILE). */
	int (*tmpfile)(struct inode *dir, struct dentry *d, uint32_t mode, const struct cred *cred);
	int (*symlink)(
	        struct inode *dir, struct dentry *d, const char *target, const struct cred *cred);
	int (*link)(struct inode *dir, struct dentry *d, struct inode *inode);
	/* d is a file or, known to be empty, a directory. */
	int (*unlink)(struct inode *dir, struct dentry *d);
	/* The two directories may be the same; victim is what new_name names now, or NULL. */
	int (*rename)(struct inode *old_dir, struct dentry *d, struct inode *new_dir,
	        struct dentry *victim);

	/*
	 * Symlinks: copies up to size bytes of the target, no NUL. Returns the target's full
	 * length.
	 */
	ssize_t (*readlink)(struct inode *, char *buf, size_t size);
	/* Symlinks of /proc that lead to a file without a walk: *path with a reference. */
	int (*jump)(struct inode *, struct path *path);

	/* Regular files, under inode->lock: sets the size. */
	int (*truncate)(struct inode *, loff_t size);
	/*
	 * The same: makes room for these bytes, or (`punch`) a hole of them. Neither changes the size.
	 * [-EOPNOTSUPP]
	 */
	int (*fallocate)(struct inode *, bool punch, loff_t offset, loff_t length);
};

RB_HEAD(dentry_tree, dentry);

struct inode {
	uint32_t refcount; /* atomic */
	uint32_t ino;
	uint32_t rdev; /* device files, as dev_make() */
	struct super_block *sb;
	const struct inode_operations *ops;
	const struct file_operations *fops;
	/*
	 * atomic; n > 0: open n times for writing, n < 0: executed by -n programs; never both
	 * (ETXTBSY)
	 */
	int32_t writers;
	bool may_get_name; /* has had none, and may be linked all the same (O_TMPFILE); under lock */

	spinlock_t attr_lock;
	/* under attr_lock; a single one of the 32-bit words may be read without */
	uint32_t mode, uid, gid;
	uint32_t nlink;
	int64_t atime, mtime, ctime; /* ns since 1970, UTC */

	struct mutex lock; /* serialises writers of a file */
	union {
		/* directories, under lock */
		struct {
			struct dentry_tree names;
			TAILQ_HEAD(dentry_list, dentry) list; /* by rising cookie */
			uint32_t next_cookie;
		};
		struct address_space mapping; /* regular files */
		char *target;                 /* symlinks of tmpfs; never changes */
		struct pipe *pipe;            /* FIFOs while somebody has them open, under lock */
	};
	union {
		void *private;    /* the file system's */
		uint32_t charged; /* tmpfs: pages accounted for; under mapping.lock */
	};
};

/*
 * A new inode with one reference and nlink 1 (2 for a directory), owned by cred, all times now.
 * ops and fops are for the caller to set. sb may be NULL (pipes). NULL without memory.
 */
struct inode *inode_alloc(struct super_block *sb, uint32_t mode, const struct cred *cred);

/* References. The last put gives the inode back to its file system and frees it; it may sleep. */
/* Its owner, or root. */
bool cred_owns(const struct cred *cred, const struct inode *inode);

void inode_get(struct inode *inode);
void inode_put(struct inode *inode);

/* Now, for inode times: ns since 1970. The kernel registers its clock; before that it is 0. */
int64_t fs_now(void);
void fs_register_clock(int64_t (*realtime_ns)(void));

enum inode_touch {
	TOUCH_ATIME = 1,
	TOUCH_MTIME = 2,
	TOUCH_CTIME = 4
};

/* Sets the times that `what` names to now. Any context that may take a spinlock. */
void inode_touch(struct inode *inode, unsigned int what);

/* Adds to the link count, and marks the change in ctime. */
void inode_add_nlink(struct inode *inode, int n);

/* For a read of a file: sets atime where relatime (mount(8), the default of Linux) says so. */
void inode_accessed(struct inode *inode);

/* Keeps others from executing (n = 1) or writing (n = -1) the file. -ETXTBSY if they do now. */
int inode_claim(struct inode *inode, int n);
void inode_unclaim(struct inode *inode, int n);

/*
 * For readlink operations: copies up to size bytes of target to buf, and returns its full length.
 */
ssize_t link_text(const char *target, char *buf, size_t size);

#define MAY_EXEC  1 /* of a directory: search it */
#define MAY_WRITE 2
#define MAY_READ  4

/*
 * May cred do all of `mask` with the file? 0 or -EACCES. Root may, but executes only what somebody
 * may.
 */
int inode_permission(const struct inode *inode, const struct cred *cred, unsigned int mask);

struct super_operations {
	/*
	 * The last reference to an inode is gone: free what the file system attached to it. May be
	 * NULL.
	 */
	void (*evict)(struct inode *);
	/* Fills f_blocks, f_bfree, f_bavail, f_files, f_ffree, which are 0 before. May be NULL. */
	void (*statfs)(struct super_block *, struct statfs64 *);
	/* The file system is unmounted and has no inode any more. May be NULL. */
	void (*kill)(struct super_block *);
};

/* One instance of a file system. */
struct super_block {
	const struct fs_type *type;
	const struct super_operations *ops;
	uint32_t magic;
	uint32_t dev;      /* st_dev of its files; set by the caller of type->mount */
	bool cached;       /* names stay in the directory's tree; else each lookup asks again */
	uint32_t next_ino; /* atomic; the last number given out by inode_alloc() */
	struct dentry *root;
	void *private;
};

#endif
