/* SPDX-License-Identifier: MIT */
/* Reading of ATAGs. Each record is { size in words, tag, payload }; a record with tag 0 ends the
 * list. */
#include <lib/atags.h>
#include <lib/errno.h>
#include <string.h>

#define ATAG_NONE       0x00000000u
#define ATAG_CORE       0x54410001u
#define ATAG_MEM        0x54410002u
#define ATAG_REVISION   0x54410007u
#define ATAG_CMDLINE    0x54410009u
#define ATAG_INITRD2    0x54420005u

#define TAG_HEADER_SIZE 8u

static uint32_t word(const uint8_t *p, unsigned int index)
{
	uint32_t val;

	memcpy(&val, p + 4 * index, sizeof(val));
	return val;
}

static int parse_mem(const uint8_t *payload, size_t len, struct atags_info *info)
{
	uint32_t size, start;

	if (len < 8)
		return -EINVAL;
	size = word(payload, 0);
	start = word(payload, 1);
	if (size == 0)
		return 0;
	if (size - 1 > UINT32_MAX - start)
		return -EINVAL;
	if (info->nmem == ATAGS_MAX_MEM)
		return -E2BIG;
	info->mem[info->nmem].start = start;
	info->mem[info->nmem].size = size;
	info->nmem++;
	return 0;
}

static int parse_initrd(const uint8_t *payload, size_t len, struct atags_info *info)
{
	if (len < 8 || word(payload, 1) > UINT32_MAX - word(payload, 0))
		return -EINVAL;
	info->initrd_start = word(payload, 0);
	info->initrd_size = word(payload, 1);
	return 0;
}

static int parse_tag(uint32_t tag, const uint8_t *payload, size_t len, struct atags_info *info)
{
	switch (tag) {
	case ATAG_MEM:
		return parse_mem(payload, len, info);
	case ATAG_INITRD2:
		return parse_initrd(payload, len, info);
	case ATAG_REVISION:
		if (len < 4)
			return -EINVAL;
		info->revision = word(payload, 0);
		return 0;
	case ATAG_CMDLINE:
		if (len > sizeof(info->cmdline) - 1)
			len = sizeof(info->cmdline) - 1;
		memcpy(info->cmdline, payload, len);
		info->cmdline[len] = '\0';
		return 0;
	default:
		return 0;
	}
}

static int parse_list(const uint8_t *p, size_t max, struct atags_info *info)
{
	uint32_t words, tag;
	int err;

	if (max < TAG_HEADER_SIZE || word(p, 1) != ATAG_CORE)
		return -EINVAL;
	while (max >= TAG_HEADER_SIZE) {
		words = word(p, 0);
		tag = word(p, 1);
		if (tag == ATAG_NONE)
			return 0;
		if (words < TAG_HEADER_SIZE / 4 || words > max / 4)
			return -EINVAL;
		err = parse_tag(tag, p + TAG_HEADER_SIZE, 4 * words - TAG_HEADER_SIZE, info);
		if (err)
			return err;
		p += 4 * words;
		max -= 4 * words;
	}
	return -EINVAL;
}

int atags_parse(const void *p, size_t max, struct atags_info *info)
{
	int err;

	memset(info, 0, sizeof(*info));
	err = parse_list(p, max, info);
	if (err)
		memset(info, 0, sizeof(*info));
	return err;
}
