/* SPDX-License-Identifier: MIT */
/* Does an initramfs arrive in the file system as it was packed, and what if it is damaged? */
#include "test_fs.h"
#include <fs/initramfs.h>

struct archive {
	char data[100000];
	size_t size;
};

static void pad(struct archive *a)
{
	while (a->size % 4)
		a->data[a->size++] = '\0';
}

struct entry {
	const char *name;
	uint32_t mode, ino, nlink, rdev_major, rdev_minor;
	const char *data;
	size_t size;
};

static void pack(struct archive *a, struct entry e)
{
	a->size += sprintf(a->data + a->size,
	        "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x", e.ino, e.mode, 5, 6,
	        e.nlink, 1234, e.size, 0, 3, e.rdev_major, e.rdev_minor, strlen(e.name) + 1, 0);
	memcpy(a->data + a->size, e.name, strlen(e.name) + 1);
	a->size += strlen(e.name) + 1;
	pad(a);
	if (e.size)
		memcpy(a->data + a->size, e.data, e.size);
	a->size += e.size;
	pad(a);
}

static void finish(struct archive *a)
{
	pack(a, (struct entry){.name = "TRAILER!!!", .nlink = 1});
}

static int unpack(const struct archive *a)
{
	char *copy = guarded_copy(a->data, a->size);
	int err = initramfs_unpack(&root, copy, a->size);

	free(copy);
	return err;
}

static void unpacks_all_kinds(void **state)
{
	static struct archive a;
	static char data[9000];
	struct kstat st;
	size_t i;

	for (i = 0; i < sizeof(data); i++)
		data[i] = i % 251;
	pack(&a, (struct entry){.name = ".", .mode = S_IFDIR | 0755, .nlink = 2});
	pack(&a, (struct entry){.name = "d", .mode = S_IFDIR | 0700, .nlink = 2});
	pack(&a, (struct entry){"d/f", S_IFREG | 04711, 7, 1, 0, 0, data, sizeof(data)});
	pack(&a, (struct entry){"/s", S_IFLNK | 0777, 8, 1, 0, 0, "d/f", 3});
	pack(&a, (struct entry){"c", S_IFCHR | 0620, 9, 1, 1, 3, NULL, 0});
	pack(&a, (struct entry){"p", S_IFIFO | 0600, 10, 1, 0, 0, NULL, 0});
	/* Two names of one file; the data comes with the last, as cpio writes it. */
	pack(&a, (struct entry){"h1", S_IFREG | 0644, 11, 2, 0, 0, NULL, 0});
	pack(&a, (struct entry){"d/h2", S_IFREG | 0644, 11, 2, 0, 0, "linked", 6});
	finish(&a);
	CHECK(unpack(&a));
	assert_string_equal(names_in("."), "d s c p h1 ");
	CHECK(get_stat("d/f", &st));
	assert_int_equal(st.mode, S_IFREG | 04711);
	assert_int_equal(st.uid, 5);
	assert_int_equal(st.gid, 6);
	assert_int_equal(st.size, sizeof(data));
	assert_int_equal(st.mtime, 1234000000000ll);
	assert_memory_equal(contents("s"), data, sizeof(data));
	CHECK(get_stat("c", &st));
	assert_int_equal(st.mode, S_IFCHR | 0620);
	assert_int_equal(st.rdev, dev_make(1, 3));
	assert_string_equal(contents("h1"), "linked");
	CHECK(get_stat("h1", &st));
	assert_int_equal(st.nlink, 2);
	CHECK(get_stat("d", &st));
	assert_int_equal(st.mode, S_IFDIR | 0700);
}

static void replaces_what_is_there(void **state)
{
	static struct archive a;

	make_file("f", "old");
	CHECK(vfs_mkdir(&root, "d", 0755));
	make_file("d/kept", "kept");
	CHECK(vfs_mkdir(&root, "e", 0755));
	pack(&a, (struct entry){"f", S_IFREG | 0644, 1, 1, 0, 0, "new", 3});
	pack(&a, (struct entry){.name = "d", .mode = S_IFDIR | 0755, .nlink = 2});
	pack(&a, (struct entry){"e", S_IFREG | 0644, 2, 1, 0, 0, "file", 4});
	finish(&a);
	CHECK(unpack(&a));
	assert_string_equal(contents("f"), "new");
	assert_string_equal(contents("d/kept"), "kept");
	assert_string_equal(contents("e"), "file");
}

