/* SPDX-License-Identifier: MIT */
/*
 * Does the unwinder undo what the tables say, and does it survive tables and stacks that lie?
 *
 * It works with 32-bit addresses, so tables and stack stand at fixed addresses below 4 GiB, each
 * with nothing mapped around it: a read outside them ends the test.
 *
 * Stand-alone: cc -Iinclude tests/host/test_unwind.c kernel/unwind.c -lcmocka
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include <sys/mman.h>

#include "../../kernel/unwind.h"

#define PAGE  4096u
#define EXIDX 0x10000000u
#define EXTAB 0x10010000u
#define STACK 0x10020000u
#define TEXT  0x10008000u

static uint32_t *const exidx = (uint32_t *)(uintptr_t)EXIDX;
static uint32_t *const extab = (uint32_t *)(uintptr_t)EXTAB;
static uint32_t *const stack = (uint32_t *)(uintptr_t)STACK;
static struct backtrace_regs regs;

static int map_regions(void **state)
{
	(void)state;
	for (uint32_t at = EXIDX; at <= STACK; at += 0x10000) {
		void *p = mmap((void *)(uintptr_t)at, PAGE, PROT_READ | PROT_WRITE,
		        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

		if (p != (void *)(uintptr_t)at)
			return -1;
	}
	return 0;
}

/* Registers that all differ, a stack of numbered words, and no table. */
static int reset(void **state)
{
	(void)state;
	memset(exidx, 0, PAGE);
	memset(extab, 0, PAGE);
	for (uint32_t i = 0; i < PAGE / 4; i++)
		stack[i] = 0x5000 + i;
	for (uint32_t i = 0; i < 16; i++)
		regs.r[i] = 0x100 + i;
	regs.r[REG_SP] = STACK + 0x100;
	return 0;
}

static uint32_t prel31(uint32_t at, uint32_t to)
{
	return (to - at) & 0x7fffffff;
}

/* Describes one function at TEXT by the second word of its index entry. */
static void set_entry(uint32_t word)
{
	exidx[0] = prel31(EXIDX, TEXT);
	exidx[1] = word;
}

static bool step_with_stack(uint32_t pc, uint32_t lo, uint32_t hi, uint32_t extab_words)
{
	struct unwind_tables tables = {EXIDX, EXIDX + 8, EXTAB, EXTAB + extab_words * 4};

	return unwind_frame(&regs, pc, &tables, lo, hi);
}

static bool step(void)
{
	return step_with_stack(TEXT + 4, STACK, STACK + PAGE, PAGE / 4);
}

/* Does the step fail and leave the registers alone? */
static void assert_refused(uint32_t lo, uint32_t hi, uint32_t extab_words)
{
	struct backtrace_regs before = regs;

	assert_false(step_with_stack(TEXT + 4, lo, hi, extab_words));
	assert_memory_equal(&before, &regs, sizeof(regs));
}

static void refuse_entry(uint32_t word)
{
	set_entry(word);
	assert_refused(STACK, STACK + PAGE, PAGE / 4);
}

static void leaf_returns_through_lr(void **state)
{
	(void)state;
	set_entry(0x80b0b0b0);
	assert_true(step());
	assert_int_equal(regs.r[REG_PC], 0x100 + REG_LR);
	assert_int_equal(regs.r[REG_SP], STACK + 0x100);
}

static void pops_undo_pushes(void **state)
{
	(void)state;
	set_entry(0x8001a9b0); /* sp += 8; pop r4, r5, lr */
	assert_true(step());
	assert_int_equal(regs.r[4], stack[0x42]);
	assert_int_equal(regs.r[5], stack[0x43]);
	assert_int_equal(regs.r[6], 0x106);
	assert_int_equal(regs.r[REG_PC], stack[0x44]);
	assert_int_equal(regs.r[REG_SP], STACK + 0x114);

	reset(NULL);
	set_entry(0x808801b0); /* pop r4, pc by mask: lr stays */
	assert_true(step());
	assert_int_equal(regs.r[4], stack[0x40]);
	assert_int_equal(regs.r[REG_PC], stack[0x41]);
	assert_int_equal(regs.r[REG_LR], 0x10e);

	reset(NULL);
	set_entry(0x80b10fb0); /* pop r0-r3 */
	assert_true(step());
	assert_int_equal(regs.r[3], stack[0x43]);
}

