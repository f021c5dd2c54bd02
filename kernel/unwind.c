/* SPDX-License-Identifier: MIT */
/*
 * Interprets the instructions of ARM's exception-handling tables (ARM IHI 0038, "EHABI"): bytes
 * that undo a function's prologue, like "add 8 to sp, pop r4, r5 and lr".
 */
#include "unwind.h"

#define FINISH 0xb0u

struct unwinder {
	uint32_t lo, hi; /* the stack */
	uint32_t r[16];  /* r[REG_SP] is the EHABI's "vsp" */
	bool pc_set;

	const uint8_t *next, *end; /* instructions not yet executed */
};

/* The next instruction byte. Past the end there is FINISH, as the EHABI pads with it. */
static uint32_t next_byte(struct unwinder *u)
{
	return u->next < u->end ? *u->next++ : FINISH;
}

static uint32_t load(uint32_t addr)
{
	return *(const uint32_t *)(uintptr_t)addr;
}

/* Pops the registers in mask, lowest first. A popped sp takes effect after the others. */
static bool pop(struct unwinder *u, uint32_t mask)
{
	uint32_t sp = u->r[REG_SP];

	for (unsigned int i = 0; i < 16; i++) {
		if (!(mask & 1u << i))
			continue;
		if (sp % 4 || sp < u->lo || sp >= u->hi || u->hi - sp < 4)
			return false;
		u->r[i] = load(sp);
		sp += 4;
	}
	if (!(mask & 1u << REG_SP))
		u->r[REG_SP] = sp;
	if (mask & 1u << REG_PC)
		u->pc_set = true;
	return true;
}

/* vsp += 0x204 + (uleb128 << 2), for frames that the one-byte forms can't describe. */
static bool add_large(struct unwinder *u)
{
	uint32_t value = 0;

	for (unsigned int shift = 0; shift < 28; shift += 7) {
		uint32_t byte = next_byte(u);

		value |= (byte & 0x7f) << shift;
		if (!(byte & 0x80)) {
			u->r[REG_SP] += 0x204 + (value << 2);
			return true;
		}
	}
	return false;
}

/*
 * Executes one instruction (EHABI, table 4 "ARM-defined frame-unwinding instructions"). The
 * kernel is compiled for soft float, so the ones that pop VFP registers count as bad data.
 */
static bool execute(struct unwinder *u, uint32_t op)
{
	uint32_t mask;

	if (op < 0x40) {
		u->r[REG_SP] += (op << 2) + 4;
		return true;
	}
	if (op < 0x80) {
		u->r[REG_SP] -= ((op & 0x3f) << 2) + 4;
		return true;
	}
	if (op < 0x90) {
		mask = ((op & 0xf) << 8 | next_byte(u)) << 4;
		return mask && pop(u, mask); /* no register at all: "refuse to unwind" */
	}
	if (op < 0xa0) {
		if (op == 0x9d || op == 0x9f)
			return false;
		u->r[REG_SP] = u->r[op & 0xf];
		return true;
	}
	if (op < 0xb0) {
		mask = ((2u << (op & 7)) - 1) << 4;
		return pop(u, op & 8 ? mask | 1u << REG_LR : mask);
	}
	if (op == 0xb1) {
		mask = next_byte(u);
		return mask && mask < 0x10 && pop(u, mask);
	}
	return op == 0xb2 && add_large(u);
}

bool unwind_frame(struct backtrace_regs *regs, const uint8_t *way, uint32_t lo, uint32_t hi)
{
	struct unwinder u = {.lo = lo, .hi = hi};
	uint32_t op;

	if (!way)
		return false;
	u.next = way + 1;
	u.end = u.next + *way;
	for (unsigned int i = 0; i < 16; i++)
		u.r[i] = regs->r[i];
	while ((op = next_byte(&u)) != FINISH) {
		if (!execute(&u, op))
			return false;
	}
	if (!u.pc_set)
		u.r[REG_PC] = u.r[REG_LR];
	/* Each caller's frame lies higher. Only a leaf keeps sp; a loop in the data ends here. */
	if (u.r[REG_SP] % 4 || u.r[REG_SP] < regs->r[REG_SP] || u.r[REG_SP] > hi)
		return false;
	for (unsigned int i = 0; i < 16; i++)
		regs->r[i] = u.r[i];
	return true;
}
