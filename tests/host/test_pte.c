/* SPDX-License-Identifier: MIT */
/*
 * Tests of the descriptor encoders and decoders: every combination of fields goes in and comes out
 * again, and the bits are those of the ARM manual (DDI 0406C, B3.5.1).
 */
#include "host.h"
#include <arm/pte.h>

static void same_page(struct small_page a, struct small_page b)
{
	assert_int_equal(a.base, b.base);
	assert_int_equal(a.type, b.type);
	assert_int_equal(a.user, b.user);
	assert_int_equal(a.writable, b.writable);
	assert_int_equal(a.executable, b.executable);
	assert_int_equal(a.global, b.global);
	assert_int_equal(a.special, b.special);
}

/* What if two fields share a bit, or one is lost? */
static void small_pages_round_trip(void **state)
{
	static const paddr_t bases[] = {0, 0x1000, 0x3f201000, 0x80000000, 0xfffff000};

	for (uint32_t bits = 0; bits < 8 * 32; bits++) {
		for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
			struct small_page p = {
			        .base = bases[i],
			        .type = bits & 7,
			        .user = bits & 8,
			        .writable = bits & 16,
			        .executable = bits & 32,
			        .global = bits & 64,
			        .special = bits & 128,
			};
			pte_t pte = small_page_encode(p);

			same_page(small_page_decode(pte), p);
			assert_true(pte_valid(pte));
			assert_int_equal(pte_writable(pte), p.writable);
			assert_int_equal(pte_user(pte), p.user);
		}
	}
}

/* Are the encodings all different, so that decoding can be right at all? */
static void small_pages_differ(void **state)
{
	static uint8_t seen[4096];

	for (uint32_t bits = 0; bits < 8 * 32; bits++) {
		pte_t pte = small_page_encode((struct small_page){
		        .type = bits & 7,
		        .user = bits & 8,
		        .writable = bits & 16,
		        .executable = bits & 32,
		        .global = bits & 64,
		        .special = bits & 128,
		});

		assert_true(pte < 4096);
		assert_int_equal(seen[pte]++, 0);
	}
}

/* Do the bits stand where the manual puts them? Each field moves its own bits alone. */
static void small_page_bits(void **state)
{
	struct small_page p = {.base = 0x12345fff};
	pte_t plain = small_page_encode(p);

	/* base; bit 1 = small page; bit 0 = XN; AP = 101 without the user; S; nG */
	assert_int_equal(plain, 0x12345000 | 1 << 1 | 1 << 0 | 1 << 4 | 1 << 9 | 1 << 10 | 1 << 11);
	p.user = true;
	assert_int_equal(small_page_encode(p) ^ plain, 1 << 5); /* AP[1] */
	p.user = false;
	p.writable = true;
	assert_int_equal(small_page_encode(p) ^ plain, 1 << 9); /* AP[2] */
	p.writable = false;
	p.executable = true;
	assert_int_equal(small_page_encode(p) ^ plain, 1 << 0);
	p.executable = false;
	p.global = true;
	assert_int_equal(small_page_encode(p) ^ plain, 1 << 11);
	p.global = false;
	p.special = true;
	assert_int_equal(small_page_encode(p) ^ plain, 1 << 7); /* TEX[1] */
	p.special = false;
	p.type = 7;
	assert_int_equal(small_page_encode(p) ^ plain, 1 << 6 | 1 << 3 | 1 << 2); /* TEX[0] C B */
}

static void sections_round_trip(void **state)
{
	for (uint32_t i = 0; i < 4096 * 16; i++) {
		struct section s = {
		        .base = i >> 4 << 20,
		        .type = i & 3,
		        .writable = i & 4,
		        .executable = i & 8,
		};
		pte_t pte = section_encode(s);
		struct section d = section_decode(pte);

		assert_int_equal(d.base, s.base);
		assert_int_equal(d.type, s.type);
		assert_int_equal(d.writable, s.writable);
		assert_int_equal(d.executable, s.executable);
		assert_true(l1_is_section(pte));
		assert_false(l1_is_table(pte));
		assert_int_equal(pte & (1 << 18 | 1 << 17 | 1 << 11),
		        0); /* no supersection, global, no user */
		assert_int_equal(pte >> L1_DOMAIN_SHIFT & 0xf, DOMAIN_KERNEL);
	}
}

