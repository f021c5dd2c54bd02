/* SPDX-License-Identifier: MIT */
/*
 * One step of a stack walk: from a function's registers to its caller's.
 */
#ifndef UNWIND_H
#define UNWIND_H

#include <kernel/backtrace.h>
#include <lib/types.h>

/* Addresses of .ARM.exidx [exidx, exidx_end) and .ARM.extab [extab, extab_end), word aligned. */
struct unwind_tables {
	uint32_t exidx, exidx_end;
	uint32_t extab, extab_end;
};

/*
 * Replaces *regs by the registers of the caller. `pc` is an address in the function to leave:
 * regs->r[REG_PC] where it was interrupted, 2 less for a return address (which may already be
 * the next function's first instruction, after a call that never returns).
 *
 * False, with *regs unchanged, where there is no unwind data for pc, the data is malformed, or it
 * asks for a word outside the stack [lo, hi).
 */
bool unwind_frame(struct backtrace_regs *regs, uint32_t pc, const struct unwind_tables *tables,
        uint32_t lo, uint32_t hi);

#endif
