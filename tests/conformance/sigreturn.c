/* SPDX-License-Identifier: MIT */
/*
 * What a handler may change in the frame that sigreturn takes back: registers, yes; privilege, no.
 */
#include "observe.h"

static unsigned long set_bits, clear_bits;
static volatile unsigned long seen_cpsr;

static void change_mode(int sig, siginfo_t *info, struct context *context)
{
	(void)sig;
	(void)info;
	context->registers.arm_cpsr &= ~clear_bits;
	context->registers.arm_cpsr |= set_bits;
}

static unsigned long cpsr(void)
{
	unsigned long value;

	__asm__ volatile("mrs %0, cpsr" : "=r"(value));
	return value & 0xff;
}

static int forged_mode(void)
{
	unsigned long before = cpsr();

	handle(SIGUSR1, change_mode, SA_SIGINFO);
	SYS(kill, SYS(getpid), SIGUSR1);
	return cpsr() == before ? 0 : 1;
}

static void forge(const char *label, unsigned long clear, unsigned long set)
{
	clear_bits = clear;
	set_bits = set;
	saw_status(label, in_child(forged_mode));
}

static void change_r4(int sig, siginfo_t *info, struct context *context)
{
	(void)sig;
	say("siginfo of kill", "signal %d code %d errno %d from %s", info->si_signo, info->si_code,
	        info->si_errno, info->si_pid == SYS(getpid) ? "myself" : "another");
	say("context's mask", "%x", (uint32_t)context->mask);
	say("context's link and flags", "%d %lx", context->link != NULL, context->flags);
	context->registers.arm_r4 += 1;
}

static void registers(void)
{
	register unsigned long r4 __asm__("r4") = 41;

	handle(SIGUSR1, change_r4, SA_SIGINFO);
	__asm__ volatile("push {r7}\n\tmov r7, #20\n\tsvc #0\n\tmovs r1, #10\n\tmov r7, #37\n\t"
	                 "svc #0\n\tpop {r7}"
	                 : "+r"(r4)
	                 :
	                 : "r0", "r1", "memory");
	say("r4 raised by the handler", "%lu", r4);
}

static void clobber_vfp(int sig)
{
	(void)sig;
	__asm__ volatile("vmov d8, r0, r0\n\tvmov d16, r0, r0" : : : "d8", "d16");
}

/* Floating-point registers are the interrupted program's own again after the handler. */
static void floating_point(void)
{
	register long r0 __asm__("r0") = SYS(getpid);
	unsigned long low = 1234, high = 5678;

	handle(SIGUSR1, clobber_vfp, 0);
	__asm__ volatile("push {r7}\n\tvmov d8, %1, %2\n\tvmov d16, %2, %1\n\tmovs r1, #10\n\t"
	                 "mov r7, #37\n\tsvc #0\n\tvmov %1, s16\n\tvmov %2, r3, d16\n\tpop {r7}"
	                 : "+r"(r0), "+r"(low), "+r"(high)
	                 :
	                 : "r1", "r3", "d8", "d16", "memory");
	say("vfp registers after a handler", "%lu %lu", low, high);
}

/* The VFP block straddles two pages that nobody has touched, at every other word. */
static void floating_point_on_new_pages(void)
{
	unsigned int wrong = 0;

	handle(SIGUSR1, clobber_vfp, SA_ONSTACK);
	for (long end = PAGE + 8; end < PAGE + 800; end += 8) {
		char *memory = pages(4, PROT_READ | PROT_WRITE);
		stack_t stack = {memory, 0, 2 * PAGE + end};
		register long r0 __asm__("r0");
		unsigned long low = end, high = ~end;

		SYS(sigaltstack, &stack, NULL);
		r0 = SYS(getpid);
		__asm__ volatile(
		        "push {r7}\n\tvmov d8, %1, %2\n\tvmov d31, %2, %1\n\tmovs r1, #10\n\t"
		        "mov r7, #37\n\tsvc #0\n\tvmov %1, s16\n\tvmov %2, r3, d31\n\tpop {r7}"
		        : "+r"(r0), "+r"(low), "+r"(high)
		        :
		        : "r1", "r3", "d8", "d31", "memory");
		wrong += low != (unsigned long)end || high != ~(unsigned long)end;
		SYS(munmap, memory, 4 * PAGE);
	}
	SYS(sigaltstack, &(stack_t){NULL, SS_DISABLE, 0}, NULL);
	say("vfp registers wrong after frames on new pages", "%u", wrong);
}

