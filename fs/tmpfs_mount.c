/* SPDX-License-Identifier: MIT */
/*
 * Mounting tmpfs: its options and its names.
 */
#include <fs/tmpfs.h>
#include <lib/errno.h>
#include <mm/page.h>
#include <string.h>

/* Digits of the base at *text, which moves behind them. -1 if there are none or they don't fit. */
static int64_t parse_number(const char **text, unsigned int base)
{
	const char *p = *text;
	int64_t value = 0;

	for (; *p >= '0' && *p < (char)('0' + base); p++) {
		value = value * base + (*p - '0');
		if (value > UINT32_MAX)
			return -1;
	}
	if (p == *text)
		return -1;
	*text = p;
	return value;
}

/* "64m", "50%", "65536". Pages, or -1. */
static int64_t parse_size(const char **text)
{
	int64_t n = parse_number(text, 10);
	unsigned int shift = 0;

	if (n < 0)
		return -1;
	switch (**text) {
	case '%':
		++*text;
		return n * page_total_count() / 100;
	case 'g':
	case 'G':
		shift += 10; /* fall through */
	case 'm':
	case 'M':
		shift += 10; /* fall through */
	case 'k':
	case 'K':
		shift += 10;
		++*text;
	}
	n = ((n << shift) + PAGE_SIZE - 1) >> PAGE_SHIFT;
	return n > UINT32_MAX ? -1 : n;
}

/* One "key=value" at *text, which moves behind it. */
static int parse_option(const char **text, struct tmpfs_options *opt)
{
	int64_t n = -1;

	if (!strncmp(*text, "mode=", 5)) {
		*text += 5;
		n = parse_number(text, 8);
		opt->mode = n & 07777;
	} else if (!strncmp(*text, "size=", 5)) {
		*text += 5;
		n = parse_size(text);
		opt->max_pages = n;
	}
	return n < 0 ? -EINVAL : 0;
}

int tmpfs_parse_options(const char *data, struct tmpfs_options *opt)
{
	opt->max_pages = page_total_count() / 2;
	while (data && *data) {
		int err = parse_option(&data, opt);

		if (err)
			return err;
		if (*data == ',')
			data++;
		else if (*data)
			return -EINVAL;
	}
	return 0;
}

static int mount_with_mode(
        struct fs_type *type, const char *data, uint32_t mode, struct super_block **sb)
{
	struct tmpfs_options opt = {.mode = mode};
	int err = tmpfs_parse_options(data, &opt);

	return err ? err : tmpfs_make(type, &tmpfs_dir_iops, &opt, sb);
}

static int tmpfs_mount(struct fs_type *type, const char *data, struct super_block **sb)
{
	return mount_with_mode(type, data, 01777, sb);
}

static int rootfs_mount(struct fs_type *type, const char *data, struct super_block **sb)
{
	return mount_with_mode(type, data, 0755, sb);
}

static struct fs_type tmpfs_type = {.name = "tmpfs", .mount = tmpfs_mount};
static struct fs_type rootfs_type = {.name = "rootfs", .mount = rootfs_mount};

void tmpfs_init(void)
{
	fs_register(&tmpfs_type);
	fs_register(&rootfs_type);
}
