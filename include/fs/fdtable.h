/* SPDX-License-Identifier: MIT */
/*
 * The table of a process's file descriptors. Threads, and whoever used CLONE_FILES, share one.
 */
#ifndef FS_FDTABLE_H
#define FS_FDTABLE_H

#include <fs/file.h>
#include <lib/spinlock.h>
#include <lib/types.h>

#define FDTABLE_INLINE 32
#define FDTABLE_LIMIT  65536 /* whatever RLIMIT_NOFILE says: Linux's fs.nr_open, made smaller */

struct files {
	uint32_t refcount; /* atomic */
	spinlock_t lock;
	/* under lock; see fd_get() for the one exception */
	struct file **fd;  /* NULL: free, or reserved if its bit in `used` is set */
	uint32_t *used;    /* one bit for each descriptor */
	uint32_t *cloexec; /* the same */
	uint32_t size;     /* a multiple of 32 */
	uint32_t first;    /* no descriptor below this is free */
	/* what the first FDTABLE_INLINE use */
	struct file *inline_fd[FDTABLE_INLINE];
	uint32_t inline_used, inline_cloexec;
};

/* An empty table; a copy with its own references to all files (fork). NULL without memory. */
struct files *files_alloc(void);
struct files *files_fork(struct files *files);
static inline void files_get(struct files *files)
{
	__atomic_fetch_add(&files->refcount, 1, __ATOMIC_RELAXED);
}
/* The last put closes every descriptor. May sleep. */
void files_put(struct files *files);

/*
 * execve(): closes what is marked close-on-exec. The caller is the only user of the table. May
 * sleep.
 */
void files_close_exec(struct files *files);

/*
 * Reserves the lowest free descriptor >= min and < limit (RLIMIT_NOFILE). flags: O_CLOEXEC or 0.
 * -EMFILE, -EINVAL (min >= limit), -ENOMEM. Then fd_install() gives it the caller's reference to
 * a file, or fd_unreserve() gives the descriptor back.
 */
int fd_reserve(struct files *files, uint32_t min, uint32_t limit, uint32_t flags);
void fd_install(struct files *files, int fd, struct file *file);
void fd_unreserve(struct files *files, int fd);

/* Both in one. Consumes the reference only on success. */
int fd_open(struct files *files, struct file *file, uint32_t limit, uint32_t flags);

/* The file with a reference, or NULL. */
struct file *fd_file(struct files *files, int fd);

/*
 * The file for the length of one system call of the calling task, NULL if there is none. Where
 * nobody shares the table only the caller itself could close the file, so neither lock nor
 * reference is needed. fd_put() takes back what fd_get() did.
 */
struct fd {
	struct file *file;
	bool put;
};

static inline struct fd fd_get(struct files *files, int fd)
{
	struct fd f = {NULL, false};

	if (__atomic_load_n(&files->refcount, __ATOMIC_ACQUIRE) != 1) {
		f.file = fd_file(files, fd);
		f.put = f.file != NULL;
	} else if ((uint32_t)fd < files->size) {
		f.file = files->fd[fd];
	}
	return f;
}

static inline void fd_put(struct fd f)
{
	if (f.put)
		file_put(f.file);
}

/* close(): -EBADF if it is not open. */
int fd_close(struct files *files, int fd);

/*
 * close_range() without CLOSE_RANGE_UNSHARE: closes, or with `cloexec` marks, all of first..last.
 */
void fd_close_range(struct files *files, uint32_t first, uint32_t last, bool cloexec);

/* dup(), F_DUPFD and F_DUPFD_CLOEXEC: the new descriptor is >= min. -EBADF or as fd_reserve(). */
int fd_dup(struct files *files, int fd, uint32_t min, uint32_t limit, uint32_t flags);

/*
 * dup3(): makes `to` the same file as `from`, closing what it was. -EBADF (from not open; to out of
 * limit), -EINVAL (from == to), -EBUSY (another thread is opening `to`), -ENOMEM. dup2() is the
 * same, but returns `to` where both are equal and open: the caller tests that with fd_file().
 */
int fd_dup3(struct files *files, int from, int to, uint32_t limit, uint32_t flags);

/* F_GETFD and F_SETFD: FD_CLOEXEC or 0. -EBADF. */
int fd_get_flags(struct files *files, int fd);
int fd_set_flags(struct files *files, int fd, uint32_t flags);

/*
 * fcntl() without record locks: F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_SETFD, F_GETFL, F_SETFL,
 * F_GETPIPE_SZ. -EBADF; -EINVAL for every other cmd.
 */
int fd_fcntl(struct files *files, int fd, unsigned int cmd, unsigned long arg, uint32_t limit);

/* The lowest open descriptor >= fd, or -1: for /proc/PID/fd. */
int fd_next(struct files *files, int fd);

#endif
