/* SPDX-License-Identifier: MIT */
/* Are descriptors handed out, copied and closed by the rules of dup(2), fcntl(2) and execve(2)? */
#include "test_fs.h"
#include <fs/pipe.h>
#include <pthread.h>

#define LIMIT 1024

static struct file *some_file(void)
{
	struct file *file;

	CHECK(vfs_open(&root, "/dev/null", O_RDWR, 0, &file));
	return file;
}

static struct files *table_of(int n)
{
	struct files *files = files_alloc();
	int fd;

	for (fd = 0; fd < n; fd++)
		assert_int_equal(fd_open(files, some_file(), LIMIT, 0), fd);
	return files;
}

static void takes_the_lowest(void **state)
{
	struct files *files = table_of(100);
	struct file *file;

	CHECK(fd_close(files, 40));
	CHECK(fd_close(files, 7));
	assert_int_equal(fd_close(files, 7), -EBADF);
	assert_int_equal(fd_close(files, -1), -EBADF);
	assert_int_equal(fd_close(files, 5000), -EBADF);
	assert_int_equal(fd_open(files, some_file(), LIMIT, 0), 7);
	assert_int_equal(fd_open(files, some_file(), LIMIT, 0), 40);
	assert_int_equal(fd_open(files, some_file(), LIMIT, 0), 100);
	file = some_file();
	assert_int_equal(fd_open(files, file, 101, 0), -EMFILE);
	assert_int_equal(fd_open(files, file, 0, 0), -EMFILE);
	file_put(file);
	assert_null(fd_file(files, 101));
	assert_null(fd_file(files, -1));
	files_put(files);
}

static void dups(void **state)
{
	struct files *files = table_of(3);
	struct file *file;

	assert_int_equal(fd_dup(files, 1, 0, LIMIT, 0), 3);
	assert_int_equal(fd_dup(files, 1, 500, LIMIT, O_CLOEXEC), 500);
	assert_int_equal(fd_dup(files, 1, 500, LIMIT, 0), 501);
	assert_int_equal(fd_dup(files, 1, LIMIT, LIMIT, 0), -EINVAL);
	assert_int_equal(fd_dup(files, 9, 0, LIMIT, 0), -EBADF);
	assert_int_equal(fd_get_flags(files, 500), FD_CLOEXEC);
	assert_int_equal(fd_get_flags(files, 501), 0);
	file = fd_file(files, 1);
	assert_int_equal(file->refcount, 1 + 4);
	file_put(file);
	assert_int_equal(fd_dup3(files, 1, 1, LIMIT, 0), -EINVAL);
	assert_int_equal(fd_dup3(files, 1, 2, LIMIT, O_APPEND), -EINVAL);
	assert_int_equal(fd_dup3(files, 9, 2, LIMIT, 0), -EBADF);
	assert_int_equal(fd_dup3(files, 1, LIMIT, LIMIT, 0), -EBADF);
	assert_int_equal(fd_dup3(files, 1, -1, LIMIT, 0), -EBADF);
	assert_int_equal(fd_dup3(files, 1, 0, LIMIT, O_CLOEXEC), 0);
	assert_int_equal(fd_get_flags(files, 0), FD_CLOEXEC);
	assert_int_equal(fd_dup3(files, 1, 900, LIMIT, 0), 900);
	assert_int_equal(fd_dup3(files, 2, 900, LIMIT, 0), 900);
	file = fd_file(files, 1);
	assert_int_equal(file->refcount, 1 + 5);
	file_put(file);
	files_put(files);
}

/* What if another thread has been given the number but not yet the file? */
static void dup_finds_a_reserved_descriptor_busy(void **state)
{
	struct files *files = table_of(2);
	int fd = fd_reserve(files, 0, LIMIT, O_CLOEXEC);

	assert_int_equal(fd, 2);
	assert_null(fd_file(files, fd));
	assert_int_equal(fd_close(files, fd), -EBADF);
	assert_int_equal(fd_dup3(files, 0, fd, LIMIT, 0), -EBUSY);
	fd_unreserve(files, fd);
	assert_int_equal(fd_dup3(files, 0, fd, LIMIT, 0), fd);
	files_put(files);
}

