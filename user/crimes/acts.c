/* SPDX-License-Identifier: MIT */
/*
 * How each crime is committed. An act returns only if the kernel let it pass (see crimes.h).
 */
#include <stdint.h>
#include <string.h>
#include <quire.h>
#include "acts.h"
#include "crimes.h"

/* movs r0, #0; bx lr: a function that returns 0, as data. */
#define RETURN_ZERO 0x47702000u

int read_word(void *address)
{
	(void)*(volatile uint32_t *)address;
	return 0;
}

int write_word(void *address)
{
	*(volatile uint32_t *)address = 0xdeadbeef;
	return 0;
}

/* Bit 0 of the target asks for Thumb state. */
int jump_to(void *address)
{
	return ((int (*)(void))((uintptr_t)address | 1))();
}

int run_on_stack(void *address)
{
	volatile uint32_t code[2] = {RETURN_ZERO, RETURN_ZERO};

	(void)address;
	return jump_to((void *)code);
}

int read_system_register(void *address)
{
	uint32_t sctlr;

	__asm__ volatile("mrc p15, 0, %0, c1, c0, 0" : "=r"(sctlr));
	return address ? 0 : (int)(sctlr & 0);
}

/*
 * In user mode CPS does nothing, silently (ARM DDI 0406C, B9.3.2), so no signal comes. CPSR.I can
 * be read there: it tells whether interrupts are still enabled.
 */
int mask_interrupts(void *address)
{
	uint32_t cpsr;

	(void)address;
	__asm__ volatile("cpsid i\n\tmrs %0, cpsr" : "=r"(cpsr));
	return cpsr & 0x80 ? 0 : NO_EFFECT;
}

int undefined_instruction(void *address)
{
	(void)address;
	__asm__ volatile("udf #0");
	return 0;
}

int breakpoint(void *address)
{
	(void)address;
	__asm__ volatile("bkpt #0");
	return 0;
}

/* Words at an odd address: 0x04030201, 0x08070605. */
static uint8_t *odd_address(uint8_t *buf)
{
	uint8_t *odd = (uint8_t *)(((uintptr_t)buf + 7) & ~(uintptr_t)7) + 1;

	for (uint8_t i = 0; i < 8; i++)
		odd[i] = i + 1;
	return odd;
}

int exclusive_load(void *address)
{
	uint8_t buf[24];
	uint32_t word;

	(void)address;
	__asm__ volatile("ldrex %0, [%1]\n\tclrex" : "=r"(word) : "r"(odd_address(buf)) : "memory");
	return 0;
}

int double_load(void *address)
{
	register uint32_t low __asm__("r2");
	register uint32_t high __asm__("r3");
	uint8_t buf[24];

	(void)address;
	__asm__ volatile("ldrd r2, r3, [%2]"
	                 : "=&r"(low), "=&r"(high)
	                 : "r"(odd_address(buf))
	                 : "memory");
	return low == 0x04030201 && high == 0x08070605 ? EMULATED : 0;
}

int multiple_load(void *address)
{
	register uint32_t low __asm__("r2");
	register uint32_t high __asm__("r3");
	uint8_t buf[24];

	(void)address;
	__asm__ volatile("ldm %2, {r2, r3}"
	                 : "=&r"(low), "=&r"(high)
	                 : "r"(odd_address(buf))
	                 : "memory");
	return low == 0x04030201 && high == 0x08070605 ? EMULATED : 0;
}

/* Each call takes at least a kilobyte of stack; writing after the call keeps it a real call. */
__attribute__((noinline)) static int descend(int depth)
{
	volatile char frame[1024];

	frame[0] = (char)depth;
	return depth < 0 ? 0 : descend(depth + 1) + frame[0];
}

int overflow_stack(void *address)
{
	(void)address;
	return descend(0) & 0;
}

int write_from(void *address)
{
	return -syscall(SYS_write, 1, address, 4);
}

int read_into(void *address)
{
	return -syscall(SYS_getcwd, address, 64);
}

int unknown_call(void *address)
{
	(void)address;
	return -syscall(999);
}
