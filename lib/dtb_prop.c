/* SPDX-License-Identifier: MIT */
/* Devicetree properties as numbers and strings, and ways to find a node: by path, phandle,
 * compatible. */
#include "dtb_token.h"
#include <lib/errno.h>
#include <string.h>

int dtb_u32(const struct dtb *dt, int node, const char *name, int index, uint32_t *val)
{
	int len;
	const uint8_t *p = dtb_prop(dt, node, name, &len);

	if (!p || index < 0 || index >= len / 4)
		return -ENOENT;
	*val = dtb_be32(p + 4 * index);
	return 0;
}

int dtb_number(const struct dtb *dt, int node, const char *name, uint64_t *val)
{
	int len;
	const uint8_t *p = dtb_prop(dt, node, name, &len);

	if (!p)
		return -ENOENT;
	if (len != 4 && len != 8)
		return -EINVAL;
	*val = dtb_cells(p, len / 4);
	return 0;
}

const char *dtb_string_at(const struct dtb *dt, int node, const char *name, int index)
{
	int len;
	const char *s = dtb_prop(dt, node, name, &len);

	while (s && len > 0) {
		const char *nul = memchr(s, '\0', len);

		if (!nul)
			return NULL;
		if (index-- == 0)
			return s;
		len -= nul + 1 - s;
		s = nul + 1;
	}
	return NULL;
}

const char *dtb_string(const struct dtb *dt, int node, const char *name)
{
	return dtb_string_at(dt, node, name, 0);
}

int dtb_stringlist_find(const struct dtb *dt, int node, const char *name, const char *str)
{
	int len, index = 0;
	const char *s = dtb_prop(dt, node, name, &len);

	while (s && len > 0) {
		const char *nul = memchr(s, '\0', len);

		if (!nul)
			break;
		if (!strcmp(s, str))
			return index;
		index++;
		len -= nul + 1 - s;
		s = nul + 1;
	}
	return -ENOENT;
}

bool dtb_compatible(const struct dtb *dt, int node, const char *compat)
{
	return dtb_stringlist_find(dt, node, "compatible", compat) >= 0;
}

bool dtb_okay(const struct dtb *dt, int node)
{
	const char *status;

	if (!dtb_prop(dt, node, "status", NULL))
		return true;
	status = dtb_string(dt, node, "status");
	return status && (!strcmp(status, "okay") || !strcmp(status, "ok"));
}

int dtb_find_compatible(const struct dtb *dt, int start, const char *compat)
{
	int node = dtb_next(dt, start, NULL);

	while (node >= 0 && !dtb_compatible(dt, node, compat))
		node = dtb_next(dt, node, NULL);
	return node;
}

/* Does the property give its node this phandle? The names come last: few values get that far. */
static bool gives_phandle(const struct dtb_token *t, uint32_t phandle)
{
	return t->tag == DTB_PROP && t->len >= 4 && dtb_be32(t->value) == phandle &&
	       (!strcmp(t->name, "phandle") || !strcmp(t->name, "linux,phandle"));
}

int dtb_find_phandle(const struct dtb *dt, uint32_t phandle)
{
	struct dtb_token t;
	int next, node = -ENOENT;

	/* 0 and -1 are never given to a node. */
	if (phandle == 0 || phandle == UINT32_MAX)
		return -ENOENT;
	/* One pass over all tokens: every interrupt and clock of every device is looked up here. */
	for (int off = DTB_ROOT; (next = dtb_token(dt, off, &t)) >= 0; off = next) {
		if (t.tag == DTB_BEGIN_NODE)
			node = off;
		else if (t.tag == DTB_END_NODE)
			node = -ENOENT; /* a node's properties come before its children */
		else if (node >= 0 && gives_phandle(&t, phandle))
			return node;
		else if (t.tag == DTB_END)
			break;
	}
	return -ENOENT;
}

