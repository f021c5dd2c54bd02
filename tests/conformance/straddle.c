/* SPDX-License-Identifier: MIT */
/*
 * Loads and stores of several words off their alignment, which lie across two pages of which one is not good, or not
 * there yet: what happens, and what was changed before it did? Each instruction runs at every place across the edge; one
 * that faults is passed over by the handler, so that the registers are seen as they were then.
 */
/* DIFFERS: registers changed by loads that fault: Linux loads those whose words lie before the fault. Their
 * values are UNKNOWN then (ARM DDI 0406C, B1.9.8); Quire leaves all as they were */
#include "proc.h"

#include <stdbool.h>

static char *memory;
#define EDGE (memory + PAGE)

/* r0..r7, lr after the instruction. */
static uint32_t after[9];

/* Runs code with r0 = the address, r1..r7 = 0x101, 0x202 ...; lr = 0xe0e. */
#define CASE(name, isa, code)                                                                      \
	__asm__(".text\n\t.balign 4\n\t." #isa "\n\t.type " #name ", %function\n" #name ":\n\t"    \
	        "push {r4-r11, lr}\n\tmov r8, r1\n\tmov r9, sp\n\tmovw r1, #0x101\n\t"             \
	        "movw r2, #0x202\n\tmovw r3, #0x303\n\tmovw r4, #0x404\n\tmovw r5, #0x505\n\t"     \
	        "movw r6, #0x606\n\tmovw r7, #0x707\n\tmovw lr, #0xe0e\n\t" code                   \
	        "\n\tstmia r8!, {r0-r7}\n\tstr lr, [r8]\n\tpop {r4-r11, pc}\n\t.thumb\n");         \
	extern void name(char *address, uint32_t *registers)

CASE(ldmia, arm, "ldmia r0!, {r1, r3, r5, r7}");
CASE(ldmdb, arm, "add r0, #16\n\tldmdb r0!, {r1, r3, r5, lr}");
CASE(ldm_base, arm, "ldmia r0, {r0, r2, r4, r6}");
CASE(stmia, arm, "stmia r0!, {r1-r4}");
CASE(stmdb, arm, "add r0, #16\n\tstmdb r0!, {r4-r7}");
CASE(ldrd, arm, "ldrd r2, r3, [r0], #8");
CASE(strd, arm, "strd r4, r5, [r0, #0]!");
CASE(long_ldm, arm, "ldmia r0!, {r1-r7, lr}");
CASE(long_stm, arm, "stmia r0!, {r1-r7, lr}");
CASE(thumb_ldm, thumb, "ldmia.w r0!, {r1, r2, r6, lr}");
CASE(thumb_stm, thumb, "stmia.w r0!, {r1, r2, r6, lr}");
CASE(thumb_ldrd, thumb, "ldrd r5, r2, [r0], #8");
CASE(thumb_strd, thumb, "strd r5, r2, [r0, #0]");
CASE(thumb_short_ldm, thumb, "ldmia r0!, {r1, r2, r4, r5}");
CASE(thumb_short_stm, thumb, "stmia r0!, {r1, r2, r4, r5}");
CASE(thumb_push, thumb,
        "adds r0, #16\n\tmov sp, r0\n\tpush {r1, r2, r3, lr}\n\tmov r0, sp\n\tmov sp, r9");
CASE(thumb_pop, thumb, "mov sp, r0\n\tpop {r1, r2, r3, r4}\n\tmov r0, sp\n\tmov sp, r9");
CASE(thumb_it, thumb, "cmp r0, #0\n\titt ne\n\tldmiane.w r0!, {r1, r2, r3, r4}\n\tmovne r7, #7");

