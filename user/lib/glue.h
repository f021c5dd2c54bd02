/* SPDX-License-Identifier: MIT */
/*
 * Shared by the files that join newlib to the kernel.
 */
#ifndef GLUE_H
#define GLUE_H

/*
 * Turns a system call's answer into what C expects: a result as it is; a negative Linux errno into
 * -1 with errno set to newlib's number for it.
 */
long answer(long result);

#endif
