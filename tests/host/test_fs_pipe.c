/* SPDX-License-Identifier: MIT */
/*
 * Do pipes and FIFOs behave as pipe(7) and fifo(7) say, with somebody at the other end or without?
 */
#include "test_fs.h"
#include <fs/pipe.h>
#include <lib/abi/poll.h>
#include <lib/abi/termios.h>
#include <lib/wait.h>
#include <pthread.h>

static char big[PIPE_SIZE + 100000];

static void make(struct file *ends[2], uint32_t flags)
{
	CHECK(pipe_create(&root_cred, flags, ends));
}

static unsigned int poll_of(struct file *file)
{
	struct wait_queue *wq;
	unsigned int mask = vfs_poll(file, &wq);

	assert_non_null(wq);
	return mask & (POLLIN | POLLOUT | POLLHUP | POLLERR);
}

static void carries_bytes(void **state)
{
	struct file *ends[2];
	char buf[10];
	uint32_t n;

	make(ends, 0);
	assert_int_equal(poll_of(ends[0]), 0);
	assert_int_equal(poll_of(ends[1]), POLLOUT);
	assert_int_equal(vfs_write(ends[1], "hello", 5), 5);
	assert_int_equal(poll_of(ends[0]), POLLIN);
	CHECK(vfs_ioctl(ends[0], FIONREAD, (uintptr_t)&n));
	assert_int_equal(n, 5);
	assert_int_equal(vfs_ioctl(ends[0], TCGETS, 0), -ENOTTY);
	assert_int_equal(vfs_read(ends[0], buf, 2), 2);
	assert_int_equal(vfs_read(ends[0], buf + 2, 8), 3);
	assert_memory_equal(buf, "hello", 5);
	assert_int_equal(vfs_read(ends[0], buf, 0), 0);
	assert_int_equal(vfs_read(ends[1], buf, 1), -EBADF);
	assert_int_equal(vfs_write(ends[0], buf, 1), -EBADF);
	assert_int_equal(vfs_lseek(ends[0], 0, SEEK_SET), -ESPIPE);
	assert_int_equal(vfs_pread(ends[0], buf, 1, 0), -ESPIPE);
	assert_int_equal(vfs_fsync(ends[0]), -EINVAL);
	file_put(ends[0]);
	file_put(ends[1]);
	assert_int_equal(pipe_create(&root_cred, O_DIRECT, ends), -EINVAL);
}

static void tells_the_end(void **state)
{
	struct file *ends[2];
	char c;

	make(ends, 0);
	assert_int_equal(vfs_write(ends[1], "x", 1), 1);
	file_put(ends[1]);
	assert_int_equal(poll_of(ends[0]), POLLIN | POLLHUP);
	assert_int_equal(vfs_read(ends[0], &c, 1), 1);
	assert_int_equal(vfs_read(ends[0], &c, 1), 0);
	file_put(ends[0]);
	make(ends, 0);
	file_put(ends[0]);
	assert_int_equal(poll_of(ends[1]), POLLOUT | POLLERR);
	assert_int_equal(vfs_write(ends[1], "x", 1), -EPIPE);
	file_put(ends[1]);
}

/* Up to PIPE_BUF a write is whole or not at all; beyond, as much as there is room for. */
static void does_not_wait_if_told(void **state)
{
	struct file *ends[2];

	make(ends, O_NONBLOCK);
	assert_int_equal(vfs_read(ends[0], big, 1), -EAGAIN);
	assert_int_equal(vfs_write(ends[1], big, PIPE_SIZE - 100), PIPE_SIZE - 100);
	assert_int_equal(poll_of(ends[1]), 0);
	assert_int_equal(vfs_write(ends[1], big, 101), -EAGAIN);
	assert_int_equal(vfs_write(ends[1], big, PIPE_BUF), -EAGAIN);
	assert_int_equal(vfs_write(ends[1], big, PIPE_BUF + 1), 100);
	assert_int_equal(vfs_write(ends[1], big, 1), -EAGAIN);
	assert_int_equal(vfs_read(ends[0], big, PIPE_BUF - 1), PIPE_BUF - 1);
	assert_int_equal(poll_of(ends[1]), 0);
	assert_int_equal(vfs_read(ends[0], big, 1), 1);
	assert_int_equal(poll_of(ends[1]), POLLOUT);
	assert_int_equal(vfs_read(ends[0], big, sizeof(big)), PIPE_SIZE - PIPE_BUF);
	file_put(ends[0]);
	file_put(ends[1]);
}