/* Is [s, s+len) the node's name, or its part before the '@' where s itself has no '@'? */
static bool name_matches(const char *name, const char *s, size_t len)
{
	if (strncmp(name, s, len))
		return false;
	return name[len] == '\0' || (name[len] == '@' && !memchr(s, '@', len));
}

static int find_child(const struct dtb *dt, int node, const char *s, size_t len)
{
	struct dtb_token t;
	int next, depth = 0, off = dtb_token(dt, node, &t);

	if (off >= 0 && t.tag != DTB_BEGIN_NODE)
		return -EINVAL;
	for (; (next = dtb_token(dt, off, &t)) >= 0; off = next) {
		if (t.tag == DTB_BEGIN_NODE && depth++ == 0 && name_matches(t.name, s, len))
			return off;
		if (t.tag == DTB_END || (t.tag == DTB_END_NODE && depth-- == 0))
			return -ENOENT;
	}
	return next;
}

/* Go down from node along a path, which ends at NUL or ':'. */
static int walk_path(const struct dtb *dt, int node, const char *path)
{
	while (node >= 0) {
		size_t len;

		while (*path == '/')
			path++;
		len = strcspn(path, "/:");
		if (len == 0)
			break;
		node = find_child(dt, node, path, len);
		path += len;
	}
	return node;
}

/* The node that the first len characters of `name` are an alias for. */
static int find_alias(const struct dtb *dt, const char *name, size_t len)
{
	char key[32];
	int aliases = walk_path(dt, DTB_ROOT, "/aliases");
	const char *path;

	if (aliases < 0 || len >= sizeof(key))
		return -ENOENT;
	memcpy(key, name, len);
	key[len] = '\0';
	path = dtb_string(dt, aliases, key);
	/* An alias of an alias is not allowed, and could be a loop. */
	if (!path || path[0] != '/')
		return -ENOENT;
	return walk_path(dt, DTB_ROOT, path);
}

int dtb_find_path(const struct dtb *dt, const char *path)
{
	size_t len;

	if (path[0] == '/')
		return walk_path(dt, DTB_ROOT, path);
	len = strcspn(path, "/:");
	return walk_path(dt, find_alias(dt, path, len), path + len);
}

/* The number that follows stem in an alias; -1 if the alias is of another kind. */
static int alias_number(const char *name, const char *stem)
{
	size_t len = strlen(stem);
	int number = 0;

	if (strncmp(name, stem, len) || !name[len])
		return -1;
	for (name += len; *name; name++) {
		if (*name < '0' || *name > '9' || number > 999)
			return -1;
		number = number * 10 + (*name - '0');
	}
	return number;
}

int dtb_alias_id(const struct dtb *dt, int node, const char *stem)
{
	struct dtb_token t;
	int off = dtb_token(dt, walk_path(dt, DTB_ROOT, "/aliases"), &t);

	while ((off = dtb_token(dt, off, &t)) >= 0 && (t.tag == DTB_PROP || t.tag == DTB_NOP)) {
		int number = t.tag == DTB_PROP ? alias_number(t.name, stem) : -1;

		if (number >= 0 && find_alias(dt, t.name, strlen(t.name)) == node)
			return number;
	}
	return -ENOENT;
}

int dtb_path(const struct dtb *dt, int node, char *buf, size_t size)
{
	int path[DTB_MAX_DEPTH];
	int depth = 0;
	size_t len = 0;

	for (int n = node; n != DTB_ROOT; n = dtb_parent(dt, n)) {
		if (n < 0 || depth == DTB_MAX_DEPTH)
			return -EINVAL;
		path[depth++] = n;
	}
	if (size < 2)
		return -ERANGE;
	strcpy(buf, "/");
	while (depth-- > 0) {
		const char *name = dtb_name(dt, path[depth]);
		size_t n = strlen(name);

		if (n + 1 >= size - len)
			return -ERANGE;
		buf[len] = '/';
		memcpy(buf + len + 1, name, n + 1);
		len += n + 1;
	}
	return len ? (int)len : 1;
}
