/* SPDX-License-Identifier: MIT */
/*
 * Names of the kernel's functions and how to undo their frames, from the packed table that
 * tools/mksymtab.py puts into the image.
 */
#include "unwind.h"

#include <kernel/backtrace.h>

#define MAX_NAME  63
#define MAX_DEPTH 8 /* of codes within codes */

/* The table: see tools/mksymtab.py. */
extern const struct {
	uint32_t base;  /* address of the first function */
	uint32_t count; /* functions */
} symtab;

extern const uint8_t symtab_pairs[][2]; /* what the codes below '0' and from 0x80 stand for */
/* Ways to undo a frame: the number of bytes, and so many unwind instructions. */
extern const uint8_t symtab_unwind[];
/* Of each function: half its size, which way, and the codes of its name, the last below '0'. */
extern const uint8_t symtab_entries[];

struct function {
	uint32_t start;
	uint32_t way;
	const uint8_t *codes;
};

/* Seven bits a byte, the lowest first. */
static const uint8_t *read_number(const uint8_t *p, uint32_t *value)
{
	unsigned int shift = 0;

	*value = 0;
	do {
		*value |= (*p & 0x7fu) << shift;
		shift += 7;
	} while (*p++ & 0x80);
	return p;
}

static bool find(uint32_t addr, struct function *f)
{
	const uint8_t *p = symtab_entries;
	uint32_t half;

	f->start = symtab.base;
	for (uint32_t i = 0; i < symtab.count; i++, f->start += 2 * half) {
		p = read_number(p, &half);
		f->codes = p = read_number(p, &f->way);
		if (addr - f->start < 2 * half)
			return true;
		while (*p++ >= '0')
			;
	}
	return false;
}

/* Appends what one code stands for to name[n...] and returns the new length. */
static size_t expand(char *name, size_t n, uint8_t code)
{
	uint8_t stack[MAX_DEPTH + 1];
	size_t depth = 0;

	stack[depth++] = code;
	while (depth) {
		code = stack[--depth];
		if (code && (code < '0' || code >= 0x80) && depth + 2 <= sizeof(stack)) {
			const uint8_t *pair = symtab_pairs[(uint8_t)(code - 0x80)];

			stack[depth++] = pair[1];
			stack[depth++] = pair[0];
		} else if (n < MAX_NAME) {
			name[n++] = (char)code;
		}
	}
	return n;
}

const char *symbol_name(uint32_t addr, uint32_t *offset)
{
	static char name[MAX_NAME + 1]; /* the last one stays '\0' */
	struct function f;
	size_t n = 0;

	if (!find(addr, &f))
		return NULL;
	do {
		n = expand(name, n, *f.codes);
	} while (*f.codes++ >= '0');
	*offset = addr - f.start;
	return name;
}

const uint8_t *symbol_unwind(uint32_t addr)
{
	const uint8_t *way = symtab_unwind;
	struct function f;

	if (!find(addr, &f) || !f.way)
		return NULL;
	while (--f.way)
		way += 1 + *way;
	return way;
}
