/* SPDX-License-Identifier: MIT */
/*
 * Names of the kernel's functions, from the packed table that tools/mksymtab.py puts into the image.
 */
#include <kernel/backtrace.h>

#define MAX_NAME  63
#define MAX_DEPTH 8 /* of codes within codes */

/* The table: see tools/mksymtab.py. */
extern const struct {
	uint32_t base;  /* address of the first function */
	uint32_t count; /* functions */
} symtab;

extern const uint16_t symtab_sizes[];   /* up to the next function, in units of 2 bytes */
extern const uint8_t symtab_pairs[][2]; /* what the codes from 0x80 stand for */
extern const uint8_t symtab_names[];    /* each ends in a 0 byte */

/* Appends what one code stands for to name[n...] and returns the new length. */
static size_t expand(char *name, size_t n, uint8_t code)
{
	uint8_t stack[MAX_DEPTH + 1];
	size_t depth = 0;

	stack[depth++] = code;
	while (depth) {
		code = stack[--depth];
		if (code >= 0x80 && depth + 2 <= sizeof(stack)) {
			stack[depth++] = symtab_pairs[code - 0x80][1];
			stack[depth++] = symtab_pairs[code - 0x80][0];
		} else if (n < MAX_NAME) {
			name[n++] = (char)code;
		}
	}
	return n;
}

const char *symbol_name(uint32_t addr, uint32_t *offset)
{
	static char name[MAX_NAME + 1];
	const uint8_t *packed = symtab_names;
	uint32_t start = symtab.base, i;
	size_t n = 0;

	if (addr < start)
		return NULL;
	for (i = 0; i < symtab.count && addr - start >= symtab_sizes[i] * 2u; i++) {
		start += symtab_sizes[i] * 2;
		while (*packed++)
			;
	}
	if (i == symtab.count)
		return NULL;
	while (*packed)
		n = expand(name, n, *packed++);
	name[n] = '\0';
	*offset = addr - start;
	return name;
}
