/* SPDX-License-Identifier: MIT */
/*
 * Signal frames that a program makes up: every bit of the program status, every field that a kernel could trust, and
 * every place where a frame can lie. A true frame is kept, changed, and given back by a child.
 */
#include "proc.h"

#define FRAME_BYTES 888 /* struct rt_sigframe */
#define UC          128 /* its struct ucontext */
#define REGSPACE    232 /* in that */
#define FLAG_T      0x20u
#define FLAG_F      0x40u
#define FLAG_I      0x80u
#define FLAG_A      0x100u
#define FLAG_E      0x200u
#define FLAG_J      0x1000000u
#define MODE        0x1fu
#define VFP_MAGIC   0x56465001u

/* What a child saw when it went on where the frame led it. */
static volatile struct seen {
	uint32_t cpsr, count, word, fpscr, registers, low, high;
	int code;
	uint32_t address, pc, r0, mask, blocked;
} * seen;

static char kept[FRAME_BYTES] __attribute__((aligned(8)));
static char copy[FRAME_BYTES] __attribute__((aligned(8)));
static char stack[8192], alternate[16384];
static uint32_t word = 0x01020304;

static struct context *context_of(char *frame)
{
	return (struct context *)(frame + UC);
}

/* Of the VFP block in uc_regspace. In front of it Linux may put one for another unit. */
static uint32_t vfp_at;

static uint32_t *vfp_of(char *frame)
{
	return (uint32_t *)(frame + UC + REGSPACE + vfp_at);
}

static void find_vfp(void)
{
	while (vfp_of(kept)[0] != VFP_MAGIC && vfp_at < 256 && vfp_of(kept)[1])
		vfp_at += vfp_of(kept)[1];
	say("VFP block", "magic %x size %u", vfp_of(kept)[0], vfp_of(kept)[1]);
}

/* -- where frames lead -- */

/*
 * From r4 on 8 additions, which an IT block may pass over; then the status, a word by the data endianness of the
 * moment, and on in C.
 */
__asm__(".text\n\t.balign 4\n\t.thumb\n\t.type lead_thumb, %function\nlead_thumb:\n\t"
        ".rept 8\n\tadd.w r4, r4, #1\n\t.endr\n\tb.n 1f\n\t.balign 4\n1:\tmrs r0, cpsr\n\t"
        "ldr r2, [r6]\n\tsetend le\n\tmov r1, r4\n\tb.w resumed\n\t"
        ".balign 4\n\t.arm\n\t.type lead_arm, %function\nlead_arm:\n\t"
        ".rept 8\n\tadd r4, r4, #1\n\t.endr\n\tmrs r0, cpsr\n\tldr r2, [r6]\n\tsetend le\n\t"
        "mov r1, r4\n\tldr r12, 2f\n\tbx r12\n\t.balign 4\n2:\t.word resumed\n\t.thumb\n");
void lead_thumb(void);
void lead_arm(void);

void resumed(uint32_t cpsr, uint32_t count, uint32_t value) __attribute__((used));
void resumed(uint32_t cpsr, uint32_t count, uint32_t value)
{
	uint32_t d[64], sum = 1;

	__asm__ volatile("vstmia %1!, {d0-d15}\n\tvstmia %1!, {d16-d31}\n\tvmrs %0, fpscr"
	                 : "=r"(seen->fpscr)
	                 : "r"(d)
	                 : "memory");
	for (int i = 0; i < 64; i++)
		sum = sum * 31 + d[i];
	seen->cpsr = cpsr;
	seen->count = count;
	seen->word = value;
	seen->registers = sum;
	SYS(rt_sigprocmask, SIG_BLOCK, NULL, &seen->low, 8);
	leave(7);
}

static void keep(int sig, siginfo_t *info, struct context *context)
{
	struct context *c = context_of(kept);

	(void)sig;
	(void)context;
	memcpy(kept, info, FRAME_BYTES);
	c->registers.arm_pc = (uint32_t)lead_thumb & ~1u;
	c->registers.arm_sp = (uint32_t)(stack + sizeof(stack));
	c->registers.arm_r4 = 0;
	c->registers.arm_r6 = (uint32_t)&word;
	c->registers.arm_cpsr = 0x10 | FLAG_T;
	find_vfp();
	for (uint32_t i = 0; i < 64; i++)
		vfp_of(kept)[2 + i] = 0x1000 + i;
}