static void a_frame_pointer_gives_sp(void **state)
{
	(void)state;
	regs.r[7] = STACK + 0x208;
	set_entry(0x809741a1); /* sp = r7; sp -= 8; pop r4, r5 (the data ends without FINISH) */
	assert_true(step());
	assert_int_equal(regs.r[4], stack[0x80]);
	assert_int_equal(regs.r[5], stack[0x81]);
	assert_int_equal(regs.r[REG_SP], STACK + 0x208);
}

static void long_instructions_stand_in_extab(void **state)
{
	(void)state;
	set_entry(prel31(EXIDX + 4, EXTAB + 8));
	extab[2] = 0x8101b200; /* personality 1, one more word; sp += 0x204 */
	extab[3] = 0x3fa8b0b0; /* sp += 0x100; pop r4, lr */
	assert_true(step_with_stack(TEXT, STACK, STACK + PAGE, 4));
	assert_int_equal(regs.r[4], stack[(0x100 + 0x204 + 0x100) / 4]);
	assert_int_equal(regs.r[REG_PC], stack[(0x100 + 0x204 + 0x100) / 4 + 1]);
}

/* What if the table ends in the middle of an entry, or points out of the table? */
static void a_truncated_extab_is_refused(void **state)
{
	(void)state;
	extab[0] = 0x8102b0b0;
	extab[PAGE / 4 - 1] = 0x8101b0b0;
	set_entry(prel31(EXIDX + 4, EXTAB));
	assert_refused(STACK, STACK + PAGE, 2);
	assert_refused(STACK, STACK + PAGE, 0);
	assert_true(step_with_stack(TEXT, STACK, STACK + PAGE, 3));
	refuse_entry(prel31(EXIDX + 4, EXTAB + PAGE - 4));
	refuse_entry(prel31(EXIDX + 4, EXTAB + PAGE));
	refuse_entry(prel31(EXIDX + 4, EXTAB - 4));
	refuse_entry(prel31(EXIDX + 4, EXTAB + 2));
}

static void what_is_not_for_us_is_refused(void **state)
{
	(void)state;
	refuse_entry(1);          /* EXIDX_CANTUNWIND */
	refuse_entry(0x81b0b0b0); /* personality 1 never stands in the index */
	refuse_entry(0x80800000); /* "refuse to unwind" */
	refuse_entry(0x809d0000); /* sp = sp */
	refuse_entry(0x80b100b0); /* pop nothing */
	refuse_entry(0x80b8b0b0); /* pop d8 */
	refuse_entry(0x80ffb0b0); /* spare */
	refuse_entry(prel31(EXIDX + 4, EXTAB));
	extab[0] = 0x83b0b0b0; /* personality 3 */
	refuse_entry(prel31(EXIDX + 4, EXTAB));
	extab[0] = prel31(EXTAB, TEXT); /* a personality routine of its own */
	refuse_entry(prel31(EXIDX + 4, EXTAB));
}

/* What if sp is wild, or the frame would end beyond the stack? */
static void only_the_stack_is_read(void **state)
{
	(void)state;
	set_entry(0x80a9b0b0); /* pop r4, r5, lr */
	assert_refused(STACK + 0x104, STACK + PAGE, 0);
	assert_refused(STACK, STACK + 0x108, 0);
	assert_refused(STACK, STACK + 0x10a, 0);
	for (uint32_t sp = 0xfffffff4; sp; sp += 4) {
		regs.r[REG_SP] = sp;
		assert_refused(STACK, STACK + PAGE, 0);
		assert_refused(0, STACK + PAGE, 0);
	}
	regs.r[REG_SP] = STACK + 0x102;
	assert_refused(STACK, STACK + PAGE, 0);
	regs.r[REG_SP] = STACK + 0x100;
	assert_true(step_with_stack(TEXT, STACK + 0x100, STACK + 0x10c, 0));
}

