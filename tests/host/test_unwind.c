/* SPDX-License-Identifier: MIT */
/*
 * Does the unwinder undo what the instructions say, and does it survive instructions and stacks that
 * lie?
 *
 * It works with 32-bit addresses, so the stack stands at a fixed address below 4 GiB. Nothing is
 * mapped around it, nor behind the instructions: a read outside them ends the test.
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
#define WAYS  0x10000000u
#define STACK 0x10020000u

static uint32_t *const stack = (uint32_t *)(uintptr_t)STACK;
static const uint8_t *way;
static struct backtrace_regs regs;

static int map_regions(void **state)
{
	static const uint32_t pages[] = {WAYS, STACK};

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		void *p = mmap((void *)(uintptr_t)pages[i], PAGE, PROT_READ | PROT_WRITE,
		        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

		if (p != (void *)(uintptr_t)pages[i])
			return -1;
	}
	return 0;
}

/* Registers that all differ, a stack of numbered words, and no way. */
static int reset(void **state)
{
	(void)state;
	way = NULL;
	for (uint32_t i = 0; i < PAGE / 4; i++)
		stack[i] = 0x5000 + i;
	for (uint32_t i = 0; i < 16; i++)
		regs.r[i] = 0x100 + i;
	regs.r[REG_SP] = STACK + 0x100;
	return 0;
}

/* The instructions, at the end of their page. */
static void set_way(const uint8_t *bytes, uint8_t n)
{
	uint8_t *at = (uint8_t *)(uintptr_t)(WAYS + PAGE - 1 - n);

	at[0] = n;
	memcpy(at + 1, bytes, n);
	way = at;
}

#define WAY(...) set_way((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static bool step_with_stack(uint32_t lo, uint32_t hi)
{
	return unwind_frame(&regs, way, lo, hi);
}

static bool step(void)
{
	return step_with_stack(STACK, STACK + PAGE);
}

/* Does the step fail and leave the registers alone? */
static void assert_refused(uint32_t lo, uint32_t hi)
{
	struct backtrace_regs before = regs;

	assert_false(step_with_stack(lo, hi));
	assert_memory_equal(&before, &regs, sizeof(regs));
}

#define REFUSE(...)                                                                                \
	do {                                                                                       \
		WAY(__VA_ARGS__);                                                                  \
		assert_refused(STACK, STACK + PAGE);                                               \
	} while (0)

static void leaf_returns_through_lr(void **state)
{
	(void)state;
	WAY(0xb0);
	assert_true(step());
	assert_int_equal(regs.r[REG_PC], 0x100 + REG_LR);
	assert_int_equal(regs.r[REG_SP], STACK + 0x100);
}

static void pops_undo_pushes(void **state)
{
	(void)state;
	WAY(0x01, 0xa9); /* sp += 8; pop r4, r5, lr */
	assert_true(step());
	assert_int_equal(regs.r[4], stack[0x42]);
	assert_int_equal(regs.r[5], stack[0x43]);
	assert_int_equal(regs.r[6], 0x106);
	assert_int_equal(regs.r[REG_PC], stack[0x44]);
	assert_int_equal(regs.r[REG_SP], STACK + 0x114);

	reset(NULL);
	WAY(0x88, 0x01); /* pop r4, pc by mask: lr stays */
	assert_true(step());
	assert_int_equal(regs.r[4], stack[0x40]);
	assert_int_equal(regs.r[REG_PC], stack[0x41]);
	assert_int_equal(regs.r[REG_LR], 0x10e);

	reset(NULL);
	WAY(0xb1, 0x0f); /* pop r0-r3 */
	assert_true(step());
	assert_int_equal(regs.r[3], stack[0x43]);
}

static void a_frame_pointer_gives_sp(void **state)
{
	(void)state;
	regs.r[7] = STACK + 0x208;
	WAY(0x97, 0x41, 0xa1); /* sp = r7; sp -= 8; pop r4, r5 (the data ends without FINISH) */
	assert_true(step());
	assert_int_equal(regs.r[4], stack[0x80]);
	assert_int_equal(regs.r[5], stack[0x81]);
	assert_int_equal(regs.r[REG_SP], STACK + 0x208);
}

static void large_frames_take_more_than_one_byte(void **state)
{
	(void)state;
	WAY(0xb2, 0x81, 0x01, 0x3f, 0xa8); /* sp += 0x204 + 4 * 129; sp += 0x100; pop r4, lr */
	assert_true(step());
	assert_int_equal(regs.r[4], stack[(0x100 + 0x204 + 0x204 + 0x100) / 4]);
	assert_int_equal(regs.r[REG_PC], stack[(0x100 + 0x204 + 0x204 + 0x100) / 4 + 1]);
}

static void what_is_not_for_us_is_refused(void **state)
{
	(void)state;
	assert_refused(STACK, STACK + PAGE); /* no way is known */
	REFUSE(0x80, 0x00);                  /* "refuse to unwind" */
	REFUSE(0x9d);                        /* sp = sp */
	REFUSE(0xb1, 0x00);                  /* pop nothing */
	REFUSE(0xb1);                        /* what to pop is missing */
	REFUSE(0xb8);                        /* pop d8 */
	REFUSE(0xff);                        /* spare */
}

/* What if sp is wild, or the frame would end beyond the stack? */
static void only_the_stack_is_read(void **state)
{
	(void)state;
	WAY(0xa9); /* pop r4, r5, lr */
	assert_refused(STACK + 0x104, STACK + PAGE);
	assert_refused(STACK, STACK + 0x108);
	assert_refused(STACK, STACK + 0x10a);
	for (uint32_t sp = 0xfffffff4; sp; sp += 4) {
		regs.r[REG_SP] = sp;
		assert_refused(STACK, STACK + PAGE);
		assert_refused(0, STACK + PAGE);
	}
	regs.r[REG_SP] = STACK + 0x102;
	assert_refused(STACK, STACK + PAGE);
	regs.r[REG_SP] = STACK + 0x100;
	assert_true(step_with_stack(STACK + 0x100, STACK + 0x10c));
}

/* What if the data moves sp down, or up past the stack, without reading anything? */
static void the_caller_lies_higher(void **state)
{
	(void)state;
	REFUSE(0x40);
	REFUSE(0xb2, 0xff, 0xff);
	WAY(0x00);
	assert_refused(STACK, STACK + 0x102);
	assert_true(step_with_stack(STACK, STACK + 0x104));
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
	uint8_t bytes[8];
	uint32_t good = 0;

	(void)state;
	for (uint32_t round = 0; round < 300000; round++) {
		for (uint32_t i = 0; i < sizeof(bytes); i++)
			bytes[i] = (uint8_t)random_word();
		set_way(bytes, random_word() % (sizeof(bytes) + 1));
		for (uint32_t i = 0; i < 15; i++)
			regs.r[i] = STACK + random_word() % (PAGE + 256) - 128;
		if (step()) {
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
	        cmocka_unit_test_setup(large_frames_take_more_than_one_byte, reset),
	        cmocka_unit_test_setup(what_is_not_for_us_is_refused, reset),
	        cmocka_unit_test_setup(only_the_stack_is_read, reset),
	        cmocka_unit_test_setup(the_caller_lies_higher, reset),
	        cmocka_unit_test_setup(garbage_is_survived, reset),
	};

	return cmocka_run_group_tests(tests, map_regions, NULL);
}