static _Noreturn void return_by(const void *frame, long number)
{
	register const void *at __asm__("r5") = frame;
	register long r7 __asm__("r7") = number;

	__asm__ volatile("vmov.i32 q0, #0\n\tmov sp, r5\n\tsvc #0\n\tudf #0"
	                 :
	                 : "r"(at), "r"(r7)
	                 : "memory");
	__builtin_unreachable();
}

/* -- what becomes of them -- */

static const char *give_back_at;
static long give_back_by = __NR_rt_sigreturn;

static int give_back(void)
{
	return_by(give_back_at, give_back_by);
}

/* '-' restored, 's' and so on: ended by a signal; '!' anything else. */
static char fate_of(const char *frame)
{
	int status;

	give_back_at = frame;
	status = in_child(give_back);
	return status == 7 << 8    ? '-'
	       : status == SIGSEGV ? 's'
	       : status == SIGILL  ? 'i'
	       : status == SIGBUS  ? 'b'
	                           : '!';
}

static struct sigcontext *fresh(void)
{
	memcpy(copy, kept, FRAME_BYTES);
	return &context_of(copy)->registers;
}

/* -- the program status -- */

static char fate_of_status(uint32_t clear, uint32_t set)
{
	struct sigcontext *c = fresh();

	c->arm_cpsr = (c->arm_cpsr & ~clear) | set;
	if (!(c->arm_cpsr & FLAG_T))
		c->arm_pc = (uint32_t)lead_arm;
	return fate_of(copy);
}

static void modes(void)
{
	char text[33] = {0};

	for (uint32_t mode = 0; mode < 32; mode++)
		text[mode] = fate_of_status(MODE, mode);
	say("modes 0 to 31", "%s", text);
	for (uint32_t mode = 0; mode < 32; mode++)
		text[mode] = fate_of_status(MODE | FLAG_T, mode);
	say("modes 0 to 31, ARM", "%s", text);
}

static void masks(void)
{
	char text[9] = {0};

	for (uint32_t bits = 0; bits < 8; bits++) {
		text[bits] = fate_of_status(0, bits << 6);
		if (text[bits] == '-' && (seen->cpsr & (FLAG_A | FLAG_I | FLAG_F)))
			text[bits] = 'M';
	}
	say("masks of F, I and A", "%s", text);
}

static void show_state(const char *label, uint32_t clear, uint32_t set)
{
	char fate = fate_of_status(clear, set);

	if (fate == '-')
		say(label, "%x, %u additions, word %x", seen->cpsr, seen->count, seen->word);
	else
		say(label, "%c", fate);
}

static void states(void)
{
	show_state("Thumb", 0, 0);
	show_state("ARM", FLAG_T, 0);
	show_state("Thumb, big endian", 0, FLAG_E);
	show_state("ARM, big endian", FLAG_T, FLAG_E);
	show_state("all flags", 0, 0xf8000000u);
	show_state("GE bits", 0, 0x000f0000u);
	show_state("Jazelle", FLAG_T, FLAG_J);
	show_state("ThumbEE", 0, FLAG_J);
	show_state("IT bits, ARM", FLAG_T, 0x40001c00u);
	show_state("reserved bits", 0, 0x00f00000u);
}

/* An IT block that the frame is in the middle of, with Z set: every mask for "equal" and "not equal". */
static void it_blocks(void)
{
	char text[2][17] = {{0}, {0}};

	for (uint32_t condition = 0; condition < 2; condition++) {
		for (uint32_t mask = 0; mask < 16; mask++) {
			uint32_t it = condition << 4 | mask;
			char fate =
			        fate_of_status(0, 0x40000000u | (it & 3) << 25 | (it >> 2) << 10);

			text[condition][mask] = fate == '-' ? (char)('0' + seen->count) : fate;
		}
	}
	say("additions in IT blocks, equal", "%s", text[0]);
	say("additions in IT blocks, not equal", "%s", text[1]);
}

/* -- registers -- */

static char fate_of_pc(uint32_t pc, uint32_t clear)
{
	struct sigcontext *c = fresh();

	c->arm_pc = pc;
	c->arm_cpsr &= ~clear;
	return fate_of(copy);
}

