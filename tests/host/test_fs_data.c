/* SPDX-License-Identifier: MIT */
/* Do reads and writes move the bytes that they should, and say how many? */
#include "test_fs.h"
#include <lib/abi/uio.h>
#include <lib/random.h>
#include <sys/mman.h>

static struct file *open_new(const char *name, uint32_t flags)
{
	struct file *file;

	CHECK(vfs_open(&root, name, O_CREAT | flags, 0644, &file));
	return file;
}

static void reads_what_was_written(void **state)
{
	static char in[10000], out[10000];
	struct file *file = open_new("f", O_RDWR);

	random_bytes(in, sizeof(in));
	assert_int_equal(vfs_write(file, in, 5000), 5000);
	assert_int_equal(vfs_write(file, in + 5000, 5000), 5000);
	assert_int_equal(vfs_read(file, out, 1), 0);
	assert_int_equal(vfs_lseek(file, 0, SEEK_SET), 0);
	assert_int_equal(vfs_read(file, out, 4097), 4097);
	assert_int_equal(vfs_read(file, out + 4097, 10000), 10000 - 4097);
	assert_memory_equal(in, out, sizeof(in));
	assert_int_equal(vfs_pread(file, out, 100, 9990), 10);
	assert_int_equal(vfs_pread(file, out, 100, -1), -EINVAL);
	file_put(file);
}

static void checks_open_modes(void **state)
{
	struct file *file;
	char c = 0;

	make_file("f", "x");
	CHECK(vfs_open(&root, "f", O_RDONLY, 0, &file));
	assert_int_equal(vfs_write(file, &c, 1), -EBADF);
	assert_int_equal(vfs_ftruncate(file, 0), -EINVAL);
	file_put(file);
	CHECK(vfs_open(&root, "f", O_WRONLY, 0, &file));
	assert_int_equal(vfs_read(file, &c, 1), -EBADF);
	file_put(file);
	CHECK(vfs_open(&root, "f", O_PATH, 0, &file));
	assert_int_equal(vfs_read(file, &c, 1), -EBADF);
	assert_int_equal(vfs_lseek(file, 0, SEEK_SET), -EBADF);
	assert_int_equal(vfs_ioctl(file, 0, 0), -EBADF);
	file_put(file);
	CHECK(vfs_open(&root, ".", O_RDONLY, 0, &file));
	assert_int_equal(vfs_read(file, &c, 1), -EISDIR);
	file_put(file);
}

static void keeps_holes(void **state)
{
	static char buf[8192];
	struct file *file = open_new("f", O_RDWR);
	struct kstat st;

	assert_int_equal(vfs_pwrite(file, "end", 3, 1 << 20), 3);
	vfs_stat(&file->path, &st);
	assert_int_equal(st.size, (1 << 20) + 3);
	assert_int_equal(st.blocks, 8);
	memset(buf, 'x', sizeof(buf));
	assert_int_equal(vfs_pread(file, buf, sizeof(buf), 100), sizeof(buf));
	assert_int_equal(buf[0] | buf[8191], 0);
	vfs_stat(&file->path, &st);
	assert_int_equal(st.blocks, 8); /* reading a hole takes no memory */
	assert_int_equal(vfs_pwrite(file, "x", 1, MAX_FILE_SIZE), -EFBIG);
	file_put(file);
}

static void truncates(void **state)
{
	struct file *file = open_new("f", O_RDWR);
	struct path path;
	char buf[16];

	assert_int_equal(vfs_write(file, "0123456789", 10), 10);
	CHECK(vfs_ftruncate(file, 4));
	CHECK(vfs_ftruncate(file, 8));
	assert_int_equal(vfs_pread(file, buf, 16, 0), 8);
	assert_memory_equal(buf, "0123\0\0\0\0", 8);
	/* The position stays behind the end; a write there leaves a hole. */
	assert_int_equal(vfs_write(file, "x", 1), 1);
	assert_int_equal(vfs_lseek(file, 0, SEEK_END), 11);
	assert_int_equal(vfs_ftruncate(file, -1), -EINVAL);
	assert_int_equal(vfs_ftruncate(file, MAX_FILE_SIZE + 1), -EFBIG);
	CHECK(path_lookup(&root, "f", 0, &path));
	CHECK(vfs_truncate(&root_cred, &path, 1));
	assert_int_equal(vfs_truncate(user.cred, &path, 0), -EACCES);
	path_put(&path);
	CHECK(path_lookup(&root, ".", 0, &path));
	assert_int_equal(vfs_truncate(&root_cred, &path, 1), -EISDIR);
	path_put(&path);
	assert_string_equal(contents("f"), "0");
	file_put(file);
}