static void tables_round_trip(void **state)
{
	for (uint32_t i = 0; i < 4096 * 32; i++) {
		struct l1_table t = {.base = (i >> 5) * 0x100400, .domain = i & 15, .pxn = i & 16};
		pte_t pte = l1_table_encode(t);
		struct l1_table d = l1_table_decode(pte);

		assert_int_equal(d.base, t.base);
		assert_int_equal(d.domain, t.domain);
		assert_int_equal(d.pxn, t.pxn);
		assert_true(l1_is_table(pte));
		assert_false(l1_is_section(pte));
	}
	assert_false(l1_is_table(0));
	assert_false(l1_is_section(0));
}

/* Does start.S, which writes numbers, write what C means? */
static void constants_of_assembly(void **state)
{
	struct small_page page = {.type = MT_NORMAL, .global = true};
	struct section section = {.type = MT_NORMAL};

	assert_int_equal(small_page_encode(page), PTE_KERNEL_RODATA);
	page.executable = true;
	assert_int_equal(small_page_encode(page), PTE_KERNEL_TEXT);
	page.executable = false;
	page.writable = true;
	assert_int_equal(small_page_encode(page), PTE_KERNEL_DATA);
	page.type = MT_DEVICE;
	assert_int_equal(small_page_encode(page), PTE_KERNEL_DEVICE);

	section.executable = true;
	assert_int_equal(section_encode(section), SECTION_IDENTITY);
	section.executable = false;
	section.writable = true;
	assert_int_equal(section_encode(section), SECTION_KERNEL_DATA);

	assert_int_equal(
	        l1_table_encode((struct l1_table){.domain = DOMAIN_KERNEL}), L1_TABLE_KERNEL);
	assert_int_equal(
	        l1_table_encode((struct l1_table){.pxn = true}) ^ L1_TABLE_KERNEL, L1_TABLE_PXN);
}

/* Do the indices cover the address, at both ends of each table? */
static void indices(void **state)
{
	assert_int_equal(L1_INDEX(0), 0);
	assert_int_equal(L1_INDEX(USER_END - 1), L1_USER_ENTRIES - 1);
	assert_int_equal(L1_INDEX(0xffffffff), 4095);
	assert_int_equal(L2_INDEX(0x000fffff), L2_ENTRIES - 1);
	assert_int_equal(L2_INDEX(0x00100000), 0);
	assert_int_equal(L2_INDEX(0x80001fff), 1);
}

/* Do the memory types mean what their names say, in PRRR and NMRR (B4.1.127, B4.1.123)? */
static void memory_types(void **state)
{
	assert_int_equal(PRRR_VALUE >> 2 * MT_STRONGLY_ORDERED & 3, 0);
	assert_int_equal(PRRR_VALUE >> 2 * MT_DEVICE & 3, 1);
	assert_int_equal(PRRR_VALUE >> 2 * MT_NORMAL_NC & 3, 2);
	assert_int_equal(PRRR_VALUE >> 2 * MT_NORMAL & 3, 2);
	assert_int_equal(NMRR_VALUE >> 2 * MT_NORMAL & 3, 1);        /* inner */
	assert_int_equal(NMRR_VALUE >> (16 + 2 * MT_NORMAL) & 3, 1); /* outer */
	assert_int_equal(NMRR_VALUE >> 2 * MT_NORMAL_NC & 3, 0);
	assert_int_equal(NMRR_VALUE >> (16 + 2 * MT_NORMAL_NC) & 3, 0);
	assert_true(PRRR_VALUE & 1 << 19); /* NS1: S = 1 makes Normal memory shareable */
	assert_false(PRRR_VALUE & 1 << 18);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(small_pages_round_trip),
	        cmocka_unit_test(small_pages_differ),
	        cmocka_unit_test(small_page_bits),
	        cmocka_unit_test(sections_round_trip),
	        cmocka_unit_test(tables_round_trip),
	        cmocka_unit_test(constants_of_assembly),
	        cmocka_unit_test(indices),
	        cmocka_unit_test(memory_types),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
