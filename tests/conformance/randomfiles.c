/* SPDX-License-Identifier: MIT */
/*
 * Long random sequences of calls on a few files, directories, links and descriptors, in a file system of
 * their own: on both kernels every call must have the same answer, and move the same bytes. A third of the
 * sequences is root's, a third an ordinary user's, and a third switches between the two. Only a hash of a
 * stretch of steps is printed. To see the steps of one sequence, run
 *
 *	/conformance/randomfiles SEED
 *
 * on both kernels: it prints each step and what it answered, and with a second argument the state, too.
 *
 * Nothing here looks at times, inode numbers or free space, nor at the order of names in a directory.
 */
#include "random_names.h"

#define SEEDS     12
#define STRETCHES 4
#define STEPS     250 /* in a stretch */

/* -- the steps -- */

static void do_open(void)
{
	static const uint32_t flags[] = {
	        O_CREAT, O_CREAT, O_EXCL, O_TRUNC, O_APPEND, O_CLOEXEC, O_LARGEFILE};
	static const uint32_t rare[] = {
	        O_DIRECTORY, O_NOFOLLOW, O_PATH, O_TMPFILE, O_SYNC, O_NOATIME, O_DSYNC, O_NOCTTY};
	const char *path = some_path();
	int dir = some_dir();
	uint32_t mode = some_mode();
	/* Non-blocking, for FIFOs. */
	uint32_t how = O_NONBLOCK | below(one_in(20) ? 4 : 3) |
	               some_flags(flags, ARRAY_LEN(flags), 4) |
	               some_flags(rare, ARRAY_LEN(rare), 12);

	long answer = SYS(openat, dir, path, how, mode);

	/* What protected_fifos says of a sticky directory, Linux applies to others' links and sockets always. */
	if ((how & O_CREAT) && (answer == -ELOOP || answer == -ENXIO))
		answer = -EACCES;
	TELL(answer, "openat %d %s %x %o", dir, P(path), how, mode);
}

static void do_close(void)
{
	int fd = some_fd();

	TELL(SYS(close, fd), "close %d", fd);
}

static void do_dup(void)
{
	int from = some_fd(), to = some_fd();
	uint32_t kind = below(3), flags = one_in(4) ? O_CLOEXEC : one_in(10) ? next() : 0;
	long answer = kind == 0   ? SYS(dup, from)
	              : kind == 1 ? SYS(dup2, from, to)
	                          : SYS(dup3, from, to, flags);

	TELL(answer, "dup %d %d: %d %x", kind, from, to, flags);
}

static void do_fcntl(void)
{
	static const uint32_t commands[] = {
	        F_GETFL, F_GETFD, F_SETFD, F_DUPFD, 1030 /* F_DUPFD_CLOEXEC */};
	int fd = some_fd();
	uint32_t command = commands[below(ARRAY_LEN(commands))],
	         value = below(one_in(4) ? -1u : FDS + 2);

	if (one_in(3)) {
		command = F_SETFL;
		value = O_NONBLOCK | (one_in(2) ? O_APPEND : 0) | (one_in(4) ? O_NOATIME : 0) |
		        below(4);
	}
	TELL(SYS(fcntl64, fd, command, value), "fcntl %d %d %x", fd, command, value);
}

static void do_read(void)
{
	int fd = some_fd();
	uint32_t n = some_length();
	char *to = some_buffer();
	int64_t at = some_offset();
	int here = n > MOST || one_in(2); /* Linux knows a pipe before such a length */
	long answer = here ? SYS(read, fd, to, n) : SYS(pread64, fd, to, n, 0, PAIR(at));

	if (!is_error(answer) && to == buffer)
		mix_bytes(buffer, answer);
	TELL(answer, "read %d %s %x at %x %x %d", fd, P(to) == to ? "" : "bad", n, PAIR(at), here);
}

