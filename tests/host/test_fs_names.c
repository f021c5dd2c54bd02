/* SPDX-License-Identifier: MIT */
/* Do names come and go by the rules of mkdir(2), unlink(2), link(2) and their kin? */
#include "test_fs.h"

static void makes_directories(void **state)
{
	struct kstat st, parent;

	CHECK(vfs_mkdir(&root, "d", 0777));
	CHECK(get_stat("d", &st));
	assert_int_equal(st.mode, S_IFDIR | 0755);
	assert_int_equal(st.nlink, 2);
	CHECK(vfs_mkdir(&root, "d/e/", 0700));
	CHECK(get_stat("d", &parent));
	assert_int_equal(parent.nlink, 3);
	assert_int_equal(vfs_mkdir(&root, "d", 0777), -EEXIST);
	assert_int_equal(vfs_mkdir(&root, "d/", 0777), -EEXIST);
	assert_int_equal(vfs_mkdir(&root, "d/.", 0777), -EEXIST);
	assert_int_equal(vfs_mkdir(&root, "d/..", 0777), -EEXIST);
	assert_int_equal(vfs_mkdir(&root, "/", 0777), -EEXIST);
	assert_int_equal(vfs_mkdir(&root, "", 0777), -ENOENT);
	assert_int_equal(vfs_mkdir(&root, "no/d", 0777), -ENOENT);
	make_file("f", "x");
	assert_int_equal(vfs_mkdir(&root, "f", 0777), -EEXIST);
	assert_int_equal(vfs_mkdir(&root, "f/d", 0777), -ENOTDIR);
	assert_int_equal(vfs_mkdir(&user, "d/u", 0777), -EACCES);
}

static void removes_directories(void **state)
{
	CHECK(vfs_mkdir(&root, "d", 0755));
	CHECK(vfs_mkdir(&root, "d/e", 0755));
	make_file("d/e/f", "x");
	assert_int_equal(vfs_rmdir(&root, "d/e"), -ENOTEMPTY);
	assert_int_equal(vfs_rmdir(&root, "d/e/."), -EINVAL);
	assert_int_equal(vfs_rmdir(&root, "d/e/.."), -ENOTEMPTY);
	assert_int_equal(vfs_rmdir(&root, "/"), -EBUSY);
	assert_int_equal(vfs_rmdir(&root, "d/e/f"), -ENOTDIR);
	assert_int_equal(vfs_rmdir(&root, "d/x"), -ENOENT);
	CHECK(vfs_unlink(&root, "d/e/f"));
	CHECK(vfs_rmdir(&root, "d/e/"));
	CHECK(vfs_rmdir(&root, "d"));
	assert_string_equal(names_in("."), "");
}

static void unlinks(void **state)
{
	CHECK(vfs_mkdir(&root, "d", 0755));
	make_file("f", "x");
	CHECK(vfs_symlink(&root, "d", "s"));
	assert_int_equal(vfs_unlink(&root, "d"), -EISDIR);
	assert_int_equal(vfs_unlink(&root, "d/."), -EISDIR);
	assert_int_equal(vfs_unlink(&root, "f/"), -ENOTDIR);
	assert_int_equal(vfs_unlink(&root, "x"), -ENOENT);
	assert_int_equal(vfs_unlink(&user, "d"), -EPERM); /* /t is sticky */
	CHECK(vfs_unlink(&root, "s"));
	CHECK(vfs_unlink(&root, "f"));
	assert_string_equal(names_in("."), "d ");
}

