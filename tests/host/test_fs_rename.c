/* SPDX-License-Identifier: MIT */
/* Does rename() follow all rules of rename(2)? */
#include "test_fs.h"
#include <pthread.h>

static int move(const char *from, const char *to)
{
	return vfs_rename(&root, from, &root, to, 0);
}

static void moves_files(void **state)
{
	CHECK(vfs_mkdir(&root, "d", 0755));
	make_file("a", "A");
	make_file("b", "B");
	CHECK(move("a", "c"));
	assert_string_equal(contents("c"), "A");
	CHECK(move("c", "d/c"));
	CHECK(move("b", "d/c"));
	assert_string_equal(contents("d/c"), "B");
	assert_string_equal(names_in("d"), "c ");
	assert_int_equal(move("none", "x"), -ENOENT);
	assert_int_equal(move("d/c", "none/x"), -ENOENT);
	assert_int_equal(move("d/c", "d"), -ENOTEMPTY);
	CHECK(vfs_mkdir(&root, "e", 0755));
	assert_int_equal(move("d/c", "e"), -EISDIR);
	assert_int_equal(move("d/c", "x/"), -ENOTDIR);
	assert_int_equal(move("d/c/", "x"), -ENOTDIR);
	assert_int_equal(move("d/c", "/x"), -EXDEV);
	assert_int_equal(move("d/.", "x"), -EBUSY);
	assert_int_equal(move("d/c", "d/.."), -EBUSY);
	assert_int_equal(move("/", "x"), -EXDEV);
	assert_int_equal(vfs_rename(&root, "d/c", &root, "y", RENAME_EXCHANGE), -EINVAL);
}

static void moves_directories(void **state)
{
	struct kstat st;

	CHECK(vfs_mkdir(&root, "a", 0755));
	CHECK(vfs_mkdir(&root, "a/b", 0755));
	CHECK(vfs_mkdir(&root, "a/b/c", 0755));
	CHECK(vfs_mkdir(&root, "e", 0755));
	make_file("f", "x");
	assert_int_equal(move("a", "a/b/c/d"), -EINVAL);
	assert_int_equal(move("a", "a/b"), -EINVAL);
	assert_int_equal(move("a/b/c", "a"), -ENOTEMPTY);
	assert_int_equal(move("a/b/c", "a/b"), -ENOTEMPTY);
	assert_int_equal(move("a/b", "f"), -ENOTDIR);
	assert_int_equal(move("e", "a"), -ENOTEMPTY);
	CHECK(move("a/b", "e/")); /* an empty directory gives way */
	CHECK(get_stat("a", &st));
	assert_int_equal(st.nlink, 2);
	CHECK(get_stat("e", &st));
	assert_int_equal(st.nlink, 3);
	CHECK(get_stat("e/c/..", &st));
	CHECK(move("e/c", "a/c"));
	CHECK(get_stat("a", &st));
	assert_int_equal(st.nlink, 3);
	CHECK(get_stat("e", &st));
	assert_int_equal(st.nlink, 2);
	CHECK(move("a", "a"));
}

static void leaves_two_names_of_one_file(void **state)
{
	struct kstat st;

	make_file("a", "x");
	CHECK(vfs_link(&root, "a", &root, "b", 0));
	CHECK(move("a", "b"));
	CHECK(get_stat("a", &st));
	assert_int_equal(st.nlink, 2);
	CHECK(move("a", "a"));
	assert_string_equal(names_in("."), "a b ");
}

static void obeys_noreplace(void **state)
{
	make_file("a", "A");
	make_file("b", "B");
	assert_int_equal(vfs_rename(&root, "a", &root, "b", RENAME_NOREPLACE), -EEXIST);
	assert_int_equal(vfs_rename(&root, "a", &root, ".", RENAME_NOREPLACE), -EEXIST);
	CHECK(vfs_rename(&root, "a", &root, "c", RENAME_NOREPLACE));
}

static void checks_rights(void **state)
{
	CHECK(vfs_mkdir(&root, "r", 0755));
	CHECK(vfs_mkdir(&user, "u", 0755));
	CHECK(vfs_mkdir(&user, "u/sub", 0555));
	CHECK(try_open(&user, "u/f", O_CREAT | O_WRONLY));
	make_file("r/f", "x");
	assert_int_equal(vfs_rename(&user, "r/f", &user, "u/g", 0), -EACCES);
	assert_int_equal(vfs_rename(&user, "u/f", &user, "r/g", 0), -EACCES);
	CHECK(vfs_rename(&user, "u/f", &user, "f", 0));
	/* To move a directory away is to write its "..". */
	assert_int_equal(vfs_rename(&user, "u/sub", &user, "sub", 0), -EACCES);
	CHECK(vfs_rename(&user, "u/sub", &user, "u/sub2", 0));
}

static void replaced_files_live_on_while_open(void **state)
{
	struct file *file;
	char c;

	make_file("a", "A");
	make_file("b", "B");
	CHECK(vfs_open(&root, "b", O_RDONLY, 0, &file));
	CHECK(move("a", "b"));
	assert_int_equal(vfs_read(file, &c, 1), 1);
	assert_int_equal(c, 'B');
	file_put(file);
}

/*
 * Two threads move directories between each other's places: neither may lock the other out, or lose
 * a name.
 */
static void *mover(void *arg)
{
	const char *const *names = arg;
	int i;

	fake_task_init();
	for (i = 0; i < 3000; i++) {
		vfs_rename(&root, names[0], &root, names[1], 0);
		vfs_rename(&root, names[1], &root, names[0], 0);
	}
	return NULL;
}

static void survives_crossing_renames(void **state)
{
	static const char *const one[] = {"/t/a/x", "/t/b/c/x"}, *const two[] = {
	                                                                 "/t/b/c", "/t/a/c"};
	pthread_t thread;

	CHECK(vfs_mkdir(&root, "a", 0755));
	CHECK(vfs_mkdir(&root, "b", 0755));
	CHECK(vfs_mkdir(&root, "b/c", 0755));
	CHECK(vfs_mkdir(&root, "a/x", 0755));
	pthread_create(&thread, NULL, mover, (void *)one);
	mover((void *)two);
	pthread_join(thread, NULL);
	/* Whatever the order was, both names are somewhere, once. */
	if (vfs_rmdir(&root, "a/x"))
		if (vfs_rmdir(&root, "b/c/x"))
			CHECK(vfs_rmdir(&root, "a/c/x"));
	if (vfs_rmdir(&root, "b/c"))
		CHECK(vfs_rmdir(&root, "a/c"));
	CHECK(vfs_rmdir(&root, "a"));
	CHECK(vfs_rmdir(&root, "b"));
}

int run_rename_tests(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(moves_files),
	        TEST(moves_directories),
	        TEST(leaves_two_names_of_one_file),
	        TEST(obeys_noreplace),
	        TEST(checks_rights),
	        TEST(replaced_files_live_on_while_open),
	        TEST(survives_crossing_renames),
	};

	return cmocka_run_group_tests_name("fs: rename", tests, NULL, NULL);
}
