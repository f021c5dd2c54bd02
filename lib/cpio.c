/* SPDX-License-Identifier: MIT */
/* Reading of newc archives. A record is a header of ASCII hex fields, the name, padding to 4 bytes,
 * the data, padding to 4 bytes; a record named TRAILER!!! ends an archive. */
#include <lib/cpio.h>
#include <lib/errno.h>
#include <string.h>

#define MAGIC_SIZE 6
#define FIELD_SIZE 8
#define TRAILER    "TRAILER!!!"

/* Fields behind the magic, in the order of the header. */
enum field {
	F_INO,
	F_MODE,
	F_UID,
	F_GID,
	F_NLINK,
	F_MTIME,
	F_FILESIZE,
	F_DEV_MAJOR,
	F_DEV_MINOR,
	F_RDEV_MAJOR,
	F_RDEV_MINOR,
	F_NAMESIZE,
	F_CHECK,
	NFIELDS
};

#define HEADER_SIZE (MAGIC_SIZE + NFIELDS * FIELD_SIZE)

static const struct {
	uint8_t len;
	char bytes[6];
} compressed_magics[] = {
        {2, "\x1f\x8b"}, /* gzip */
        {6, "\xfd"
            "7zXZ"},
        {4, "\x28\xb5\x2f\xfd"}, /* zstd */
        {4, "\x02\x21\x4c\x18"}, /* lz4, legacy frames as Linux uses them */
        {4, "\x04\x22\x4d\x18"}, /* lz4 */
        {3, "\x5d"},             /* lzma */
        {4, "\x89LZO"},
        {3, "BZh"},
};

void cpio_open(struct cpio *c, const void *buf, size_t size)
{
	*c = (struct cpio){.buf = buf, .size = size};
}

static int hex_digit(uint8_t ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if (ch >= 'a' && ch <= 'f')
		return ch - 'a' + 10;
	if (ch >= 'A' && ch <= 'F')
		return ch - 'A' + 10;
	return -1;
}

static int parse_fields(const uint8_t *p, uint32_t fields[NFIELDS])
{
	for (int i = 0; i < NFIELDS; i++) {
		fields[i] = 0;
		for (int j = 0; j < FIELD_SIZE; j++) {
			int digit = hex_digit(*p++);

			if (digit < 0)
				return -EINVAL;
			fields[i] = fields[i] << 4 | digit;
		}
	}
	return 0;
}

static bool is_compressed(const uint8_t *p, size_t avail)
{
	for (size_t i = 0; i < sizeof(compressed_magics) / sizeof(compressed_magics[0]); i++) {
		uint8_t len = compressed_magics[i].len;

		if (avail >= len && !memcmp(p, compressed_magics[i].bytes, len))
			return true;
	}
	return false;
}

static uint32_t byte_sum(const uint8_t *p, uint32_t size)
{
	uint32_t sum = 0;

	while (size--)
		sum += *p++;
	return sum;
}

static void fill_entry(struct cpio_entry *e, const uint32_t fields[NFIELDS], const uint8_t *record)
{
	*e = (struct cpio_entry){
	        .name = (const char *)record + HEADER_SIZE,
	        .ino = fields[F_INO],
	        .mode = fields[F_MODE],
	        .uid = fields[F_UID],
	        .gid = fields[F_GID],
	        .nlink = fields[F_NLINK],
	        .mtime = fields[F_MTIME],
	        .dev_major = fields[F_DEV_MAJOR],
	        .dev_minor = fields[F_DEV_MINOR],
	        .rdev_major = fields[F_RDEV_MAJOR],
	        .rdev_minor = fields[F_RDEV_MINOR],
	        .size = fields[F_FILESIZE],
	};
}

/* Check the record of at most avail bytes. Its length with all padding, or a negative errno. */
static int64_t parse_record(const uint8_t *record, size_t avail, struct cpio_entry *e)
{
	uint32_t fields[NFIELDS];
	uint64_t data_at, end;
	bool checked;

	if (is_compressed(record, avail))
		return -ENOEXEC;
	if (avail < HEADER_SIZE)
		return -EINVAL;
	checked = !memcmp(record, "070702", MAGIC_SIZE);
	if (!checked && memcmp(record, "070701", MAGIC_SIZE))
		return -EINVAL;
	if (parse_fields(record + MAGIC_SIZE, fields))
		return -EINVAL;
	if (fields[F_NAMESIZE] == 0 || fields[F_NAMESIZE] > CPIO_NAME_MAX)
		return -EINVAL;
	data_at = (HEADER_SIZE + (uint64_t)fields[F_NAMESIZE] + 3) & ~3ull;
	end = data_at + fields[F_FILESIZE];
	if (HEADER_SIZE + fields[F_NAMESIZE] > avail || (fields[F_FILESIZE] && end > avail))
		return -EINVAL;
	if (record[HEADER_SIZE + fields[F_NAMESIZE] - 1] != '\0')
		return -EINVAL;
	fill_entry(e, fields, record);
	e->data = record + (data_at < avail ? data_at : avail);
	if (checked && byte_sum(e->data, e->size) != fields[F_CHECK])
		return -EINVAL;
	return (end + 3) & ~3ull;
}

int cpio_next(struct cpio *c, struct cpio_entry *e)
{
	size_t avail;
	int64_t len;

	for (;;) {
		while (!c->inside && c->pos < c->size && c->buf[c->pos] == 0)
			c->pos++;
		avail = c->size - c->pos;
		if (avail == 0)
			return c->inside ? -EINVAL : 0;
		len = parse_record(c->buf + c->pos, avail, e);
		if (len < 0)
			return len;
		/* The padding behind the last record may be missing. */
		c->pos += (uint64_t)len < avail ? (size_t)len : avail;
		e->archive = c->archive;
		c->inside = strcmp(e->name, TRAILER) != 0;
		if (c->inside)
			return 1;
		c->archive++;
	}
}
