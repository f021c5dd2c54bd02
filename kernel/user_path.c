/* SPDX-License-Identifier: MIT */
/*
 * Names from user space. Most are short, so a buffer on the stack is tried before a page.
 */
#include "user_path.h"
#include <fs/vfs.h>
#include <lib/errno.h>
#include <mm/kmalloc.h>

int user_string(const char __user *from, char **text)
{
	char *page = kmalloc(PATH_MAX);
	ssize_t len;

	if (!page)
		return -ENOMEM;
	len = strncpy_from_user(page, from, PATH_MAX);
	if (len == PATH_MAX)
		len = -ENAMETOOLONG;
	if (len < 0) {
		kfree(page);
		return len;
	}
	*text = page;
	return 0;
}

static int fetch_name(struct user_path *p, const char __user *name)
{
	ssize_t len = strncpy_from_user(p->few, name, SHORT_NAME);

	p->page = NULL;
	p->name = p->few;
	if (len < SHORT_NAME)
		return len < 0 ? len : 0;
	len = user_string(name, &p->page);
	p->name = p->page;
	return len;
}

static int fetch_dir(struct user_path *p, int dir)
{
	p->dir = (struct fd){NULL, false};
	if (dir == AT_FDCWD || *p->name == '/')
		return 0;
	p->dir = fd_get(current()->files, dir);
	return p->dir.file ? 0 : -EBADF;
}

int user_path_get(struct user_path *p, int dir, const char __user *name)
{
	int err = fetch_name(p, name);

	if (err)
		return err;
	err = fetch_dir(p, dir);
	p->at = (struct vfs_at){current()->fs, &current()->cred, p->dir.file, err};
	return 0;
}

void user_path_put(struct user_path *p)
{
	fd_put(p->dir);
	kfree(p->page);
}

int user_lookup(int dir, const char __user *name, unsigned int lookup, struct path *path)
{
	struct user_path p;
	int err = user_path_get(&p, dir, name);

	if (err)
		return err;
	err = path_lookup(&p.at, p.name, lookup, path);
	user_path_put(&p);
	return err;
}

int fd_get_file(int fd, struct fd *f)
{
	*f = fd_get(current()->files, fd);
	if (!f->file)
		return -EBADF;
	if (f->file->mode & FMODE_PATH) {
		fd_put(*f);
		return -EBADF;
	}
	return 0;
}
