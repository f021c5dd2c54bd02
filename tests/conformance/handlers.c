/* SPDX-License-Identifier: MIT */
/*
 * How handlers run: the flags of rt_sigaction(), the alternate stack, masks, what a bad argument
 * gets, and signals for faults that are blocked or ignored.
 */
#include "observe.h"

static volatile int times, depth, deepest, on_stack;
static char alternate[16384] __attribute__((aligned(8)));

static void count(int sig)
{
	char here;

	(void)sig;
	times++;
	on_stack = &here >= alternate && &here < alternate + sizeof(alternate);
}

static void again(int sig)
{
	if (++depth > deepest)
		deepest = depth;
	if (++times < 3)
		SYS(kill, SYS(getpid), sig);
	depth--;
}

static void raise_self(int sig)
{
	SYS(kill, SYS(getpid), sig);
}

static uint64_t mask_now(void)
{
	uint64_t set = 0;

	SYS(rt_sigprocmask, SIG_BLOCK, NULL, &set, 8);
	return set;
}

static volatile uint32_t mask_in_handler;

static void see_mask(int sig)
{
	(void)sig;
	mask_in_handler = (uint32_t)mask_now();
}

static void flags(void)
{
	struct action action = {see_mask, SA_RESTORER, restore, SIGNAL_BIT(SIGUSR2)};
	struct action old;

	saw("rt_sigaction with a mask", SYS(rt_sigaction, SIGUSR1, &action, NULL, 8));
	raise_self(SIGUSR1);
	say("mask in the handler", "%x", mask_in_handler);
	say("mask after the handler", "%x", (uint32_t)mask_now());
	times = 0;
	handle(SIGUSR1, again, 0);
	raise_self(SIGUSR1);
	say("raised in its handler", "depth %d, %d times", deepest, times);
	deepest = times = 0;
	handle(SIGUSR1, again, SA_NODEFER);
	raise_self(SIGUSR1);
	say("raised in its handler with SA_NODEFER", "depth %d, %d times", deepest, times);
	handle(SIGUSR1, see_mask, SA_NODEFER);
	raise_self(SIGUSR1);
	say("mask in the handler with SA_NODEFER", "%x", mask_in_handler);
	times = 0;
	handle(SIGUSR1, count, SA_RESETHAND);
	raise_self(SIGUSR1);
	SYS(rt_sigaction, SIGUSR1, NULL, &old, 8);
	say("SA_RESETHAND", "%d times, then %s", times,
	        old.handler == SIG_DFL ? "default" : "kept");
	say("flags are kept", "%lx", old.flags & ~(unsigned long)SA_RESTORER);
}

static void masks(void)
{
	struct action old;
	struct action action = {count, SA_RESTORER, restore, ~0ull};
	uint64_t pending = 0;

	SYS(rt_sigaction, SIGUSR2, &action, NULL, 8);
	SYS(rt_sigaction, SIGUSR2, NULL, &old, 8);
	say("mask of everything", "%x %x", (uint32_t)old.mask, (uint32_t)(old.mask >> 32));
	mask_signals(SIG_SETMASK, ~0ull);
	say("everything blocked", "%x %x", (uint32_t)mask_now(), (uint32_t)(mask_now() >> 32));
	raise_self(SIGUSR2);
	raise_self(SIGUSR2);
	SYS(rt_sigpending, &pending, 8);
	say("pending", "%x", (uint32_t)pending);
	times = 0;
	mask_signals(SIG_SETMASK, 0);
	say("unblocked", "%d times", times);
	saw("sigsuspend with a pending signal",
	        (mask_signals(SIG_BLOCK, SIGNAL_BIT(SIGUSR2)), raise_self(SIGUSR2),
	                SYS(rt_sigsuspend, &(uint64_t){0}, 8)));
	say("mask after sigsuspend", "%x", (uint32_t)mask_now());
	mask_signals(SIG_SETMASK, 0);
}

