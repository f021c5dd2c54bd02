/* SPDX-License-Identifier: MIT */
/* What the tests of fs/ share: a root file system, two users, and short forms of the calls. */
#ifndef TEST_FS_H
#define TEST_FS_H

#include "host.h"
#include <fs/dentry.h>
#include <fs/fdtable.h>
#include <fs/vfs.h>
#include <lib/errno.h>

/* Root and an ordinary user, both at the root directory of the same tree. */
extern struct vfs_at root, user;

/*
 * For each test: mounts a fresh tmpfs on /t and goes there. Afterwards takes it away and counts
 * what is left.
 */
int fs_setup(void **state);
int fs_teardown(void **state);

/* Makes a file with these contents, as root; asserts success. */
void make_file(const char *name, const char *text);
/* Its contents as a string, in a buffer that the next call reuses; NULL if it can't be opened. */
const char *contents(const char *name);
/* stat() that follows no links, or the error. */
int get_stat(const char *name, struct kstat *st);
/* The names in a directory, each followed by a blank, in their order; "." and ".." left out. */
const char *names_in(const char *name);
/* open() whose success is to be closed at once: 0 or the error. */
int try_open(const struct vfs_at *at, const char *name, uint32_t flags);
/* chdir */
void go(const char *name);

#define CHECK(call) assert_int_equal(call, 0)
#define TEST(f)     cmocka_unit_test_setup_teardown(f, fs_setup, fs_teardown)

/* The groups of tests. */
int run_walk_tests(void);
int run_name_tests(void);
int run_rename_tests(void);
int run_data_tests(void);
int run_fd_tests(void);
int run_pipe_tests(void);
int run_archive_tests(void);
int run_proc_tests(void);
int run_nomem_tests(void);

#endif
