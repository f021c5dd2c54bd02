/* SPDX-License-Identifier: MIT */
/* Does the devicetree reader agree with libfdt, the reference reader, on every node of real tables?
 * A node's number happens to be the same in both, as long as nothing stands before the root. */
#include "test_dtb.h"
#include <libfdt.h>

static const char *const tables[] = {"pi.dtb", "wide.dtb", "virt.dtb"};

static void for_each_table(void (*compare)(const struct dtb *dt, const void *fdt))
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct dtb dt;
		uint8_t *blob = open_dtb(tables[i], &dt);

		compare(&dt, blob);
		free(blob);
	}
}

static int or_none(int node)
{
	return node < 0 ? -ENOENT : node;
}

static void compare_structure(const struct dtb *dt, const void *fdt)
{
	int ours = DTB_ROOT, depth = 0, fdt_depth = 0;
	int theirs = fdt_next_node(fdt, -1, &fdt_depth);

	fdt_depth = 0;
	while (theirs >= 0 && fdt_depth >= 0) {
		assert_int_equal(ours, theirs);
		assert_int_equal(depth, fdt_depth);
		assert_string_equal(dtb_name(dt, ours), fdt_get_name(fdt, theirs, NULL));
		assert_int_equal(dtb_parent(dt, ours), or_none(fdt_parent_offset(fdt, theirs)));
		assert_int_equal(
		        dtb_first_child(dt, ours), or_none(fdt_first_subnode(fdt, theirs)));
		assert_int_equal(
		        dtb_next_sibling(dt, ours), or_none(fdt_next_subnode(fdt, theirs)));
		ours = dtb_next(dt, ours, &depth);
		theirs = fdt_next_node(fdt, theirs, &fdt_depth);
	}
	assert_int_equal(ours, -ENOENT);
}

/* Are the nodes the same, and does each have the same parent, first child and next sibling? */
void oracle_structure(void **state)
{
	for_each_table(compare_structure);
}

static void compare_lists(const struct dtb *dt, const void *fdt, int node, const char *name)
{
	int count = fdt_stringlist_count(fdt, node, name);

	for (int i = 0; i < count; i++) {
		const char *s = fdt_stringlist_get(fdt, node, name, i, NULL);

		assert_ptr_equal(dtb_string_at(dt, node, name, i), s);
		assert_int_equal(dtb_stringlist_find(dt, node, name, s),
		        fdt_stringlist_search(fdt, node, name, s));
	}
	if (count >= 0)
		assert_null(dtb_string_at(dt, node, name, count));
}

static void compare_properties(const struct dtb *dt, const void *fdt)
{
	for (int node = DTB_ROOT; node >= 0; node = dtb_next(dt, node, NULL)) {
		int prop, len, fdt_len;

		fdt_for_each_property_offset(prop, fdt, node)
		{
			const char *name;
			const void *val = fdt_getprop_by_offset(fdt, prop, &name, &fdt_len);

			assert_ptr_equal(dtb_prop(dt, node, name, &len), val);
			assert_int_equal(len, fdt_len);
			compare_lists(dt, fdt, node, name);
		}
		assert_null(dtb_prop(dt, node, "no such property", NULL));
	}
}

/* Are the properties the same, as bytes and as lists of strings? */
void oracle_properties(void **state)
{
	for_each_table(compare_properties);
}

static void compare_lookups(const struct dtb *dt, const void *fdt)
{
	for (int node = DTB_ROOT; node >= 0; node = dtb_next(dt, node, NULL)) {
		char ours[256], theirs[256];
		uint32_t phandle = fdt_get_phandle(fdt, node);
		const char *compat = dtb_string(dt, node, "compatible");

		assert_int_equal(fdt_get_path(fdt, node, theirs, sizeof(theirs)), 0);
		assert_int_equal(dtb_path(dt, node, ours, sizeof(ours)), strlen(theirs));
		assert_string_equal(ours, theirs);
		assert_int_equal(dtb_find_path(dt, ours), fdt_path_offset(fdt, ours));
		if (phandle)
			assert_int_equal(dtb_find_phandle(dt, phandle), node);
		if (compat && node != DTB_ROOT)
			assert_int_equal(dtb_find_compatible(dt, DTB_ROOT, compat),
			        fdt_node_offset_by_compatible(fdt, 0, compat));
	}
}

/* Do paths, phandles and compatible strings lead to the same nodes? */
void oracle_lookups(void **state)
{
	for_each_table(compare_lookups);
}

static void compare_reservations(const struct dtb *dt, const void *fdt)
{
	uint64_t addr, size, fdt_addr, fdt_size;
	int count = fdt_num_mem_rsv(fdt);

	for (int i = 0; i < count; i++) {
		assert_int_equal(dtb_memreserve(dt, i, &addr, &size), 0);
		assert_int_equal(fdt_get_mem_rsv(fdt, i, &fdt_addr, &fdt_size), 0);
		assert_true(addr == fdt_addr && size == fdt_size);
	}
	assert_int_equal(dtb_memreserve(dt, count, &addr, &size), -ENOENT);
}

/* Are the memory reservations the same? */
void oracle_reservations(void **state)
{
	for_each_table(compare_reservations);
}
