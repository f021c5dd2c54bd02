/* SPDX-License-Identifier: MIT */
/*
 * Loads and stores of several words off their alignment. ARMv7 does single ones itself, but LDRD, STRD,
 * LDM, STM, PUSH and POP fault (ARM DDI 0406C, A3.2.1). Linux carries these out for programs (v6.1,
 * arch/arm/mm/alignment.c), and so C that casts a char * happens to work. What is exclusive, VFP or NEON stays
 * a SIGBUS, as there.
 */
#include <arm/uaccess.h>
#include <kernel/alignment.h>
#include <lib/errno.h>

#define SP   13
#define LR   14
#define PC   15
#define NONE 16

/* What an instruction moves. */
struct transfer {
	uint32_t addr; /* of the first word */
	bool load;
	uint8_t base; /* the register written back; NONE */
	uint32_t new_base;
	uint8_t count, regs[16]; /* in the order of memory */
};

static uint32_t *reg(struct trap_frame *f, unsigned int n)
{
	return &f->r[0] + n; /* sp, lr and pc follow */
}

_Static_assert(offsetof(struct trap_frame, pc) == offsetof(struct trap_frame, r[0]) + 4 * PC,
        "the frame has r0 to pc in a row");

static bool bit(uint32_t insn, unsigned int n)
{
	return insn >> n & 1;
}

/* LDM and STM. `insn` has L, W, U, P and Rn where the ARM encoding has them, `list` the registers. */
static bool decode_multiple(struct trap_frame *f, uint32_t insn, uint32_t list, struct transfer *t)
{
	unsigned int rn = insn >> 16 & 15;
	uint32_t base = *reg(f, rn), bytes;

	for (unsigned int n = 0; n < 16; n++) {
		if (bit(list, n))
			t->regs[t->count++] = n;
	}
	bytes = 4 * t->count;
	t->load = bit(insn, 20);
	t->base = bit(insn, 21) ? rn : NONE;
	t->new_base = bit(insn, 23) ? base + bytes : base - bytes;
	t->addr = bit(insn, 23) ? base : t->new_base;
	if (bit(insn, 23) == bit(insn, 24))
		t->addr += 4; /* increment before, or decrement after */
	return true;
}

/* LDRD and STRD, with P, U, W and Rn where both encodings (a Thumb one as one word) have them. */
static bool decode_double(struct trap_frame *f, uint32_t insn, uint32_t offset, struct transfer *t)
{
	unsigned int rn = insn >> 16 & 15;
	uint32_t base = *reg(f, rn);

	if (rn == PC) /* as an operand it is ahead, by 8 or 4 (A2.3) */
		base = (base + (f->cpsr & PSR_T ? 4 : 8)) & ~3u;
	t->count = 2;
	t->new_base = bit(insn, 23) ? base + offset : base - offset;
	t->addr = bit(insn, 24) ? t->new_base : base;
	t->base = bit(insn, 21) || !bit(insn, 24) ? rn : NONE;
	return true;
}

/* A5.2.8 (extra load/store instructions) and A5.5 (block data transfer). */
static bool decode_arm(struct trap_frame *f, uint32_t insn, struct transfer *t)
{
	if (insn >> 28 == 15)
		return false;
	if ((insn & 0x0e400000) == 0x08000000)
		return decode_multiple(f, insn, insn & 0xffff, t);
	if ((insn & 0x0e1000d0) != 0x000000d0)
		return false;
	t->load = !bit(insn, 5);
	t->regs[0] = insn >> 12 & 15;
	t->regs[1] = t->regs[0] | 1;
	return decode_double(
	        f, insn, bit(insn, 22) ? (insn >> 4 & 0xf0) | (insn & 15) : *reg(f, insn & 15), t);
}

/* A6.3.5 (load/store multiple) and A6.3.6 (load/store dual); `insn` has the first halfword on top. */
static bool decode_thumb32(struct trap_frame *f, uint32_t insn, struct transfer *t)
{
	uint32_t kind = insn & 0xfe400000;

	/* U and P tell increment after from decrement before; both or none are SRS and RFE. */
	if (kind == 0xe8000000 && bit(insn, 23) != bit(insn, 24))
		return decode_multiple(f, insn, insn & 0xffff, t);
	if (kind != 0xe8400000 ||
	        !(insn & 0x01200000)) /* not P, not W: exclusive and table branch */
		return false;
	t->load = bit(insn, 20);
	t->regs[0] = insn >> 12 & 15;
	t->regs[1] = insn >> 8 & 15;
	return decode_double(f, insn, (insn & 0xff) << 2, t);
}

