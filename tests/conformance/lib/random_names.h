/* SPDX-License-Identifier: MIT */
/*
 * For tests/conformance/randomfiles.c alone: its steps that are about names, and what stands behind them.
 */
#ifndef RANDOM_NAMES_H
#define RANDOM_NAMES_H

#include "random_choices.h"

static void do_link(void)
{
	static const uint32_t flags[] = {AT_SYMLINK_FOLLOW, AT_EMPTY_PATH, 1};
	const char *from = some_path(), *to = second_path();
	int dir = some_dir(), to_dir = some_dir();
	uint32_t how = some_flags(flags, ARRAY_LEN(flags), 8);

	if (one_in(8) || from == BAD_POINTER) /* who may not is told that first */
		from = "", how |= AT_EMPTY_PATH;
	TELL(SYS(linkat, dir, from, to_dir, to, how), "linkat %d %s %d %s %x", dir, P(from), to_dir,
	        P(to), how);
}

static void do_symlink(void)
{
	static const char *const targets[] = {"a", "d", "none", "o", "/d/e", "../a", "..", "", "e/",
	        "d/a", "l", "m", "/", BAD_POINTER, long_name};
	const char *target = targets[below(ARRAY_LEN(targets))], *path = some_path();
	int dir = some_dir();

	TELL(SYS(symlinkat, target, dir, path), "symlinkat %s %d %s", P(target), dir, P(path));
}

static void do_readlink(void)
{
	const char *path = some_path();
	char *to = some_buffer();
	int dir = some_dir();
	int n = one_in(4) ? (int)below(5) - 1 : 100;
	long answer = SYS(readlinkat, dir, path, to, n);

	if (to == buffer)
		mix_bytes(buffer, 8);
	TELL(answer, "readlinkat %d %s %d %d", dir, P(path), to == buffer, n);
}

static void do_unlink(void)
{
	const char *path = some_path();
	int dir = some_dir();
	uint32_t flags = one_in(3) ? AT_REMOVEDIR : one_in(30) ? next() : 0;

	TELL(SYS(unlinkat, dir, path, flags), "unlinkat %d %s %x", dir, P(path), flags);
}

static void do_rename(void)
{
	const char *from = some_path(), *to = second_path();
	int dir = some_dir(), to_dir = some_dir();
	uint32_t flags = one_in(3) ? 1 : one_in(40) ? 8 | next() : 0;

	TELL(SYS(renameat2, dir, from, to_dir, to, flags), "renameat2 %d %s %d %s %x", dir, P(from),
	        to_dir, P(to), flags);
}

static void do_make(void)
{
	static const uint32_t kinds[] = {
	        S_IFIFO, S_IFREG, 0, S_IFCHR, S_IFSOCK, S_IFDIR, S_IFBLK, S_IFLNK, 0130000};
	const char *path = some_path();
	int dir = some_dir();
	uint32_t mode = some_mode(), kind = kinds[below(ARRAY_LEN(kinds))];

	if (path == BAD_POINTER) /* the first of two errors */
		kind = S_IFREG;

	if (one_in(2))
		TELL(SYS(mkdirat, dir, path, mode), "mkdirat %d %s %o", dir, P(path), mode);
	else /* the device, if it is one: /dev/null */
		TELL(SYS(mknodat, dir, path, kind | mode, kind == S_IFCHR ? 0x103 : 0),
		        "mknodat %d %s %o", dir, P(path), kind | mode);
}

static void do_chmod(void)
{
	const char *path = some_path();
	int dir = some_dir(), fd = some_fd(), named = one_in(2);
	uint32_t mode = one_in(20) ? next() : some_mode();

	TELL(named ? SYS(fchmodat, dir, path, mode) : SYS(fchmod, fd, mode), "chmod %d %s %d %d %o",
	        dir, P(path), fd, named, mode);
}

static void do_chown(void)
{
	static const int ids[] = {-1, 0, USER, USER, 1001};
	const char *path = some_path();
	int dir = some_dir(), fd = some_fd(), named = one_in(2);
	int uid = ids[below(ARRAY_LEN(ids))], gid = ids[below(ARRAY_LEN(ids))];
	static const uint32_t all[] = {AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, 1};
	uint32_t flags = some_flags(all, ARRAY_LEN(all), 5);

	TELL(named ? SYS(fchownat, dir, path, uid, gid, flags) : SYS(fchown32, fd, uid, gid),
	        "chown %d %s %d %d: %d %d %x", dir, P(path), fd, named, uid, gid, flags);
}

