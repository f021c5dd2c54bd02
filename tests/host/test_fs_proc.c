/* SPDX-License-Identifier: MIT */
/* Do generated files show what was registered, and processes what their operations say? */
#include "test_fs.h"
#include <fs/pipe.h>
#include <fs/procfs.h>

static int number = 42;
static int shown; /* how often the text was made */

static int show_number(struct seq *seq, void *arg)
{
	shown++;
	seq_printf(seq, "%d\n", *(int *)arg);
	return 0;
}

static int write_number(const char *text, size_t n, void *arg)
{
	assert_int_equal(strlen(text), n);
	if (*text < '0' || *text > '9')
		return -EINVAL;
	*(int *)arg = atoi(text);
	return 0;
}

static int show_long(struct seq *seq, void *arg)
{
	int i;

	for (i = 0; i < 1000; i++)
		seq_printf(seq, "%04d\n", i);
	seq_printf(seq, "%2000s\n", "wide");
	return 0;
}

static ssize_t read_bytes(struct uio *uio, loff_t *pos, void *arg)
{
	char bytes[4] = {0, 1, 2, 3};
	size_t n = *pos < 4 ? uio_copy_out(uio, bytes + *pos, 4 - *pos) : 0;

	*pos += n;
	return n;
}

static const struct proc_entry entries[] = {
        {.name = "number",
                .mode = 0644,
                .show = show_number,
                .write = write_number,
                .arg = &number},
        {.name = "sys/vm/long", .mode = 0444, .show = show_long},
        {.name = "sys/vm/bytes", .mode = 0400, .read = read_bytes},
        {.name = "link", .mode = 0777, .target = "sys/vm"},
};

/*
 * Two processes: 7, which looks, and 300, which belongs to an ordinary user and has no files any
 * more.
 */
static struct process {
	pid_t pid;
	int refs;
	struct files *files;
} processes[] = {{.pid = 7}, {.pid = 300}};

static pid_t self(void)
{
	return 7;
}

static pid_t next(pid_t pid)
{
	return pid < 7 ? 7 : pid < 300 ? 300 : 0;
}

static void *get(pid_t pid)
{
	struct process *p = pid == 7 ? &processes[0] : pid == 300 ? &processes[1] : NULL;

	if (p)
		p->refs++;
	return p;
}

static void put(void *proc)
{
	((struct process *)proc)->refs--;
}

static void owner(void *proc, uint32_t *uid, uint32_t *gid)
{
	*uid = *gid = proc == &processes[1] ? 1000 : 0;
}

static struct files *files_of(void *proc)
{
	struct process *p = proc;

	if (p->files)
		files_get(p->files);
	return p->files;
}

static void root_of(struct path *path)
{
	fs_get_root(root.fs, path);
}

static int show_stat(struct seq *seq, void *proc)
{
	seq_printf(seq, "%d (test)\n", ((struct process *)proc)->pid);
	return 0;
}

static int link_cwd(struct path *path, void *proc)
{
	if (proc == &processes[1])
		return -ENOENT;
	fs_get_cwd(root.fs, path);
	return 0;
}

static const struct proc_pid_entry pid_entries[] = {
        {.name = "stat", .mode = 0444, .show = show_stat},
        {.name = "cwd", .mode = 0777, .link = link_cwd},
};

static const struct proc_pid_ops pid_ops = {
        self, next, get, put, owner, files_of, root_of, pid_entries, 2};

static const char *target_of(const char *name)
{
	static char text[256];
	struct path path;
	ssize_t n;

	CHECK(path_lookup(&root, name, 0, &path));
	n = vfs_readlink(&path, text, sizeof(text) - 1);
	path_put(&path);
	assert_true(n >= 0);
	text[n] = '\0';
	return text;
}

static void shows_registered_files(void **state)
{
	struct file *file;
	char buf[8];

	assert_string_equal(contents("/proc/number"), "42\n");
	assert_string_equal(names_in("/proc/sys"), "vm ");
	assert_string_equal(names_in("/proc/link/"), "long bytes ");
	assert_int_equal(strlen(contents("/proc/link/long")), 5000 + 2001);
	assert_int_equal(strlen(contents("/proc/sys/../sys/vm/long")), 7001);
	CHECK(vfs_open(&root, "/proc/sys/vm/bytes", O_RDONLY, 0, &file));
	assert_int_equal(vfs_pread(file, buf, 8, 1), 3);
	assert_int_equal(buf[2], 3);
	file_put(file);
	assert_int_equal(try_open(&user, "/proc/sys/vm/bytes", O_RDONLY), -EACCES);
	assert_int_equal(try_open(&user, "/proc/number", O_WRONLY), -EACCES);
	assert_int_equal(try_open(&root, "/proc/nothing", O_RDONLY), -ENOENT);
	assert_int_equal(try_open(&root, "/proc/nothing", O_CREAT | O_WRONLY), -EACCES);
	assert_int_equal(vfs_mkdir(&root, "/proc/d", 0755), -EPERM);
	assert_int_equal(vfs_unlink(&root, "/proc/number"), -EPERM);
	assert_int_equal(vfs_rename(&root, "/proc/number", &root, "/proc/n", 0), -EPERM);
	assert_int_equal(vfs_mount(&root, "tmpfs", "/proc/sys", NULL), -EINVAL);
	assert_int_equal(proc_register(entries, 1), -EEXIST);
}

/*
 * When is the text made? At each read from the start, so that lseek() refreshes it, and not in
 * between.
 */
