/* SPDX-License-Identifier: MIT */
/* Does a path lead to the file that path_resolution(7) says, and to the right error elsewhere? */
#include "test_fs.h"

static int look(const char *name, unsigned int flags)
{
	struct path path;
	int err = path_lookup(&root, name, flags, &path);

	if (!err)
		path_put(&path);
	return err;
}

static const char *name_of(const char *name)
{
	static char buf[PATH_MAX];
	struct path path;
	char *text;

	CHECK(path_lookup(&root, name, LOOKUP_FOLLOW, &path));
	text = path_name(&path, NULL, buf, sizeof(buf));
	path_put(&path);
	return text;
}

static void walks_dots_and_slashes(void **state)
{
	CHECK(vfs_mkdir(&root, "a", 0755));
	CHECK(vfs_mkdir(&root, "a/b/", 0755));
	make_file("a/f", "x");
	assert_string_equal(name_of("a/./b/../f"), "/t/a/f");
	assert_string_equal(name_of("//t//a///b//"), "/t/a/b");
	assert_string_equal(name_of("."), "/t");
	assert_string_equal(name_of("a/b/../.."), "/t");
	assert_string_equal(name_of("/.."), "/");
	assert_string_equal(name_of("../../.."), "/");
	assert_int_equal(look("", 0), -ENOENT);
	assert_int_equal(look("a/nothing", 0), -ENOENT);
	assert_int_equal(look("nothing/f", 0), -ENOENT);
	assert_int_equal(look("a/f/x", 0), -ENOTDIR);
	assert_int_equal(look("a/f/", 0), -ENOTDIR);
	assert_int_equal(look("a/f/.", 0), -ENOTDIR);
	assert_int_equal(look("a/f/..", 0), -ENOTDIR);
	assert_int_equal(look("a/f", LOOKUP_DIRECTORY), -ENOTDIR);
}

static void stays_below_the_root_of_the_process(void **state)
{
	struct fs_context *ctx = fs_context_copy(root.fs);
	struct vfs_at jail = {.fs = ctx, .cred = &root_cred};
	struct path path, top;

	CHECK(vfs_mkdir(&root, "jail", 0755));
	CHECK(vfs_mkdir(&root, "jail/in", 0755));
	CHECK(vfs_symlink(&root, "/in", "jail/link"));
	CHECK(path_lookup(&root, "jail", 0, &top));
	assert_int_equal(vfs_chroot(ctx, user.cred, &top), -EPERM);
	CHECK(vfs_chroot(ctx, root.cred, &top));
	CHECK(vfs_chdir(ctx, root.cred, &top));
	CHECK(path_lookup(&jail, "../../in", 0, &path));
	path_put(&path);
	CHECK(path_lookup(&jail, "/..", 0, &path));
	assert_true(path_equal(&path, &top));
	path_put(&path);
	CHECK(path_lookup(&jail, "link", LOOKUP_FOLLOW, &path));
	path_put(&path);
	path_put(&top);
	fs_context_put(ctx);
}

static void crosses_mounts_both_ways(void **state)
{
	struct path path;

	CHECK(vfs_mkdir(&root, "m", 0755));
	make_file("m/below", "x");
	CHECK(vfs_mount(&root, "tmpfs", "m", "mode=0700,size=64k"));
	assert_int_equal(look("m/below", 0), -ENOENT);
	make_file("m/above", "y");
	assert_string_equal(name_of("m/above"), "/t/m/above");
	assert_string_equal(name_of("m/.."), "/t");
	CHECK(path_lookup(&root, "m", 0, &path));
	assert_int_equal(path.dentry->inode->mode, S_IFDIR | 0700);
	assert_int_equal(vfs_umount(&root, "m"), -EBUSY);
	path_put(&path);
	assert_int_equal(vfs_rmdir(&root, "m"), -EBUSY);
	assert_int_equal(vfs_rename(&root, "m", &root, "n", 0), -EBUSY);
	assert_int_equal(vfs_umount(&user, "m"), -EPERM);
	assert_int_equal(vfs_umount(&root, "/t/m/above"), -EINVAL);
	CHECK(vfs_umount(&root, "m"));
	CHECK(look("m/below", 0));
	assert_int_equal(vfs_mount(&root, "nothing", "m", NULL), -ENODEV);
	assert_int_equal(vfs_mount(&root, "tmpfs", "m/below", NULL), -ENOTDIR);
	assert_int_equal(vfs_mount(&root, "tmpfs", "m", "colour=red"), -EINVAL);
	assert_int_equal(vfs_mount(&user, "tmpfs", "m", NULL), -EPERM);
}