static void do_write(void)
{
	int fd = some_fd();
	uint32_t n = some_length();
	char *from = some_buffer();
	int64_t at = some_offset();
	int here = n > MOST || one_in(2);

	if (kind_of(fd) ==
	        S_IFIFO) /* after a failure Linux says there is something to read, and nothing is */
		from = buffer;
	fill();
	TELL(here ? SYS(write, fd, from, n) : SYS(pwrite64, fd, from, n, 0, PAIR(at)),
	        "write %d %s %x at %x %x %d", fd, from == buffer ? "" : "bad", n, PAIR(at), here);
}

static void do_vector(void)
{
	struct {
		void *at;
		uint32_t n;
	} parts[3];
	int fd = some_fd(), reads = one_in(2), count = one_in(20) ? (int)next() : (int)below(4);
	long answer;

	if (kind_of(fd) ==
	        S_IFDIR) /* Linux reads nothing from one, if asked for nothing, but not with read(2) */
		return;
	fill();
	for (uint32_t i = 0; i < ARRAY_LEN(parts); i++) {
		parts[i].n = one_in(40) ? some_length() : below(one_in(4) ? 3000 : 30);
		parts[i].at =
		        one_in(60) && kind_of(fd) != S_IFIFO ? BAD_POINTER : buffer + 3000 * i;
		if (parts[i].n > 3000 && parts[i].n <= MOST)
			parts[i].n = 3000;
	}
	answer = reads ? SYS(readv, fd, parts, count) : SYS(writev, fd, parts, count);
	mix_bytes(buffer, 3 * 3000);
	TELL(answer, "vector %d %d %d: %x %x %x, %x %x %x", fd, reads, count, parts[0].n,
	        parts[1].n, parts[2].n, parts[0].at != buffer, parts[1].at == BAD_POINTER,
	        parts[2].at == BAD_POINTER);
}

static void do_lseek(void)
{
	int fd = some_fd(), directory = kind_of(fd) == S_IFDIR,
	    whence = (int)below(one_in(10) ? 7 : 5);
	int64_t at = directory ? 0 : some_offset(), result = 0;
	long answer;

	if (directory && whence < 3) /* positions within a directory are the file system's affair */
		whence = SEEK_SET;
	answer = one_in(2) ? SYS(lseek, fd, (long)at, whence)
	                   : SYS(_llseek, fd, (uint32_t)(at >> 32), (uint32_t)at,
	                             one_in(60) ? BAD_POINTER : &result, whence);
	/* Where holes are is told by Linux, while Quire has one at the end, as lseek(2) allows. */
	if (whence == SEEK_DATA || whence == SEEK_HOLE) {
		answer = SYS(lseek, fd, 0, SEEK_SET);
		result = 0;
	}
	mix((uint32_t)result);
	mix((uint32_t)(result >> 32));
	TELL(answer, "lseek %d %x %x %d -> %x %x", fd, PAIR(at), whence, PAIR(result));
}

static void do_truncate(void)
{
	const char *path = some_path();
	int fd = some_fd(), named = one_in(3), narrow = one_in(4);
	int64_t n = some_offset();
	long answer = narrow  ? named ? SYS(truncate, path, (long)n) : SYS(ftruncate, fd, (long)n)
	               : named ? SYS(truncate64, path, 0, PAIR(n))
	                      : SYS(ftruncate64, fd, 0, PAIR(n));

	TELL(answer, "truncate %d %d %s %d %x %x", narrow, named, P(path), fd, PAIR(n));
}

static void do_fallocate(void)
{
	static const uint32_t modes[] = {0, 0, 1, 2, 3, 3, 3, 0x80};
	int fd = some_fd();
	uint32_t mode = modes[below(ARRAY_LEN(modes))];
	int64_t at = some_offset(), n = one_in(20) ? -(int64_t)below(2) : 1 + below(3 * PAGE);

	TELL(SYS(fallocate, fd, mode, PAIR(at), PAIR(n)), "fallocate %d %x %x %x, %x %x", fd, mode,
	        PAIR(at), PAIR(n));
}

