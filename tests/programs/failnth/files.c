/* SPDX-License-Identifier: MIT */
/* Acts on files, names and pipes. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>
#include "failnth.h"

#define NAME  "/tmp/failnth.name"
#define OTHER "/tmp/failnth.other"
/* Longer than what fits into a small object. */
#define LONG                                                                                       \
	"/tmp/"                                                                                    \
	"a-name-that-is-longer-than-what-fits-into-a-small-object-of-the-kernel-and-so-takes-"     \
	"another"

static int act_open(void)
{
	int fd = stopped(open(NAME, O_CREAT | O_RDWR, 0600));

	if (fd >= 0)
		close(fd);
	unlink(NAME);
	return stopped(fd < 0 ? -1 : 0);
}

static int act_open_long(void)
{
	int fd = stopped(open(LONG, O_CREAT | O_RDWR, 0600));

	if (fd >= 0)
		close(fd);
	unlink(LONG);
	return stopped(fd < 0 ? -1 : 0);
}

static int act_open_missing(void)
{
	return open("/tmp/none/none", O_RDONLY) < 0 && errno == ENOENT ? 0 : -1;
}

static int act_write(void)
{
	static char bytes[30 * PAGE];
	ssize_t n = stopped(pwrite(file, bytes, sizeof(bytes), 0));

	ftruncate(file, 0);
	return stopped(n < 0 ? -1 : 0); /* a part is fine */
}

static int act_write_far(void)
{
	ssize_t n = stopped(pwrite(file, "x", 1, 100 * 1000 * 1000));

	ftruncate(file, 0);
	return stopped(n < 0 ? -1 : 0);
}

static int act_writev(void)
{
	struct iovec parts[20];
	ssize_t n;

	for (int i = 0; i < 20; i++)
		parts[i] = (struct iovec){region + i * 100, 100};
	n = stopped(writev(file, parts, 20));
	lseek(file, 0, SEEK_SET);
	ftruncate(file, 0);
	return stopped(n < 0 ? -1 : 0);
}

static int act_read(void)
{
	char bytes[300];
	struct iovec parts[10];
	ssize_t n;

	for (int i = 0; i < 10; i++)
		parts[i] = (struct iovec){bytes + i * 30, 30};
	ftruncate(file, 3 * PAGE);
	n = pread(file, bytes, sizeof(bytes), PAGE);
	if (n >= 0)
		n = preadv(file, parts, 10, 2 * PAGE);
	stopped(n);
	ftruncate(file, 0);
	return stopped(n < 0 ? -1 : 0);
}

/* Where it fails, no page of it is left. */
static int act_fallocate(void)
{
	int ret = stopped(fallocate(file, 0, 3 * PAGE + 5, 20 * PAGE));
	struct stat st;

	if (ret && (fstat(file, &st) || st.st_size || st.st_blocks)) {
		ftruncate(file, 0);
		errno = EILSEQ;
		return -1;
	}
	ftruncate(file, 0);
	return stopped(ret);
}

static int act_punch(void)
{
	int ret = pwrite(file, "x", 1, 9 * PAGE) != 1 || pwrite(file, "x", 1, 0) != 1 ||
	          fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 10, 9 * PAGE);

	stopped(ret);
	ftruncate(file, 0);
	return stopped(ret ? -1 : 0);
}

/* Of a file without a name nothing stays once it is closed. */
static int use_and_close(int fd)
{
	static char bytes[3 * PAGE];
	int ret;

	if (fd < 0)
		return -1;
	ret = stopped(write(fd, bytes, sizeof(bytes)) < 0 ? -1 : 0);
	close(fd);
	return stopped(ret);
}

static int act_tmpfile(void)
{
	return use_and_close(open("/tmp", O_TMPFILE | O_RDWR, 0600));
}

static int act_memfd(void)
{
	return use_and_close(memfd_create("failnth", 0));
}

static int act_attributes(void)
{
	char text[100];

	if (getxattr("/tmp/failnth.file", "user.x", text, sizeof(text)) >= 0 || errno == ENOMEM)
		return -1;
	return listxattr("/tmp/failnth.file", text, sizeof(text)) < 0 && errno == ENOMEM ? -1 : 0;
}

static int act_sendfile(void)
{
	int null = open("/dev/null", O_WRONLY);
	off_t from = 0;
	ssize_t n = -1;

	if (null >= 0 && ftruncate(file, 3 * PAGE) == 0)
		n = sendfile(null, file, &from, 3 * PAGE);
	stopped(n);
	close(null);
	ftruncate(file, 0);
	return stopped(n < 0 ? -1 : 0);
}

static int act_rename(void)
{
	int ret = -1, fd = open(NAME, O_CREAT | O_RDWR, 0600);

	if (fd >= 0)
		ret = rename(NAME, LONG);
	stopped(ret);
	if (fd >= 0)
		close(fd);
	if (!ret && access(NAME, F_OK) == 0)
		ret = 1;
	if (ret && fd >= 0 && access(LONG, F_OK) == 0)
		errno = EEXIST; /* it failed, and has done it all the same */
	stopped(ret);
	unlink(NAME);
	unlink(LONG);
	return stopped(ret);
}

/* Over another. */
static int act_rename_over(void)
{
	int ret = mknod(NAME, S_IFREG | 0600, 0) || mknod(OTHER, S_IFREG | 0600, 0) ||
	          rename(NAME, OTHER);

	stopped(ret);
	unlink(NAME);
	unlink(OTHER);
	return stopped(ret ? -1 : 0);
}