/* What if the last name goes while somebody still reads the file? */
static void keeps_unlinked_files_while_open(void **state)
{
	struct file *file;
	struct kstat st;
	char buf[8];

	make_file("f", "text");
	CHECK(vfs_open(&root, "f", O_RDWR, 0, &file));
	CHECK(vfs_unlink(&root, "f"));
	assert_null(contents("f"));
	vfs_stat(&file->path, &st);
	assert_int_equal(st.nlink, 0);
	assert_int_equal(vfs_pwrite(file, "T", 1, 0), 1);
	assert_int_equal(vfs_read(file, buf, sizeof(buf)), 4);
	assert_memory_equal(buf, "Text", 4);
	/* A file without a name gets no name again. */
	{
		struct vfs_at at = root;

		at.dir = file;
		assert_int_equal(vfs_link(&at, "", &root, "again", AT_EMPTY_PATH), -ENOENT);
	}
	file_put(file);
}

static void keeps_removed_directories_while_open(void **state)
{
	struct file *dir;
	struct vfs_at at = root;
	char buf[64];

	CHECK(vfs_mkdir(&root, "d", 0755));
	CHECK(vfs_open(&root, "d", O_RDONLY, 0, &dir));
	CHECK(vfs_rmdir(&root, "d"));
	at.dir = dir;
	assert_int_equal(vfs_getdents64(dir, buf, sizeof(buf)), -ENOENT);
	assert_int_equal(vfs_mkdir(&at, "x", 0755), -ENOENT);
	assert_int_equal(vfs_mknod(&at, "x", 0644, 0), -ENOENT);
	assert_int_equal(try_open(&at, "x", O_CREAT | O_RDWR), -ENOENT);
	make_file("f", "x");
	assert_int_equal(vfs_rename(&root, "f", &at, "x", 0), -ENOENT);
	assert_int_equal(vfs_link(&root, "f", &at, "x", 0), -ENOENT);
	file_put(dir);
}

static void links(void **state)
{
	struct kstat a, b;

	make_file("a", "x");
	CHECK(vfs_mkdir(&root, "d", 0755));
	CHECK(vfs_symlink(&root, "a", "s"));
	CHECK(vfs_link(&root, "a", &root, "d/b", 0));
	CHECK(get_stat("a", &a));
	CHECK(get_stat("d/b", &b));
	assert_int_equal(a.ino, b.ino);
	assert_int_equal(a.nlink, 2);
	CHECK(vfs_link(&root, "s", &root, "s2", 0));
	CHECK(get_stat("s2", &b));
	assert_true(S_ISLNK(b.mode));
	CHECK(vfs_link(&root, "s", &root, "c", AT_SYMLINK_FOLLOW));
	CHECK(get_stat("c", &b));
	assert_int_equal(b.ino, a.ino);
	assert_int_equal(b.nlink, 3);
	assert_int_equal(vfs_link(&root, "a", &root, "d/b", 0), -EEXIST);
	assert_int_equal(vfs_link(&root, "d", &root, "e", 0), -EPERM);
	assert_int_equal(vfs_link(&root, "a", &root, "/b", 0), -EXDEV);
	assert_int_equal(vfs_link(&root, "a", &root, "e/", 0), -ENOENT);
	assert_int_equal(vfs_link(&root, "a", &root, "e", 0x40), -EINVAL);
	CHECK(vfs_unlink(&root, "a"));
	assert_string_equal(contents("d/b"), "x");
}

static void symlinks(void **state)
{
	struct path path;
	struct kstat st;
	char buf[8];

	assert_int_equal(vfs_symlink(&root, "", "s"), -ENOENT);
	CHECK(vfs_symlink(&root, "target", "s"));
	assert_int_equal(vfs_symlink(&root, "target", "s"), -EEXIST);
	assert_int_equal(vfs_symlink(&root, "target", "n/"), -ENOENT);
	CHECK(get_stat("s", &st));
	assert_int_equal(st.mode, S_IFLNK | 0777);
	assert_int_equal(st.size, 6);
	CHECK(path_lookup(&root, "s", 0, &path));
	assert_int_equal(vfs_readlink(&path, buf, 3), 3);
	assert_memory_equal(buf, "tar", 3);
	assert_int_equal(vfs_readlink(&path, buf, 8), 6);
	assert_int_equal(vfs_readlink(&path, buf, 0), -EINVAL);
	assert_int_equal(vfs_chmod(&root_cred, &path, 0644), -EOPNOTSUPP);
	path_put(&path);
	CHECK(path_lookup(&root, ".", 0, &path));
	assert_int_equal(vfs_readlink(&path, buf, 8), -EINVAL);
	path_put(&path);
}