/* A6.2: LDM, STM, PUSH and POP, turned into their ARM forms. */
static bool decode_thumb16(struct trap_frame *f, uint32_t insn, struct transfer *t)
{
	uint32_t list = insn & 0xff, rn = insn >> 8 & 7, load = insn >> 11 & 1;

	if ((insn & 0xf000) == 0xc000) /* up, after; a load of its base is not written back */
		return decode_multiple(f,
		        1u << 23 | (load && bit(list, rn) ? 0 : 1u << 21) | load << 20 | rn << 16,
		        list, t);
	if ((insn & 0xf600) != 0xb400)
		return false;
	if (bit(insn, 8))
		list |= load ? 1u << PC : 1u << LR;
	return decode_multiple(
	        f, (load ? 1u << 23 | 1u << 20 : 1u << 24) | 1u << 21 | SP << 16, list, t);
}

/* Decodes what stands at pc. Returns its length; 0: not one of these. */
static uint32_t decode(struct trap_frame *f, struct transfer *t)
{
	uint32_t word;
	uint16_t half[2];

	if (!(f->cpsr & PSR_T)) {
		if (copy_from_user(&word, (void __user *)f->pc, 4))
			return 0;
		return decode_arm(f, word, t) ? 4 : 0;
	}
	if (copy_from_user(half, (void __user *)f->pc, 2))
		return 0;
	if (half[0] < 0xe800)
		return decode_thumb16(f, half[0], t) ? 2 : 0;
	if (copy_from_user(half + 1, (void __user *)(f->pc + 2), 2))
		return 0;
	return decode_thumb32(f, (uint32_t)half[0] << 16 | half[1], t) ? 4 : 0;
}

/* A value in the PC is a branch, to ARM or Thumb code by its lowest bit. */
static void branch(struct trap_frame *f, uint32_t to)
{
	f->pc = to & 1 ? to & ~1u : to & ~3u;
	f->cpsr = to & 1 ? f->cpsr | PSR_T : f->cpsr & ~PSR_T;
}

/* The state of an IT block behind this instruction: IT[4:0] go up by one, until no more than 0 is left. */
static void advance_it(struct trap_frame *f)
{
	uint32_t it = (f->cpsr >> 8 & 0xfc) | (f->cpsr >> 25 & 3);

	it = it & 7 ? (it & 0xe0) | (it << 1 & 0x1f) : 0;
	f->cpsr = (f->cpsr & ~PSR_IT) | (it & 0xfc) << 8 | (it & 3) << 25;
}

static int load(struct trap_frame *f, const struct transfer *t)
{
	uint32_t words[16];

	if (copy_from_user(words, (void __user *)t->addr, 4 * t->count))
		return -EFAULT; /* with all registers as they were */
	if (t->base != NONE)
		*reg(f, t->base) = t->new_base;
	for (unsigned int i = 0; i < t->count; i++) {
		if (t->regs[i] == PC)
			branch(f, words[i]);
		else
			*reg(f, t->regs[i]) = words[i];
	}
	return 0;
}

static int store(struct trap_frame *f, const struct transfer *t)
{
	uint32_t words[16];

	for (unsigned int i = 0; i < t->count; i++)
		words[i] = *reg(f, t->regs[i]) + (t->regs[i] == PC ? 4 : 0); /* 8 ahead */
	if (copy_to_user((void __user *)t->addr, words, 4 * t->count))
		return -EFAULT;
	if (t->base != NONE)
		*reg(f, t->base) = t->new_base;
	return 0;
}

int alignment_emulate(struct trap_frame *f)
{
	struct transfer t = {0};
	uint32_t length = f->cpsr & PSR_E ? 0 : decode(f, &t);
	int err;

	if (!length)
		return -EINVAL;
	f->pc += length; /* a load of PC replaces it */
	err = t.load ? load(f, &t) : store(f, &t);
	if (err)
		f->pc -= length;
	else
		advance_it(f);
	return err;
}