static void reports_bad_addresses(void **state)
{
	struct file *ends[2];
	char *buf = aligned_alloc(4096, 8192);

	fake_bad_from = buf + 4096;
	fake_bad_to = buf + 8192;
	memset(buf, 'x', 4096);
	make(ends, O_NONBLOCK);
	assert_int_equal(vfs_write(ends[1], buf + 4096, 10), -EFAULT);
	assert_int_equal(vfs_read(ends[0], buf, 10), -EAGAIN);
	/* Within a page all comes or nothing. */
	assert_int_equal(vfs_write(ends[1], buf + 4090, 10), -EFAULT);
	assert_int_equal(vfs_read(ends[0], buf, 10), -EAGAIN);
	assert_int_equal(vfs_write(ends[1], buf + 4090, 6), 6);
	assert_int_equal(vfs_read(ends[0], buf + 4096, 10), -EFAULT);
	assert_int_equal(vfs_read(ends[0], buf + 4094, 10), 2);
	assert_int_equal(vfs_read(ends[0], buf, 10), 4);
	file_put(ends[0]);
	file_put(ends[1]);
	free(buf);
}

struct transfer {
	struct file *file;
	char *buf;
	size_t n;
	ssize_t result;
};

static void *do_read(void *arg)
{
	struct transfer *t = arg;

	fake_task_init();
	t->result = vfs_read(t->file, t->buf, t->n);
	return NULL;
}

static void *do_write(void *arg)
{
	struct transfer *t = arg;

	fake_task_init();
	t->result = vfs_write(t->file, t->buf, t->n);
	return NULL;
}

static void wakes_sleepers(void **state)
{
	struct file *ends[2];
	struct transfer t;
	pthread_t thread;
	char buf[100];

	make(ends, 0);
	t = (struct transfer){ends[0], buf, sizeof(buf), 0};
	pthread_create(&thread, NULL, do_read, &t);
	fake_wait_for_sleepers(1);
	assert_int_equal(vfs_write(ends[1], "news", 4), 4);
	pthread_join(thread, NULL);
	assert_int_equal(t.result, 4);
	/* A large write goes on as room is made, in order. */
	memset(big, 'a', PIPE_SIZE);
	memset(big + PIPE_SIZE, 'b', 50000);
	t = (struct transfer){ends[1], big, PIPE_SIZE + 50000, 0};
	pthread_create(&thread, NULL, do_write, &t);
	fake_wait_for_sleepers(1);
	{
		static char in[PIPE_SIZE + 50000];
		size_t done = 0;

		while (done < sizeof(in))
			done += vfs_read(ends[0], in + done, sizeof(in) - done);
		pthread_join(thread, NULL);
		assert_int_equal(t.result, sizeof(in));
		assert_memory_equal(in, big, sizeof(in));
	}
	/* The last writer's end wakes a reader, the last reader's a writer. */
	t = (struct transfer){ends[0], buf, sizeof(buf), 0};
	pthread_create(&thread, NULL, do_read, &t);
	fake_wait_for_sleepers(1);
	file_put(ends[1]);
	pthread_join(thread, NULL);
	assert_int_equal(t.result, 0);
	file_put(ends[0]);
}

static void signals_interrupt(void **state)
{
	struct file *ends[2];
	struct transfer t;
	pthread_t thread;

	make(ends, 0);
	t = (struct transfer){ends[0], big, 1, 0};
	pthread_create(&thread, NULL, do_read, &t);
	fake_wait_for_sleepers(1);
	fake_interrupt(true);
	pthread_join(thread, NULL);
	assert_int_equal(t.result, -ERESTARTSYS);
	fake_interrupt(false);
	/* What was written before the signal counts. */
	t = (struct transfer){ends[1], big, PIPE_SIZE + 10, 0};
	pthread_create(&thread, NULL, do_write, &t);
	fake_wait_for_sleepers(1);
	fake_interrupt(true);
	pthread_join(thread, NULL);
	assert_int_equal(t.result, PIPE_SIZE);
	fake_interrupt(false);
	file_put(ends[0]);
	file_put(ends[1]);
}

