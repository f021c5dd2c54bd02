/* SPDX-License-Identifier: MIT */
/*
 * Reading directories.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <quire.h>
#include "glue.h"

struct dir {
	int fd;
	int used; /* bytes of buf already handed out */
	int size; /* bytes in buf */
	char buf[1024] __attribute__((aligned(8)));
};

ssize_t getdents64(int fd, void *buf, size_t len)
{
	return answer(syscall(SYS_getdents64, fd, buf, len));
}

DIR *opendir(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir;

	if (fd < 0)
		return NULL;
	dir = malloc(sizeof(*dir));
	if (!dir) {
		close(fd);
		return NULL;
	}
	dir->fd = fd;
	dir->used = dir->size = 0;
	return dir;
}

struct dirent *readdir(DIR *dir)
{
	struct dirent *entry;

	if (dir->used >= dir->size) {
		dir->used = 0;
		dir->size = getdents64(dir->fd, dir->buf, sizeof(dir->buf));
		if (dir->size <= 0)
			return NULL;
	}
	entry = (struct dirent *)(dir->buf + dir->used);
	dir->used += entry->d_reclen;
	return entry;
}

int closedir(DIR *dir)
{
	int result = close(dir->fd);

	free(dir);
	return result;
}
