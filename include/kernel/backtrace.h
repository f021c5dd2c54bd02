/* SPDX-License-Identifier: MIT */
/*
 * Who called whom: walks a kernel stack with the unwind tables that the compiler leaves in the
 * image, and names the functions from a symbol table that tools/mksymtab.py makes.
 */
#ifndef KERNEL_BACKTRACE_H
#define KERNEL_BACKTRACE_H

#include <lib/types.h>

enum {
	REG_SP = 13,
	REG_LR = 14,
	REG_PC = 15,
};

/* r0-r15 at the point to start from, as an exception frame or backtrace_save() has them. */
struct backtrace_regs {
	uint32_t r[16];
};

/*
 * Fills in the caller's own r4-r11, sp and pc (where this call returns to); the others are 0.
 * Any context.
 */
void backtrace_save(struct backtrace_regs *regs);

/*
 * Calls frame() for regs->r[REG_PC] and then for every return address that the tables lead to,
 * innermost first, until a function without unwind data, bad data, or 64 frames. `name` (NULL
 * where unknown) is the function and `offset` the bytes from its start; both are good only
 * until frame() returns.
 *
 * [lo, hi) is the stack that regs->r[REG_SP] points into: nothing outside it is read, so a
 * damaged stack gives a short answer but never a fault. The stack must not be in use by another
 * core. Takes no lock; any context.
 */
void backtrace(const struct backtrace_regs *regs, uint32_t lo, uint32_t hi,
        void (*frame)(uint32_t pc, const char *name, uint32_t offset, void *arg), void *arg);

/*
 * The function that holds address addr and, in *offset, the bytes from its start. NULL outside
 * the kernel's text. The name stands in a static buffer that the next call overwrites; two cores
 * at once may garble it but never run past it.
 */
const char *symbol_name(uint32_t addr, uint32_t *offset);

#endif