static const struct instruction {
	const char *name;
	void (*run)(char *address, uint32_t *registers);
	int words, length;
	bool load;
} instructions[] = {
        {"ldmia", ldmia, 4, 4, true},
        {"ldmdb", ldmdb, 4, 4, true},
        {"ldmia of its base", ldm_base, 4, 4, true},
        {"stmia", stmia, 4, 4, false},
        {"stmdb", stmdb, 4, 4, false},
        {"ldrd", ldrd, 2, 4, true},
        {"strd", strd, 2, 4, false},
        {"ldmia of 8", long_ldm, 8, 4, true},
        {"stmia of 8", long_stm, 8, 4, false},
        {"ldmia.w", thumb_ldm, 4, 4, true},
        {"stmia.w", thumb_stm, 4, 4, false},
        {"Thumb ldrd", thumb_ldrd, 2, 4, true},
        {"Thumb strd", thumb_strd, 2, 4, false},
        {"short ldmia", thumb_short_ldm, 4, 2, true},
        {"short stmia", thumb_short_stm, 4, 2, false},
        {"push", thumb_push, 4, 2, false},
        {"pop", thumb_pop, 4, 2, true},
        {"ldmia.w in an IT block", thumb_it, 4, 4, true},
};

/* -- faults -- */

static int length_now, faults, signal_seen, code_seen, first_place, last_place;
static char *start_now;
static unsigned int strange; /* other signals than the first */

static void handler(int number, siginfo_t *info, struct context *context)
{
	int place = (int)((char *)info->si_addr - start_now);

	if (!faults++) {
		signal_seen = number;
		code_seen = info->si_code;
		first_place = last_place = place;
	}
	strange += number != signal_seen || info->si_code != code_seen;
	first_place = place < first_place ? place : first_place;
	last_place = place > last_place ? place : last_place;
	context->registers.arm_pc += length_now;
}

/* -- the pages -- */

static int file;

static void fill(char *at)
{
	for (int i = 0; i < PAGE; i++)
		at[i] = (char)(i * 7 + 1);
}

static void file_at(char *at, int n, int flags)
{
	SYS(mmap2, at, n * PAGE, RW, flags | MAP_FIXED, file, 0);
}

/* Two pages of text, then made what they are to be. */
static void set_up(int kind)
{
	SYS(mmap2, memory, 2 * PAGE, RW, PA | MAP_FIXED, -1, 0);
	fill(memory);
	fill(EDGE);
	switch (kind) {
	case 0:
		return;
	case 1:
		SYS(munmap, EDGE, PAGE);
		return;
	case 2:
		SYS(munmap, memory, PAGE);
		return;
	case 3:
		SYS(mprotect, EDGE, PAGE, PROT_READ);
		return;
	case 4:
		SYS(mprotect, memory, PAGE, PROT_READ);
		return;
	case 5:
		SYS(mprotect, EDGE, PAGE, PROT_NONE);
		return;
	case 6:
		SYS(madvise, EDGE, PAGE, MADV_DONTNEED);
		return;
	case 7:
		SYS(madvise, memory, PAGE, MADV_DONTNEED);
		return;
	case 8:
		SYS(madvise, memory, 2 * PAGE, MADV_DONTNEED);
		return;
	case 9:
		SYS(madvise, EDGE, PAGE, MADV_DONTNEED);
		touch_read(EDGE, 1);
		return;
	case 10:
		file_at(EDGE, 1, MAP_PRIVATE);
		touch_read(EDGE, 1);
		return;
	case 11:
		file_at(memory, 2, MAP_SHARED);
		return;
	}
}

static const char *const kinds[] = {"all there", "nothing above", "nothing below",
        "read-only above", "read-only below", "no access above", "untouched above",
        "untouched below", "untouched", "zeros above", "a private file above",
        "past the end of a file above"};

static uint32_t sum_of(const char *at, uint32_t crc)
{
	for (int i = 0; i < PAGE; i++)
		crc = crc * 31 + (uint8_t)at[i];
	return crc;
}

/* What is in memory after each: the bytes near the edge, as far as they can be read. */
static uint32_t sum_near_edge(int kind, uint32_t crc)
{
	for (const char *p = EDGE - 40; p < EDGE + 40; p++) {
		int above = p >= EDGE;

		if ((above && (kind == 1 || kind == 5 || kind == 11)) || (!above && kind == 2))
			continue;
		crc = crc * 31 + (uint8_t)*p;
	}
	return crc;
}

