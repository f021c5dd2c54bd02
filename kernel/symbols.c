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

extern const uint8_t symtab_pairs[][2]; /* what the codes from 0x80 stand for */
/* Of each function: half its size, seven bits a byte, and its name, which ends in a 0 byte. */
extern const uint8_t symtab_entries[];

static const uint8_t *read_size(const uint8_t *p, uint32_t *size)
{
	unsigned int shift = 1; /* sizes are even */

	*size = 0;
	do {
		*size |= (*p & 0x7fu) << shift;
		shift += 7;
	} while (*p++ & 0x80);
	return p;
}

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
	const uint8_t *p = symtab_entries;
	uint32_t start = symtab.base, size;
	size_t n = 0;

	for (uint32_t i = 0; i < symtab.count; i++, start += size) {
		p = read_size(p, &size);
		if (addr - start < size) {
			while (*p)
				n = expand(name, n, *p++);
			name[n] = '\0';
			*offset = addr - start;
			return name;
		}
		while (*p++)
			;
	}
	return NULL;
}