static int act_mkdir(void)
{
	int ret = mkdir("/tmp/failnth.d", 0700);

	if (!ret)
		ret = mkdir("/tmp/failnth.d/a-folder-in-a-folder", 0700);
	stopped(ret);
	rmdir("/tmp/failnth.d/a-folder-in-a-folder");
	rmdir("/tmp/failnth.d");
	return stopped(ret);
}

static int act_symlink(void)
{
	char text[100];
	int ret = symlink("/tmp/failnth.file", NAME);

	if (!ret)
		ret = readlink(NAME, text, sizeof(text)) == 17 ? 0 : -1;
	if (!ret) /* through it */
		ret = access(NAME, R_OK);
	stopped(ret);
	unlink(NAME);
	return stopped(ret);
}

static int act_link(void)
{
	int ret = stopped(link("/tmp/failnth.file", NAME));

	unlink(NAME);
	return stopped(ret);
}

static int act_unlink(void)
{
	int ret = mknod(NAME, S_IFREG | 0600, 0);

	if (!ret)
		ret = unlink(NAME);
	stopped(ret);
	unlink(NAME);
	return stopped(ret);
}

static int act_names(void)
{
	char text[200];
	struct stat st;
	struct statfs fs;
	int ret = chdir("/tmp") || !getcwd(text, sizeof(text)) || stat("failnth.file", &st) ||
	          statfs("failnth.file", &fs) || chmod("failnth.file", 0600) ||
	          chown("failnth.file", 0, 0) || truncate("failnth.file", 0) ||
	          utimensat(AT_FDCWD, "failnth.file", NULL, 0);

	stopped(ret);
	chdir("/");
	return stopped(ret ? -1 : 0);
}

static int list(const char *path)
{
	char text[1024];
	int fd = open(path, O_RDONLY | O_DIRECTORY);
	long n;

	if (fd < 0)
		return -1;
	do
		n = syscall(SYS_getdents64, fd, text, sizeof(text));
	while (n > 0);
	stopped(n);
	close(fd);
	return stopped(n < 0 ? -1 : 0);
}

static int act_list(void)
{
	return list("/tmp") || list("/dev") || list("/sys") ? -1 : 0;
}

static int act_mount(void)
{
	int ret = stopped(mount("failnth", "/tmp", "tmpfs", 0, "size=1m"));

	if (!ret)
		umount("/tmp");
	return stopped(ret);
}

/* One that has something in it. */
static int act_mount_use(void)
{
	static char bytes[5 * PAGE];
	int fd, ret = mount("failnth", "/tmp", "tmpfs", 0, NULL);

	if (ret)
		return -1;
	fd = open("/tmp/file", O_CREAT | O_RDWR, 0600);
	ret = fd < 0 || write(fd, bytes, sizeof(bytes)) < 0 || mkdir("/tmp/folder", 0700) ? -1 : 0;
	stopped(ret);
	if (fd >= 0)
		close(fd);
	if (umount("/tmp"))
		errno = EBUSY;
	return stopped(ret);
}

static int act_pipe(void)
{
	static char bytes[40000];
	int fds[2], ret;

	if (pipe(fds))
		return -1;
	ret = write(fds[1], bytes, sizeof(bytes)) <= 0;
	if (!ret)
		ret = read(fds[0], bytes, 5000) <= 0;
	stopped(ret);
	close(fds[0]);
	close(fds[1]);
	return stopped(ret ? -1 : 0);
}

static int act_fifo(void)
{
	int ret = mknod(NAME, S_IFIFO | 0600, 0), fd = -1;

	if (!ret) {
		fd = open(NAME, O_RDWR);
		ret = fd < 0 || write(fd, "hello", 5) != 5 ? -1 : 0;
	}
	stopped(ret);
	if (fd >= 0)
		close(fd);
	unlink(NAME);
	return stopped(ret);
}

static int act_dup(void)
{
	int fd = dup(0);

	return fd < 0 || close(fd) ? -1 : 0;
}

static int act_devices(void)
{
	static const char *const names[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random",
	        "/dev/mem", "/dev/tty", "/dev/console"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int fd = open(names[i], O_RDONLY | O_NOCTTY);

		if (fd < 0 && errno == ENOMEM)
			return -1;
		if (fd >= 0)
			close(fd);
	}
	return 0;
}

/* What is written to them is what was there. */
static int act_proc_write(void)
{
	static const char *const files[][2] = {{"/proc/self/oom_score_adj", "0"},
	        {"/proc/sys/vm/overcommit_memory", "0"}, {"/proc/sys/vm/panic_on_oom", "0"}};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		int fd = open(files[i][0], O_WRONLY);
		ssize_t n;

		if (fd < 0)
			return -1;
		n = write(fd, files[i][1], 1);
		stopped(n);
		close(fd);
		if (n < 0)
			return stopped(-1);
	}
	return 0;
}

const struct act file_acts[] = {
        {"open", act_open},
        {"open, long name", act_open_long},
        {"open nothing", act_open_missing},
        {"write", act_write},
        {"write far", act_write_far},
        {"writev", act_writev},
        {"read", act_read},
        {"fallocate", act_fallocate},
        {"punch", act_punch},
        {"tmpfile", act_tmpfile},
        {"memfd", act_memfd},
        {"attributes", act_attributes},
        {"sendfile", act_sendfile},
        {"rename", act_rename},
        {"rename over", act_rename_over},
        {"mkdir", act_mkdir},
        {"symlink", act_symlink},
        {"link", act_link},
        {"unlink", act_unlink},
        {"names", act_names},
        {"list", act_list},
        {"mount", act_mount},
        {"mount and use", act_mount_use},
        {"pipe", act_pipe},
        {"fifo", act_fifo},
        {"dup", act_dup},
        {"devices", act_devices},
        {"proc, write", act_proc_write},
        {0},
};