/* What if the data moves sp down, or up past the stack, without reading anything? */
static void the_caller_lies_higher(void **state)
{
	(void)state;
	refuse_entry(0x8040b0b0);
	refuse_entry(0x80b2ffff);
	set_entry(0x8000b0b0);
	assert_refused(STACK, STACK + 0x102, 0);
	assert_true(step_with_stack(TEXT, STACK, STACK + 0x104, 0));
}

static void the_right_function_is_found(void **state)
{
	enum {
		N = 100
	};
	struct unwind_tables tables = {EXIDX, EXIDX + 8 * N, EXTAB, EXTAB};

	(void)state;
	for (uint32_t i = 0; i < N; i++) {
		exidx[2 * i] = prel31(EXIDX + 8 * i, TEXT + 16 * i);
		exidx[2 * i + 1] = 0x8000b0b0 | (i % 60) << 16; /* sp += 4 (i % 60 + 1) */
	}
	for (uint32_t pc = TEXT; pc < TEXT + 16 * N; pc += 2) {
		regs.r[REG_SP] = STACK + 0x100;
		assert_true(unwind_frame(&regs, pc, &tables, STACK, STACK + PAGE));
		assert_int_equal(regs.r[REG_SP], STACK + 0x104 + 4 * ((pc - TEXT) / 16 % 60));
	}
	assert_false(unwind_frame(&regs, TEXT - 2, &tables, STACK, STACK + PAGE));
	tables.exidx_end = EXIDX;
	assert_false(unwind_frame(&regs, TEXT, &tables, STACK, STACK + PAGE));
}

static uint32_t random_word(void)
{
	static uint64_t x = 88172645463325252u;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return (uint32_t)(x >> 16);
}

/* What if everything is garbage? No read goes astray, and sp stays in the stack. */
static void garbage_is_survived(void **state)
{
	struct unwind_tables tables = {
	        EXIDX + PAGE - 16, EXIDX + PAGE, EXTAB + PAGE - 64, EXTAB + PAGE};
	uint32_t good = 0;

	(void)state;
	for (uint32_t round = 0; round < 300000; round++) {
		uint32_t *entry = exidx + PAGE / 4 - 4, pick = random_word();

		entry[0] = prel31(EXIDX + PAGE - 16, TEXT);
		entry[2] = random_word();
		entry[1] =
		        pick & 1 ? 0x80000000 | random_word() >> 8
		                 : prel31(EXIDX + PAGE - 12, EXTAB + PAGE - 64 + (pick >> 8) % 80);
		for (uint32_t i = 1; i <= 16; i++)
			extab[PAGE / 4 - i] = random_word();
		if (pick & 2)
			extab[PAGE / 4 - 8] = 0x81000000 | (random_word() & 0x3ffff);
		for (uint32_t i = 0; i < 15; i++)
			regs.r[i] = STACK + random_word() % (PAGE + 256) - 128;
		if (unwind_frame(&regs, TEXT, &tables, STACK, STACK + PAGE)) {
			good++;
			assert_in_range(regs.r[REG_SP], STACK - 128, STACK + PAGE);
		}
	}
	assert_true(good > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup(leaf_returns_through_lr, reset),
	        cmocka_unit_test_setup(pops_undo_pushes, reset),
	        cmocka_unit_test_setup(a_frame_pointer_gives_sp, reset),
	        cmocka_unit_test_setup(long_instructions_stand_in_extab, reset),
	        cmocka_unit_test_setup(a_truncated_extab_is_refused, reset),
	        cmocka_unit_test_setup(what_is_not_for_us_is_refused, reset),
	        cmocka_unit_test_setup(only_the_stack_is_read, reset),
	        cmocka_unit_test_setup(the_caller_lies_higher, reset),
	        cmocka_unit_test_setup(the_right_function_is_found, reset),
	        cmocka_unit_test_setup(garbage_is_survived, reset),
	};

	return cmocka_run_group_tests(tests, map_regions, NULL);
}
