/* SPDX-License-Identifier: MIT */
/*
 * The simulated cores: what each instruction of the kernel's headers does.
 */
#include <arm/irqflags.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sim_private.h"
#include "sim_race.h"

struct sim_cpu sim_cpus[CORES];
struct sim_ops sim_ops;

static uint64_t seed, dice;
static unsigned int current;
static char notes[2][200];

uint32_t sim_random(void)
{
	/* xorshift64* */
	dice ^= dice >> 12;
	dice ^= dice << 25;
	dice ^= dice >> 27;
	return dice * 0x2545f4914f6cdd1dull >> 32;
}

uint32_t sim_below(uint32_t limit)
{
	return limit ? sim_random() % limit : 0;
}

bool sim_chance(uint32_t n)
{
	return sim_below(n) == 0;
}

void sim_fail(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fprintf(stderr, "SEED=%llu core %u, %s: ", (unsigned long long)seed, current,
	        notes[sim_side()]);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, sim_racing() ? ", during %s\n" : "\n", notes[!sim_side()]);
	if (getenv("SIM_ABORT")) /* for a debugger */
		abort();
	_exit(1);
}

void sim_note(const char *fmt, ...)
{
	char *note = notes[sim_side()];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(note, sizeof(notes[0]), fmt, ap);
	va_end(ap);
	if (getenv("SIM_TRACE"))
		fprintf(stderr, "core %u: %s\n", current, note);
}

void sim_start(uint64_t new_seed, const struct sim_ops *ops)
{
	seed = new_seed;
	dice = (seed + 1) * 0x9e3779b97f4a7c15ull;
	sim_ops = *ops;
	ram_start();
	sim_race_start();
	for (int i = 0; i < CORES; i++) {
		sim_cpus[i].ttbr0.now = sim_cpus[i].ttbr0.before =
		        (KERNEL_L1 - KERNEL_BASE + IMAGE_PHYS) | TTBR_FLAGS;
		sim_cpus[i].dacr = DACR_KERNEL;
	}
}

void sim_set_core(unsigned int core)
{
	current = core;
}

unsigned int sim_core(void)
{
	return current;
}

/* A core's DSB, whatever it was for; `local`: the barrier reaches this core alone. */
static void dsb(bool stores_only, bool local)
{
	struct sim_cpu *cpu = &sim_cpus[current];
	bool done = false;

	if (!local)
		ram_dsb(current, &done);
	if (!stores_only) {
		tlb_dsb(current, local, &done);
		icache_dsb(current, local, &done);
	}
	if (done)
		cpu->needs_isb = true;
}

static void isb_done(void)
{
	struct sim_cpu *cpu = &sim_cpus[current];

	cpu->ttbr0.before = cpu->ttbr0.now;
	cpu->contextidr.before = cpu->contextidr.now;
	cpu->needs_isb = false;
}

void sim_do(const char *insn)
{
	struct sim_cpu *cpu = &sim_cpus[current];

	if (!strcmp(insn, "cpsid i")) {
		cpu->cpsr |= CPSR_I;
		return;
	}
	if (!strcmp(insn, "cpsie i")) {
		cpu->cpsr &= ~CPSR_I;
		return;
	}
	sim_yield();
	tlb_speculate();
	if (!strcmp(insn, "isb"))
		isb_done();
	else if (!strcmp(insn, "dsb ishst"))
		dsb(true, false);
	else if (!strcmp(insn, "dsb ish") || !strcmp(insn, "dsb sy"))
		dsb(false, false);
	else if (!strcmp(insn, "dsb nsh"))
		dsb(false, true);
	else if (strcmp(insn, "sev") && strncmp(insn, "dmb", 3))
		sim_fail("unknown instruction %s", insn);
	tlb_speculate();
}

uint64_t sim_get(const char *insn)
{
	const struct sim_cpu *cpu = &sim_cpus[current];

	if (!strcmp(insn, "mrs %0, cpsr"))
		return cpu->cpsr;
	if (!strcmp(insn, "mrc p15, 0, %0, c0, c0, 5")) /* MPIDR */
		return 0x80000000u | current;
	if (!strcmp(insn, "mrc p15, 0, %0, c0, c0, 1")) /* CTR: data cache lines of 64 bytes */
		return 0x80040003;
	if (!strcmp(insn, "mrc p15, 0, %0, c2, c0, 0"))
		return cpu->ttbr0.now;
	if (!strcmp(insn, "mrc p15, 0, %0, c13, c0, 1"))
		return cpu->contextidr.now;
	if (!strcmp(insn, "mrc p15, 0, %0, c13, c0, 4"))
		return cpu->tpidrprw;
	sim_fail("unknown instruction %s", insn);
}

static void register_write(struct sim_register *r, uint32_t value)
{
	if (r->before != r->now)
		sim_fail("a register is written twice without an ISB: the order is open");
	r->now = value;
	sim_cpus[current].needs_isb = true;
}

void sim_set(const char *insn, uint64_t value)
{
	struct sim_cpu *cpu = &sim_cpus[current];

	sim_yield();
	tlb_speculate();
	if (!strcmp(insn, "mcr p15, 0, %0, c2, c0, 0"))
		register_write(&cpu->ttbr0, value);
	else if (!strcmp(insn, "mcr p15, 0, %0, c13, c0, 1"))
		register_write(&cpu->contextidr, value);
	else if (!strcmp(insn, "mcr p15, 0, %0, c13, c0, 4"))
		cpu->tpidrprw = value;
	else if (!tlb_op(insn, value) && !icache_op(insn, value))
		sim_fail("unknown instruction %s", insn);
	tlb_speculate();
}
