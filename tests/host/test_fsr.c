/* SPDX-License-Identifier: MIT */
/* Tests of fault status decoding, over every encoding. */
#include "host.h"
#include <arm/fsr.h>
#include <lib/abi/signal.h>

static uint32_t encode(unsigned int fs)
{
	return (fs & 0xf) | (fs & 0x10) << 6;
}

/* ARM DDI 0406C table B3-23, written down a second time; the rest is reserved. */
static const enum fault_kind data_kinds[32] = {
        [0x01] = FAULT_ALIGNMENT,
        [0x02] = FAULT_DEBUG,
        [0x03] = FAULT_ACCESS_FLAG_SECTION,
        [0x04] = FAULT_ICACHE_MAINTENANCE,
        [0x05] = FAULT_TRANSLATION_SECTION,
        [0x06] = FAULT_ACCESS_FLAG_PAGE,
        [0x07] = FAULT_TRANSLATION_PAGE,
        [0x08] = FAULT_EXTERNAL,
        [0x09] = FAULT_DOMAIN_SECTION,
        [0x0b] = FAULT_DOMAIN_PAGE,
        [0x0c] = FAULT_EXTERNAL_WALK_L1,
        [0x0d] = FAULT_PERMISSION_SECTION,
        [0x0e] = FAULT_EXTERNAL_WALK_L2,
        [0x0f] = FAULT_PERMISSION_PAGE,
        [0x10] = FAULT_TLB_CONFLICT,
        [0x14] = FAULT_LOCKDOWN,
        [0x16] = FAULT_ASYNC_EXTERNAL,
        [0x18] = FAULT_ASYNC_PARITY,
        [0x19] = FAULT_PARITY,
        [0x1a] = FAULT_COPROCESSOR,
        [0x1c] = FAULT_PARITY_WALK_L1,
        [0x1e] = FAULT_PARITY_WALK_L2,
};

/* Is every data abort, read and write, decoded as the manual's table says? */
static void all_data_aborts(void **state)
{
	for (unsigned int fs = 0; fs < 32; fs++) {
		struct fault_status st = decode_dfsr(encode(fs));

		assert_int_equal(st.kind, data_kinds[fs]);
		assert_int_equal(st.access, FAULT_READ);
		st = decode_dfsr(encode(fs) | 1 << 11);
		assert_int_equal(st.kind, data_kinds[fs]);
		assert_int_equal(st.access, FAULT_WRITE);
	}
}

/* Are instruction fetches decoded alike, without the faults that only data accesses can have? */
static void all_prefetch_aborts(void **state)
{
	for (unsigned int fs = 0; fs < 32; fs++) {
		struct fault_status st = decode_ifsr(encode(fs));
		enum fault_kind kind = data_kinds[fs];

		if (kind == FAULT_ALIGNMENT || kind == FAULT_ICACHE_MAINTENANCE ||
		        kind == FAULT_ASYNC_EXTERNAL || kind == FAULT_ASYNC_PARITY)
			kind = FAULT_UNKNOWN;
		assert_int_equal(st.kind, kind);
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
