/* SPDX-License-Identifier: MIT */
/*
 * A program without an operating system that prints backtraces of itself over semihosting.
 * test_backtrace.py builds it like the kernel and knows what it has to print.
 */
#include <kernel/backtrace.h>
#include <string.h>

/* The compiler may neither inline these nor drop their results, which would drop their frames. */
#define FRAME __attribute__((noipa))

static volatile int sink;

extern char stack_low[], stack_high[];
void target_main(void);
void target_abort(const struct backtrace_regs *regs);

/* SYS_WRITE0: a string to the host's console (ARM DUI 0471, "Semihosting"). */
static void put(const char *s)
{
	register uint32_t op __asm__("r0") = 4;
	register const char *arg __asm__("r1") = s;

	__asm__ volatile("svc 0xab" : "+r"(op) : "r"(arg) : "memory");
}

static void put_frame(uint32_t pc, const char *name, uint32_t offset, void *arg)
{
	(void)pc;
	(void)arg;
	put(name ? name : "?");
	put(offset ? "+ " : " ");
}

static void show(const struct backtrace_regs *regs)
{
	backtrace(regs, (uintptr_t)stack_low, (uintptr_t)stack_high, put_frame, NULL);
	put("\n");
}

/* Called by the data abort vector. */
void target_abort(const struct backtrace_regs *regs)
{
	show(regs);
}

static FRAME void show_here(void)
{
	struct backtrace_regs regs;

	backtrace_save(&regs);
	show(&regs);
}

/* A frame pointer (r7): the frame's size is known only at run time. */
static FRAME int variable_frame(size_t n)
{
	char buf[n];

	memset(buf, 1, n);
	show_here();
	return buf[n / 2];
}

/* More than the one-byte form of "add to sp" can say. */
static FRAME int large_frame(size_t n)
{
	volatile char buf[3000];

	buf[n] = 1;
	return variable_frame(n) + buf[n];
}

/* Many saved registers, which needs an entry in .ARM.extab. */
static FRAME int many_registers(int a, int b, int c, int d, int e)
{
	int x = large_frame(a), y = large_frame(b);

	return x + y + a * b + c * d + e * a;
}

static FRAME uint32_t recurse(unsigned int depth)
{
	if (!depth) {
		show_here();
		return 0;
	}
	return (recurse(depth - 1) + 7) / (depth + 2);
}

/* newlib's memset has no unwind tables; there is nothing at this address of QEMU's board. */
static FRAME int bad_memset(void)
{
	memset((void *)0x0b000000, 0, 40);
	return 1;
}

void target_main(void)
{
	sink = many_registers(100, 200, 3, 4, 5);
	sink = recurse(3);
	sink = bad_memset();
}