static void places_to_go(void)
{
	uint32_t thumb = (uint32_t)lead_thumb & ~1u, arm = (uint32_t)lead_arm;

	say("pc, Thumb, odd", "%c", fate_of_pc(thumb | 1, 0));
	say("pc, ARM, odd", "%c", fate_of_pc(arm | 1, FLAG_T));
	say("pc, ARM, off by 2", "%c", fate_of_pc(arm | 2, FLAG_T));
	say("pc of 0", "%c", fate_of_pc(0, 0));
	say("pc in the kernel", "%c", fate_of_pc((uint32_t)KERNEL, 0));
	say("pc in the vectors", "%c", fate_of_pc(0xffff0000u, FLAG_T));
	say("pc at the end", "%c", fate_of_pc(0xfffffffeu, 0));
	say("pc in data", "%c", fate_of_pc((uint32_t)&word, FLAG_T));
}

/* A result that asks for a restart must not be taken for one, even if a signal comes just then. */
static void restarts(void)
{
	static const long results[] = {-4, -512, -513, -514, -516};
	char text[6] = {0};

	for (unsigned int i = 0; i < ARRAY_LEN(results); i++) {
		struct sigcontext *c = fresh();

		c->arm_r0 = (unsigned long)results[i];
		c->arm_r7 = __NR_exit_group;
		text[i] = fate_of(copy);
	}
	say("results that ask for a restart", "%s", text);
}

static void masks_of_signals(void)
{
	fresh();
	context_of(copy)->mask = ~0ull;
	say("all signals blocked", "%c, %x %x", fate_of(copy), seen->low, seen->high);
	fresh();
	context_of(copy)->mask = SIGNAL_BIT(SIGUSR2);
	say("one signal blocked", "%c, %x %x", fate_of(copy), seen->low, seen->high);
}

/* -- VFP -- */

static void show_vfp(const char *label)
{
	char fate = fate_of(copy);

	if (fate == '-')
		say(label, "registers %x, fpscr %x", seen->registers, seen->fpscr);
	else
		say(label, "%c", fate);
}

/* One word of the block. */
static void change_vfp(const char *label, int at, uint32_t to)
{
	fresh();
	vfp_of(copy)[at] = to;
	show_vfp(label);
}

/* DIFFERS: VFP magic of 0: Quire writes no block for a program that has not used the unit, and takes such frames back */
static void floating_point(void)
{
	fresh();
	show_vfp("VFP as it was");
	change_vfp("VFP magic of 0", 0, 0);
	change_vfp("VFP magic of 1", 0, 1);
	change_vfp("VFP magic of iWMMXt", 0, 0x12ef842a);
	change_vfp("VFP magic of another endianness", 0, 0x01504656);
	change_vfp("VFP size of 0", 1, 0);
	change_vfp("VFP size of 280", 1, 280);
	change_vfp("VFP size of 289", 1, 289);
	change_vfp("VFP size of 296", 1, 296);
	change_vfp("VFP size of -1", 1, ~0u);
	change_vfp("fpscr of ones", 66, 0xf7c8009fu); /* without exceptions that trap, or vectors */
	change_vfp("fpexc of 0", 68, 0);
	change_vfp("fpexc of ones", 68, ~0u);
	change_vfp("fpinst of ones", 69, ~0u);
	change_vfp("what follows the block", 72, ~0u);
}

/* -- where frames lie -- */

static void alignment(void)
{
	static char room[FRAME_BYTES + 8] __attribute__((aligned(8)));
	char text[9] = {0};

	for (int by = 0; by < 8; by++) {
		memcpy(room + by, kept, FRAME_BYTES);
		text[by] = fate_of(room + by);
	}
	say("rt_sigreturn off its alignment by 0 to 7", "%s", text);
	give_back_by = __NR_sigreturn;
	for (int by = 0; by < 8; by++) {
		memcpy(room + by, kept + UC, FRAME_BYTES - UC);
		text[by] = fate_of(room + by);
	}
	say("sigreturn off its alignment by 0 to 7", "%s", text);
	memcpy(room, kept, FRAME_BYTES);
	say("sigreturn of a frame for rt_sigreturn", "%c", fate_of(room));
	give_back_by = __NR_rt_sigreturn;
	memcpy(room, kept + UC, FRAME_BYTES - UC);
	say("rt_sigreturn of a frame for sigreturn", "%c", fate_of(room));
}

