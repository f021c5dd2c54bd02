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

/* The file that a region maps; NULL if its bytes come from elsewhere. */
struct file *vma_file(const struct vma *vma);

#endif
