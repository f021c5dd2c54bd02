/* SPDX-License-Identifier: MIT */
/*
 * Loads and stores of several words off their alignment: registers, memory and the instruction after them
 * must be as if the processor had done it. Each case runs with r0 to r7 and memory in a known state.
 */
#include "observe.h"

#define WORDS 12

static uint32_t memory[WORDS + 2];
static char *const odd = (char *)memory + 1;

/* r0..r7, lr and the flags after an instruction; what it needs before in r0 is the address. */
static uint32_t after[10];

static void set_memory(void)
{
	for (unsigned int i = 0; i < sizeof(memory); i++)
		((uint8_t *)memory)[i] = (uint8_t)(i * 7 + 1);
}

static uint32_t sum(void)
{
	uint32_t crc = 1;

	for (unsigned int i = 0; i < sizeof(memory); i++)
		crc = crc * 31 + ((uint8_t *)memory)[i];
	return crc;
}

static void show(const char *label)
{
	char *base = (char *)memory;

	say(label, "base%d %x %x %x %x %x %x %x lr %x, memory %x", (int)((char *)after[0] - base),
	        after[1], after[2], after[3], after[4], after[5], after[6], after[7], after[8],
	        sum());
}

/*
 * Runs code with r0 = the address, r1..r7 = 0x101, 0x202 ...; lr = 0xe0e. `isa` is arm or thumb: the
 * code stands in a function of its own.
 */
#define DEFINE(name, isa, code)                                                                    \
	__asm__(".text\n\t.balign 4\n\t." #isa "\n\t.type " #name ", %function\n" #name ":\n\t"    \
	        "push {r4-r11, lr}\n\tmov r8, r1\n\tmov r1, #0x101\n\tmovw r2, #0x202\n\t"         \
	        "movw r3, #0x303\n\tmovw r4, #0x404\n\tmovw r5, #0x505\n\tmovw r6, #0x606\n\t"     \
	        "movw r7, #0x707\n\tmovw lr, #0xe0e\n\t" code                                      \
	        "\n\tstmia r8, {r0-r7}\n\tstr lr, [r8, #32]\n\tpop {r4-r11, pc}\n\t.thumb\n");     \
	extern void name(void *address, uint32_t *registers);

/* What is run: in ARM state, then in Thumb state. */
#define CASES(X)                                                                                   \
	X(arm_ldrd, arm, "ldrd r2, r3, [r0, #4]")                                                  \
	X(arm_ldrd_register, arm, "mov r6, #4\n\tldrd r2, r3, [r0, r6]")                           \
	X(arm_ldrd_down, arm, "add r0, #24\n\tldrd r2, r3, [r0, #-8]!")                            \
	X(arm_ldrd_post, arm, "ldrd r4, r5, [r0], #255")                                           \
	X(arm_strd, arm, "strd r2, r3, [r0, #8]!")                                                 \
	X(arm_strd_post, arm, "mov r6, #12\n\tstrd r4, r5, [r0], -r6")                             \
	X(arm_ldmia, arm, "ldmia r0, {r1, r3, r5, r7}")                                            \
	X(arm_ldmib, arm, "ldmib r0!, {r2-r4}")                                                    \
	X(arm_ldmda, arm, "add r0, #32\n\tldmda r0!, {r2, r6, lr}")                                \
	X(arm_ldmdb, arm, "add r0, #32\n\tldmdb r0, {r1-r7, lr}")                                  \
	X(arm_stmia, arm, "stmia r0!, {r1-r4}")                                                    \
	X(arm_stmib, arm, "stmib r0, {r5, lr}")                                                    \
	X(arm_stmda, arm, "add r0, #32\n\tstmda r0, {r3, r4}")                                     \
	X(arm_stmdb, arm, "add r0, #32\n\tstmdb r0!, {r1-r7}")                                     \
	X(arm_condition, arm, "cmp r0, #0\n\tldmiaeq r0!, {r1, r2}\n\tldmiane r0!, {r3, r4}")      \
	X(arm_pc, arm,                                                                             \
	        "adr r6, 1f\n\tstr r6, [r0, #4]\n\tldmia r0, {r5, pc}\n\tmov r5, #0\n1:\tmov r6, " \
	        "#0")                                                                              \
	X(arm_pc_thumb, arm,                                                                       \
	        "adr r6, 1f + 1\n\tstr r6, [r0]\n\tldmia r0!, {pc}\n\tmov r5, "                    \
	        "#0\n\t.thumb\n1:\tmovs r6, #0\n\tnop\n\tbx pc\n\tnop\n\t.arm")                    \
	X(thumb_ldrd, thumb, "ldrd r7, r2, [r0, #12]")                                             \
	X(thumb_ldrd_pre, thumb, "adds r0, #32\n\tldrd r1, r6, [r0, #-16]!")                       \
	X(thumb_ldrd_post, thumb, "ldrd r3, r2, [r0], #1020")                                      \
	X(thumb_strd, thumb, "strd r5, lr, [r0, #4]")                                              \
	X(thumb_strd_pre, thumb, "strd r5, r1, [r0, #8]!")                                         \
	X(thumb_strd_post, thumb, "strd r5, r4, [r0], #-4")                                        \
	X(thumb_ldmia_16, thumb, "ldmia r0!, {r1, r2, r7}")                                        \
	X(thumb_ldmia_base, thumb, "ldmia r0, {r1, r2}\n\tmov r4, r0\n\tldmia r4, {r3, r4}")       \
	X(thumb_stmia_16, thumb, "stmia r0!, {r1, r5, r6}")                                        \
	X(thumb_ldmia, thumb, "ldmia.w r0, {r2, r6, lr}")                                          \
	X(thumb_ldmdb, thumb, "adds r0, #40\n\tldmdb r0!, {r1-r5}")                                \
	X(thumb_stmia, thumb, "stmia.w r0!, {r6, r7, lr}")                                         \
	X(thumb_stmdb, thumb, "adds r0, #40\n\tstmdb r0, {r1-r7}")                                 \
	X(thumb_push, thumb,                                                                       \
	        "mov r9, sp\n\tadds r0, #32\n\tmov sp, r0\n\tpush {r1, r2, lr}\n\tmov r0, "        \
	        "sp\n\tmov sp, r9")                                                                \
	X(thumb_pop, thumb,                                                                        \
	        "mov r9, sp\n\tmov sp, r0\n\tpop {r3, r4, r5}\n\tmov r0, sp\n\tmov sp, r9")        \
	X(thumb_pop_pc, thumb,                                                                     \
	        "mov r9, sp\n\tadr r6, 1f\n\tadds r6, #1\n\tstr r6, [r0, #4]\n\tmov sp, "          \
	        "r0\n\tpop {r5, pc}\n\tnop\n\t.balign 4\n1:\tmov r0, sp\n\tmov sp, r9\n\tmovs "    \
	        "r6, #0")                                                                          \
	X(thumb_it, thumb,                                                                         \
	        "cmp r0, #0\n\titete ne\n\tldmiane.w r0!, {r1, r2}\n\tmoveq r3, #0\n\tldmiane "    \
	        "r0, {r4, r5}\n\tmoveq r6, #0\n\tmov r7, r7")                                      \
	X(thumb_it_last, thumb,                                                                    \
	        "cmp r0, #0\n\titt ne\n\tmovne r6, #6\n\tldrdne r1, r2, [r0]\n\tmovs r7, #0")