static void forks(void **state)
{
	struct files *files = table_of(50), *copy;
	int reserved = fd_reserve(files, 0, LIMIT, 0);

	CHECK(fd_set_flags(files, 3, FD_CLOEXEC));
	copy = files_fork(files);
	assert_int_equal(fd_get_flags(copy, 3), FD_CLOEXEC);
	assert_int_equal(fd_get_flags(copy, 49), 0);
	assert_ptr_equal(files->fd[7], copy->fd[7]);
	/* What is only reserved is not copied, and free again in the copy. */
	assert_int_equal(fd_open(copy, some_file(), LIMIT, 0), reserved);
	CHECK(fd_close(files, 7));
	assert_non_null(fd_get(copy, 7).file);
	files_close_exec(copy);
	assert_null(fd_get(copy, 3).file);
	assert_non_null(fd_get(files, 3).file);
	files_put(files);
	assert_int_equal(fd_next(copy, 0), 0);
	assert_int_equal(fd_next(copy, 3), 4);
	assert_int_equal(fd_next(copy, 51), -1);
	files_put(copy);
}

static void closes_ranges(void **state)
{
	struct files *files = table_of(70);

	fd_close_range(files, 60, UINT32_MAX, true);
	assert_int_equal(fd_get_flags(files, 59), 0);
	assert_int_equal(fd_get_flags(files, 69), FD_CLOEXEC);
	fd_close_range(files, 10, 64, false);
	assert_int_equal(fd_next(files, 10), 65);
	assert_int_equal(fd_open(files, some_file(), LIMIT, 0), 10);
	files_put(files);
}

static void changes_flags(void **state)
{
	struct files *files = table_of(1);
	struct file *ends[2];

	CHECK(pipe_create(&root_cred, O_NONBLOCK, ends));
	assert_int_equal(fd_open(files, ends[0], LIMIT, 0), 1);
	assert_int_equal(fd_open(files, ends[1], LIMIT, 0), 2);
	assert_int_equal(fd_fcntl(files, 2, F_GETFL, 0, LIMIT), O_WRONLY | O_NONBLOCK);
	CHECK(fd_fcntl(files, 2, F_SETFL, O_APPEND | O_RDWR, LIMIT));
	assert_int_equal(fd_fcntl(files, 2, F_GETFL, 0, LIMIT), O_WRONLY | O_APPEND);
	assert_int_equal(fd_fcntl(files, 1, F_GETPIPE_SZ, 0, LIMIT), PIPE_SIZE);
	assert_int_equal(fd_fcntl(files, 0, F_GETPIPE_SZ, 0, LIMIT), -EBADF);
	CHECK(fd_fcntl(files, 1, F_SETFD, FD_CLOEXEC, LIMIT));
	assert_int_equal(fd_fcntl(files, 1, F_GETFD, 0, LIMIT), FD_CLOEXEC);
	assert_int_equal(fd_fcntl(files, 1, F_DUPFD_CLOEXEC, 10, LIMIT), 10);
	assert_int_equal(fd_fcntl(files, 10, F_GETFD, 0, LIMIT), FD_CLOEXEC);
	assert_int_equal(fd_fcntl(files, 1, F_SETLK, 0, LIMIT), -EINVAL);
	assert_int_equal(fd_fcntl(files, 99, F_GETFL, 0, LIMIT), -EBADF);
	files_put(files);
}

/* Threads that share a table open and close in it. Is a file ever given out twice, or lost? */
static void *churn(void *arg)
{
	struct files *files = arg;
	int i;

	fake_task_init();
	for (i = 0; i < 3000; i++) {
		int fd = fd_open(files, some_file(), LIMIT, 0);
		struct fd f = fd_get(files, fd);

		assert_non_null(f.file);
		fd_put(f);
		CHECK(fd_close(files, fd));
	}
	files_put(files);
	return NULL;
}

static void survives_threads(void **state)
{
	struct files *files = table_of(31);
	pthread_t thread;
	int i;

	files_get(files);
	pthread_create(&thread, NULL, churn, files);
	for (i = 0; i < 100; i++)
		files_put(files_fork(files));
	files_get(files);
	churn(files);
	pthread_join(thread, NULL);
	assert_int_equal(fd_next(files, 31), -1);
	files_put(files);
}

int run_fd_tests(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(takes_the_lowest),
	        TEST(dups),
	        TEST(dup_finds_a_reserved_descriptor_busy),
	        TEST(forks),
	        TEST(closes_ranges),
	        TEST(changes_flags),
	        TEST(survives_threads),
	};

	return cmocka_run_group_tests_name("fs: descriptors", tests, NULL, NULL);
}