static void do_pipe(void)
{
	int ends[2] = {0, 0};
	uint32_t flags =
	        O_NONBLOCK | (one_in(3) ? O_CLOEXEC : 0) | (one_in(20) ? next() & ~O_DIRECT : 0);
	long answer = SYS(pipe2, one_in(20) ? BAD_POINTER : ends, flags);

	TELL(answer, "pipe2 %x: %d %d", flags, ends[0], ends[1]);
}

static void do_poll(void)
{
	struct pollfd fds[3];
	uint32_t n = below(4);
	long answer;

	for (uint32_t i = 0; i < 3; i++)
		fds[i] = (struct pollfd){some_fd(), one_in(2) ? 0x7fff : (short)next(), 0};
	answer = SYS(poll, fds, n, 0);
	for (uint32_t i = 0; i < n; i++)
		mix((uint16_t)fds[i].revents);
	TELL(answer, "poll %d: %d %x, %d %x, %d %x", n, fds[0].fd, fds[0].revents, fds[1].fd,
	        fds[1].revents, fds[2].fd, fds[2].revents);
}

static void do_sendfile(void)
{
	int to = some_fd(), from = some_fd(), here = one_in(2);
	int64_t at = some_offset();
	uint32_t n = some_length();
	long answer;

	/* Linux looks at the pipe before it looks whether this is a file to send, and devices send nothing. */
	if ((kind_of(to) == S_IFIFO && kind_of(from) != S_IFREG) || kind_of(from) == S_IFCHR)
		return;
	/* A file that grows by what is sent from it: Linux goes on, and Quire stops where the end was. */
	if (kind_of(to) == S_IFREG && kind_of(from) == S_IFREG && inode_of(to) == inode_of(from))
		return;
	if (!n) /* Linux does not look what kinds of files these are if nothing is asked for */
		n = 1;
	if (at > 5 * PAGE) /* too far is an error of its own on Linux */
		at = -1;
	answer = SYS(sendfile64, to, from, here ? NULL : one_in(30) ? BAD_POINTER : &at, n);

	/* That nobody reads a pipe is known to Linux also where there is nothing to send. */
	if (answer == -EPIPE)
		answer = 0;
	mix((uint32_t)at);
	TELL(answer, "sendfile %d %d %d %x: %x %x", to, from, here, n, PAIR(at));
}

static void do_mmap(void)
{
	int fd = some_fd(), shared = one_in(2), prot = one_in(4) ? RW : PROT_READ;
	struct stat64 st = {0};
	long at = SYS(mmap2, NULL, PAGE, prot, shared ? MAP_SHARED : MAP_PRIVATE, fd, 0);

	if (!is_error(at)) {
		SYS(fstat64, fd, &st);
		if ((st.st_mode & S_IFMT) == S_IFREG && st.st_size)
			mix_bytes((char *)at, PAGE);
		SYS(munmap, at, PAGE);
		at = 0;
	}
	TELL(at, "mmap %d %d %d", fd, shared, prot);
}

static void do_sync(void)
{
	int fd = some_fd();

	TELL(SYS(fsync, fd), "fsync %d", fd);
}

static int switches;

static void do_switch(void)
{
	int id = one_in(2) ? 0 : USER;

	if (!switches)
		return;
	SYS(setresuid32, -1, 0, -1);
	SYS(setresgid32, -1, id, -1);
	TELL(SYS(setresuid32, -1, id, -1), "euid %d", id);
}