CASES(DEFINE)

#define RUN(name, isa, code)                                                                       \
	do {                                                                                       \
		set_memory();                                                                      \
		name(odd + 3, after);                                                              \
		set_memory();                                                                      \
		name(odd, after);                                                                  \
		show(#name);                                                                       \
	} while (0);

/* DIFFERS: arm_pc_thumb: LDM into the PC goes on as Thumb if bit 0 is set (ARM DDI 0406C, A8.8.58); Linux's
 * emulation goes on as ARM, at an odd address */
static void run_all(void)
{
	CASES(RUN)
}

/* -- where it can't be carried out -- */

static void *target;
static const char *what;

static void handler(int number, siginfo_t *info, struct context *context)
{
	(void)context;
	say(what, "signal %d code %d at %d", number, info->si_code,
	        (int)((char *)info->si_addr - (char *)target));
	leave(0);
}

static int load_words(void)
{
	thumb_ldmia_16(target, after);
	say(what, "%s", "no fault");
	return 0;
}

static int store_words(void)
{
	thumb_stmdb((char *)target, after);
	say(what, "%s", "no fault");
	return 0;
}

static int exclusive(void)
{
	uint32_t value;

	__asm__ volatile("ldrexd %0, r3, [%1]" : "=&r"(value) : "r"(target) : "r3", "memory");
	return 0;
}

static int floating(void)
{
	__asm__ volatile("vldmia %0, {d0, d1}" : : "r"(target) : "memory");
	return 0;
}

static void fault(const char *label, int (*act)(void), void *at)
{
	what = label;
	target = at;
	in_child(act);
}

static void faults(void)
{
	char *space = pages(3, PROT_READ | PROT_WRITE);

	SYS(mprotect, space, PAGE, PROT_READ);
	SYS(munmap, space + 2 * PAGE, PAGE);
	handle(SIGSEGV, handler, SA_SIGINFO);
	handle(SIGBUS, handler, SA_SIGINFO);
	fault("load from untouched memory", load_words, space + PAGE + 1);
	fault("load across the end", load_words, space + 2 * PAGE - 5);
	fault("load from nothing", load_words, (char *)BAD_POINTER + 1);
	fault("load from the kernel", load_words, (char *)KERNEL + 1);
	fault("store to read-only memory", store_words, space + 0x801);
	fault("store to memory", store_words, space + PAGE + 0x801);
	fault("exclusive", exclusive, space + PAGE + 1);
	fault("floating point", floating, space + PAGE + 1);
}

int main(void)
{
	run_all();
	faults();
	return 0;
}
