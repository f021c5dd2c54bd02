/* SPDX-License-Identifier: MIT */
/*
 * The names of the system and of this machine, as uname(2) tells them.
 */
#ifndef KERNEL_UTS_H
#define KERNEL_UTS_H

#include <lib/abi/utsname.h>
#include <lib/types.h>

void uts_get(struct utsname *copy);

/*
 * Sets nodename or domainname, whichever stands at `offset` of struct utsname. -EPERM unless the
 * caller is root, -EINVAL for more than 64 bytes.
 */
int uts_set(size_t offset, const char *text, size_t n);

#endif
