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

int dtb_find_phandle(const struct dtb *dt, uint32_t phandle)
{
	uint32_t val;

	/* 0 and -1 are never given to a node. */
	if (phandle == 0 || phandle == UINT32_MAX)
		return -ENOENT;
	for (int node = DTB_ROOT; node >= 0; node = dtb_next(dt, node, NULL)) {
		if (dtb_u32(dt, node, "phandle", 0, &val) == 0 && val == phandle)
			return node;
		if (dtb_u32(dt, node, "linux,phandle", 0, &val) == 0 && val == phandle)
			return node;
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
	int child = dtb_first_child(dt, node);

	while (child >= 0 && !name_matches(dtb_name(dt, child), s, len))
		child = dtb_next_sibling(dt, child);
	return child;
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
