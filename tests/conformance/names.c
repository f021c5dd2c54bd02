/* SPDX-License-Identifier: MIT */
/*
 * Names in directories: making, removing, renaming, linking, listing, and looking up.
 */
#include "observe.h"

static void touch(const char *path)
{
	SYS(close, new_file(path, path));
}

static void directories(void)
{
	saw("mkdir", SYS(mkdir, "/tmp/n", 0755));
	saw("mkdir again", SYS(mkdir, "/tmp/n", 0755));
	saw("mkdir in nothing", SYS(mkdir, "/tmp/none/x", 0755));
	saw("mkdir with a slash", SYS(mkdir, "/tmp/n/slash/", 0755));
	saw("mkdir of the root", SYS(mkdir, "/", 0755));
	saw("mkdir of '.'", SYS(mkdir, "/tmp/n/.", 0755));
	touch("/tmp/n/file");
	saw("mkdir in a file", SYS(mkdir, "/tmp/n/file/x", 0755));
	saw("rmdir of a file", SYS(rmdir, "/tmp/n/file"));
	saw("rmdir of what is not empty", SYS(rmdir, "/tmp/n"));
	saw("rmdir of '.'", SYS(rmdir, "/tmp/n/slash/."));
	saw("rmdir of '..'", SYS(rmdir, "/tmp/n/slash/.."));
	saw("rmdir of the root", SYS(rmdir, "/"));
	saw("rmdir", SYS(rmdir, "/tmp/n/slash"));
	saw("rmdir of nothing", SYS(rmdir, "/tmp/n/slash"));
	saw("unlink of a directory", SYS(unlink, "/tmp/n"));
	saw("unlinkat with AT_REMOVEDIR of a file",
	        SYS(unlinkat, AT_FDCWD, "/tmp/n/file", AT_REMOVEDIR));
	saw("unlinkat with bad flags", SYS(unlinkat, AT_FDCWD, "/tmp/n/file", 1));
}

static void renaming(void)
{
	struct stat64 st;

	SYS(mkdir, "/tmp/n/d1", 0755);
	SYS(mkdir, "/tmp/n/d2", 0755);
	SYS(mkdir, "/tmp/n/d1/sub", 0755);
	touch("/tmp/n/a");
	touch("/tmp/n/b");
	saw("rename over a file", SYS(rename, "/tmp/n/a", "/tmp/n/b"));
	saw("the old name", SYS(stat64, "/tmp/n/a", &st));
	saw("rename of nothing", SYS(rename, "/tmp/n/a", "/tmp/n/c"));
	saw("rename of a file over a directory", SYS(rename, "/tmp/n/b", "/tmp/n/d1"));
	saw("rename of a directory over a file", SYS(rename, "/tmp/n/d1", "/tmp/n/b"));
	saw("rename over what is not empty", SYS(rename, "/tmp/n/d2", "/tmp/n/d1"));
	saw("rename into itself", SYS(rename, "/tmp/n/d1", "/tmp/n/d1/sub/x"));
	saw("rename onto its own parent", SYS(rename, "/tmp/n/d1/sub", "/tmp/n/d1"));
	saw("rename to itself", SYS(rename, "/tmp/n/b", "/tmp/n/b"));
	saw("rename over an empty directory", SYS(rename, "/tmp/n/d1", "/tmp/n/d2"));
	saw("what was in it", SYS(stat64, "/tmp/n/d2/sub", &st));
	saw("rename of '.'", SYS(rename, "/tmp/n/d2/.", "/tmp/n/x"));
	saw("rename of a file to a name with a slash", SYS(rename, "/tmp/n/b", "/tmp/n/x/"));
	saw("rename of a directory to a name with a slash", SYS(rename, "/tmp/n/d2", "/tmp/n/x/"));
	saw("rename to another file system", SYS(rename, "/tmp/n/b", "/proc/x"));
	saw("rename from nowhere", SYS(rename, BAD_POINTER, "/tmp/n/x"));
	saw("renameat2 NOREPLACE", SYS(renameat2, AT_FDCWD, "/tmp/n/b", AT_FDCWD, "/tmp/n/x", 1));
	saw("renameat2 with bad flags",
	        SYS(renameat2, AT_FDCWD, "/tmp/n/b", AT_FDCWD, "/tmp/n/x", 64));
}

