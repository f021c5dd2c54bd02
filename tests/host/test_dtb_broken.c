/* SPDX-License-Identifier: MIT */
/* Devicetrees that are damaged, hostile or merely unusual. */
#include "test_dtb.h"
#include <libfdt.h>

static void put_be32(uint8_t *p, uint32_t val)
{
	val = __builtin_bswap32(val);
	memcpy(p, &val, 4);
}

/* Is each field of the header checked? */
void broken_headers(void **state)
{
	static const struct {
		int at;
		uint32_t val;
	} cases[] = {
	        {0, 0xedfe0dd0}, /* magic */
	        {4, 39},         /* totalsize */
	        {4, 0x7fffffff},
	        {4, 0xffffffff},
	        {8, 0x41}, /* off_dt_struct */
	        {8, 0xfffffffc},
	        {8, 0x7ffffffc},
	        {12, 0xffffffff}, /* off_dt_strings */
	        {16, 0xfffffff8}, /* off_mem_rsvmap */
	        {20, 3},          /* version */
	        {24, 18},         /* last_comp_version */
	        {32, 0xffffffff}, /* size_dt_strings */
	        {32, 0},
	        {36, 0xffffffff}, /* size_dt_struct */
	        {36, 0},
	        {36, 8},
	};
	struct dtb dt;
	size_t size;
	uint8_t *good = load_file("pi.dtb", &size);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t *bad = guarded_copy(good, size);

		put_be32(bad + cases[i].at, cases[i].val);
		assert_int_equal(dtb_open(&dt, bad, size), -EINVAL);
		free(bad);
	}
	for (size_t cut = 0; cut < size; cut += 7) {
		uint8_t *bad = guarded_copy(good, cut);

		assert_int_equal(dtb_open(&dt, bad, cut), -EINVAL);
		free(bad);
	}
	assert_int_equal(dtb_blob_size(good), size);
	assert_int_equal(dtb_blob_size("no table"), 0);
	free(good);
}

/* A table around a structure block of `n` words, with "p" at 0 in its strings. */
static int open_words(struct dtb *dt, uint8_t **blob, const uint32_t *words, size_t n)
{
	size_t size = 40 + 16 + 4 * n + 4;
	uint8_t *p = *blob = calloc(1, size);

	put_be32(p, 0xd00dfeed);
	put_be32(p + 4, size);
	put_be32(p + 8, 56);
	put_be32(p + 12, 56 + 4 * n);
	put_be32(p + 16, 40);
	put_be32(p + 20, 17);
	put_be32(p + 24, 16);
	put_be32(p + 32, 2);
	put_be32(p + 36, 4 * n);
	for (size_t i = 0; i < n; i++)
		put_be32(p + 56 + 4 * i, words[i]);
	p[56 + 4 * n] = 'p';
	return dtb_open(dt, p, size);
}

#define OPEN_WORDS(...)                                                                            \
	({                                                                                         \
		uint32_t words_[] = {__VA_ARGS__};                                                 \
		struct dtb dt_;                                                                    \
		uint8_t *blob_;                                                                    \
		int err_ = open_words(&dt_, &blob_, words_, sizeof(words_) / 4);                   \
		free(blob_);                                                                       \
		err_;                                                                              \
	})

