/* SPDX-License-Identifier: MIT */
/* Walking of a flattened devicetree. The structure block is a sequence of tokens: "node begins"
 * with its name, "property" with its value, "node ends". A node's handle is the offset of its first
 * token. dtb_open() has seen every token before any other function runs; each still checks what it
 * reads, because a handle may be anything. */
#include "dtb_token.h"
#include <lib/errno.h>
#include <string.h>

/* Header, Devicetree Specification v0.4 section 5.2: offsets of its big-endian words. */
enum {
	HDR_MAGIC = 0,
	HDR_TOTALSIZE = 4,
	HDR_OFF_STRUCT = 8,
	HDR_OFF_STRINGS = 12,
	HDR_OFF_RSVMAP = 16,
	HDR_LAST_COMP_VERSION = 24,
	HDR_VERSION = 20,
	HDR_SIZE_STRINGS = 32,
	HDR_SIZE_STRUCT = 36, /* from version 17 on */
	HDR_SIZE = 40,
};

#define DTB_MAGIC    0xd00dfeedu
/* Sizes and offsets must fit in an int. No real table comes near. */
#define DTB_MAX_SIZE 0x10000000u

/* locate_blocks() has cut the block behind a NUL, so what begins inside ends inside. */
static const char *string_at(const struct dtb *dt, uint32_t offset)
{
	return offset < dt->strings_size ? dt->strings + offset : NULL;
}

/* Offset behind the name at offset off. The first word that has a NUL among its bytes is its last. */
static int behind_name(const struct dtb *dt, uint32_t off)
{
	while (off < dt->structs_size) {
		uint32_t word = dtb_be32(dt->structs + off);

		off += 4;
		if ((word - 0x01010101) & ~word & 0x80808080)
			return off;
	}
	return -EINVAL;
}

static int read_prop(const struct dtb *dt, uint32_t off, struct dtb_token *t)
{
	uint32_t left = dt->structs_size - off;

	if (left < 12)
		return -EINVAL;
	t->len = dtb_be32(dt->structs + off + 4);
	t->name = string_at(dt, dtb_be32(dt->structs + off + 8));
	t->value = dt->structs + off + 12;
	if (!t->name || t->len > left - 12)
		return -EINVAL;
	return (off + 12 + t->len + 3) & ~3u;
}

int dtb_token(const struct dtb *dt, int off, struct dtb_token *t)
{
	if (off & 3 || (uint32_t)off >= dt->structs_size)
		return -EINVAL;
	t->tag = dtb_be32(dt->structs + off);
	if (t->tag == DTB_PROP)
		return read_prop(dt, off, t);
	if (t->tag == DTB_BEGIN_NODE) {
		t->name = (const char *)dt->structs + off + 4;
		return behind_name(dt, off + 4);
	}
	return t->tag == DTB_END_NODE || t->tag == DTB_NOP || t->tag == DTB_END ? off + 4 : -EINVAL;
}

/* Do all nodes lie in one root and close in order? */
static int check_structs(const struct dtb *dt)
{
	struct dtb_token t;
	int off = 0, depth = 0;

	for (;;) {
		off = dtb_token(dt, off, &t);
		if (off < 0)
			return off;
		if (t.tag == DTB_BEGIN_NODE && ++depth > DTB_MAX_DEPTH)
			return -EINVAL;
		if (t.tag == DTB_END_NODE && --depth == 0)
			break;
		if (t.tag == DTB_END || depth == 0)
			return -EINVAL;
	}
	do {
		off = dtb_token(dt, off, &t);
		if (off < 0)
			return off;
	} while (t.tag == DTB_NOP);
	return t.tag == DTB_END ? 0 : -EINVAL;
}

/* The reservation block has no size: it ends in an empty entry, which must be there. */
static int check_rsvmap(const struct dtb *dt)
{
	uint64_t addr, size;

	for (int i = 0;; i++) {
		uint64_t end = dt->rsvmap + 16 * (uint64_t)(i + 1);

		if (end > dt->size)
			return -EINVAL;
		addr = dtb_be64(dt->blob + end - 16);
		size = dtb_be64(dt->blob + end - 8);
		if (addr == 0 && size == 0)
			return 0;
	}
}

static bool inside(uint32_t off, uint32_t len, uint32_t size)
{
	return off <= size && len <= size - off;
}

