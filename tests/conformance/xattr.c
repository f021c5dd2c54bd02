/* SPDX-License-Identifier: MIT */
/*
 * Extended attributes of files in memory, which take none of a user's.
 */
#include "observe.h"

#define PATH "/tmp/xattr"
#define LINK "/tmp/xattr-link"

static void by_name(const char *label, const char *path, const char *name)
{
	char text[80];

	format_text(text, sizeof(text), "getxattr, %s", label);
	saw(text, SYS(getxattr, path, name, text, 10));
	format_text(text, sizeof(text), "lgetxattr, %s", label);
	saw(text, SYS(lgetxattr, path, name, text, 10));
	format_text(text, sizeof(text), "setxattr, %s", label);
	saw(text, SYS(setxattr, path, name, "value", 5, 0));
	format_text(text, sizeof(text), "removexattr, %s", label);
	saw(text, SYS(removexattr, path, name));
}

int main(void)
{
	static char long_name[300] = "user.";
	int fd = new_file(PATH, "text");
	char list[64];

	memset(long_name + 5, 'x', sizeof(long_name) - 6);
	saw("a dangling link", SYS(symlink, "/tmp/nowhere", LINK));
	by_name("a user's", PATH, "user.mine");
	by_name("no name", PATH, "");
	by_name("a long name", PATH, long_name);
	by_name("a bad name", PATH, BAD_POINTER);
	by_name("no file", "/tmp/nowhere", "user.mine");
	by_name("a bad path", BAD_POINTER, "user.mine");
	saw("fgetxattr", SYS(fgetxattr, fd, "user.mine", list, sizeof(list)));
	saw("fsetxattr", SYS(fsetxattr, fd, "user.mine", "value", 5, 0));
	saw("fremovexattr", SYS(fremovexattr, fd, "user.mine"));
	saw("fgetxattr, no descriptor", SYS(fgetxattr, 99, "user.mine", list, sizeof(list)));
	saw("unknown flags", SYS(setxattr, PATH, "user.mine", "value", 5, 4));
	saw("unknown flags and no name", SYS(setxattr, PATH, "", "value", 5, 4));
	saw("flags, and no file", SYS(setxattr, "/tmp/nowhere", "user.mine", "value", 5, 4));
	saw("a large value", SYS(setxattr, PATH, "user.mine", list, 65537, 0));
	saw("a large value, no name", SYS(setxattr, PATH, "", list, 65537, 0));
	saw("listxattr", SYS(listxattr, PATH, list, sizeof(list)));
	saw("flistxattr", SYS(flistxattr, fd, list, sizeof(list)));
	saw("listxattr of a dangling link", SYS(listxattr, LINK, list, sizeof(list)));
	saw("llistxattr of it", SYS(llistxattr, LINK, list, sizeof(list)));
	saw("listxattr, no file", SYS(listxattr, "/tmp/nowhere", list, sizeof(list)));
	saw("flistxattr, no descriptor", SYS(flistxattr, 99, list, sizeof(list)));
	return 0;
}