static unsigned int changed_registers(const struct instruction *in)
{
	unsigned int changed = 0;

	for (unsigned int i = 1; i < 8; i++)
		changed += after[i] != i * 0x101;
	changed += after[8] != 0xe0e;
	/* The IT block goes on behind what was passed over. */
	return changed - (in->run == thumb_it);
}

/* By stores and by loads that faulted. */
static unsigned int changed_by[2];

static void run(const struct instruction *in, int kind)
{
	uint32_t results = 1, bytes = 1;
	unsigned int good = 0, moved = 0;
	char label[96];

	faults = 0;
	strange = 0;
	length_now = in->length;
	for (int before = 1; before < 4 * in->words; before++) {
		int n = faults;

		if (before % 4 == 0)
			continue;
		set_up(kind);
		start_now = EDGE - before;
		in->run(start_now, after);
		if (faults != n) {
			changed_by[in->load] += changed_registers(in);
			moved += after[0] != (uint32_t)start_now &&
			         after[0] != (uint32_t)start_now + 16;
		} else {
			good++;
			for (int i = 1; i < 9; i++)
				results = results * 31 + after[i];
			results = results * 31 + (after[0] - (uint32_t)start_now);
		}
		bytes = sum_near_edge(kind, bytes);
	}
	if (in->run == ldm_base) /* the base is one of those that are loaded */
		results = moved = 0;
	format_text(label, sizeof(label), "%s, %s", in->name, kinds[kind]);
	if (faults)
		say(label,
		        "%u good, %d faults: signal %d code %d, at %d to %d from the start, %u "
		        "others; "
		        "base changed %u, registers %x, memory %x",
		        good, faults, signal_seen, code_seen, first_place, last_place, strange,
		        moved, results, bytes);
	else
		say(label, "%u good, registers %x, memory %x", good, results, bytes);
}

/* Code of which the second half is on a page that is not there yet. */
static void code_across_pages(void)
{
	static const uint16_t code[] = {0xe8b0, 0x0006 /* ldmia.w r0!, {r1, r2} */,
	        0x4608 /* mov r0, r1 */, 0x4770 /* bx lr */};
	char text[9] = {0};
	char *at;
	int fd = new_file("/tmp/code", "");
	uint32_t words[3] = {0x11223344, 0x55667788, 0x99aabbcc};
	register uint32_t r0 __asm__("r0") = (uint32_t)words + 1;

	SYS(ftruncate, fd, 2 * PAGE);
	memcpy(text, code, 8);
	SYS(pwrite64, fd, text, 8, 0, PAGE - 2, 0);
	at = (char *)SYS(mmap2, NULL, 2 * PAGE, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0);
	__asm__ volatile("blx %1"
	                 : "+r"(r0)
	                 : "r"(at + PAGE - 1)
	                 : "r1", "r2", "r3", "lr", "memory");
	say("ldmia.w whose code lies on two pages", "%x", r0);
	SYS(munmap, at, 2 * PAGE);
	SYS(unlink, "/tmp/code");
}

int main(void)
{
	static char alternate[16384];
	uint32_t crc;

	SYS(sigaltstack, &(stack_t){alternate, 0, sizeof(alternate)}, NULL);
	handle(SIGSEGV, handler, SA_SIGINFO | SA_ONSTACK);
	handle(SIGBUS, handler, SA_SIGINFO | SA_ONSTACK);
	memory = pages(2, RW);
	fill(memory);
	file = new_file("/tmp/straddle", "");
	SYS(pwrite64, file, memory, PAGE, 0, 0, 0);
	for (unsigned int i = 0; i < ARRAY_LEN(instructions); i++) {
		for (unsigned int kind = 0; kind < ARRAY_LEN(kinds); kind++)
			run(&instructions[i], (int)kind);
	}
	say("registers changed by stores that fault", "%u", changed_by[0]);
	say("registers changed by loads that fault", "%u", changed_by[1]);
	file_at(memory, 1, MAP_SHARED);
	crc = sum_of(memory, 1);
	say("the file in the end", "%x", crc);
	code_across_pages();
	SYS(unlink, "/tmp/straddle");
	return 0;
}