static void appends(void **state)
{
	struct file *a = open_new("f", O_WRONLY | O_APPEND),
	            *b = open_new("f", O_WRONLY | O_APPEND);

	assert_int_equal(vfs_write(a, "one ", 4), 4);
	assert_int_equal(vfs_write(b, "two ", 4), 4);
	assert_int_equal(vfs_lseek(a, 0, SEEK_SET), 0);
	assert_int_equal(vfs_write(a, "three", 5), 5);
	file_put(a);
	file_put(b);
	assert_string_equal(contents("f"), "one two three");
}

static void seeks(void **state)
{
	struct file *file = open_new("f", O_RDWR);

	assert_int_equal(vfs_write(file, "0123456789", 10), 10);
	assert_int_equal(vfs_lseek(file, -3, SEEK_END), 7);
	assert_int_equal(vfs_lseek(file, 100, SEEK_CUR), 107);
	assert_int_equal(vfs_lseek(file, -1, SEEK_SET), -EINVAL);
	assert_int_equal(vfs_lseek(file, -200, SEEK_CUR), -EINVAL);
	assert_int_equal(vfs_lseek(file, INT64_MAX, SEEK_CUR), -EINVAL);
	assert_int_equal(vfs_lseek(file, MAX_FILE_SIZE + 1, SEEK_SET), -EINVAL);
	assert_int_equal(vfs_lseek(file, 0, 9), -EINVAL);
	assert_int_equal(vfs_lseek(file, 4, SEEK_DATA), 4);
	assert_int_equal(vfs_lseek(file, 4, SEEK_HOLE), 10);
	assert_int_equal(vfs_lseek(file, 10, SEEK_DATA), -ENXIO);
	file_put(file);
}

/* What if the user's buffer ends in the middle? The bytes before the bad page count. */
static void stops_at_bad_addresses(void **state)
{
	char *buf = aligned_alloc(4096, 3 * 4096);
	struct file *file = open_new("f", O_RDWR);

	memset(buf, 'x', 3 * 4096);
	fake_bad_from = buf + 4096;
	fake_bad_to = buf + 8192;
	assert_int_equal(vfs_write(file, buf + 4000, 5000), 96);
	assert_int_equal(vfs_write(file, buf + 4096, 10), -EFAULT);
	assert_int_equal(vfs_lseek(file, 0, SEEK_END), 96);
	assert_int_equal(vfs_pread(file, buf + 4090, 50, 0), 6);
	assert_int_equal(vfs_pread(file, buf + 5000, 50, 0), -EFAULT);
	/* A hole's zeros go the same way. */
	CHECK(vfs_ftruncate(file, 10000));
	assert_int_equal(vfs_pread(file, buf + 4000, 5000, 4096), 96);
	file_put(file);
	free(buf);
}