static void makes_text_at_the_start(void **state)
{
	struct file *file;
	char c;

	CHECK(vfs_open(&root, "/proc/number", O_RDWR, 0, &file));
	shown = 0;
	assert_int_equal(vfs_read(file, &c, 1), 1);
	number = 17;
	assert_int_equal(vfs_read(file, &c, 1), 1);
	assert_int_equal(c, '2');
	assert_int_equal(shown, 1);
	assert_int_equal(vfs_lseek(file, 0, SEEK_SET), 0);
	assert_int_equal(vfs_read(file, &c, 1), 1);
	assert_int_equal(c, '1');
	assert_int_equal(vfs_write(file, "42\n", 3), 3);
	assert_int_equal(number, 42);
	assert_int_equal(vfs_write(file, "x", 1), -EINVAL);
	assert_int_equal(vfs_write(file, contents("/proc/sys/vm/long"), 4096), -EINVAL);
	file_put(file);
}

static void shows_processes(void **state)
{
	struct path path;
	struct kstat st;

	assert_string_equal(names_in("/proc"), "self filesystems mounts number sys link 7 300 ");
	assert_string_equal(names_in("/proc/300"), "fd mounts stat cwd ");
	assert_string_equal(contents("/proc/self/stat"), "7 (test)\n");
	assert_string_equal(contents("/proc/300/stat"), "300 (test)\n");
	assert_string_equal(target_of("/proc/self"), "7");
	assert_string_equal(target_of("/proc/7/cwd"), "/t");
	CHECK(vfs_mkdir(&root, "in_cwd", 0755));
	CHECK(get_stat("/proc/self/cwd/in_cwd", &st));
	assert_int_equal(get_stat("/proc/300/cwd/x", &st), -ENOENT);
	assert_int_equal(get_stat("/proc/8", &st), -ENOENT);
	assert_int_equal(get_stat("/proc/07", &st), -ENOENT);
	assert_int_equal(get_stat("/proc/7x", &st), -ENOENT);
	assert_int_equal(get_stat("/proc/99999999999999", &st), -ENOENT);
	CHECK(get_stat("/proc/300/stat", &st));
	assert_int_equal(st.uid, 1000);
	CHECK(path_lookup(&root, "/proc/300/stat", 0, &path));
	assert_int_equal(vfs_chmod(&root_cred, &path, 0777), -EPERM);
	path_put(&path);
	assert_int_equal(processes[0].refs | processes[1].refs, 0);
}

static void shows_descriptors(void **state)
{
	struct file *ends[2], *file;
	char buf[8];

	processes[0].files = files_alloc();
	make_file("f", "text");
	CHECK(vfs_open(&root, "f", O_RDWR, 0, &file));
	CHECK(pipe_create(&root_cred, 0, ends));
	assert_int_equal(fd_open(processes[0].files, file, 10, 0), 0);
	assert_int_equal(fd_open(processes[0].files, ends[0], 10, 0), 1);
	assert_int_equal(fd_open(processes[0].files, ends[1], 10, 0), 2);
	assert_string_equal(names_in("/proc/self/fd"), "0 1 2 ");
	assert_string_equal(names_in("/proc/300/fd"), "");
	assert_string_equal(target_of("/proc/self/fd/0"), "/t/f");
	assert_memory_equal(target_of("/dev/fd/1"), "pipe:[", 6);
	assert_string_equal(contents("/dev/stdin"), "text");
	CHECK(vfs_unlink(&root, "f"));
	assert_string_equal(target_of("/proc/self/fd/0"), "/t/f (deleted)");
	assert_string_equal(contents("/proc/self/fd/0"), "text");
	/* "> /dev/stderr" of a shell: opens the pipe again, though the flags say create. */
	CHECK(vfs_open(&root, "/dev/stderr", O_CREAT | O_TRUNC | O_WRONLY, 0666, &file));
	assert_int_equal(vfs_write(file, "err", 3), 3);
	file_put(file);
	assert_int_equal(vfs_read(ends[0], buf, 8), 3);
	assert_int_equal(try_open(&user, "/proc/7/fd/0", O_RDONLY), -EACCES);
	assert_int_equal(try_open(&root, "/proc/7/fd/3", O_RDONLY), -ENOENT);
	assert_int_equal(try_open(&root, "/proc/7/fd/x", O_RDONLY), -ENOENT);
	files_put(processes[0].files);
	processes[0].files = NULL;
}

static void shows_mounts(void **state)
{
	static const char expected[] = "rootfs / rootfs rw,relatime 0 0\n"
	                               "devtmpfs /dev devtmpfs rw,relatime 0 0\n"
	                               "proc /proc proc rw,relatime 0 0\n"
	                               "tmpfs /t tmpfs rw,relatime 0 0\n"
	                               "sysfs /t/a\\040b sysfs rw,relatime 0 0\n";

	CHECK(vfs_mkdir(&root, "a b", 0755));
	CHECK(vfs_mount(&root, "sysfs", "a b", NULL));
	assert_string_equal(contents("/proc/mounts"), expected);
	assert_non_null(strstr(contents("/proc/filesystems"), "nodev\ttmpfs\n"));
	assert_string_equal(contents("a b/kernel/number"), "42\n");
	CHECK(vfs_umount(&root, "a b"));
}

int run_proc_tests(void)
{
	static const struct proc_entry in_sys = {
	        .name = "kernel/number", .mode = 0444, .show = show_number, .arg = &number};
	static const struct CMUnitTest tests[] = {
	        TEST(shows_registered_files),
	        TEST(makes_text_at_the_start),
	        TEST(shows_processes),
	        TEST(shows_descriptors),
	        TEST(shows_mounts),
	};

	if (proc_register(entries, sizeof(entries) / sizeof(entries[0])) ||
	        sysfs_register(&in_sys, 1))
		return 1;
	proc_register_pids(&pid_ops);
	return cmocka_run_group_tests_name("fs: /proc", tests, NULL, NULL);
}
