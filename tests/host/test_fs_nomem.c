/* SPDX-License-Identifier: MIT */
/*
 * What if there is no memory? Each operation runs with its first allocation failing, then its
 * second, and so on, until it succeeds. Each failure must say so and leave everything as it was.
 */
#include "test_fs.h"
#include <fs/initramfs.h>
#include <fs/pipe.h>

static int do_mkdir(void)
{
	int err = vfs_mkdir(&root, "new", 0755);

	if (!err)
		CHECK(vfs_rmdir(&root, "new"));
	return err;
}

static int do_create(void)
{
	int err = try_open(&root, "new", O_CREAT | O_WRONLY);

	/* The name may have been made before the struct file failed: so it is on Linux. */
	fake_fail_after = -1;
	vfs_unlink(&root, "new");
	return err;
}

static int do_tmpfile(void)
{
	return try_open(&root, ".", O_TMPFILE | O_WRONLY);
}

static int do_memfd(void)
{
	struct file *file;
	int err = vfs_memfd("memfd:x", &root_cred, &file);

	if (!err)
		file_put(file);
	return err;
}

/* A failure leaves no page behind that was not there. */
static int do_fallocate(void)
{
	struct file *file;
	struct kstat st;
	uint64_t before;
	int err;

	fake_fail_after += fake_fail_after >= 0; /* for the struct file */
	CHECK(vfs_open(&root, "file", O_WRONLY, 0, &file));
	vfs_stat(&file->path, &st);
	before = st.blocks;
	err = vfs_fallocate(file, 0, 1, 3 * PAGE_SIZE);
	vfs_stat(&file->path, &st);
	assert_int_equal(st.blocks, err ? before : 4 * PAGE_SIZE / 512);
	assert_int_equal(st.size, err ? before : 3 * PAGE_SIZE + 1);
	CHECK(vfs_ftruncate(file, 0));
	file_put(file);
	return err;
}

static int do_symlink(void)
{
	int err = vfs_symlink(&root, "target", "new");

	if (!err)
		CHECK(vfs_unlink(&root, "new"));
	return err;
}

static int do_link(void)
{
	int err = vfs_link(&root, "file", &root, "new", 0);

	if (!err)
		CHECK(vfs_unlink(&root, "new"));
	return err;
}

static int do_rename(void)
{
	int err = vfs_rename(&root, "file", &root, "d/other", 0);

	fake_fail_after = -1;
	if (!err)
		CHECK(vfs_rename(&root, "d/other", &root, "file", 0));
	return err;
}

static int do_follow(void)
{
	return try_open(&root, "chain", O_RDONLY);
}

static int do_write(void)
{
	struct file *file;
	ssize_t n;

	fake_fail_after++; /* for the struct file */
	CHECK(vfs_open(&root, "file", O_WRONLY | O_TRUNC, 0, &file));
	n = vfs_write(file, "x", 1);
	CHECK(vfs_ftruncate(file, 0));
	file_put(file);
	return n == 1 ? 0 : n;
}

static int do_pipe(void)
{
	struct file *ends[2];
	int err = pipe_create(&root_cred, 0, ends);
	ssize_t n;

	if (err)
		return err;
	n = vfs_write(ends[1], "x", 1);
	file_put(ends[0]);
	file_put(ends[1]);
	return n == 1 ? 0 : n;
}

static int do_fork(void)
{
	static struct files *files;
	struct files *copy;
	int fd;

	if (!files) {
		int before = fake_fail_after;

		fake_fail_after = -1;
		files = files_alloc();
		fd = fd_reserve(files, 100, 1024, 0);
		fake_fail_after = before;
		fd_unreserve(files, fd);
	}
	copy = files_fork(files);
	if (!copy)
		return -ENOMEM;
	fd = fd_reserve(copy, 500, 1024, 0);
	files_put(copy);
	if (fd >= 0) {
		files_put(files);
		files = NULL;
	}
	return fd < 0 ? fd : 0;
}

static int do_context(void)
{
	struct fs_context *copy = fs_context_copy(root.fs);

	if (!copy)
		return -ENOMEM;
	fs_context_put(copy);
	return 0;
}

static int do_mount(void)
{
	int err = vfs_mount(&root, "devtmpfs", "d", NULL);

	if (err)
		return err;
	err = try_open(&root, "d/zero", O_RDONLY);
	CHECK(vfs_umount(&root, "d"));
	return err;
}

static int do_mount_proc(void)
{
	int err = vfs_mount(&root, "proc", "d", NULL);

	if (!err)
		CHECK(vfs_umount(&root, "d"));
	return err;
}

static int do_read_proc(void)
{
	struct file *file;
	char c;
	int err = vfs_open(&root, "/proc/self/mounts", O_RDONLY, 0, &file);
	ssize_t n;

	if (err)
		return err;
	n = vfs_read(file, &c, 1);
	file_put(file);
	return n == 1 ? 0 : n;
}

static int do_getcwd(void)
{
	char buf[8];
	ssize_t n = vfs_getcwd(root.fs, buf, sizeof(buf));

	return n == 3 ? 0 : n;
}

static int do_unpack(void)
{
	size_t size;
	uint8_t *data = load_file("tree.cpio", &size);
	int err = vfs_mkdir(&root, "m", 0755);

	if (err)
		goto free;
	err = vfs_mount(&root, "tmpfs", "m", NULL);
	if (!err) {
		fake_fail_after += fake_fail_after >= 0;
		go("m");
		err = initramfs_unpack(&root, data, size);
		go("/t");
		CHECK(vfs_umount(&root, "m"));
	}
	CHECK(vfs_rmdir(&root, "m"));
free:
	free(data);
	return err;
}

static const struct {
	const char *name;
	int (*run)(void);
} operations[] = {
        {"mkdir", do_mkdir},
        {"create", do_create},
        {"tmpfile", do_tmpfile},
        {"memfd", do_memfd},
        {"fallocate", do_fallocate},
        {"symlink", do_symlink},
        {"link", do_link},
        {"rename", do_rename},
        {"follow", do_follow},
        {"write", do_write},
        {"pipe", do_pipe},
        {"fork", do_fork},
        {"context", do_context},
        {"mount", do_mount},
        {"proc", do_mount_proc},
        {"read", do_read_proc},
        {"getcwd", do_getcwd},
        {"unpack", do_unpack},
};

static void run_until_it_succeeds(unsigned int i)
{
	int live = fake_live;
	int step, err;

	for (step = 0;; step++) {
		fake_fail_after = step;
		err = operations[i].run();
		fake_fail_after = -1;
		if (!err)
			break;
		if (err != -ENOMEM)
			fail_msg("%s, step %d: error %d", operations[i].name, step, err);
		assert_true(step < 1000);
	}
	if (step == 0)
		fail_msg("%s needs no memory", operations[i].name);
	if (fake_live != live)
		fail_msg("%s: %d left", operations[i].name, fake_live - live);
}

static void fails_cleanly_without_memory(void **state)
{
	unsigned int i;

	make_file("file", "");
	CHECK(vfs_mkdir(&root, "d", 0755));
	CHECK(vfs_symlink(&root, "d/../l2", "chain"));
	CHECK(vfs_symlink(&root, "/t/file", "l2"));
	for (i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		run_until_it_succeeds(i);
	assert_string_equal(names_in("."), "d chain l2 file ");
}

int run_nomem_tests(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(fails_cleanly_without_memory),
	};

	return cmocka_run_group_tests_name("fs: without memory", tests, NULL, NULL);
}