static void bad_arguments(void)
{
	struct action action = {count, 0, NULL, 0};
	uint64_t set = 0;

	saw("rt_sigaction of 0", SYS(rt_sigaction, 0, &action, NULL, 8));
	saw("rt_sigaction of 65", SYS(rt_sigaction, 65, &action, NULL, 8));
	saw("rt_sigaction of SIGKILL", SYS(rt_sigaction, SIGKILL, &action, NULL, 8));
	saw("rt_sigaction of SIGSTOP", SYS(rt_sigaction, SIGSTOP, &action, NULL, 8));
	saw("asking about SIGKILL", SYS(rt_sigaction, SIGKILL, NULL, &action, 8));
	saw("rt_sigaction with a short set", SYS(rt_sigaction, SIGUSR1, &action, NULL, 4));
	saw("rt_sigaction from nowhere", SYS(rt_sigaction, SIGUSR1, BAD_POINTER, NULL, 8));
	saw("rt_sigaction to nowhere", SYS(rt_sigaction, SIGUSR1, NULL, BAD_POINTER, 8));
	saw("rt_sigprocmask 3", SYS(rt_sigprocmask, 3, &set, NULL, 8));
	saw("rt_sigprocmask 3 without a set", SYS(rt_sigprocmask, 3, NULL, &set, 8));
	saw("rt_sigprocmask with a long set", SYS(rt_sigprocmask, 0, &set, NULL, 16));
	saw("rt_sigpending with a short set", SYS(rt_sigpending, &set, 4));
	saw("rt_sigpending with a long set", SYS(rt_sigpending, &set, 16));
	saw("rt_sigsuspend with a short set", SYS(rt_sigsuspend, &set, 4));
	saw("kill with signal 65", SYS(kill, SYS(getpid), 65));
	saw("kill with signal -1", SYS(kill, SYS(getpid), -1));
	saw("kill with signal 0", SYS(kill, SYS(getpid), 0));
	saw("kill of nobody", SYS(kill, 30000, 0));
	saw("kill of no group", SYS(kill, -30000, 0));
	saw("kill of INT_MIN", SYS(kill, 0x80000000u, 0));
	saw("tgkill of thread 0", SYS(tgkill, SYS(getpid), 0, 0));
	saw("tgkill of another's thread", SYS(tgkill, SYS(getpid), 1, 0));
	saw("tkill of -1", SYS(tkill, -1, 0));
}

static long alt(void *at, int how, size_t size)
{
	stack_t stack = {at, how, size};

	return SYS(sigaltstack, &stack, NULL);
}

static void from_alternate(int sig)
{
	stack_t now;

	count(sig);
	SYS(sigaltstack, NULL, &now);
	say("sigaltstack as seen on it", "flags %d", now.ss_flags);
	saw("sigaltstack while on it", alt(alternate, 0, sizeof(alternate)));
	saw("SS_DISABLE while on it", alt(NULL, SS_DISABLE, 0));
}

static void alternate_stack(void)
{
	stack_t old = {0};

	SYS(sigaltstack, NULL, &old);
	say("no alternate stack", "sp %d flags %d size %d", old.ss_sp != NULL, old.ss_flags,
	        (int)old.ss_size);
	saw("alternate stack too small", alt(alternate, 0, 1024));
	saw("alternate stack of MINSIGSTKSZ", alt(alternate, 0, MINSIGSTKSZ));
	saw("alternate stack with flags 4", alt(alternate, 4, sizeof(alternate)));
	saw("alternate stack with SS_ONSTACK", alt(alternate, SS_ONSTACK, sizeof(alternate)));
	saw("alternate stack from nowhere", SYS(sigaltstack, BAD_POINTER, NULL));
	saw("alternate stack to nowhere", SYS(sigaltstack, NULL, BAD_POINTER));
	saw("alternate stack", alt(alternate, 0, sizeof(alternate)));
	handle(SIGUSR1, from_alternate, SA_ONSTACK);
	raise_self(SIGUSR1);
	say("handler with SA_ONSTACK", "%s", on_stack ? "there" : "elsewhere");
	handle(SIGUSR1, count, 0);
	raise_self(SIGUSR1);
	say("handler without SA_ONSTACK", "%s", on_stack ? "there" : "elsewhere");
	saw("SS_DISABLE", alt(NULL, SS_DISABLE, 0));
	SYS(sigaltstack, NULL, &old);
	say("disabled", "sp %d flags %d size %d", old.ss_sp != NULL, old.ss_flags,
	        (int)old.ss_size);
	handle(SIGUSR1, count, SA_ONSTACK);
	raise_self(SIGUSR1);
	say("SA_ONSTACK without a stack", "%s", on_stack ? "there" : "elsewhere");
}