static void step(void)
{
	static void (*const steps[])(void) = {do_open, do_open, do_open, do_open, do_open, do_open,
	        do_open, do_close, do_close, do_dup, do_fcntl, do_fcntl, do_read, do_read, do_read,
	        do_write, do_write, do_write, do_vector, do_lseek, do_lseek, do_truncate,
	        do_truncate, do_fallocate, do_link, do_symlink, do_readlink, do_unlink, do_unlink,
	        do_rename, do_rename, do_rename, do_make, do_make, do_chmod, do_chmod, do_chown,
	        do_access, do_access, do_stat, do_statx, do_list, do_chdir, do_umask, do_utimes,
	        do_pipe, do_poll, do_sendfile, do_mmap, do_sync, do_switch};

	steps[below(ARRAY_LEN(steps))]();
}

static void mix_state(void)
{
	for (uint32_t i = 0; i < 15; i++) {
		struct stat64 st = {0};

		if (SYS(lstat64, names[i], &st))
			continue;
		if (verbose)
			say("  name", "%s", names[i]);
		mix_stat(&st);
	}
	for (int fd = FIRST_FD; fd < FDS; fd++) {
		long flags = SYS(fcntl64, fd, F_GETFL), at = 0;

		if (is_error(flags))
			continue;
		if (kind_of(fd) != S_IFDIR)
			at = SYS(lseek, fd, 0, SEEK_CUR);
		TELL(at + flags, "  fd %d", fd);
	}
}

/* What there is at first; half of it is the user's. */
static void furnish(void)
{
	SYS(mkdir, "d", 0755);
	SYS(mkdir, "d/e", 0777);
	SYS(close, new_file("a", "some text"));
	SYS(close, new_file("b", "more text"));
	SYS(close, new_file("d/b", "secret"));
	SYS(chmod, "d/b", 0600);
	SYS(symlink, "a", "l");
	SYS(symlink, "d", "dl");
	SYS(symlink, "none", "x");
	SYS(symlink, "o", "o");
	SYS(mknod, "p", S_IFIFO | 0666, 0);
	SYS(mknod, "n", S_IFCHR | 0666, 0x103);
	SYS(chown32, "b", USER, USER);
	SYS(chown32, "d/e", USER, USER);
	SYS(lchown32, "l", USER, USER);
}

static void sequence(uint32_t seed)
{
	char label[40];

	SYS(chdir, ROOT);
	SYS(chroot, ".");
	SYS(umask, 022);
	furnish();
	SYS(chmod, "/", one_in(2) ? 0777 : 01777);
	limit(RLIMIT_NOFILE, FDS, FDS);
	handle(SIGPIPE, SIG_IGN, 0);
	switches = seed % 3 == 2;
	if (seed % 3 == 1)
		become_user();
	for (int stretch = 0; stretch < STRETCHES; stretch++) {
		rnd->hash = seed;
		for (int i = 0; i < STEPS; i++) {
			if (verbose) /* a difference does not show in all that follows */
				rnd->hash = 0;
			step();
			if (verbose > 1)
				mix_state();
		}
		mix_state();
		format_text(label, sizeof(label), "seed %u, stretch %d", seed, stretch);
		say(label, "%08x", rnd->hash);
	}
	leave(0);
}

static void run(uint32_t seed)
{
	long pid;

	SYS(mount, "tmpfs", ROOT, "tmpfs", 0, NULL);
	rnd->state = seed * 0x9e3779b9u;
	pid = SYS(fork);
	if (pid == 0)
		sequence(seed);
	if (wait_status(pid))
		say("the sequence ended", "%d", (int)seed);
	SYS(umount2, ROOT, 0);
}

/* sysctls of Linux that Debian switches on, and Quire does not have: links only to what is one's own. */
static void set_protection(long value)
{
	set_number("/proc/sys/fs/protected_hardlinks", value);
	set_number("/proc/sys/fs/protected_symlinks", value);
	set_number("/proc/sys/fs/protected_fifos", value);
	set_number("/proc/sys/fs/protected_regular", value);
}

int main(int argc, char **argv)
{
	set_protection(0);
	memset(long_name, 'y', 256);
	SYS(mkdir, ROOT, 0755);
	run_seeds(argc, argv, SEEDS, run);
	set_protection(1);
	return 0;
}
