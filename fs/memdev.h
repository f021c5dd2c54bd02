/* SPDX-License-Identifier: MIT */
/*
 * Starting the parts of fs/ that are there in every kernel.
 */
#ifndef FS_MEMDEV_H
#define FS_MEMDEV_H

void memdev_init(void);

#endif