static void say_alternate(const char *label)
{
	stack_t now;

	SYS(sigaltstack, NULL, &now);
	say(label, "sp %d flags %x size %d", now.ss_sp != NULL, now.ss_flags, (int)now.ss_size);
}

static void disarmed(int sig)
{
	count(sig);
	say_alternate("in the handler of a stack that disarms itself");
	say("and the handler", "%s", on_stack ? "there" : "elsewhere");
	saw("another stack while on it", alt(alternate, 0, MINSIGSTKSZ));
}

/* Linux: sas_ss_reset(). The frame without a ucontext has nowhere to keep the stack. */
static void disarming_stack(void)
{
	int autodisarm = 1u << 31;

	saw("SS_AUTODISARM", alt(alternate, autodisarm, sizeof(alternate)));
	say_alternate("stack with SS_AUTODISARM");
	handle(SIGUSR1, disarmed, SA_ONSTACK | SA_SIGINFO);
	raise_self(SIGUSR1);
	say_alternate("after the handler");
	saw("SS_AUTODISARM and SS_ONSTACK",
	        alt(alternate, autodisarm | SS_ONSTACK, sizeof(alternate)));
	handle(SIGUSR1, count, SA_ONSTACK);
	raise_self(SIGUSR1);
	say_alternate("after a handler without SA_SIGINFO");
	saw("SS_AUTODISARM and flag 3", alt(alternate, autodisarm | 3, sizeof(alternate)));
	saw("SS_AUTODISARM and SS_DISABLE", alt(alternate, autodisarm | SS_DISABLE, 0));
	say_alternate("disabled with SS_AUTODISARM");
	alt(NULL, SS_DISABLE, 0);
}

/* A child signals its parent while that waits for data, then sends some. */
static void interrupted_read(const char *label, unsigned long with)
{
	int ends[2];
	char c;
	long pid, answer;

	SYS(pipe, ends);
	times = 0;
	handle(SIGUSR1, count, with);
	pid = SYS(fork);
	if (pid == 0) {
		sleep_ms(60);
		SYS(kill, SYS(getppid), SIGUSR1);
		sleep_ms(60);
		SYS(write, ends[1], "x", 1);
		leave(0);
	}
	answer = SYS(read, ends[0], &c, 1);
	say(label, "%s, %d times", answer_name(answer), times);
	wait_status(pid);
	SYS(close, ends[0]);
	SYS(close, ends[1]);
}

static int fault(void)
{
	*(volatile int *)BAD_POINTER = 1;
	return 0;
}

static int blocked_fault(void)
{
	handle(SIGSEGV, count, 0);
	mask_signals(SIG_BLOCK, SIGNAL_BIT(SIGSEGV));
	return fault();
}

static int ignored_fault(void)
{
	handle(SIGSEGV, SIG_IGN, 0);
	return fault();
}

static int ignored_kill(void)
{
	handle(SIGSEGV, SIG_IGN, 0);
	raise_self(SIGSEGV);
	return 5;
}

static int fault_in_handler(void)
{
	handle(SIGSEGV, fault, 0);
	return fault();
}

static int fault_without_stack(void)
{
	handle(SIGSEGV, count, 0);
	__asm__ volatile("mov sp, %0\n\tstr %0, [%0]" : : "r"(64) : "memory");
	return 0;
}

static int signal_without_stack(void)
{
	long self = SYS(getpid);

	handle(SIGUSR1, count, 0);
	__asm__ volatile("mov r0, %0\n\tmov r1, #10\n\tmov r7, #37\n\tmov sp, %1\n\tsvc #0"
	                 :
	                 : "r"(self), "r"(64)
	                 : "r0", "r1", "r7", "memory");
	return 0;
}

int main(void)
{
	flags();
	masks();
	bad_arguments();
	alternate_stack();
	disarming_stack();
	interrupted_read("read interrupted", 0);
	interrupted_read("read interrupted, SA_RESTART", SA_RESTART);
	saw_status("fault while blocked", in_child(blocked_fault));
	saw_status("fault while ignored", in_child(ignored_fault));
	saw_status("SIGSEGV sent while ignored", in_child(ignored_kill));
	saw_status("fault in the handler of faults", in_child(fault_in_handler));
	saw_status("fault with no stack for the handler", in_child(fault_without_stack));
	saw_status("signal with no stack for the handler", in_child(signal_without_stack));
	return 0;
}
