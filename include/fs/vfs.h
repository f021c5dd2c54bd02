/* SPDX-License-Identifier: MIT */
/*
 * Files as the system calls see them. Names are kernel strings, user buffers are user pointers,
 * results and errors are those of the Linux manual pages (section 2) of the same name. All sleep.
 */
#ifndef FS_VFS_H
#define FS_VFS_H

#include <fs/file.h>
#include <fs/namei.h>
#include <lib/abi/stat.h>
#include <lib/abi/statfs.h>
#include <lib/types.h>

#define MAX_RW_COUNT 0x7ffff000u /* one read() or write() moves at most this (include/linux/fs.h) */
#define MAX_FILE_SIZE                                                                              \
	((loff_t)0xffffffff << PAGE_SHIFT) /* the page cache counts pages in 32 bits */

/* -- opening -- */

/* -EINVAL for flags that open(2) does not take together, whatever the name. */
int vfs_open_flags(uint32_t flags);

/*
 * open(2): flags are O_*, mode the permissions of a new file before umask. *file gets the one
 * reference. O_TMPFILE is for tmpfs, elsewhere -EOPNOTSUPP.
 */
int vfs_open(const struct vfs_at *at, const char *name, uint32_t flags, uint32_t mode,
        struct file **file);

/* memfd_create(2): a file in memory that /proc shows by `name`. -ENOMEM. */
int vfs_memfd(const char *name, const struct cred *cred, struct file **file);

/*
 * For execve(): opens a regular file that cred may execute. -EACCES for anything else. The mode,
 * owner and group for setuid stand in (*file)->inode.
 */
int vfs_open_exec(const struct vfs_at *at, const char *name, struct file **file);

/* -- moving bytes -- */

/*
 * read, write: at the file's position. Bytes moved or -errno (-EBADF by open mode, -EISDIR,
 * -EINVAL, -EFAULT, -EAGAIN, -EPIPE (the caller sends SIGPIPE), -ERESTARTSYS ...).
 */
ssize_t vfs_read(struct file *file, void __user *buf, size_t n);
ssize_t vfs_write(struct file *file, const void __user *buf, size_t n);
ssize_t vfs_pread(struct file *file, void __user *buf, size_t n, loff_t pos);
ssize_t vfs_pwrite(struct file *file, const void __user *buf, size_t n, loff_t pos);

/*
 * The same with `count` struct iovec in user memory; pos -1: at the file's position. -EINVAL for
 * more than 1024 or a total beyond SSIZE_MAX.
 */
ssize_t vfs_readv(struct file *file, const void __user *iov, unsigned int count, loff_t pos);
ssize_t vfs_writev(struct file *file, const void __user *iov, unsigned int count, loff_t pos);

/* Into kernel memory from `pos`, for execve(); the file is open for reading. */
ssize_t kernel_read(struct file *file, void *buf, size_t n, loff_t pos);

loff_t vfs_lseek(struct file *file, loff_t offset, int whence);

/*
 * Fills the user's buffer with struct linux_dirent64. Bytes written, 0 at the end. -EINVAL: n too
 * small.
 */
ssize_t vfs_getdents64(struct file *file, void __user *buf, size_t n);

int vfs_ioctl(struct file *file, unsigned int cmd, unsigned long arg);
/* poll mask now; *wq is the queue to wait on, or NULL. */
unsigned int vfs_poll(struct file *file, struct wait_queue **wq);
int vfs_fsync(struct file *file);

/* What mmap() of this file maps. -ENODEV for files without a page cache. */
int vfs_mapping(struct file *file, struct address_space **as);

/* -- status; `path` comes from path_lookup() or is &file->path -- */

struct kstat {
	uint32_t dev, rdev; /* as dev_make() */
	uint32_t ino, mode, nlink, uid, gid;
	uint32_t blksize;
	uint32_t mnt_id;
	loff_t size;
	uint64_t blocks;             /* of 512 bytes */
	int64_t atime, mtime, ctime; /* ns since 1970 */
};

void vfs_stat(const struct path *path, struct kstat *st);
void vfs_statfs(const struct path *path, struct statfs64 *st);

/*
 * Into the structures of the ARM ABI, padding zeroed. kstat_to_stat: -EOVERFLOW where a field is
 * too small.
 */
void kstat_to_stat64(const struct kstat *st, struct stat64 *out);
int kstat_to_stat(const struct kstat *st, struct stat *out);
void kstat_to_statx(const struct kstat *st, struct statx *out);

/*
 * access(2) with cred's real ids (effective ids with AT_EACCESS in flags). mode: R_OK | W_OK | X_OK
 * or F_OK.
 */
int vfs_access(const struct vfs_at *at, const char *name, unsigned int mode, unsigned int flags);

/*
 * -ENAMETOOLONG never; writes at most n bytes without NUL and returns their number. -EINVAL: no
 * symlink.
 */
ssize_t vfs_readlink(const struct path *path, char __user *buf, size_t n);

/* -- changing -- */

#define VFS_TIME_NOW  INT64_MAX
#define VFS_TIME_OMIT (INT64_MAX - 1)

int vfs_chmod(const struct cred *cred, const struct path *path, uint32_t mode);
/* uid or gid -1: leave it. */
int vfs_chown(const struct cred *cred, const struct path *path, uint32_t uid, uint32_t gid);
/* Times in ns since 1970, or VFS_TIME_NOW, VFS_TIME_OMIT. */
int vfs_utimens(const struct cred *cred, const struct path *path, int64_t atime, int64_t mtime);
/* truncate(2) and ftruncate(2). */
int vfs_truncate(const struct cred *cred, const struct path *path, loff_t size);
int vfs_ftruncate(struct file *file, loff_t size);
/* fallocate(2) for regular files: mode 0, FALLOC_FL_KEEP_SIZE and FALLOC_FL_PUNCH_HOLE. */
int vfs_fallocate(struct file *file, uint32_t mode, loff_t offset, loff_t length);

/* -- names -- */

int vfs_mkdir(const struct vfs_at *at, const char *name, uint32_t mode);
/* Any kind of file by the S_IFMT bits of mode (0: regular); devices are for root. */
int vfs_mknod(const struct vfs_at *at, const char *name, uint32_t mode, uint32_t rdev);
int vfs_symlink(const struct vfs_at *at, const char *target, const char *name);
/* linkat(2): flags 0, AT_SYMLINK_FOLLOW or AT_EMPTY_PATH. */
int vfs_link(const struct vfs_at *old_at, const char *old_name, const struct vfs_at *new_at,
        const char *new_name, unsigned int flags);
int vfs_unlink(const struct vfs_at *at, const char *name);
int vfs_rmdir(const struct vfs_at *at, const char *name);
/* renameat2(2): flags 0, RENAME_NOREPLACE; others are -EINVAL. */
int vfs_rename(const struct vfs_at *old_at, const char *old_name, const struct vfs_at *new_at,
        const char *new_name, unsigned int flags);

/* -- the process's own view -- */

int vfs_chdir(struct fs_context *fs, const struct cred *cred, const struct path *path);
int vfs_chroot(struct fs_context *fs, const struct cred *cred, const struct path *path);
/* Bytes written with the NUL; -ERANGE if n is too small, -ENOENT if the directory was removed. */
ssize_t vfs_getcwd(struct fs_context *fs, char __user *buf, size_t n);

/* Sets up the file system types and character devices of fs/. Once, before vfs_mount_root(). */
void fs_init(void);

#endif
