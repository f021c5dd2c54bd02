/* SPDX-License-Identifier: MIT */
/*
 * getdents64(): directory entries into a user's buffer.
 */
#include <fs/vfs.h>
#include <lib/abi/dirent.h>
#include <lib/errno.h>
#include <string.h>

#define RECORD_SIZE(name_len)                                                                      \
	((offsetof(struct linux_dirent64, d_name) + (name_len) + 1 + 7) & ~(size_t)7)

struct user_sink {
	struct dir_sink sink;
	char __user *buf;
	size_t room, used;
	int err; /* why the last entry was refused */
};

static bool emit_to_user(struct dir_sink *sink, const char *name, size_t len, uint32_t ino,
        unsigned int type, loff_t next)
{
	struct user_sink *s = (struct user_sink *)sink;
	size_t size = RECORD_SIZE(len);
	union {
		struct linux_dirent64 d;
		char bytes[RECORD_SIZE(NAME_MAX)];
	} r;

	if (size > s->room - s->used) {
		s->err = -EINVAL;
		return false;
	}
	memset(r.bytes, 0, size);
	r.d.d_ino = ino;
	r.d.d_off = next;
	r.d.d_reclen = size;
	r.d.d_type = type;
	memcpy(r.bytes + offsetof(struct linux_dirent64, d_name), name, len);
	if (copy_to_user(s->buf + s->used, r.bytes, size)) {
		s->err = -EFAULT;
		return false;
	}
	s->used += size;
	return true;
}

ssize_t vfs_getdents64(struct file *file, void __user *buf, size_t n)
{
	struct user_sink s = {.sink = {emit_to_user}, .buf = buf, .room = n};
	int err;

	if (!file->ops->readdir)
		return -ENOTDIR;
	if (!file->inode->nlink)
		return -ENOENT;
	mutex_lock(&file->pos_lock);
	err = file->ops->readdir(file, &s.sink);
	mutex_unlock(&file->pos_lock);
	if (s.used)
		return s.used;
	return err ? err : s.err;
}