static void links(void)
{
	struct stat64 st = {0}, other = {0};
	char text[20] = {0};

	touch("/tmp/n/l1");
	saw("link", SYS(link, "/tmp/n/l1", "/tmp/n/l2"));
	SYS(stat64, "/tmp/n/l1", &st);
	SYS(stat64, "/tmp/n/l2", &other);
	say("links, same file", "%d %d", (int)st.st_nlink, st.st_ino == other.st_ino);
	saw("rename between two names of a file", SYS(rename, "/tmp/n/l1", "/tmp/n/l2"));
	saw("both names are left", SYS(stat64, "/tmp/n/l1", &st));
	saw("link over a name", SYS(link, "/tmp/n/l1", "/tmp/n/l2"));
	saw("link of a directory", SYS(link, "/tmp/n/x", "/tmp/n/l3"));
	saw("symlink", SYS(symlink, "l1", "/tmp/n/s"));
	saw("symlink over a name", SYS(symlink, "l1", "/tmp/n/s"));
	saw("readlink", SYS(readlink, "/tmp/n/s", text, sizeof(text)));
	say("it names", "%s", text);
	saw("readlink of 1 byte", SYS(readlink, "/tmp/n/s", text, 1));
	saw("readlink of 0 bytes", SYS(readlink, "/tmp/n/s", text, 0));
	saw("readlink of a file", SYS(readlink, "/tmp/n/l1", text, 10));
	SYS(symlink, "loop", "/tmp/n/loop");
	saw("open of a loop", SYS(open, "/tmp/n/loop", O_RDONLY));
	saw("O_NOFOLLOW", SYS(open, "/tmp/n/s", O_RDONLY | O_NOFOLLOW));
	saw("O_CREAT and O_EXCL of a link", SYS(open, "/tmp/n/s", O_CREAT | O_EXCL | O_RDWR, 0644));
	saw("lstat", SYS(lstat64, "/tmp/n/s", &st));
	say("kind, size", "%o %d", st.st_mode, (int)st.st_size);
	SYS(symlink, "target", "/tmp/n/dangling");
	saw("open of a dangling link", SYS(open, "/tmp/n/dangling", O_RDONLY));
	saw("create through a dangling link",
	        SYS(close, SYS(open, "/tmp/n/dangling", O_CREAT | 2, 0644)));
	saw("what it made", SYS(stat64, "/tmp/n/target", &st));
	saw("mkdir over a dangling link",
	        (SYS(unlink, "/tmp/n/target"), SYS(mkdir, "/tmp/n/dangling", 0755)));
}

static void long_names(void)
{
	static char name[5000];

	memset(name, 'x', 255);
	memcpy(name, "/tmp/n/", 7);
	memset(name + 7, 'y', 255);
	name[262] = 0;
	saw("a name of 255", SYS(mkdir, name, 0755));
	name[262] = 'y';
	name[263] = 0;
	saw("a name of 256", SYS(mkdir, name, 0755));
	for (int i = 0; i < 4999; i++)
		name[i] = i % 2 ? '.' : '/';
	name[4095] = 0;
	saw("a path of 4095", SYS(access, name, 0));
	name[4095] = '.';
	name[4096] = 0;
	saw("a path of 4096", SYS(access, name, 0));
}

static void listing(void)
{
	static char buffer[4096] __attribute__((aligned(8)));
	long fd, n, entries = 0, seen = 0;

	SYS(mkdir, "/tmp/n/list", 0755);
	touch("/tmp/n/list/one");
	touch("/tmp/n/list/two");
	SYS(mkdir, "/tmp/n/list/three", 0755);
	fd = SYS(open, "/tmp/n/list", O_RDONLY | O_DIRECTORY);
	while ((n = SYS(getdents64, fd, buffer, sizeof(buffer))) > 0)
		for (long at = 0; at < n; at += *(uint16_t *)(buffer + at + 16)) {
			entries++;
			/* The kinds, in an order of their own: 4 a directory, 8 a file. */
			seen += buffer[at + 18] * (same(buffer + at + 19, "one") ? 100 : 1);
		}
	say("listing", "%ld entries, kinds %ld", entries, seen);
	saw("getdents at the end", SYS(getdents64, fd, buffer, sizeof(buffer)));
	SYS(lseek, fd, 0, SEEK_SET);
	saw("getdents with no room", SYS(getdents64, fd, buffer, 10));
	saw("getdents to nowhere", SYS(getdents64, fd, BAD_POINTER, 4096));
	saw("getdents of a file", SYS(getdents64, SYS(open, "/tmp/n/b", O_RDONLY), buffer, 4096));
	saw("getdents of a bad descriptor", SYS(getdents64, 99, buffer, 4096));
	SYS(rmdir, "/tmp/n/list/three");
	SYS(unlink, "/tmp/n/list/one");
	SYS(unlink, "/tmp/n/list/two");
	saw("rmdir of what is open", SYS(rmdir, "/tmp/n/list"));
	saw("getdents of what is gone", SYS(getdents64, fd, buffer, 4096));
	saw("create in what is gone", SYS(openat, fd, "new", O_CREAT | O_RDWR, 0644));
}

static void current_directory(void)
{
	char text[32];

	saw("chdir to a file", SYS(chdir, "/tmp/n/b"));
	saw("chdir to nothing", SYS(chdir, "/tmp/none"));
	saw("chdir", SYS(chdir, "/tmp/n/x/.."));
	saw("getcwd", SYS(getcwd, text, sizeof(text)));
	say("it is", "%s", text);
	saw("getcwd with 3 bytes", SYS(getcwd, text, 3));
	saw("getcwd to nowhere", SYS(getcwd, BAD_POINTER, 100));
	SYS(mkdir, "gone", 0755);
	SYS(chdir, "gone");
	SYS(rmdir, "/tmp/n/gone");
	saw("getcwd where it is gone", SYS(getcwd, text, sizeof(text)));
	saw("open where it is gone", SYS(open, "new", O_CREAT | O_RDWR, 0644));
	saw("open of '..' from there", SYS(close, SYS(open, "..", O_RDONLY)));
}

int main(void)
{
	directories();
	renaming();
	links();
	long_names();
	listing();
	current_directory();
	return 0;
}
