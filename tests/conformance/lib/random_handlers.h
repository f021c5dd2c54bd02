/* SPDX-License-Identifier: MIT */
/*
 * For tests/conformance/randomsignals.c alone: handlers that say what they see, change it and take further steps.
 */
#ifndef RANDOM_HANDLERS_H
#define RANDOM_HANDLERS_H

#include "random_trace.h"

#define MAX_DEPTH 4

/* -- a system call that a handler may find in its context, and jump back to -- */

/* One call with r8 as given; where to is what was there afterwards. */
long marked_call(long number, long a, long b, long c, uint32_t *r8);
_Noreturn void jump_to(uint32_t sp);
extern char marked_svc[], fault_load[], fault_trap[], fault_undefined[];
int do_fault_load(void *), do_fault_trap(void), do_fault_undefined(void);
volatile uint32_t jump_sp;

#define FUNCTION(name) ".thumb_func\n.type " #name ", %function\n" #name ": "
/* clang-format off */
__asm__(".syntax unified\n.thumb\n"
	FUNCTION(marked_call)
	"push {r4-r11, lr}\n ldr r4, [sp, #36]\n ldr r8, [r4]\n"
	"ldr r5, =jump_sp\n str sp, [r5]\n"
	"mov r7, r0\n mov r0, r1\n mov r1, r2\n mov r2, r3\n svc #0\n"
	"marked_svc: str r8, [r4]\n pop {r4-r11, pc}\n"
	FUNCTION(jump_to) "mov sp, r0\n movw r0, #999\n pop {r4-r11, pc}\n"
	FUNCTION(do_fault_load) "fault_load: ldr.w r0, [r0]\n bx lr\n"
	FUNCTION(do_fault_trap) "fault_trap: bkpt #1\n nop\n bx lr\n"
	FUNCTION(do_fault_undefined) "fault_undefined: udf.w #9\n bx lr\n"
	".ltorg\n");
/* clang-format on */

static long marked(long number, long a, long b, long c)
{
	uint32_t r8 = 0x12345678, sp = jump_sp, used = areas_in_use;
	int here = depth;
	long answer = marked_call(number, a, b, c, &r8);

	jump_sp = sp;
	depth = here;
	areas_in_use = used;
	mix(r8);
	return answer;
}

/* -- handlers -- */

/* A random one of all that there are. */
static void step(void);
static void do_fault(void);

static int area_of(const void *address)
{
	uint32_t offset = (uint32_t)address - (uint32_t)areas;

	return offset < sizeof(areas) ? (int)(offset / AREA_SIZE) : -1;
}

static void see(int sig, const siginfo_t *info, struct context *context)
{
	int here = area_of(__builtin_frame_address(0));
	uint64_t mask = mask_now();

	if (here >= 0)
		areas_in_use |= 1u << here;
	mix((uint32_t)sig << 16 | (uint32_t)depth << 8 | (uint32_t)(here + 1));
	mix_set(mask);
	if (verbose)
		say("handler", "signal %d, depth %d, stack %d, mask %08x %08x", sig, depth, here,
		        (uint32_t)(mask >> 32), (uint32_t)mask);
	if (!info)
		return;
	{
		const uint32_t *w = (const uint32_t *)info;
		uint32_t pid = info->si_code > 0 && sig != SIGCHLD ? w[3] : who((long)w[3]);
		int kernel_child = sig == SIGCHLD && info->si_code > 0;

		if (sig == SIGTRAP && info->si_code > 0)
			pid = 0; /* a BKPT's address on Quire; Linux reads a register that has none then */
		else if (w[3] >= (uint32_t)fault_load - 64 && w[3] < (uint32_t)fault_undefined + 64)
			pid = 77;
		mix(w[0] ^ w[1] << 8);
		mix(w[2]);
		mix(pid);
		mix(w[4]);
		mix(w[5]);
		if (!kernel_child)
			mix(w[6]), mix(w[7]);
		for (int i = 8; i < 32; i++)
			mix(w[i]);
		if (verbose)
			say("  info", "%x %x code %d, %x %x %x %x %x", w[0], w[1], info->si_code,
			        pid, w[4], w[5], kernel_child ? 0 : w[6], kernel_child ? 0 : w[7]);
	}
	mix_set(context->mask);
	mix((uint32_t)context->registers.oldmask);
	mix((uint32_t)context->stack.ss_flags);
	mix((uint32_t)context->stack.ss_size);
	if (verbose)
		say("  context", "mask %08x %08x, old %08lx, stack %x %x",
		        (uint32_t)(context->mask >> 32), (uint32_t)context->mask,
		        context->registers.oldmask, context->stack.ss_flags,
		        (uint32_t)context->stack.ss_size);
}

static void skip_fault(struct context *context)
{
	unsigned long pc = context->registers.arm_pc;

	if (pc == ((unsigned long)fault_load & ~1ul) || pc == ((unsigned long)fault_trap & ~1ul) ||
	        pc == ((unsigned long)fault_undefined & ~1ul))
		context->registers.arm_pc += 4;
}

static void change_context(struct context *context)
{
	switch (below(6)) {
	case 0:
		context->mask = some_set();
		break;
	case 1:
		if (context->registers.arm_pc == ((unsigned long)marked_svc & ~1ul)) {
			context->registers.arm_r8 = next();
			context->registers.arm_r0 = next();
		}
		break;
	case 2:
		context->registers.oldmask = next(); /* of no effect */
		break;
	}
}

static void handler_steps(int sig)
{
	(void)sig;
	if (depth > MAX_DEPTH)
		return;
	for (uint32_t n = below(3); n; n--)
		step();
	if (jump_sp && one_in(10)) {
		if (verbose)
			say("jump", "from depth %d", depth);
		jump_to(jump_sp);
	}
}

static void plain(int sig)
{
	uint32_t used = areas_in_use;

	depth++;
	see(sig, NULL, NULL);
	handler_steps(sig);
	depth--;
	areas_in_use = used;
}

static void with_info(int sig, siginfo_t *info, struct context *context)
{
	uint32_t used = areas_in_use;

	depth++;
	see(sig, info, context);
	skip_fault(context);
	handler_steps(sig);
	change_context(context);
	depth--;
	areas_in_use = used;
}

static uint32_t kind_of(const void *handler)
{
	return handler == (void *)plain ? 2 : handler == (void *)with_info ? 3 : (uint32_t)handler;
}

static void mix_action(const struct action *a)
{
	uint32_t restorer = a->restorer == restore      ? 1
	                    : a->restorer == restore_rt ? 2
	                                                : (uint32_t)a->restorer;

	mix(kind_of(a->handler));
	mix(a->flags);
	mix(restorer);
	mix_set(a->mask);
	if (verbose)
		say("  action", "handler %x, flags %lx, restorer %x, mask %08x %08x",
		        kind_of(a->handler), a->flags, restorer, (uint32_t)(a->mask >> 32),
		        (uint32_t)a->mask);
}

#endif