static void makes_nodes(void **state)
{
	struct kstat st;
	struct file *file;
	char c;

	CHECK(vfs_mknod(&root, "zero", S_IFCHR | 0666, dev_make(1, 5)));
	CHECK(vfs_mknod(&root, "nobody", S_IFCHR | 0666, dev_make(99, 1)));
	CHECK(vfs_mknod(&root, "disk", S_IFBLK | 0666, dev_make(8, 0)));
	CHECK(vfs_mknod(&root, "plain", 0666, 7));
	assert_int_equal(vfs_mknod(&root, "d", S_IFDIR | 0755, 0), -EPERM);
	assert_int_equal(vfs_mknod(&root, "l", S_IFLNK | 0755, 0), -EINVAL);
	assert_int_equal(vfs_mknod(&user, "u", S_IFCHR | 0666, dev_make(1, 5)), -EPERM);
	CHECK(vfs_mknod(&user, "u", S_IFREG | 0666, 0));
	CHECK(get_stat("zero", &st));
	assert_int_equal(st.rdev, dev_make(1, 5));
	CHECK(get_stat("plain", &st));
	assert_int_equal(st.mode, S_IFREG | 0644);
	assert_int_equal(st.rdev, 0);
	CHECK(vfs_open(&root, "zero", O_RDONLY, 0, &file));
	c = 'x';
	assert_int_equal(vfs_read(file, &c, 1), 1);
	assert_int_equal(c, 0);
	file_put(file);
	assert_int_equal(try_open(&root, "nobody", O_RDONLY), -ENXIO);
	assert_int_equal(try_open(&root, "disk", O_RDONLY), -ENXIO);
}

static void opens_and_creates(void **state)
{
	struct kstat st;

	CHECK(vfs_mkdir(&root, "d", 0755));
	CHECK(try_open(&root, "new", O_CREAT | O_EXCL | O_RDONLY));
	assert_int_equal(try_open(&root, "new", O_CREAT | O_EXCL | O_RDONLY), -EEXIST);
	assert_int_equal(try_open(&root, "none", O_RDONLY), -ENOENT);
	assert_int_equal(try_open(&root, "d", O_WRONLY), -EISDIR);
	assert_int_equal(try_open(&root, "d", O_RDONLY | O_CREAT), -EISDIR);
	assert_int_equal(try_open(&root, "d/", O_RDONLY | O_CREAT), -EISDIR);
	assert_int_equal(try_open(&root, "/", O_RDONLY | O_CREAT), -EISDIR);
	assert_int_equal(try_open(&root, "x/", O_RDONLY | O_CREAT), -EISDIR);
	assert_int_equal(try_open(&root, "x", O_CREAT | O_DIRECTORY), -EINVAL);
	CHECK(try_open(&root, ".", O_TMPFILE | O_RDWR));
	CHECK(try_open(&user, ".", O_TMPFILE | O_WRONLY));
	assert_int_equal(try_open(&user, "d", O_TMPFILE | O_WRONLY), -EACCES);
	assert_int_equal(try_open(&root, "/proc", O_TMPFILE | O_WRONLY), -EOPNOTSUPP);
	assert_int_equal(try_open(&root, "new", O_TMPFILE | O_WRONLY), -ENOTDIR);
	assert_int_equal(try_open(&root, "new", O_RDONLY | O_DIRECTORY), -ENOTDIR);
	/* Through a broken link, the file that it names is made. */
	CHECK(vfs_symlink(&root, "d/made", "link"));
	assert_int_equal(try_open(&root, "link", O_CREAT | O_EXCL | O_WRONLY), -EEXIST);
	assert_int_equal(try_open(&root, "link", O_CREAT | O_NOFOLLOW | O_WRONLY), -ELOOP);
	CHECK(try_open(&root, "link", O_CREAT | O_WRONLY));
	CHECK(get_stat("d/made", &st));
	/* The maker may write, whatever the permissions say. */
	{
		struct file *file;

		CHECK(vfs_open(&user, "mine", O_CREAT | O_WRONLY, 0, &file));
		assert_int_equal(vfs_write(file, "x", 1), 1);
		file_put(file);
		assert_int_equal(try_open(&user, "mine", O_WRONLY), -EACCES);
	}
}

