/* SPDX-License-Identifier: MIT */
/*
 * cat [FILE...] - copy files, or standard input, to standard output.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>

static int write_all(const char *data, ssize_t len)
{
	while (len > 0) {
		ssize_t n = write(1, data, len);

		if (n <= 0)
			return complain("cat", "standard output");
		data += n;
		len -= n;
	}
	return 0;
}

static int copy(int fd, const char *name)
{
	static char buf[PAGE_SIZE];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0)
		if (write_all(buf, n))
			return 1;
	return n < 0 ? complain("cat", name) : 0;
}

static int copy_file(const char *name)
{
	int fd, status;

	if (!strcmp(name, "-"))
		return copy(0, "standard input");
	fd = open(name, O_RDONLY);
	if (fd < 0)
		return complain("cat", name);
	status = copy(fd, name);
	close(fd);
	return status;
}

int main(int argc, char **argv)
{
	int status = 0;

	if (argc == 1)
		return copy_file("-");
	for (int i = 1; i < argc; i++)
		status |= copy_file(argv[i]);
	return status;
}
