/* SPDX-License-Identifier: MIT */
/*
 * Walks a kernel stack from the innermost function outwards.
 */
#include "unwind.h"

#include <kernel/backtrace.h>

enum {
	MAX_FRAMES = 64,
	MAX_LEAF_WORDS = 16, /* what a string function may have pushed */
};

/* From linker.ld. */
extern const char _start[], __boot_end[], __text_start[], __text_end[];

static bool in_text(uint32_t addr)
{
	if (addr < (uintptr_t)__text_start)
		return addr >= (uintptr_t)_start && addr < (uintptr_t)__boot_end;
	return addr < (uintptr_t)__text_end;
}

/* An address in ARM code: of the kernel, that is only assembly, which has no unwind data. */
static bool is_arm(uint32_t addr)
{
	return addr % 4 == 0;
}

/* Does a Thumb call instruction (BLX register, BL, BLX label: ARM DDI 0406C, A8.8.25-26) end here? */
static bool follows_call(uint32_t addr)
{
	const uint16_t *next = (const uint16_t *)(uintptr_t)(addr & ~1u);

	if (!in_text(addr - 5) || !in_text(addr))
		return false;
	if (is_arm(addr)) {
		uint32_t call = *(const uint32_t *)(uintptr_t)(addr - 4);

		return (call & 0x0f000000) == 0x0b000000 || (call & 0x0ffffff0) == 0x012fff30;
	}
	if ((next[-1] & 0xff87) == 0x4780)
		return true;
	return (next[-2] & 0xf800) == 0xf000 && (next[-1] & 0xc000) == 0xc000;
}

/*
 * Leaves an interrupted function without unwind data: newlib's string functions, given a bad
 * pointer. Its caller is lr, or the first return address on the stack if it uses lr for something
 * else. How much it pushed is found by trying: the caller must unwind to a return address, too.
 */
static bool leave_leaf(struct backtrace_regs *regs, uint32_t lo, uint32_t hi)
{
	struct backtrace_regs caller = *regs, next;
	uint32_t sp = regs->r[REG_SP];

	if (sp % 4 || sp < lo)
		return false;
	caller.r[REG_PC] = regs->r[REG_LR];
	for (unsigned int i = 0; i <= MAX_LEAF_WORDS && sp < hi; i++, sp += 4) {
		if (!follows_call(caller.r[REG_PC])) {
			caller.r[REG_PC] = *(const uint32_t *)(uintptr_t)sp;
			continue;
		}
		next = caller;
		next.r[REG_SP] = caller.r[REG_SP] = sp;
		if (is_arm(next.r[REG_PC]) ||
		        (unwind_frame(&next, symbol_unwind((next.r[REG_PC] & ~1u) - 2), lo, hi) &&
		                follows_call(next.r[REG_PC]))) {
			*regs = caller;
			return true;
		}
	}
	return false;
}

/* Replaces *regs by the caller's. `depth` is the number of frames left so far. */
static bool step(struct backtrace_regs *regs, uint32_t lo, uint32_t hi, unsigned int depth)
{
	uint32_t pc = regs->r[REG_PC] & ~1u, sp = regs->r[REG_SP], offset;

	if (!depth && symbol_name(pc, &offset) && offset == 0) {
		/* At a function's first instruction: nothing is pushed yet, whatever its table says. */
		regs->r[REG_PC] = regs->r[REG_LR];
		return true;
	}
	/* A call that never returns may be a function's last instruction: look 2 bytes before. */
	if (unwind_frame(regs, symbol_unwind(depth ? pc - 2 : pc), lo, hi))
		/* Only a leaf, which is the innermost, can do without a frame. */
		return !depth || regs->r[REG_SP] > sp;
	return !depth && leave_leaf(regs, lo, hi);
}

void backtrace(const struct backtrace_regs *start, uint32_t lo, uint32_t hi,
        void (*frame)(uint32_t pc, const char *name, uint32_t offset, void *arg), void *arg)
{
	struct backtrace_regs regs = *start;

	for (unsigned int depth = 0; depth < MAX_FRAMES; depth++) {
		uint32_t pc = regs.r[REG_PC] & ~1u, back = depth ? 2 : 0, offset = 0;
		const char *name;

		if (depth && !in_text(pc - back))
			return;
		name = symbol_name(pc - back, &offset);
		frame(pc, name, offset + back, arg);
		if (!step(&regs, lo, hi, depth))
			return;
	}
}