/* Find the three blocks from the header, which must be of version 16 or compatible with it. */
static int locate_blocks(struct dtb *dt, const uint8_t *blob)
{
	uint32_t version = dtb_be32(blob + HDR_VERSION);
	uint32_t off_struct = dtb_be32(blob + HDR_OFF_STRUCT);
	uint32_t off_strings = dtb_be32(blob + HDR_OFF_STRINGS);

	if (version < 16 || dtb_be32(blob + HDR_LAST_COMP_VERSION) > 17)
		return -EINVAL;
	dt->strings_size = dtb_be32(blob + HDR_SIZE_STRINGS);
	if (off_struct & 3 || !inside(off_struct, 0, dt->size) ||
	        !inside(off_strings, dt->strings_size, dt->size))
		return -EINVAL;
	dt->structs_size = dt->size - off_struct;
	if (version >= 17)
		dt->structs_size = dtb_be32(blob + HDR_SIZE_STRUCT);
	if (!inside(off_struct, dt->structs_size, dt->size))
		return -EINVAL;
	dt->structs_size &= ~3u; /* whole words: none is found to be cut when it is read */
	dt->structs = blob + off_struct;
	dt->strings = (const char *)blob + off_strings;
	while (dt->strings_size > 0 && dt->strings[dt->strings_size - 1] != '\0')
		dt->strings_size--;
	dt->rsvmap = dtb_be32(blob + HDR_OFF_RSVMAP);
	return 0;
}

uint32_t dtb_blob_size(const void *blob)
{
	const uint8_t *p = blob;

	return dtb_be32(p + HDR_MAGIC) == DTB_MAGIC ? dtb_be32(p + HDR_TOTALSIZE) : 0;
}

int dtb_open(struct dtb *dt, const void *blob, size_t max)
{
	struct dtb_token t;
	int err;

	if (max < HDR_SIZE)
		return -EINVAL;
	dt->blob = blob;
	dt->size = dtb_blob_size(blob);
	if (dt->size < HDR_SIZE || dt->size > max || dt->size > DTB_MAX_SIZE)
		return -EINVAL;
	err = locate_blocks(dt, blob);
	if (err)
		return err;
	/* So that the root is node 0, whatever filling stands before it. */
	while (dtb_token(dt, 0, &t) > 0 && t.tag == DTB_NOP) {
		dt->structs += 4;
		dt->structs_size -= 4;
	}
	err = check_structs(dt);
	return err ? err : check_rsvmap(dt);
}

/*
 * The next node from token offset `off` on. *depth counts nesting and may go down on the way; the
 * search stops with -ENOENT where it would fall below `floor`.
 */
static int next_node(const struct dtb *dt, int off, int *depth, int floor)
{
	struct dtb_token t;

	for (;;) {
		int next = dtb_token(dt, off, &t);

		if (next < 0)
			return next;
		if (t.tag == DTB_BEGIN_NODE) {
			(*depth)++;
			return off;
		}
		if (t.tag == DTB_END)
			return -ENOENT;
		if (t.tag == DTB_END_NODE && --*depth < floor)
			return -ENOENT;
		off = next;
	}
}

/* Offset behind a node's name, where its properties start; -EINVAL if it is not a node. */
static int node_body(const struct dtb *dt, int node)
{
	struct dtb_token t;
	int next = dtb_token(dt, node, &t);

	return next >= 0 && t.tag != DTB_BEGIN_NODE ? -EINVAL : next;
}

int dtb_first_child(const struct dtb *dt, int node)
{
	int depth = 0, off = node_body(dt, node);

	return off < 0 ? off : next_node(dt, off, &depth, 0);
}

int dtb_next_sibling(const struct dtb *dt, int node)
{
	int depth = 1, off = node_body(dt, node);

	while (off >= 0) {
		off = next_node(dt, off, &depth, 0);
		/* The node itself was entered at 1; one that starts from 0 is its neighbour. */
		if (off < 0 || depth == 1)
			return off;
		off = node_body(dt, off);
	}
	return off;
}

int dtb_next(const struct dtb *dt, int node, int *depth)
{
	int unused = 0, off = node_body(dt, node);

	return off < 0 ? off : next_node(dt, off, depth ? depth : &unused, -DTB_MAX_DEPTH);
}

int dtb_parent(const struct dtb *dt, int node)
{
	int path[DTB_MAX_DEPTH];
	int next, depth = 0;
	struct dtb_token t;

	for (int off = DTB_ROOT; (next = dtb_token(dt, off, &t)) >= 0; off = next) {
		if (t.tag == DTB_BEGIN_NODE) {
			if (off == node)
				return depth > 0 ? path[depth - 1] : -ENOENT;
			if (depth == DTB_MAX_DEPTH)
				break;
			path[depth++] = off;
		}
		if (t.tag == DTB_END || (t.tag == DTB_END_NODE && --depth <= 0))
			break;
	}
	return -EINVAL;
}

const char *dtb_name(const struct dtb *dt, int node)
{
	struct dtb_token t;

	if (dtb_token(dt, node, &t) < 0 || t.tag != DTB_BEGIN_NODE)
		return "";
	return t.name;
}

const void *dtb_prop(const struct dtb *dt, int node, const char *name, int *len)
{
	struct dtb_token t;
	int off = node_body(dt, node);

	while (off >= 0) {
		off = dtb_token(dt, off, &t);
		if (off < 0 || (t.tag != DTB_PROP && t.tag != DTB_NOP))
			break;
		if (t.tag == DTB_PROP && !strcmp(t.name, name)) {
			if (len)
				*len = t.len;
			return t.value;
		}
	}
	return NULL;
}