static void moves_vectors(void **state)
{
	char *low = mmap(
	        NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	uint32_t at = (uintptr_t)low;
	struct iovec out[] = {{at, 3}, {at + 100, 0}, {at + 200, 4}};
	struct iovec in[] = {{at + 1000, 1}, {at + 1100, 100}};
	struct iovec huge = {at, 0x80000000};
	struct file *file = open_new("f", O_RDWR);

	memcpy(low, "abc", 3);
	memcpy(low + 200, "defg", 4);
	assert_int_equal(vfs_writev(file, out, 3, -1), 7);
	assert_int_equal(vfs_writev(file, out, 3, 1), 7);
	assert_int_equal(vfs_readv(file, in, 2, 0), 8);
	assert_int_equal(low[1000], 'a');
	assert_memory_equal(low + 1100, "abcdefg", 7);
	assert_int_equal(vfs_readv(file, in, 1025, 0), -EINVAL);
	assert_int_equal(vfs_readv(file, &huge, 1, 0), -EINVAL);
	assert_int_equal(vfs_readv(file, in, 0, 0), 0);
	assert_int_equal(vfs_readv(file, in, 2, -2), -EINVAL);
	file_put(file);
	munmap(low, 8192);
}

static void runs_out_of_space(void **state)
{
	static char page[4096];
	struct statfs64 st;
	struct file *file;
	struct path path;
	int i;

	CHECK(vfs_mkdir(&root, "small", 0755));
	CHECK(vfs_mount(&root, "tmpfs", "small", "size=16k"));
	file = open_new("small/f", O_RDWR);
	for (i = 0; i < 4; i++)
		assert_int_equal(vfs_write(file, page, 4096), 4096);
	assert_int_equal(vfs_write(file, page, 1), -ENOSPC);
	CHECK(vfs_ftruncate(file, 4096));
	assert_int_equal(vfs_pwrite(file, page, 4096, 4095 * 3), 4096); /* two pages */
	CHECK(path_lookup(&root, "small", 0, &path));
	vfs_statfs(&path, &st);
	assert_int_equal(st.f_type, TMPFS_MAGIC);
	assert_int_equal(st.f_blocks, 4);
	assert_int_equal(st.f_bfree, 1);
	CHECK(vfs_unlink(&root, "small/f"));
	file_put(file);
	vfs_statfs(&path, &st);
	assert_int_equal(st.f_bfree, 4);
	path_put(&path);
	CHECK(vfs_umount(&root, "small"));
}

static void keeps_relatime(void **state)
{
	struct kstat st;

	make_file("f", "x");
	fake_time = 2000;
	contents("f");
	CHECK(get_stat("f", &st));
	assert_int_equal(st.atime, 2000);
	fake_time = 3000;
	contents("f");
	CHECK(get_stat("f", &st));
	assert_int_equal(st.atime, 2000); /* read since the last change, less than a day ago */
	make_file("f", "y");
	CHECK(get_stat("f", &st));
	assert_int_equal(st.mtime, 3000);
	contents("f");
	CHECK(get_stat("f", &st));
	assert_int_equal(st.atime, 3000);
}

static void converts_status(void **state)
{
	struct kstat st = {.size = 1ll << 40, .nlink = 1, .uid = 70000, .mtime = -1};
	struct statx x;
	struct stat old;

	assert_int_equal(kstat_to_stat(&st, &old), -EOVERFLOW);
	st.size = 7;
	CHECK(kstat_to_stat(&st, &old));
	assert_int_equal(old.st_uid, 65534);
	kstat_to_statx(&st, &x);
	assert_int_equal(x.stx_uid, 70000);
	assert_int_equal(x.stx_mtime.tv_sec, -1);
	assert_int_equal(x.stx_mtime.tv_nsec, 999999999);
}

static void devices_answer(void **state)
{
	struct file *file;
	char buf[600];

	assert_string_equal(
	        names_in("/dev"), "fd stdin stdout stderr null zero full random urandom ");
	CHECK(vfs_open(&root, "/dev/null", O_RDWR, 0, &file));
	assert_int_equal(vfs_read(file, buf, 10), 0);
	assert_int_equal(vfs_write(file, buf, 10), 10);
	assert_int_equal(vfs_lseek(file, 10, SEEK_SET), 0);
	file_put(file);
	CHECK(vfs_open(&user, "/dev/full", O_RDWR, 0, &file));
	assert_int_equal(vfs_write(file, buf, 10), -ENOSPC);
	file_put(file);
	CHECK(vfs_open(&user, "/dev/urandom", O_RDWR, 0, &file));
	memset(buf, 0, sizeof(buf));
	assert_int_equal(vfs_read(file, buf, sizeof(buf)), sizeof(buf));
	assert_int_not_equal(memcmp(buf, buf + 300, 300), 0);
	assert_int_equal(vfs_write(file, "seed", 4), 4);
	file_put(file);
}

int run_data_tests(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(reads_what_was_written),
	        TEST(checks_open_modes),
	        TEST(keeps_holes),
	        TEST(truncates),
	        TEST(appends),
	        TEST(seeks),
	        TEST(stops_at_bad_addresses),
	        TEST(moves_vectors),
	        TEST(runs_out_of_space),
	        TEST(keeps_relatime),
	        TEST(converts_status),
	        TEST(devices_answer),
	};

	return cmocka_run_group_tests_name("fs: data", tests, NULL, NULL);
}
