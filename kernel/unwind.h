/* SPDX-License-Identifier: MIT */
/*
 * One step of a stack walk: from a function's registers to its caller's.
 */
#ifndef UNWIND_H
#define UNWIND_H

#include <kernel/backtrace.h>
#include <lib/types.h>

/*
 * How to undo the frame of the function that holds address addr: a byte that counts, and so many
 * bytes of unwind instructions. NULL outside the kernel's text and for functions that have none.
 */
const uint8_t *symbol_unwind(uint32_t addr);

/*
 * Replaces *regs by the registers of the caller, by what symbol_unwind() says of the function to
 * leave.
 *
 * False, with *regs unchanged, where `way` is NULL, is malformed, or asks for a word outside the
 * stack [lo, hi).
 */
bool unwind_frame(struct backtrace_regs *regs, const uint8_t *way, uint32_t lo, uint32_t hi);

#endif
