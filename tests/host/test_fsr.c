/* SPDX-License-Identifier: MIT */
/* Tests of fault status decoding, over every encoding. */
#include "host.h"
#include <arm/fsr.h>
#include <lib/abi/signal.h>

static uint32_t encode(unsigned int fs)
{
	return (fs & 0xf) | (fs & 0x10) << 6;
}

/* Which aborts a fault can be. */
enum aborts {
	DATA,
	DATA_AND_FETCH
};

/*
 * ARM DDI 0406C B3.13.3, short-descriptor encodings, by the class of the fault: FS[4:0] as the manual
 * writes it, for the first and the second level of the tables; "" where a class knows no levels.
 */
static const struct {
	const char *first, *second;
	enum fault_kind kind[2];
	enum aborts aborts;
} classes[] = {
        /* what the MMU finds in the tables */
        {"00101", "00111", {FAULT_TRANSLATION_SECTION, FAULT_TRANSLATION_PAGE}, DATA_AND_FETCH},
        {"00011", "00110", {FAULT_ACCESS_FLAG_SECTION, FAULT_ACCESS_FLAG_PAGE}, DATA_AND_FETCH},
        {"01001", "01011", {FAULT_DOMAIN_SECTION, FAULT_DOMAIN_PAGE}, DATA_AND_FETCH},
        {"01101", "01111", {FAULT_PERMISSION_SECTION, FAULT_PERMISSION_PAGE}, DATA_AND_FETCH},
        /* on its way to them */
        {"01100", "01110", {FAULT_EXTERNAL_WALK_L1, FAULT_EXTERNAL_WALK_L2}, DATA_AND_FETCH},
        {"11100", "11110", {FAULT_PARITY_WALK_L1, FAULT_PARITY_WALK_L2}, DATA_AND_FETCH},
        {"10000", "", {FAULT_TLB_CONFLICT}, DATA_AND_FETCH},
        /* at the memory itself, at once or later */
        {"01000", "", {FAULT_EXTERNAL}, DATA_AND_FETCH},
        {"11001", "", {FAULT_PARITY}, DATA_AND_FETCH},
        {"10110", "", {FAULT_ASYNC_EXTERNAL}, DATA},
        {"11000", "", {FAULT_ASYNC_PARITY}, DATA},
        /* before any translation, and what is no memory fault */
        {"00001", "", {FAULT_ALIGNMENT}, DATA},
        {"00100", "", {FAULT_ICACHE_MAINTENANCE}, DATA},
        {"00010", "", {FAULT_DEBUG}, DATA_AND_FETCH},
        {"10100", "", {FAULT_LOCKDOWN}, DATA_AND_FETCH},
        {"11010", "", {FAULT_COPROCESSOR}, DATA_AND_FETCH},
};

/* Says which kind each number is, for a data abort or a fetch; the rest is reserved. */
static void expected_kinds(enum fault_kind kinds[32], enum aborts least)
{
	for (unsigned int fs = 0; fs < 32; fs++)
		kinds[fs] = FAULT_UNKNOWN;
	for (unsigned int i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (classes[i].aborts < least)
			continue;
		kinds[strtoul(classes[i].first, NULL, 2)] = classes[i].kind[0];
		if (*classes[i].second)
			kinds[strtoul(classes[i].second, NULL, 2)] = classes[i].kind[1];
	}
}

/* Is every data abort, read and write, decoded as the manual's table says? */
static void all_data_aborts(void **state)
{
	enum fault_kind kinds[32];

	expected_kinds(kinds, DATA);
	for (unsigned int fs = 0; fs < 32; fs++) {
		struct fault_status st = decode_dfsr(encode(fs));

		assert_int_equal(st.kind, kinds[fs]);
		assert_int_equal(st.access, FAULT_READ);
		st = decode_dfsr(encode(fs) | 1 << 11);
		assert_int_equal(st.kind, kinds[fs]);
		assert_int_equal(st.access, FAULT_WRITE);
	}
}

/* Are instruction fetches decoded alike, without the faults that only data accesses can have? */
static void all_prefetch_aborts(void **state)
{
	enum fault_kind kinds[32];

	expected_kinds(kinds, DATA_AND_FETCH);
	for (unsigned int fs = 0; fs < 32; fs++) {
		struct fault_status st = decode_ifsr(encode(fs));

		assert_int_equal(st.kind, kinds[fs]);
		assert_int_equal(st.access, FAULT_EXECUTE);
		assert_false(st.has_domain);
	}
}