static void keeps_what_came_before_the_damage(void **state)
{
	static struct archive a;
	size_t good;

	pack(&a, (struct entry){"f", S_IFREG | 0644, 1, 1, 0, 0, "good", 4});
	pack(&a, (struct entry){"no/such/parent", S_IFREG | 0644, 1, 1, 0, 0, "lost", 4});
	good = a.size;
	pack(&a, (struct entry){"g", S_IFREG | 0644, 2, 1, 0, 0, "cut", 3});
	a.size = good + 50;
	assert_int_equal(unpack(&a), -EINVAL);
	assert_string_equal(contents("f"), "good");
	assert_null(contents("g"));
	memcpy(a.data, "\x1f\x8b\x08", 3);
	assert_int_equal(unpack(&a), -ENOEXEC);
}

static void stops_when_the_space_is_used_up(void **state)
{
	static struct archive a;
	static char data[40000];

	CHECK(vfs_mkdir(&root, "small", 0755));
	CHECK(vfs_mount(&root, "tmpfs", "small", "size=8k"));
	pack(&a, (struct entry){"small/f", S_IFREG | 0644, 1, 1, 0, 0, data, sizeof(data)});
	pack(&a, (struct entry){"after", S_IFREG | 0644, 1, 1, 0, 0, "x", 1});
	finish(&a);
	assert_int_equal(unpack(&a), -ENOSPC);
	assert_null(contents("after"));
	CHECK(vfs_umount(&root, "small"));
}

/* On a file system of its own, whose root no name can leave. */
static void unpack_in_jail(const void *data, size_t size)
{
	struct vfs_at jail = {.cred = &root_cred};
	struct path top;

	CHECK(vfs_mkdir(&root, "m", 0755));
	CHECK(vfs_mount(&root, "tmpfs", "m", NULL));
	CHECK(path_lookup(&root, "m", 0, &top));
	jail.fs = fs_context_alloc(&top);
	path_put(&top);
	initramfs_unpack(&jail, data, size);
	fs_context_put(jail.fs);
	CHECK(vfs_umount(&root, "m"));
	CHECK(vfs_rmdir(&root, "m"));
}

/* Whatever the bytes are: no crash, no access beyond them, nothing left behind. */
static void survives_mutations(void **state)
{
	static struct archive a;
	struct fuzz f;

	pack(&a, (struct entry){.name = "d", .mode = S_IFDIR | 0755, .nlink = 2});
	pack(&a, (struct entry){"d/f", S_IFREG | 0644, 1, 2, 0, 0, "text", 4});
	pack(&a, (struct entry){"d/g", S_IFREG | 0644, 1, 2, 0, 0, NULL, 0});
	pack(&a, (struct entry){"s", S_IFLNK | 0777, 2, 1, 0, 0, "d/../s/.", 8});
	pack(&a, (struct entry){"c", S_IFCHR | 0600, 3, 1, 1, 3, NULL, 0});
	finish(&a);
	fuzz_start(&f);
	while (fuzz_goes_on(&f)) {
		size_t size = a.size;
		uint8_t *data = fuzz_mutate(&f, (uint8_t *)a.data, &size);

		unpack_in_jail(data, size);
		free(data);
	}
}

int run_archive_tests(void)
{
	static const struct CMUnitTest tests[] = {
	        TEST(unpacks_all_kinds),
	        TEST(replaces_what_is_there),
	        TEST(keeps_what_came_before_the_damage),
	        TEST(stops_when_the_space_is_used_up),
	        TEST(survives_mutations),
	};

	return cmocka_run_group_tests_name("fs: initramfs", tests, NULL, NULL);
}
