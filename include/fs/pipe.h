/* SPDX-License-Identifier: MIT */
/*
 * Pipes: a ring of bytes between processes (pipe(7) in the Linux manual).
 */
#ifndef FS_PIPE_H
#define FS_PIPE_H

#include <fs/file.h>

#define PIPE_SIZE 65536 /* capacity in bytes */
#define PIPE_BUF  4096  /* a write of up to this many bytes is not mixed with others (limits.h) */

/*
 * pipe2(2): files[0] reads, files[1] writes, one reference each. flags: O_NONBLOCK (O_CLOEXEC
 * belongs to the descriptor; O_DIRECT is -EINVAL). The pipe belongs to cred. -ENOMEM. Sleeps.
 */
int pipe_create(const struct cred *cred, uint32_t flags, struct file *files[2]);

#endif