static void mounts_over_mounts(void **state)
{
	CHECK(vfs_mkdir(&root, "m", 0755));
	CHECK(vfs_mount(&root, "tmpfs", "m", NULL));
	make_file("m/one", "1");
	CHECK(vfs_mount(&root, "tmpfs", "m", NULL));
	make_file("m/two", "2");
	assert_string_equal(name_of("m/two"), "/t/m/two");
	assert_string_equal(name_of("m/.."), "/t");
	CHECK(vfs_umount(&root, "m"));
	CHECK(look("m/one", 0));
	CHECK(vfs_umount(&root, "m"));
}

static void follows_symlinks(void **state)
{
	CHECK(vfs_mkdir(&root, "d", 0755));
	make_file("d/f", "text");
	CHECK(vfs_symlink(&root, "d", "to_dir"));
	CHECK(vfs_symlink(&root, "to_dir/f", "to_file"));
	CHECK(vfs_symlink(&root, "/t/d/../to_file", "absolute"));
	CHECK(vfs_symlink(&root, "nowhere", "broken"));
	CHECK(vfs_symlink(&root, "f/", "d/slash"));
	assert_string_equal(contents("absolute"), "text");
	assert_string_equal(contents("to_dir/f"), "text");
	assert_string_equal(name_of("to_dir/../d"), "/t/d");
	CHECK(look("broken", 0));
	assert_int_equal(look("broken", LOOKUP_FOLLOW), -ENOENT);
	assert_int_equal(look("broken/", 0), -ENOENT);
	assert_int_equal(look("to_file/", 0), -ENOTDIR);
	assert_int_equal(look("d/slash", LOOKUP_FOLLOW), -ENOTDIR);
	assert_int_equal(try_open(&root, "to_file", O_RDONLY | O_NOFOLLOW), -ELOOP);
	CHECK(try_open(&root, "to_file", O_PATH | O_NOFOLLOW));
	assert_int_equal(try_open(&root, "to_dir", O_RDONLY | O_NOFOLLOW | O_DIRECTORY), -ENOTDIR);
}

/* 40 links in a row are allowed, 41 are not. */
static void limits_symlinks(void **state)
{
	char name[16], target[16];
	int i;

	CHECK(vfs_symlink(&root, "loop", "loop"));
	assert_int_equal(look("loop", LOOKUP_FOLLOW), -ELOOP);
	assert_int_equal(look("loop/x", 0), -ELOOP);
	make_file("l0", "x");
	for (i = 1; i <= 41; i++) {
		snprintf(name, sizeof(name), "l%d", i);
		snprintf(target, sizeof(target), "l%d", i - 1);
		CHECK(vfs_symlink(&root, target, name));
	}
	CHECK(look("l40", LOOKUP_FOLLOW));
	assert_int_equal(look("l41", LOOKUP_FOLLOW), -ELOOP);
}