static void do_access(void)
{
	static const uint32_t all[] = {AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, AT_EACCESS, 1};
	const char *path = some_path();
	int dir = some_dir(), plain = one_in(2);
	uint32_t flags = some_flags(all, ARRAY_LEN(all), 5), mode = below(one_in(20) ? 16 : 8);

	TELL(plain ? SYS(faccessat, dir, path, mode) : SYS(faccessat2, dir, path, mode, flags),
	        "access %d %s %d %x %x", dir, P(path), plain, mode, flags);
}

static void do_stat(void)
{
	static const uint32_t all[] = {AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, AT_NO_AUTOMOUNT, 1};
	const char *path = some_path();
	int dir = some_dir();
	uint32_t flags = some_flags(all, ARRAY_LEN(all), 4);
	struct stat64 st = {0};
	long answer = SYS(fstatat64, dir, path, &st, flags);

	mix_stat(&st);
	TELL(answer, "fstatat64 %d %s %x", dir, P(path), flags);
}

static void do_statx(void)
{
	static const uint32_t all[] = {
	        AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, AT_STATX_FORCE_SYNC, AT_STATX_DONT_SYNC, 1};
	const char *path = some_path();
	int dir = some_dir();
	uint32_t flags = some_flags(all, ARRAY_LEN(all), 5), mask = one_in(20) ? next() : 0x7ff;
	struct statx st = {0};
	long answer = SYS(statx, dir, path, flags, mask, &st);
	struct stat64 same_st = {.st_mode = st.stx_mode,
	        .st_nlink = st.stx_nlink,
	        .st_uid = st.stx_uid,
	        .st_gid = st.stx_gid,
	        .st_size = (long long)st.stx_size};

	mix_stat(&same_st);
	mix(st.stx_mask & 0x7ff);
	TELL(answer, "statx %d %s %x %x", dir, P(path), flags, mask);
}

static void do_list(void)
{
	int fd = some_fd();
	long n, sum = 0;

	if (kind_of(fd) == S_IFDIR)
		SYS(lseek, fd, 0, SEEK_SET);
	n = SYS(getdents64, fd, buffer, MOST);
	for (long at = 0; at < n; at += *(uint16_t *)(buffer + at + 16)) {
		uint32_t before = rnd->hash;

		rnd->hash = 1;
		mix_bytes(buffer + at + 18, 1 + (long)length(buffer + at + 19));
		sum += (long)rnd->hash;
		rnd->hash = before;
	}
	memset(buffer, 0, sizeof(buffer)); /* or inode numbers stay in it */
	TELL(is_error(n) ? n : sum, "getdents64 %d", fd);
}

static void do_chdir(void)
{
	const char *path = some_path();
	int fd = some_fd(), named = one_in(2), n = one_in(2) ? 200 : (int)below(8);
	long answer;

	if (one_in(3)) /* home again */
		named = 1, path = "/";
	TELL(named ? SYS(chdir, path) : SYS(fchdir, fd), "chdir %s %d %d", P(path), fd, named);
	memset(buffer, 0, 16);
	answer = SYS(getcwd, buffer, n);
	mix_bytes(buffer, 16);
	TELL(answer, "getcwd %d %s", n, buffer);
}

static void do_umask(void)
{
	uint32_t mask = one_in(2) ? 022 : one_in(2) ? 0 : next();

	TELL(SYS(umask, mask), "umask %o", mask);
}

static void do_utimes(void)
{
	static const uint32_t all[] = {AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH, 1};
	static const long nanoseconds[] = {0, 999999999, 1000000000, UTIME_NOW, UTIME_OMIT, -1};
	long times[4] = {1000, nanoseconds[below(6)], one_in(9) ? -1 : 5, nanoseconds[below(6)]};
	const char *path = one_in(4) ? NULL : some_path();
	int dir = some_dir(), now = one_in(3);
	uint32_t flags = some_flags(all, ARRAY_LEN(all), 6);

	TELL(SYS(utimensat, dir, path, now ? NULL : times, flags), "utimensat %d %s %d %x: %ld %ld",
	        dir, path ? P(path) : "(null)", now, flags, times[1], times[3]);
}

#endif
