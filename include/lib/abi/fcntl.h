/* SPDX-License-Identifier: MIT */
/* Flags of open(), fcntl() and the *at() calls. Sources: Linux 6.1,
 * arch/arm/include/uapi/asm/fcntl.h (four O_ values differ from other processors),
 * include/uapi/asm-generic/fcntl.h, include/uapi/linux/fcntl.h. */
#ifndef LIB_ABI_FCNTL_H
#define LIB_ABI_FCNTL_H

#include <lib/types.h>

#define O_ACCMODE       00000003
#define O_RDONLY        00000000
#define O_WRONLY        00000001
#define O_RDWR          00000002
#define O_CREAT         00000100
#define O_EXCL          00000200
#define O_NOCTTY        00000400
#define O_TRUNC         00001000
#define O_APPEND        00002000
#define O_NONBLOCK      00004000
#define O_DSYNC         00010000
#define FASYNC          00020000
#define O_DIRECTORY     00040000
#define O_NOFOLLOW      00100000
#define O_DIRECT        00200000
#define O_LARGEFILE     00400000
#define O_NOATIME       01000000
#define O_CLOEXEC       02000000
#define __O_SYNC        04000000
#define O_SYNC          (__O_SYNC | O_DSYNC)
#define O_PATH          010000000
#define __O_TMPFILE     020000000
#define O_TMPFILE       (__O_TMPFILE | O_DIRECTORY)

#define F_DUPFD         0
#define F_GETFD         1
#define F_SETFD         2
#define F_GETFL         3
#define F_SETFL         4
#define F_GETLK         5
#define F_SETLK         6
#define F_SETLKW        7
#define F_SETOWN        8
#define F_GETOWN        9
#define F_GETLK64       12
#define F_SETLK64       13
#define F_SETLKW64      14
#define F_DUPFD_CLOEXEC 1030
#define F_SETPIPE_SZ    1031
#define F_GETPIPE_SZ    1032

#define FD_CLOEXEC      1

#define F_RDLCK         0
#define F_WRLCK         1
#define F_UNLCK         2

struct flock {
	int16_t l_type;
	int16_t l_whence;
	int32_t l_start;
	int32_t l_len;
	int32_t l_pid;
};
_Static_assert(sizeof(struct flock) == 16, "user space counts on this size");

struct flock64 {
	int16_t l_type;
	int16_t l_whence;
	uint32_t __pad; /* alignment */
	int64_t l_start;
	int64_t l_len;
	int32_t l_pid;
	uint32_t __pad2; /* alignment */
};
_Static_assert(sizeof(struct flock64) == 32, "user space counts on this size");

#define LOCK_SH              1
#define LOCK_EX              2
#define LOCK_NB              4
#define LOCK_UN              8

#define AT_FDCWD             (-100)
#define AT_SYMLINK_NOFOLLOW  0x100
#define AT_EACCESS           0x200
#define AT_REMOVEDIR         0x200
#define AT_SYMLINK_FOLLOW    0x400
#define AT_NO_AUTOMOUNT      0x800
#define AT_EMPTY_PATH        0x1000
#define AT_STATX_SYNC_TYPE   0x6000

#define SEEK_SET             0
#define SEEK_CUR             1
#define SEEK_END             2
#define SEEK_DATA            3
#define SEEK_HOLE            4

/* access(), faccessat() */
#define F_OK                 0
#define X_OK                 1
#define W_OK                 2
#define R_OK                 4

/* fallocate() */
#define FALLOC_FL_KEEP_SIZE  0x01
#define FALLOC_FL_PUNCH_HOLE 0x02

/* renameat2() */
#define RENAME_NOREPLACE     1
#define RENAME_EXCHANGE      2
#define RENAME_WHITEOUT      4

/* close_range() */
#define CLOSE_RANGE_UNSHARE  2
#define CLOSE_RANGE_CLOEXEC  4

/* mount() and umount2(): include/uapi/linux/mount.h, include/linux/fs.h */
#define MS_RDONLY            1
#define MS_NOSUID            2
#define MS_NODEV             4
#define MS_NOEXEC            8
#define MS_REMOUNT           32
#define MNT_FORCE            1
#define MNT_DETACH           2

/* Longest path, with its NUL; longest name in a directory, without
 * (include/uapi/linux/limits.h). */
#define PATH_MAX             4096
#define NAME_MAX             255

#endif