static void limits_lengths(void **state)
{
	char name[PATH_MAX + 2];

	memset(name, 'n', sizeof(name));
	name[255] = '\0';
	make_file(name, "x");
	CHECK(look(name, 0));
	name[255] = 'n';
	name[256] = '\0';
	assert_int_equal(look(name, 0), -ENAMETOOLONG);
	assert_int_equal(vfs_mkdir(&root, name, 0755), -ENAMETOOLONG);
	memset(name, '/', sizeof(name));
	name[PATH_MAX - 1] = '\0';
	CHECK(look(name, 0));
	name[PATH_MAX - 1] = '/';
	name[PATH_MAX] = '\0';
	assert_int_equal(look(name, 0), -ENAMETOOLONG);
}

static void checks_search_permission(void **state)
{
	CHECK(vfs_mkdir(&root, "closed", 0700));
	make_file("closed/f", "x");
	CHECK(vfs_symlink(&root, "closed/f", "link"));
	assert_int_equal(try_open(&user, "closed/f", O_RDONLY), -EACCES);
	assert_int_equal(try_open(&user, "link", O_RDONLY), -EACCES);
	assert_int_equal(try_open(&user, "closed/..", O_RDONLY), -EACCES);
	CHECK(try_open(&user, "closed", O_PATH));
	assert_int_equal(try_open(&user, "closed", O_RDONLY), -EACCES);
	CHECK(vfs_access(&user, "closed", F_OK, 0));
	assert_int_equal(vfs_access(&user, "closed", X_OK, 0), -EACCES);
	CHECK(vfs_access(&root, "closed", R_OK | W_OK | X_OK, 0));
	/* Root may execute only what somebody may. */
	assert_int_equal(vfs_access(&root, "closed/f", X_OK, 0), -EACCES);
}

static void starts_at_an_open_directory(void **state)
{
	struct vfs_at at = root;
	struct file *dir, *file;

	CHECK(vfs_mkdir(&root, "d", 0755));
	make_file("d/f", "x");
	CHECK(vfs_open(&root, "d", O_PATH | O_DIRECTORY, 0, &dir));
	at.dir = dir;
	CHECK(try_open(&at, "f", O_RDONLY));
	CHECK(try_open(&at, "/t/d/f", O_RDONLY));
	assert_int_equal(vfs_open(&at, "", O_RDONLY, 0, &file), -ENOENT);
	file_put(dir);
	CHECK(vfs_open(&root, "d/f", O_RDONLY, 0, &file));
	at.dir = file;
	assert_int_equal(try_open(&at, "x", O_RDONLY), -ENOTDIR);
	CHECK(vfs_access(&at, "", R_OK, AT_EMPTY_PATH));
	file_put(file);
}

static void names_the_working_directory(void **state)
{
	char buf[64];

	CHECK(vfs_mkdir(&root, "w", 0755));
	go("w");
	assert_int_equal(vfs_getcwd(root.fs, buf, sizeof(buf)), 5);
	assert_string_equal(buf, "/t/w");
	assert_int_equal(vfs_getcwd(root.fs, buf, 4), -ERANGE);
	CHECK(vfs_rename(&root, "/t/w", &root, "/t/v", 0));
	assert_int_equal(vfs_getcwd(root.fs, buf, sizeof(buf)), 5);
	assert_string_equal(buf, "/t/v");
	CHECK(vfs_rmdir(&root, "/t/v"));
	assert_int_equal(vfs_getcwd(root.fs, buf, sizeof(buf)), -ENOENT);
	assert_string_equal(name_of("."), "/t/v (deleted)");
	assert_int_equal(try_open(&root, "new", O_CREAT | O_WRONLY), -ENOENT);
	assert_string_equal(name_of(".."), "/t");
}

int run_walk_tests(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(walks_dots_and_slashes),
	        TEST(stays_below_the_root_of_the_process),
	        TEST(crosses_mounts_both_ways),
	        TEST(mounts_over_mounts),
	        TEST(follows_symlinks),
	        TEST(limits_symlinks),
	        TEST(limits_lengths),
	        TEST(checks_search_permission),
	        TEST(starts_at_an_open_directory),
	        TEST(names_the_working_directory),
	};

	return cmocka_run_group_tests_name("fs: walking", tests, NULL, NULL);
}