static void truncates_at_open(void **state)
{
	make_file("f", "text");
	assert_int_equal(try_open(&user, "f", O_RDONLY | O_TRUNC), -EACCES);
	assert_string_equal(contents("f"), "text");
	CHECK(try_open(&root, "f", O_WRONLY | O_TRUNC));
	assert_string_equal(contents("f"), "");
}

static void sticky_directories_protect_names(void **state)
{
	struct cred other = {.uid = 2000, .euid = 2000};
	struct vfs_at third = {.fs = root.fs, .cred = &other};

	CHECK(try_open(&user, "mine", O_CREAT | O_WRONLY));
	assert_int_equal(vfs_unlink(&third, "mine"), -EPERM);
	assert_int_equal(vfs_rename(&third, "mine", &third, "his", 0), -EPERM);
	CHECK(try_open(&third, "his", O_CREAT | O_WRONLY));
	assert_int_equal(vfs_rename(&third, "his", &third, "mine", 0), -EPERM);
	CHECK(vfs_unlink(&user, "mine"));
	CHECK(vfs_unlink(&root, "his"));
}

static void setgid_directories_pass_their_group_on(void **state)
{
	struct path path;
	struct kstat st;

	CHECK(vfs_mkdir(&root, "g", 0777));
	CHECK(path_lookup(&root, "g", 0, &path));
	CHECK(vfs_chown(&root_cred, &path, 1000, 77));
	CHECK(vfs_chmod(&root_cred, &path, 02777));
	path_put(&path);
	CHECK(vfs_mkdir(&user, "g/d", 0755));
	CHECK(get_stat("g/d", &st));
	assert_int_equal(st.gid, 77);
	assert_int_equal(st.mode, S_IFDIR | S_ISGID | 0755);
	CHECK(try_open(&user, "g/d/f", O_CREAT | O_WRONLY));
	CHECK(get_stat("g/d/f", &st));
	assert_int_equal(st.gid, 77);
}

static void changes_owner_and_mode(void **state)
{
	struct path path;
	struct kstat st;

	CHECK(try_open(&user, "f", O_CREAT | O_WRONLY));
	CHECK(path_lookup(&root, "f", 0, &path));
	CHECK(vfs_chmod(user.cred, &path, 06755));
	CHECK(get_stat("f", &st));
	assert_int_equal(st.mode, S_IFREG | 06755);
	assert_int_equal(vfs_chown(user.cred, &path, 0, -1), -EPERM);
	assert_int_equal(vfs_chown(user.cred, &path, -1, 5), -EPERM);
	CHECK(vfs_chown(user.cred, &path, -1, 100));
	CHECK(get_stat("f", &st));
	assert_int_equal(st.mode, S_IFREG | 0755);
	CHECK(vfs_chown(&root_cred, &path, 0, 0));
	assert_int_equal(vfs_chmod(user.cred, &path, 0777), -EPERM);
	path_put(&path);
}

