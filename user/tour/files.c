/* SPDX-License-Identifier: MIT */
/*
 * A file as memory.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <quire.h>
#include "tour.h"

#define LENGTH 16

/* Without a name from the start: whatever happens, nothing stays. -1 without a place for it. */
static int unnamed_file(void)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/tmp/tour.%d", (int)getpid());
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static bool put(int fd, const char *text)
{
	char line[LENGTH] = "";

	strncpy(line, text, LENGTH - 1);
	return lseek(fd, 0, SEEK_SET) == 0 && write(fd, line, LENGTH) == LENGTH;
}

static const char *get(int fd)
{
	static char line[LENGTH];

	lseek(fd, 0, SEEK_SET);
	return read(fd, line, LENGTH) == LENGTH ? line : "";
}

static void say(const char *did, const char *whom, const char *what)
{
	printf("   %-30s %-13s \"%s\"\n", did, whom, what);
}

static void use_shared(int fd, char *shared)
{
	put(fd, "by write()");
	say("write() to the file", "memory reads", shared);
	claim(!strcmp(shared, "by write()"), "what is written to the file is in memory");
	strcpy(shared, "by a store");
	say("strcpy() to memory, shared", "read() finds", get(fd));
	claim(!strcmp(get(fd), "by a store"), "what is stored in memory is in the file");
}

static void use_private(int fd, const char *shared, char *private)
{
	struct seen file = look_up(0, shared), mine;
	bool same;

	claim(private[0] == 'b', "a private mapping reads the file");
	mine = look_up(0, private);
	same = mine.present && mine.frame == file.frame;
	strcpy(private, "mine alone");
	mine = look_up(0, private);
	say("strcpy() to memory, private", "read() finds", get(fd));
	if (!frames_known())
		return;
	printf("   the private page: the file's frame before that, %s after it\n",
	        mine.frame == file.frame ? "the same" : "its own");
	claim(!strcmp(get(fd), "by a store"), "a private store does not reach the file");
	claim(same && mine.frame != file.frame, "a private store takes a copy");
}

static void look_past_end(const char *shared)
{
	struct answer a = provoke(READ, (uintptr_t)shared + PAGE_SIZE);

	printf("   the page behind the end of the file: %s\n", in_words(&a));
	claim(a.signal == SIGBUS, "past its end a file has no memory");
}

static void show_file(void)
{
	int fd = unnamed_file();
	char *shared, *private;

	if (fd < 0) {
		not_here("no file can be made in /tmp");
		return;
	}
	if (!claim(put(fd, "at first"), "a file can be written"))
		return;
	shared = mmap(NULL, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	private = mmap(NULL, PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (claim(shared != MAP_FAILED && private != MAP_FAILED, "a file can be mapped")) {
		use_shared(fd, shared);
		use_private(fd, shared, private);
		look_past_end(shared);
		munmap(shared, 2 * PAGE_SIZE);
		munmap(private, PAGE_SIZE);
	}
	close(fd);
}

const struct step file_step = {
        .name = "file",
        .title = "a file read as memory",
        .text = "A file in /tmp is mapped twice, MAP_SHARED and MAP_PRIVATE. From then on there "
                "are\n"
                "two ways to its bytes: read() and write(), or a pointer.\n",
        .show = show_file,
        .proves = "read() and a mapping see the same page; only a private writer gets a copy.",
};
