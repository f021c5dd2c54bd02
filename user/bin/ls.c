/* SPDX-License-Identifier: MIT */
/*
 * ls [-l] [PATH...] - list directories in alphabetical order; -l with kind, permissions and size.
 * Names that begin with a dot are left out.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <quire.h>

#define COLUMNS 80u

static bool long_format;

static char kind(mode_t mode)
{
	if (S_ISDIR(mode))
		return 'd';
	if (S_ISCHR(mode))
		return 'c';
	if (S_ISBLK(mode))
		return 'b';
	if (S_ISLNK(mode))
		return 'l';
	return S_ISFIFO(mode) ? 'p' : '-';
}

static void print_long(const char *name, const struct stat *st)
{
	static const char letters[] = "rwxrwxrwx";
	char mode[11] = {kind(st->st_mode)};

	for (int i = 0; i < 9; i++)
		mode[i + 1] = st->st_mode & (0400 >> i) ? letters[i] : '-';
	if (st->st_mode & S_ISVTX)
		mode[9] = mode[9] == 'x' ? 't' : 'T';
	printf("%s %3u %4u %4u ", mode, (unsigned int)st->st_nlink, (unsigned int)st->st_uid,
	        (unsigned int)st->st_gid);
	if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode))
		printf("%4u,%4u", (unsigned int)st->st_rdev >> 8 & 0xff,
		        (unsigned int)st->st_rdev & 0xff);
	else
		printf("%9ld", (long)st->st_size);
	printf(" %s\n", name);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Reads the names of a directory into a sorted array. Returns their number, or -1. */
static int read_names(const char *path, char ***names)
{
	int count = 0, room = 0;
	struct dirent *entry;
	DIR *dir = opendir(path);

	*names = NULL;
	if (!dir)
		return -1;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (count == room) {
			room = room ? 2 * room : 32;
			*names = realloc(*names, room * sizeof(char *));
		}
		if (!*names || !((*names)[count++] = strdup(entry->d_name))) {
			closedir(dir);
			return -1;
		}
	}
	closedir(dir);
	qsort(*names, count, sizeof(char *), by_name);
	return count;
}

static void print_columns(char **names, int count)
{
	unsigned int widest = 0, columns, rows;

	for (int i = 0; i < count; i++)
		if (strlen(names[i]) > widest)
			widest = strlen(names[i]);
	columns = COLUMNS / (widest + 2) ? COLUMNS / (widest + 2) : 1;
	rows = (count + columns - 1) / columns;
	for (unsigned int row = 0; row < rows; row++) {
		for (unsigned int i = row; i < (unsigned int)count; i += rows) {
			bool last = i + rows >= (unsigned int)count;

			printf("%-*s", last ? 0 : (int)widest + 2, names[i]);
		}
		putchar('\n');
	}
}

static int print_all_long(const char *path, char **names, int count)
{
	char full[512];
	struct stat st;
	int status = 0;

	for (int i = 0; i < count; i++) {
		snprintf(full, sizeof(full), "%s/%s", path, names[i]);
		if (lstat(full, &st))
			status = complain("ls", full);
		else
			print_long(names[i], &st);
	}
	return status;
}

static int list_directory(const char *path)
{
	char **names;
	int count = read_names(path, &names);
	int status = 0;

	if (count < 0)
		return complain("ls", path);
	if (long_format)
		status = print_all_long(path, names, count);
	else
		print_columns(names, count);
	while (count)
		free(names[--count]);
	free(names);
	return status;
}

static int list(const char *path)
{
	struct stat st;

	/* A link to a directory stands for what is in it; with -l, and if it leads nowhere, for itself. */
	if ((long_format || stat(path, &st)) && lstat(path, &st))
		return complain("ls", path);
	if (S_ISDIR(st.st_mode))
		return list_directory(path);
	if (long_format)
		print_long(path, &st);
	else
		puts(path);
	return 0;
}

int main(int argc, char **argv)
{
	int status = 0, i = 1;

	if (i < argc && !strcmp(argv[i], "-l")) {
		long_format = true;
		i++;
	}
	if (i < argc && argv[i][0] == '-') {
		fputs("usage: ls [-l] [NAME...]\n", stderr);
		return 2;
	}
	if (i == argc)
		return list(".");
	for (int first = i; i < argc; i++) {
		if (argc - first > 1)
			printf("%s%s:\n", i > first ? "\n" : "", argv[i]);
		status |= list(argv[i]);
	}
	return status;
}
