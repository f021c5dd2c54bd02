/* SPDX-License-Identifier: MIT */
/*
 * Files as the source of memory mappings.
 */
#ifndef KERNEL_FILE_MAP_H
#define KERNEL_FILE_MAP_H

#include <fs/file.h>
#include <mm/mm.h>

/* Fills in as, ops and object of a request to map a file. -ENODEV for files without a page cache. */
int file_map_request(struct file *file, struct mm_map_request *r);

#endif
