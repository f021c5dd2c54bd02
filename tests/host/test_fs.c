/* SPDX-License-Identifier: MIT */
/* Tests of fs/: what they share, and the program that runs them all. */
#include "test_fs.h"
#include <lib/abi/dirent.h>

static struct cred user_cred = {.uid = 1000, .euid = 1000, .suid = 1000, .gid = 100, .egid = 100};

struct vfs_at root = {.cred = &root_cred}, user = {.cred = &user_cred};

static int64_t fake_clock(void)
{
	return fake_time;
}

/* Once: the tree that stays. */
static void mount_all(void)
{
	struct path top;

	fake_task_init();
	fs_register_clock(fake_clock);
	fs_init();
	CHECK(vfs_mount_root("rootfs", &top));
	root.fs = user.fs = fs_context_alloc(&top);
	path_put(&top);
	CHECK(vfs_mkdir(&root, "/t", 0755));
	CHECK(vfs_mkdir(&root, "/dev", 0755));
	CHECK(vfs_mkdir(&root, "/proc", 0555));
	CHECK(vfs_mount(&root, "devtmpfs", "/dev", NULL));
	CHECK(vfs_mount(&root, "proc", "/proc", NULL));
	CHECK(try_open(&root, "/dev/null", O_RDONLY)); /* the nodes appear, and stay */
}

static int live_before;

int fs_setup(void **state)
{
	fake_time = 1000;
	live_before = fake_live;
	CHECK(vfs_mount(&root, "tmpfs", "/t", NULL));
	root.fs->umask = 022;
	go("/t");
	return 0;
}

int fs_teardown(void **state)
{
	fake_fail_after = -1;
	fake_bad_from = fake_bad_to = NULL;
	go("/");
	CHECK(vfs_umount(&root, "/t"));
	assert_int_equal(fake_live, live_before);
	return 0;
}

void go(const char *name)
{
	struct path path;

	CHECK(path_lookup(&root, name, LOOKUP_FOLLOW, &path));
	CHECK(vfs_chdir(root.fs, root.cred, &path));
	path_put(&path);
}

void make_file(const char *name, const char *text)
{
	struct file *file;

	CHECK(vfs_open(&root, name, O_CREAT | O_WRONLY | O_TRUNC, 0644, &file));
	assert_int_equal(vfs_write(file, text, strlen(text)), strlen(text));
	file_put(file);
}

const char *contents(const char *name)
{
	static char text[20000];
	struct file *file;
	ssize_t n;

	if (vfs_open(&root, name, O_RDONLY, 0, &file))
		return NULL;
	n = vfs_read(file, text, sizeof(text) - 1);
	file_put(file);
	assert_true(n >= 0);
	text[n] = '\0';
	return text;
}

int get_stat(const char *name, struct kstat *st)
{
	struct path path;
	int err = path_lookup(&root, name, 0, &path);

	if (err)
		return err;
	vfs_stat(&path, st);
	path_put(&path);
	return 0;
}

const char *names_in(const char *name)
{
	static char text[4096];
	char buf[64]; /* small, so that it takes several calls */
	struct file *file;
	ssize_t n, at;

	CHECK(vfs_open(&root, name, O_RDONLY | O_DIRECTORY, 0, &file));
	text[0] = '\0';
	while ((n = vfs_getdents64(file, buf, sizeof(buf))) > 0) {
		for (at = 0; at < n; at += ((struct linux_dirent64 *)(buf + at))->d_reclen) {
			const char *entry = ((struct linux_dirent64 *)(buf + at))->d_name;

			if (strcmp(entry, ".") && strcmp(entry, ".."))
				strcat(strcat(text, entry), " ");
		}
	}
	CHECK(n);
	file_put(file);
	return text;
}

int try_open(const struct vfs_at *at, const char *name, uint32_t flags)
{
	struct file *file;
	int err = vfs_open(at, name, flags, 0644, &file);

	if (!err)
		file_put(file);
	return err;
}

int main(void)
{
	mount_all();
	return run_walk_tests() + run_name_tests() + run_rename_tests() + run_data_tests() +
	       run_fd_tests() + run_pipe_tests() + run_archive_tests() + run_proc_tests() +
	       run_nomem_tests();
}
