/* SPDX-License-Identifier: MIT */
/*
 * What the shell does itself: changing its own state, and help.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>
#include "sh.h"

static int do_cd(const struct command *command)
{
	const char *path = command->word_count > 1 ? command->words[1] : "/";

	return chdir(path) ? complain("cd", path) : 0;
}

static int do_pwd(const struct command *command)
{
	char path[256];

	(void)command;
	if (!getcwd(path, sizeof(path)))
		return complain("pwd", "getcwd");
	puts(path);
	return 0;
}

static int do_exit(const struct command *command)
{
	exit(command->word_count > 1 ? atoi(command->words[1]) : last_status);
}

static int do_help(const struct command *command)
{
	DIR *dir = opendir("/bin");
	struct dirent *entry;
	unsigned int column = 0;

	(void)command;
	puts("Built in:  cd [DIR]   pwd   exit [STATUS]   help\n"
	     "Syntax:    'a b' \"a b\" \\  $?  # comment  a; b  a && b  a || b  a & \n"
	     "           a | b  < FILE  > FILE  >> FILE  2> FILE  2>&1\n"
	     "Keys:      arrows, Backspace, Ctrl-U line, Ctrl-W word, Ctrl-C, Ctrl-D\n"
	     "Programs in /bin:");
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			printf("%-12s%s", entry->d_name, ++column % 6 ? "" : "\n");
	if (column % 6)
		putchar('\n');
	return dir ? closedir(dir) : complain("help", "/bin");
}

static const struct {
	const char *name;
	int (*act)(const struct command *command);
} builtins[] = {
        {"cd", do_cd},
        {"exit", do_exit},
        {"help", do_help},
        {"pwd", do_pwd},
};

bool run_builtin(const struct command *command, int *status)
{
	for (size_t i = 0; i < sizeof(builtins) / sizeof(builtins[0]); i++)
		if (!strcmp(builtins[i].name, command->words[0])) {
			*status = builtins[i].act(command);
			return true;
		}
	return false;
}
