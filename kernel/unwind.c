/* SPDX-License-Identifier: MIT */
/*
 * Interprets ARM's exception-handling tables (ARM IHI 0038, "EHABI"). The index has two words for
 * each function: where it starts, and either its unwind instructions or where they stand. The
 * instructions are bytes that undo the function's prologue: "add 8 to sp, pop r4, r5 and lr".
 */
#include "unwind.h"

#define EXIDX_CANTUNWIND 1u
#define COMPACT          (1u << 31) /* instructions follow, for personality 0, 1 or 2 */

struct unwinder {
	const struct unwind_tables *tables;
	uint32_t lo, hi; /* the stack */
	uint32_t r[16];  /* r[REG_SP] is the EHABI's "vsp" */
	bool pc_set;

	uint32_t word;  /* instructions not yet executed, the next in the top byte */
	uint32_t bytes; /* how many of them */
	uint32_t next;  /* address of the words that follow in .ARM.extab */
	uint32_t words; /* how many of them */
};

static uint32_t load(uint32_t addr)
{
	return *(const uint32_t *)(uintptr_t)addr;
}

/* The address that a self-relative 31-bit offset at `addr` means (EHABI, "prel31"). */
static uint32_t load_prel31(uint32_t addr)
{
	uint32_t offset = load(addr) & ~COMPACT;

	return addr + ((offset ^ (1u << 30)) - (1u << 30));
}

/* The index entry of the last function that starts at or below pc; 0 if there is none. */
static uint32_t find_entry(const struct unwind_tables *t, uint32_t pc)
{
	uint32_t low = 0, high = (t->exidx_end - t->exidx) / 8;

	while (low < high) {
		uint32_t middle = (low + high) / 2;

		if (load_prel31(t->exidx + middle * 8) <= pc)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? t->exidx + (low - 1) * 8 : 0;
}

/* Takes the instructions from a word in compact form; `addr` is where it stands. */
static bool start_compact(struct unwinder *u, uint32_t addr, bool in_index)
{
	uint32_t word = load(addr);
	uint32_t personality = word >> 24 & 0x7f;

	if (!(word & COMPACT) || personality > 2 || (in_index && personality))
		return false;
	if (personality == 0) {
		u->word = word << 8;
		u->bytes = 3;
		return true;
	}
	u->word = word << 16;
	u->bytes = 2;
	u->words = word >> 16 & 0xff;
	u->next = addr + 4;
	return (u->tables->extab_end - u->next) / 4 >= u->words;
}

static bool start(struct unwinder *u, uint32_t pc)
{
	const struct unwind_tables *t = u->tables;
	uint32_t entry = find_entry(t, pc);
	uint32_t extab;

	if (!entry || load(entry + 4) == EXIDX_CANTUNWIND)
		return false;
	if (load(entry + 4) & COMPACT)
		return start_compact(u, entry + 4, true);
	extab = load_prel31(entry + 4);
	if (extab % 4 || extab < t->extab || extab >= t->extab_end)
		return false;
	return start_compact(u, extab, false);
}

/* The next instruction byte. Past the end there is FINISH, as the EHABI pads with it. */
static uint32_t next_byte(struct unwinder *u)
{
	uint32_t byte;

	if (!u->bytes && u->words) {
		u->word = load(u->next);
		u->bytes = 4;
		u->next += 4;
		u->words--;
	}
	if (!u->bytes)
		return 0xb0;
	byte = u->word >> 24;
	u->word <<= 8;
	u->bytes--;
	return byte;
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

bool unwind_frame(struct backtrace_regs *regs, uint32_t pc, const struct unwind_tables *tables,
        uint32_t lo, uint32_t hi)
{
	struct unwinder u = {.tables = tables, .lo = lo, .hi = hi};
	uint32_t op;

	for (unsigned int i = 0; i < 16; i++)
		u.r[i] = regs->r[i];
	if (!start(&u, pc))
		return false;
	while ((op = next_byte(&u)) != 0xb0) {
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
