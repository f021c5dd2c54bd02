/* SPDX-License-Identifier: MIT */
/* cpio archives of the "newc" kind: how an initrd holds files. They are read where they lie in
 * memory. Source: Linux 6.1, Documentation/driver-api/early-userspace/buffer-format.rst. */
#ifndef LIB_CPIO_H
#define LIB_CPIO_H

#include <lib/types.h>

/* Longest name, with its NUL. */
#define CPIO_NAME_MAX 4096

struct cpio_entry {
	const char *name; /* NUL-terminated, in the archive; no leading "/" or "./" is removed */
	uint32_t archive; /* counts archives that follow one another, from 0 */
	uint32_t ino;     /* with archive and device, what ties hard links together */
	uint32_t mode;    /* S_IF* and permissions */
	uint32_t uid, gid;
	uint32_t nlink;
	uint32_t mtime;                  /* seconds since 1970 */
	uint32_t dev_major, dev_minor;   /* where the archived file lay */
	uint32_t rdev_major, rdev_minor; /* of a device node */
	const uint8_t *data;             /* in the archive; alignment 4 relative to its start */
	uint32_t size;
};

struct cpio {
	const uint8_t *buf;
	size_t size;
	size_t pos;
	uint32_t archive; /* trailers seen */
	bool inside;      /* entries seen since the last trailer */
};

/* Start reading the archive of size bytes at buf (any alignment). Cannot fail: cpio_next()
 * judges. */
void cpio_open(struct cpio *c, const void *buf, size_t size);

/*
 * The next entry. Archives may follow one another, with zeroes between them. Returns 1 with *e
 * filled in, 0 at the end, -ENOEXEC where a gzip, xz, zstd, lz4, lzma, lzo or bzip2 stream stands
 * in place of an archive, -EINVAL where the archive is damaged or cut short. After 0 or an error
 * every call returns the same. In the CRC variant (070702) the checksum is verified.
 */
int cpio_next(struct cpio *c, struct cpio_entry *e);

#endif