/* Do the bits beside the fault number come out, and do bits that mean nothing stay out? */
static void other_bits(void **state)
{
	struct fault_status st = decode_dfsr(0x000000b0 | 0x09);

	assert_true(st.has_domain);
	assert_int_equal(st.domain, 0xb);
	assert_false(decode_dfsr(0xb0 | 0x05).has_domain);
	assert_true(decode_dfsr(0x1000 | 0x08).external_type);
	assert_false(decode_dfsr(0x1000 | 0x05).external_type);
	assert_true(decode_ifsr(0x1000 | 0x0c).external_type);
	assert_true(decode_dfsr(0x2805).cache_maintenance);
	assert_false(decode_dfsr(0x0805).cache_maintenance);
	assert_int_equal(decode_dfsr(0xffffc000 | 0x07).kind, FAULT_TRANSLATION_PAGE);
	assert_int_equal(decode_ifsr(0xffffeaf0 | 0x07).kind, FAULT_TRANSLATION_PAGE);
}

/* Is the fault address only believed where the manual says that it is valid? */
static void fault_address(void **state)
{
	assert_true(decode_dfsr(encode(0x07)).far_valid);
	assert_true(decode_dfsr(encode(0x01)).far_valid);
	assert_true(decode_dfsr(encode(0x08)).far_valid);
	assert_false(decode_dfsr(encode(0x02)).far_valid);
	assert_false(decode_dfsr(encode(0x16)).far_valid);
	assert_false(decode_dfsr(encode(0x18)).far_valid);
	assert_false(decode_dfsr(encode(0x00)).far_valid);
}

/* Does every fault have a name of its own, and does a number that is no fault have one too? */
static void names(void **state)
{
	for (int a = 0; a < FAULT_KINDS; a++) {
		assert_non_null(fault_name(a));
		for (int b = 0; b < a; b++)
			assert_string_not_equal(fault_name(a), fault_name(b));
	}
	assert_string_equal(fault_name(FAULT_KINDS), fault_name(FAULT_UNKNOWN));
	assert_string_equal(fault_name(-1), fault_name(FAULT_UNKNOWN));
}

/* Which signal does a user get? Is there one for every fault? */
static void signals(void **state)
{
	int code;

	assert_int_equal(fault_signal(FAULT_TRANSLATION_PAGE, &code), SIGSEGV);
	assert_int_equal(code, SEGV_MAPERR);
	assert_int_equal(fault_signal(FAULT_TRANSLATION_SECTION, &code), SIGSEGV);
	assert_int_equal(code, SEGV_MAPERR);
	assert_int_equal(fault_signal(FAULT_PERMISSION_PAGE, &code), SIGSEGV);
	assert_int_equal(code, SEGV_ACCERR);
	assert_int_equal(fault_signal(FAULT_DOMAIN_SECTION, &code), SIGSEGV);
	assert_int_equal(code, SEGV_ACCERR);
	assert_int_equal(fault_signal(FAULT_ALIGNMENT, &code), SIGBUS);
	assert_int_equal(code, BUS_ADRALN);
	assert_int_equal(fault_signal(FAULT_EXTERNAL, &code), SIGBUS);
	assert_int_equal(code, BUS_OBJERR);
	assert_int_equal(fault_signal(FAULT_DEBUG, &code), SIGTRAP);
	for (int kind = 0; kind <= FAULT_KINDS; kind++) {
		code = 0;
		assert_true(fault_signal(kind, &code) > 0);
		assert_true(code > 0);
	}
}

/* Which faults may the fault handler cure? */
static void paging(void **state)
{
	for (int kind = 0; kind < FAULT_KINDS; kind++)
		assert_int_equal(fault_is_paging(kind),
		        (kind >= FAULT_TRANSLATION_SECTION && kind <= FAULT_ACCESS_FLAG_PAGE) ||
		                kind == FAULT_PERMISSION_SECTION || kind == FAULT_PERMISSION_PAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(all_data_aborts),
	        cmocka_unit_test(all_prefetch_aborts),
	        cmocka_unit_test(other_bits),
	        cmocka_unit_test(fault_address),
	        cmocka_unit_test(names),
	        cmocka_unit_test(signals),
	        cmocka_unit_test(paging),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
