/* SPDX-License-Identifier: MIT */
/*
 * What a program is told of its own faults: signal, code, address; and that a handler can mend the
 * cause and go on.
 */
#include "observe.h"

static struct {
	int number, code;
	char *address;
	int times;
} last;

static char *to_mend; /* the handler makes this page accessible */
static int skip;      /* the handler skips an instruction of so many bytes */

static void handler(int number, siginfo_t *info, struct context *context)
{
	last.number = number;
	last.code = info->si_code;
	last.address = info->si_addr;
	last.times++;
	if (to_mend)
		SYS(mprotect, to_mend, PAGE, PROT_READ | PROT_WRITE);
	else
		context->registers.arm_pc += (unsigned long)skip;
	if (last.times > 10)
		leave(1);
}

static void report(const char *label, char *base)
{
	say(label, "signal %d code %d at %s%d, %d times", last.number, last.code,
	        base ? "base+" : "", last.address - base, last.times);
	memset(&last, 0, sizeof(last));
}

/* Four-byte instructions, so that the handler knows how far to skip. */
static void load(void *at)
{
	long value;

	skip = 4;
	__asm__ volatile("ldr.w %0, [%1]" : "=r"(value) : "r"(at) : "memory");
}

static void store(void *at)
{
	skip = 4;
	__asm__ volatile("str.w %1, [%0]" : : "r"(at), "r"(0x12345678) : "memory");
}

static void unmapped(void)
{
	char *memory = pages(3, PROT_READ | PROT_WRITE);

	SYS(munmap, memory + PAGE, PAGE);
	load(memory + PAGE + 8);
	report("load from a hole", memory);
	store(memory + PAGE + 12);
	report("store to a hole", memory);
	load(NULL);
	report("load from 0", NULL);
	store(BAD_POINTER);
	report("store to 16", NULL);
	load(KERNEL);
	report("load from the kernel", KERNEL);
	store(KERNEL);
	report("store to the kernel", KERNEL);
	load((void *)0xfffffffcu);
	report("load from the last word", NULL);
	load(memory + PAGE - 2);
	report("load across the start of a hole", memory);
}

static void forbidden(void)
{
	char *memory = pages(1, PROT_READ);

	load(memory);
	say("load from a read-only page", "%d faults", last.times);
	store(memory + 4);
	report("store to a read-only page", memory);
	SYS(mprotect, memory, PAGE, PROT_NONE);
	load(memory + 8);
	report("load from a page of PROT_NONE", memory);
	store((char *)(uintptr_t)unmapped + 3);
	report("store to the program's text", (char *)(uintptr_t)unmapped);
}

static int go(void *at)
{
	((void (*)(void))(uintptr_t)at)();
	return 0;
}

static char *target;

static void jump_handler(int number, siginfo_t *info, struct context *context)
{
	char *pc = (char *)context->registers.arm_pc;

	say("jump to data, signal and code", "%d %d", number, info->si_code);
	say("jump to data, address and pc", "base+%d base+%d", (char *)info->si_addr - target,
	        pc - target);
	leave(0);
}

static int jump_to_data(void)
{
	target = pages(1, PROT_READ | PROT_WRITE);
	handle(SIGSEGV, jump_handler, SA_SIGINFO);
	return go(target);
}

static int jump_to_hole(void)
{
	handle(SIGSEGV, SIG_DFL, 0);
	return go((void *)0x20);
}

static int jump_to_kernel(void)
{
	handle(SIGSEGV, SIG_DFL, 0);
	return go(KERNEL);
}

static void alignment(void)
{
	char *memory = pages(1, PROT_READ | PROT_WRITE);

	skip = 4;
	__asm__ volatile("ldrd r2, r3, [%0]" : : "r"(memory + 2) : "r2", "r3", "memory");
	say("ldrd off its alignment", "%d faults", last.times);
	memset(&last, 0, sizeof(last));
	__asm__ volatile("ldrex r2, [%0]\n\tnop.w\n\tnop.w" : : "r"(memory + 1) : "r2", "memory");
	report("ldrex off its alignment", memory);
	load(memory + 1);
	say("ldr off its alignment", "%d faults", last.times);
	memset(&last, 0, sizeof(last));
}

static void instructions(void)
{
	skip = 4;
	__asm__ volatile("udf.w #1");
	say("undefined instruction", "signal %d code %d, %d times", last.number, last.code,
	        last.times);
	memset(&last, 0, sizeof(last));
	/* Linux v6.1, arch/arm/kernel/ptrace.c: this one is the debuggers' breakpoint. */
	__asm__ volatile("udf.w #0");
	say("breakpoint", "signal %d code %d, %d times", last.number, last.code, last.times);
	memset(&last, 0, sizeof(last));
	__asm__ volatile("mrc p15, 0, r2, c1, c0, 0" : : : "r2");
	say("reading SCTLR", "signal %d code %d, %d times", last.number, last.code, last.times);
	memset(&last, 0, sizeof(last));
	skip = 2;
	__asm__ volatile("bkpt #0");
	say("bkpt", "signal %d code %d, %d times", last.number, last.code, last.times);
	memset(&last, 0, sizeof(last));
}

static void mend(void)
{
	char *memory = pages(2, PROT_NONE);

	to_mend = memory;
	store(memory + 16);
	say("word after mending", "%lx", *(unsigned long *)(memory + 16));
	report("store mended by mprotect", memory);
	SYS(mprotect, memory, PAGE, PROT_READ);
	store(memory + 20);
	report("store mended a second time", memory);
	to_mend = NULL;
}

static void past_the_end(void)
{
	int fd = new_file("/tmp/short", "hello");
	char *map = (char *)SYS(mmap2, NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	load(map + PAGE - 4);
	say("load from the file's last page", "%d faults", last.times);
	load(map + PAGE + 4);
	report("load past the end of a file", map);
	store(map + 2 * PAGE);
	report("store past the end of a file", map);
	SYS(ftruncate, fd, 2 * PAGE);
	load(map + PAGE + 4);
	say("load after the file grew", "%d faults", last.times);
	SYS(ftruncate, fd, 5);
	load(map + PAGE + 4);
	report("load after the file shrank", map);
	SYS(unlink, "/tmp/short");
}

int main(void)
{
	handle(SIGSEGV, handler, SA_SIGINFO);
	handle(SIGBUS, handler, SA_SIGINFO);
	handle(SIGILL, handler, SA_SIGINFO);
	handle(SIGTRAP, handler, SA_SIGINFO);
	unmapped();
	forbidden();
	saw_status("jump to data", in_child(jump_to_data));
	saw_status("jump to a hole", in_child(jump_to_hole));
	saw_status("jump to the kernel", in_child(jump_to_kernel));
	alignment();
	instructions();
	mend();
	past_the_end();
	return 0;
}