static void sets_times(void **state)
{
	struct path path;
	struct kstat st;
	struct stat64 st64;

	make_file("f", "x");
	CHECK(path_lookup(&root, "f", 0, &path));
	fake_time = 5000;
	CHECK(vfs_utimens(&root_cred, &path, 1500000000, VFS_TIME_OMIT));
	vfs_stat(&path, &st);
	assert_int_equal(st.atime, 1500000000);
	assert_int_equal(st.mtime, 1000);
	assert_int_equal(st.ctime, 5000);
	CHECK(vfs_utimens(&root_cred, &path, -1, VFS_TIME_NOW));
	vfs_stat(&path, &st);
	kstat_to_stat64(&st, &st64);
	assert_int_equal((int32_t)st64.st_atime_sec, -1);
	assert_int_equal(st64.st_atime_nsec, 999999999);
	assert_int_equal(st64.st_mtime_nsec, 5000);
	assert_int_equal(vfs_utimens(user.cred, &path, 1, 1), -EPERM);
	assert_int_equal(vfs_utimens(user.cred, &path, VFS_TIME_NOW, VFS_TIME_NOW), -EACCES);
	CHECK(vfs_chmod(&root_cred, &path, 0666));
	CHECK(vfs_utimens(user.cred, &path, VFS_TIME_NOW, VFS_TIME_NOW));
	path_put(&path);
}

/* Can a program be written to while it runs, or run while it is written? */
static void keeps_programs_from_changing(void **state)
{
	struct file *program, *file;
	struct path path;

	make_file("p", "code");
	assert_int_equal(vfs_open_exec(&root, "p", &program), -EACCES);
	assert_int_equal(vfs_open_exec(&root, "/t", &program), -EACCES);
	CHECK(path_lookup(&root, "p", 0, &path));
	CHECK(vfs_chmod(&root_cred, &path, 0755));
	CHECK(vfs_open_exec(&user, "p", &program));
	assert_int_equal(try_open(&root, "p", O_WRONLY), -ETXTBSY);
	assert_int_equal(vfs_truncate(&root_cred, &path, 0), -ETXTBSY);
	CHECK(try_open(&root, "p", O_RDONLY));
	file_put(program);
	CHECK(vfs_open(&root, "p", O_RDWR, 0, &file));
	assert_int_equal(vfs_open_exec(&root, "p", &program), -ETXTBSY);
	file_put(file);
	path_put(&path);
}

static void lists_while_names_change(void **state)
{
	char buf[32];
	struct file *dir;
	int i, seen;

	for (i = 0; i < 4; i++) {
		buf[0] = 'a' + i;
		buf[1] = '\0';
		make_file(buf, "");
	}
	CHECK(vfs_unlink(&root, "b"));
	assert_string_equal(names_in("."), "a c d ");
	/* Names that are removed or added while we look neither hide others nor repeat them. */
	CHECK(vfs_open(&root, ".", O_RDONLY, 0, &dir));
	for (seen = 0; vfs_getdents64(dir, buf, 24) > 0; seen++) {
		if (seen == 2)
			CHECK(vfs_unlink(&root, "a"));
		if (seen == 3)
			make_file("e", "");
	}
	assert_int_equal(seen, 2 + 4);
	assert_int_equal(vfs_lseek(dir, 0, SEEK_SET), 0);
	assert_int_equal(vfs_getdents64(dir, buf, 8), -EINVAL);
	fake_bad_from = buf;
	fake_bad_to = buf + 1;
	assert_int_equal(vfs_getdents64(dir, buf, 24), -EFAULT);
	file_put(dir);
}

int run_name_tests(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(makes_directories),
	        TEST(removes_directories),
	        TEST(unlinks),
	        TEST(keeps_unlinked_files_while_open),
	        TEST(keeps_removed_directories_while_open),
	        TEST(links),
	        TEST(symlinks),
	        TEST(makes_nodes),
	        TEST(opens_and_creates),
	        TEST(truncates_at_open),
	        TEST(sticky_directories_protect_names),
	        TEST(setgid_directories_pass_their_group_on),
	        TEST(changes_owner_and_mode),
	        TEST(sets_times),
	        TEST(keeps_programs_from_changing),
	        TEST(lists_while_names_change),
	};

	return cmocka_run_group_tests_name("fs: names", tests, NULL, NULL);
}
