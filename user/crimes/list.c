/* SPDX-License-Identifier: MIT */
/*
 * The list of crimes. Addresses are those of Quire's map; on another kernel they are forbidden too.
 */
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include "acts.h"
#include "crimes.h"

#define LINEAR_MAP   ((void *)0x80000000)
#define KERNEL_PAGES ((void *)0xf0000000)
#define KERNEL_IMAGE ((void *)0xff000000)
#define UART_VIRT    ((void *)0x09000000)
#define UART_PI      ((void *)0x3f201000)
#define NOWHERE      ((void *)0x6b6b6b6a)

#define LINUX_EFAULT 14
#define LINUX_ENOSYS 38

static const uint32_t constant = 1;

/* A word among the instructions. */
static const uint32_t own_code __attribute__((section(".text.own_code"))) = 0x47702000;

static volatile uint32_t code_in_data[2] = {0x47702000, 0x47702000}; /* movs r0, #0; bx lr, twice */

#define CRIME(id, text, act, ...)                                                                  \
	{                                                                                          \
		.name = id, .what = text, .commit = act, __VA_ARGS__                               \
	}
/* At an address: SIGSEGV is owed. */
#define AT(where)       .address = (void *)(where), .signal = SIGSEGV
/* By an instruction, whatever the address. */
#define BY(sig)         .where = "-", .signal = sig
/* On its stack, wherever that is. */
#define STACK(sig)      .where = "stack", .signal = sig
/* A system call that must refuse. */
#define REFUSED(number) .error = number

const struct crime crimes[] = {
        CRIME("null-read", "read through a null pointer", read_word, AT(0)),
        CRIME("null-write", "write through a null pointer", write_word, AT(0)),
        CRIME("null-call", "call a null pointer", jump_to, AT(0)),
        CRIME("ram-read", "read the kernel's map of RAM", read_word, AT(LINEAR_MAP)),
        CRIME("kernel-write", "write to the kernel", write_word, AT(KERNEL_IMAGE)),
        CRIME("kernel-pages", "read the kernel's mappings", read_word, AT(KERNEL_PAGES)),
        CRIME("kernel-call", "execute the kernel", jump_to, AT(KERNEL_IMAGE)),
        CRIME("uart-virt", "read the UART of 'virt'", read_word, AT(UART_VIRT)),
        CRIME("uart-pi", "read the UART of a Pi 2", read_word, AT(UART_PI)),
        CRIME("text-write", "write to its own code", write_word, AT(&own_code)),
        CRIME("const-write", "write to its own constant", write_word, AT(&constant)),
        CRIME("data-exec", "execute its own data", jump_to, AT(code_in_data)),
        CRIME("stack-exec", "execute its own stack", run_on_stack, STACK(SIGSEGV)),
        CRIME("wild-jump", "jump to nowhere", jump_to, AT(NOWHERE)),
        CRIME("overflow", "recurse without end", overflow_stack, STACK(SIGSEGV)),
        CRIME("privileged", "read a system register (MRC)", read_system_register, BY(SIGILL)),
        CRIME("interrupts", "mask interrupts (CPSID)", mask_interrupts, BY(0), .error = NO_EFFECT),
        CRIME("undefined", "an undefined instruction", undefined_instruction, BY(SIGILL)),
        CRIME("breakpoint", "a breakpoint, no debugger", breakpoint, BY(SIGTRAP)),
        CRIME("odd-ldrex", "LDREX at an odd address", exclusive_load, STACK(SIGBUS)),
        /* No crimes: the kernel does what the processor does not (kernel/alignment.c). */
        CRIME("odd-ldrd", "LDRD at an odd address", double_load, STACK(0), .error = EMULATED),
        CRIME("odd-ldm", "LDM at an odd address", multiple_load, STACK(0), .error = EMULATED),
        CRIME("bad-write", "write(2) from kernel memory", write_from, REFUSED(LINUX_EFAULT),
                .address = LINEAR_MAP),
        CRIME("bad-read", "getcwd(2) into the kernel", read_into, REFUSED(LINUX_EFAULT),
                .address = KERNEL_IMAGE),
        CRIME("bad-null", "write(2) from a null pointer", write_from, REFUSED(LINUX_EFAULT)),
        CRIME("unknown-call", "system call 999", unknown_call, REFUSED(LINUX_ENOSYS), .where = "-"),
        {0},
};
