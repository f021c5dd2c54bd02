/* SPDX-License-Identifier: MIT */
/*
 * /proc/mounts and /proc/filesystems.
 */
#include <string.h>
#include "proc.h"

struct mounts_view {
	struct seq *seq;
	struct path root; /* of the process that looks */
};

/* One line, in the form of fstab(5). */
static int show_mount(const struct path *top, const char *type, void *arg)
{
	struct mounts_view *view = arg;
	struct seq *seq = view->seq;
	size_t line = seq->len, name;

	seq_printf(seq, "%s ", type);
	name = seq->len;
	seq_path(seq, top, &view->root, " \t\n\\");
	if (!seq->failed && seq->buf[name] != '/') {
		seq->len = line; /* outside of the process's root */
		return 0;
	}
	seq_printf(seq, " %s rw,relatime 0 0\n", type);
	return 0;
}

int proc_show_mounts(struct seq *seq, void *arg)
{
	struct mounts_view view = {.seq = seq};
	int err;

	(void)arg;
	proc_pids()->root(&view.root);
	err = mount_for_each(show_mount, &view);
	path_put(&view.root);
	return err;
}

static int show_type(const struct fs_type *type, void *arg)
{
	/* None of them needs a block device. */
	seq_printf(arg, "nodev\t%s\n", type->name);
	return 0;
}

int proc_show_filesystems(struct seq *seq, void *arg)
{
	(void)arg;
	return fs_type_for_each(show_type, seq);
}