/* DIFFERS: bytes of a VFP block that are read: the words behind fpscr do not count: fpexc, fpinst and fpinst2 */
static void places(void)
{
	char *memory = pages(3, RW), *edge = memory + PAGE;
	int least = 0;

	memcpy(memory, kept, FRAME_BYTES);
	SYS(mprotect, memory, PAGE, PROT_READ);
	say("a frame in read-only memory", "%c", fate_of(memory));
	SYS(mprotect, memory, PAGE, PROT_NONE);
	say("a frame in memory without access", "%c", fate_of(memory));
	SYS(mprotect, memory, PAGE, RW);
	say("a frame in the kernel", "%c", fate_of(KERNEL));
	say("a frame across the end of user memory", "%c",
	        fate_of((char *)0xbeffff00u + 0x1000000));
	say("a frame across the end of addresses", "%c", fate_of((char *)0xffffff00u));
	say("a frame at 0", "%c", fate_of(NULL));
	SYS(munmap, edge, PAGE);
	for (int bytes = 8; bytes <= FRAME_BYTES && !least; bytes += 8) {
		memcpy(edge - bytes, kept, bytes);
		if (fate_of(edge - bytes) == '-')
			least = bytes;
	}
	say("bytes of a VFP block that are read", "%d", least - (int)(UC + REGSPACE + vfp_at));
	memcpy(edge - FRAME_BYTES, kept, FRAME_BYTES);
	say("a frame that ends with memory", "%c", fate_of(edge - FRAME_BYTES));
	SYS(munmap, memory, 3 * PAGE);
}

/* A frame on two pages of which the second is in no table, at every place. */
static int on_new_pages(void)
{
	int fd = new_file("/tmp/forged", ""), good = 0, n = 0;

	for (int before = 8; before < FRAME_BYTES; before += 16) {
		char *at;

		SYS(pwrite64, fd, kept, FRAME_BYTES, 0, PAGE - before, 0);
		at = (char *)SYS(mmap2, NULL, 2 * PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
		good += fate_of(at + PAGE - before) == '-' && seen->registers != 0;
		n++;
		SYS(munmap, at, 2 * PAGE);
	}
	SYS(unlink, "/tmp/forged");
	return n - good;
}

/* -- a handler for the SIGSEGV of a bad frame -- */

static void caught(int sig, siginfo_t *info, struct context *context)
{
	(void)sig;
	seen->code = info->si_code;
	seen->address = (uint32_t)info->si_addr;
	seen->pc = context->registers.arm_pc;
	seen->r0 = context->registers.arm_r0;
	seen->mask = (uint32_t)context->mask;
	seen->cpsr = context->registers.arm_cpsr;
	leave(9);
}

static int give_back_and_catch(void)
{
	SYS(sigaltstack, &(stack_t){alternate, 0, sizeof(alternate)}, NULL);
	handle(SIGSEGV, caught, SA_SIGINFO | SA_ONSTACK);
	return_by(give_back_at, give_back_by);
}

static void catch_at(const char *label, const char *frame, const struct sigcontext *c)
{
	char text[64];

	format_text(text, sizeof(text), "%s, seen", label);
	give_back_at = frame;
	saw_status(label, in_child(give_back_and_catch));
	say(text, "code %d, address %x, r0 %x, mask %x, cpsr %x, pc %s", seen->code, seen->address,
	        seen->r0, seen->mask, seen->cpsr & (MODE | FLAG_T | FLAG_I | FLAG_J | FLAG_E),
	        c && seen->pc == c->arm_pc ? "the frame's" : "of the call");
}

static void catching(void)
{
	struct sigcontext *c = fresh();

	c->arm_r0 = 1234;
	c->arm_cpsr = 0x13;
	context_of(copy)->mask = SIGNAL_BIT(SIGUSR2);
	catch_at("SIGSEGV for a mode, caught", copy, c);
	c = fresh();
	c->arm_cpsr |= FLAG_I;
	catch_at("SIGSEGV for a mask, caught", copy, c);
	c = fresh();
	vfp_of(copy)[0] = 1;
	catch_at("SIGSEGV for a magic, caught", copy, c);
	catch_at("SIGSEGV for nothing there, caught", BAD_POINTER, NULL);
	catch_at("SIGSEGV for an alignment, caught", copy + 4, NULL);
}

int main(void)
{
	seen = (struct seen *)map(1, RW, SA);
	__asm__ volatile("vmov.i32 q0, #1" : : : "q0");
	handle(SIGUSR1, keep, SA_SIGINFO);
	SYS(kill, SYS(getpid), SIGUSR1);
	handle(SIGUSR1, SIG_DFL, 0);
	modes();
	masks();
	states();
	it_blocks();
	places_to_go();
	restarts();
	masks_of_signals();
	floating_point();
	alignment();
	places();
	say("frames on new pages that fail", "%d", on_new_pages());
	catching();
	return 0;
}
