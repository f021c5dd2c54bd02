/* SPDX-License-Identifier: MIT */
/*
 * What the system calls that write share.
 */
#ifndef KERNEL_SYS_FILE_H
#define KERNEL_SYS_FILE_H

#include <lib/types.h>

/*
 * Passes on what a write or a truncation returned; sends SIGPIPE if that is -EPIPE, SIGXFSZ if it is
 * -EFBIG by RLIMIT_FSIZE.
 */
ssize_t written(ssize_t ret);

#endif