/* Are trees refused that do not nest, do not end, or hold something that is no token? */
void broken_structure(void **state)
{
	assert_int_equal(OPEN_WORDS(1, 0, 2, 9), 0);
	assert_int_equal(OPEN_WORDS(1, 0, 3, 0, 0, 1, 0x61000000, 2, 2, 9), 0);
	assert_int_equal(OPEN_WORDS(9), -EINVAL);
	assert_int_equal(OPEN_WORDS(1, 0, 9), -EINVAL);
	assert_int_equal(OPEN_WORDS(1, 0, 2), -EINVAL);
	assert_int_equal(OPEN_WORDS(1, 0, 2, 2, 9), -EINVAL);
	assert_int_equal(OPEN_WORDS(2, 9), -EINVAL);
	assert_int_equal(OPEN_WORDS(1, 0, 2, 1, 0, 2, 9), -EINVAL);
	assert_int_equal(OPEN_WORDS(3, 0, 0, 1, 0, 2, 9), -EINVAL);
	assert_int_equal(OPEN_WORDS(1, 0, 5, 2, 9), -EINVAL);
	assert_int_equal(OPEN_WORDS(1, 0, 3, 5000, 0, 2, 9), -EINVAL);
	assert_int_equal(OPEN_WORDS(1, 0, 3, 0xffffffff, 0, 2, 9), -EINVAL);
	assert_int_equal(OPEN_WORDS(1, 0, 3, 0, 2, 2, 9), -EINVAL);
	assert_int_equal(OPEN_WORDS(1, 0, 3, 0), -EINVAL);
	assert_int_equal(OPEN_WORDS(1, 0x61616161), -EINVAL);
}

/* Is nesting followed to the limit, and refused beyond? */
void too_deep(void **state)
{
	uint32_t words[3 * (DTB_MAX_DEPTH + 1) + 1];

	for (int depth = DTB_MAX_DEPTH; depth <= DTB_MAX_DEPTH + 1; depth++) {
		struct dtb dt;
		uint8_t *blob;
		int node = DTB_ROOT, n = 0, err;

		for (int i = 0; i < depth; i++) {
			words[n++] = 1;
			words[n++] = 0;
		}
		for (int i = 0; i < depth; i++)
			words[n++] = 2;
		words[n++] = 9;
		err = open_words(&dt, &blob, words, n);
		assert_int_equal(err, depth > DTB_MAX_DEPTH ? -EINVAL : 0);
		for (int i = 1; !err && i < depth; i++) {
			assert_int_equal(dtb_parent(&dt, dtb_first_child(&dt, node)), node);
			node = dtb_first_child(&dt, node);
		}
		free(blob);
	}
}

/* Ask everything that can be asked about a node. */
static void ask_everything(const struct dtb *dt, int node)
{
	uint64_t addr, size;
	struct dtb_irq irq;
	char path[100];
	int len;

	(void)dtb_name(dt, node)[0];
	dtb_parent(dt, node);
	dtb_alias_id(dt, node, "serial");
	dtb_first_child(dt, node);
	dtb_next_sibling(dt, node);
	dtb_prop(dt, node, "reg", &len);
	dtb_okay(dt, node);
	dtb_compatible(dt, node, "arm,pl011");
	for (int i = 0; i < 3; i++) {
		dtb_string_at(dt, node, "compatible", i);
		dtb_reg(dt, node, i, &addr, &size);
		dtb_irq(dt, node, i, &irq);
	}
	dtb_path(dt, node, path, sizeof(path));
}

/* What if a handle is no node: negative, odd, in a property, at the end? */
void wrong_handles(void **state)
{
	struct dtb dt;
	uint8_t *blob = open_dtb("pi.dtb", &dt);
	int prop = fdt_first_property_offset(blob, 0);

	for (int node = -40; node < (int)dt.structs_size + 40; node++)
		ask_everything(&dt, node);
	ask_everything(&dt, INT32_MAX);
	ask_everything(&dt, INT32_MIN);
	assert_int_equal(dtb_first_child(&dt, prop), -EINVAL);
	assert_int_equal(dtb_next_sibling(&dt, 1), -EINVAL);
	assert_int_equal(dtb_next(&dt, -ENOENT, NULL), -EINVAL);
	assert_int_equal(dtb_parent(&dt, prop), -EINVAL);
	assert_string_equal(dtb_name(&dt, prop), "");
	assert_null(dtb_prop(&dt, -ENOENT, "reg", NULL));
	free(blob);
}

/* Is filling passed over wherever it stands, at any alignment, and a table of the older version
 * read? */
