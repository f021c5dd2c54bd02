/* SPDX-License-Identifier: MIT */
/* What the files of the devicetree reader share: big-endian numbers and single tokens. */
#ifndef LIB_DTB_TOKEN_H
#define LIB_DTB_TOKEN_H

#include <lib/dtb.h>

/* Devicetree Specification v0.4 section 5.4.1. */
#define DTB_BEGIN_NODE 1u
#define DTB_END_NODE   2u
#define DTB_PROP       3u
#define DTB_NOP        4u
#define DTB_END        9u

struct dtb_token {
	uint32_t tag;
	const char *name;     /* of a node or a property, NUL-terminated */
	const uint8_t *value; /* of a property */
	uint32_t len;
};

/*
 * Read the token at offset off of the structure block. Returns the offset of the next one, or
 * -EINVAL if off is no offset of a token or the token reaches beyond the block. Always moves
 * forward.
 */
int dtb_token(const struct dtb *dt, int off, struct dtb_token *t);

static inline uint32_t dtb_be32(const uint8_t *p)
{
	uint32_t val;

	__builtin_memcpy(&val, p, sizeof(val));
	return __builtin_bswap32(val);
}

static inline uint64_t dtb_be64(const uint8_t *p)
{
	return (uint64_t)dtb_be32(p) << 32 | dtb_be32(p + 4);
}

/* A number of one or two cells. */
static inline uint64_t dtb_cells(const uint8_t *p, int ncells)
{
	return ncells == 2 ? dtb_be64(p) : dtb_be32(p);
}

#endif