static char alternate[2][8192];
static stack_t wanted; /* what change_stack() puts into its frame */
static const char *before;

static void show_stack(const char *label, const stack_t *stack)
{
	say(label, "%s flags %d size %u",
	        stack->ss_sp == alternate[0]   ? "first"
	        : stack->ss_sp == alternate[1] ? "second"
	                                       : "other",
	        stack->ss_flags, (unsigned int)stack->ss_size);
}

static void change_stack(int sig, siginfo_t *info, struct context *context)
{
	(void)sig;
	(void)info;
	show_stack(before, &context->stack);
	context->stack = wanted;
}

static void change_stack_to(const char *label, void *at, int flags, size_t size)
{
	char text[64];
	stack_t now;

	format_text(text, sizeof(text), "%s, before", label);
	before = text;
	wanted = (stack_t){at, flags, size};
	SYS(kill, SYS(getpid), SIGUSR1);
	SYS(sigaltstack, NULL, &now);
	show_stack(label, &now);
}

/* rt_sigreturn() also sets the alternate stack that the frame names, where sigaltstack() would. */
static void alternate_stack(void)
{
	stack_t first = {alternate[0], SS_ONSTACK, sizeof(alternate[0])};

	saw("sigaltstack with SS_ONSTACK", SYS(sigaltstack, &first, NULL));
	saw("sigaltstack with both flags",
	        SYS(sigaltstack, &(stack_t){alternate[0], 3, 8192}, NULL));
	handle(SIGUSR1, change_stack, SA_SIGINFO | SA_ONSTACK);
	change_stack_to("another alternate stack", alternate[1], 0, sizeof(alternate[1]));
	change_stack_to("one that is too small", alternate[0], 0, 100);
	change_stack_to("one with unknown flags", alternate[0], 64, sizeof(alternate[0]));
	change_stack_to("none any more", alternate[0], SS_DISABLE, sizeof(alternate[0]));
	change_stack_to("the first again", alternate[0], 0, sizeof(alternate[0]));
	SYS(sigaltstack, &(stack_t){NULL, SS_DISABLE, 0}, NULL);
}

static int without_frame(void)
{
	SYS(rt_sigreturn);
	return 0;
}

static int frame_of_zeros(void)
{
	static char zeros[2048] __attribute__((aligned(8)));

	__asm__ volatile("mov sp, %0\n\tmov r7, #173\n\tsvc #0" : : "r"(zeros) : "memory");
	return 0;
}

static int frame_nowhere(void)
{
	__asm__ volatile("mov sp, %0\n\tmov r7, #173\n\tsvc #0" : : "r"(64) : "memory");
	return 0;
}

static int frame_unaligned(void)
{
	static char zeros[2048] __attribute__((aligned(8)));

	__asm__ volatile("mov sp, %0\n\tmov r7, #119\n\tsvc #0" : : "r"(zeros + 4) : "memory");
	return 0;
}

static int frame_in_the_kernel(void)
{
	__asm__ volatile("mov sp, %0\n\tmov r7, #173\n\tsvc #0" : : "r"(KERNEL) : "memory");
	return 0;
}

static void without_restorer(void)
{
	struct action action = {clobber_vfp, 0, NULL, 0};

	SYS(rt_sigaction, SIGUSR1, &action, NULL, 8);
	saw("a handler without SA_RESTORER", SYS(kill, SYS(getpid), SIGUSR1));
}

int main(void)
{
	registers();
	floating_point();
	floating_point_on_new_pages();
	alternate_stack();
	without_restorer();
	forge("frame with supervisor mode", 0x1f, 0x13);
	forge("frame with system mode", 0x1f, 0x1f);
	forge("frame with FIQ mode", 0x1f, 0x11);
	forge("frame with interrupts off", 0, 0xc0);
	forge("frame with asynchronous aborts off", 0, 0x100);
	forge("frame with a 26-bit mode", 0x1f, 0);
	saw_status("rt_sigreturn without a frame", in_child(without_frame));
	saw_status("rt_sigreturn of zeros", in_child(frame_of_zeros));
	saw_status("rt_sigreturn with a wild stack", in_child(frame_nowhere));
	saw_status("sigreturn off its alignment", in_child(frame_unaligned));
	saw_status("rt_sigreturn with the kernel's stack", in_child(frame_in_the_kernel));
	return 0;
}