void nops_and_age(void **state)
{
	struct dtb dt;
	size_t size;
	uint8_t *blob = load_file("pi.dtb", &size), *moved = malloc(size + 1);
	int uart = fdt_path_offset(blob, "/soc/serial@7e201000");
	uint64_t addr;

	assert_int_equal(fdt_nop_property(blob, uart, "compatible"), 0);
	assert_int_equal(fdt_nop_node(blob, fdt_path_offset(blob, "/soc/timer")), 0);
	put_be32(blob + 20, 16);
	put_be32(blob + 36, 0xffffffff);
	memcpy(moved + 1, blob, size);
	assert_int_equal(dtb_open(&dt, moved + 1, size), 0);
	assert_int_equal(dtb_find_path(&dt, "/soc/timer"), -ENOENT);
	assert_int_equal(dtb_reg(&dt, dtb_find_path(&dt, "serial0"), 0, &addr, NULL), 0);
	assert_int_equal(addr, 0x3f201000);
	assert_int_equal(OPEN_WORDS(4, 4, 1, 0, 4, 2, 4, 9), 0);
	free(moved);
	free(blob);
}

static void set_chosen(uint8_t *blob, const char *name, const void *val, int len)
{
	assert_int_equal(
	        fdt_setprop_inplace(blob, fdt_path_offset(blob, "/chosen"), name, val, len), 0);
}

/* What if /chosen holds nonsense? */
void broken_boot_data(void **state)
{
	struct dtb dt;
	uint8_t *blob = open_dtb("pi.dtb", &dt);
	uint64_t start, end;
	char bootargs[29];

	set_chosen(blob, "linux,initrd-end", "\x02\0\0\0", 4);
	assert_int_equal(dtb_chosen_initrd(&dt, &start, &end), -EINVAL);
	assert_int_equal(
	        fdt_nop_property(blob, fdt_path_offset(blob, "/chosen"), "linux,initrd-end"), 0);
	assert_int_equal(dtb_chosen_initrd(&dt, &start, &end), -ENOENT);
	memset(bootargs, 'x', sizeof(bootargs));
	set_chosen(blob, "bootargs", bootargs, sizeof(bootargs));
	assert_null(dtb_chosen_bootargs(&dt));
	set_chosen(blob, "stdout-path", "nothing:115200n8", 17);
	assert_int_equal(dtb_chosen_stdout(&dt, NULL), -ENOENT);
	free(blob);
}

static void walk_everything(const struct dtb *dt, struct fuzz *f)
{
	struct dtb_reserved res;
	struct dtb_cpu cpu;
	uint64_t a, b;
	int depth = 0;

	for (int node = DTB_ROOT; node >= 0; node = dtb_next(dt, node, &depth)) {
		assert_true(depth >= 0 && depth < DTB_MAX_DEPTH);
		ask_everything(dt, node);
	}
	ask_everything(dt, fuzz_below(f, dt->structs_size));
	for (int i = 0; i < 5; i++) {
		dtb_memory(dt, i, &a, &b);
		dtb_memreserve(dt, i, &a, &b);
		dtb_reserved_memory(dt, i, &res);
		dtb_cpu(dt, i, &cpu);
	}
	dtb_chosen_bootargs(dt);
	dtb_chosen_initrd(dt, &a, &b);
	dtb_chosen_stdout(dt, NULL);
}

/* Does any damage to a table make a function read outside it, or never return? */
void damaged_tables(void **state)
{
	static const char *const tables[] = {"pi.dtb", "wide.dtb"};
	uint8_t *good[2];
	size_t sizes[2];
	struct fuzz f;
	int opened = 0;

	for (int i = 0; i < 2; i++)
		good[i] = load_file(tables[i], &sizes[i]);
	for (fuzz_start(&f); fuzz_goes_on(&f);) {
		int i = fuzz_below(&f, 2);
		size_t size = sizes[i];
		uint8_t *bad = fuzz_mutate(&f, good[i], &size);
		struct dtb dt;

		if (dtb_open(&dt, bad, size) == 0) {
			walk_everything(&dt, &f);
			opened++;
		}
		free(bad);
	}
	/* Damage that is always noticed would test nothing behind dtb_open(). */
	assert_true(opened > 10);
	free(good[0]);
	free(good[1]);
}