/* Two writers of records of PIPE_BUF and fewer bytes: is a record ever torn? */
static void *write_records(void *arg)
{
	struct transfer *t = arg;
	char record[3000];
	int i;

	fake_task_init();
	memset(record, t->n, sizeof(record));
	for (i = 0; i < 200; i++)
		assert_int_equal(vfs_write(t->file, record, sizeof(record)), sizeof(record));
	return NULL;
}

static void keeps_records_whole(void **state)
{
	struct file *ends[2];
	struct transfer a, b;
	pthread_t threads[2];
	char in[3000];
	int i, j;

	make(ends, 0);
	a = (struct transfer){.file = ends[1], .n = 'a'};
	b = (struct transfer){.file = ends[1], .n = 'b'};
	pthread_create(&threads[0], NULL, write_records, &a);
	pthread_create(&threads[1], NULL, write_records, &b);
	for (i = 0; i < 400; i++) {
		size_t done = 0;

		while (done < sizeof(in))
			done += vfs_read(ends[0], in + done, sizeof(in) - done);
		for (j = 1; j < (int)sizeof(in); j++)
			assert_int_equal(in[j], in[0]);
	}
	pthread_join(threads[0], NULL);
	pthread_join(threads[1], NULL);
	file_put(ends[0]);
	file_put(ends[1]);
}

struct opening {
	uint32_t flags;
	struct file *file;
	int err;
};

static void *do_open(void *arg)
{
	struct opening *o = arg;

	fake_task_init();
	o->err = vfs_open(&root, "/t/fifo", o->flags, 0, &o->file);
	return NULL;
}

static void fifos_wait_for_each_other(void **state)
{
	struct opening o = {.flags = O_RDONLY};
	struct file *writer, *reader;
	pthread_t thread;
	char c;

	CHECK(vfs_mknod(&root, "fifo", S_IFIFO | 0666, 0));
	assert_int_equal(try_open(&root, "fifo", O_WRONLY | O_NONBLOCK), -ENXIO);
	pthread_create(&thread, NULL, do_open, &o);
	fake_wait_for_sleepers(1);
	CHECK(vfs_open(&root, "fifo", O_WRONLY, 0, &writer));
	pthread_join(thread, NULL);
	CHECK(o.err);
	assert_int_equal(vfs_write(writer, "x", 1), 1);
	assert_int_equal(vfs_read(o.file, &c, 1), 1);
	file_put(writer);
	file_put(o.file);
	/* Without waiting: a reader finds no end before a writer has been there. */
	CHECK(vfs_open(&root, "fifo", O_RDONLY | O_NONBLOCK, 0, &reader));
	assert_int_equal(vfs_read(reader, &c, 1), 0);
	assert_int_equal(poll_of(reader), 0);
	CHECK(try_open(&root, "fifo", O_WRONLY));
	assert_int_equal(poll_of(reader), POLLHUP);
	file_put(reader);
	pthread_create(&thread, NULL, do_open, &o);
	fake_wait_for_sleepers(1);
	fake_interrupt(true);
	pthread_join(thread, NULL);
	fake_interrupt(false);
	assert_int_equal(o.err, -ERESTARTSYS);
	CHECK(vfs_unlink(&root, "fifo"));
}

int run_pipe_tests(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(carries_bytes),
	        TEST(tells_the_end),
	        TEST(does_not_wait_if_told),
	        TEST(reports_bad_addresses),
	        TEST(wakes_sleepers),
	        TEST(signals_interrupt),
	        TEST(keeps_records_whole),
	        TEST(fifos_wait_for_each_other),
	};

	return cmocka_run_group_tests_name("fs: pipes", tests, NULL, NULL);
}
