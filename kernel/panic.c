/* SPDX-License-Identifier: MIT */
/*
 * The end: a report that lets someone fix the kernel, then a halt or, with panic=N, a reset.
 */
#include <arm/barrier.h>
#include <arm/irqflags.h>
#include <arm/pte.h>
#include <drivers/power.h>
#include <drivers/timer.h>
#include <kernel/backtrace.h>
#include <kernel/log.h>
#include <kernel/panic.h>
#include <kernel/task.h>
#include <kernel/trap.h>
#include <lib/printk.h>
#include <mm/kstack.h>
#include <mm/mm.h>
#include <string.h>

int panic_timeout;

static bool panicking, trace_shown;

static void show_call(uint32_t pc, const char *name, uint32_t offset, void *arg)
{
	(void)arg;
	pr_err("  0x%08x %s+0x%x\n", pc, name ? name : "?", offset);
}

static void show_trace(const struct backtrace_regs *regs)
{
	uint32_t lo = regs->r[REG_SP], top = (lo + KSTACK_SIZE - 1) & ~(KSTACK_SIZE - 1u);
	uint32_t bottom = (uint32_t)kstack_bottom(current()->kstack);

	/* Of a stack that ran into its guard, the mapped part: reading the rest would fault again. */
	if (lo < bottom && bottom - lo <= KSTACK_SIZE) {
		lo = bottom;
		top = bottom + KSTACK_SIZE;
	}
	trace_shown = true;
	pr_err("call trace:\n");
	backtrace(regs, lo, top, show_call, NULL);
}

static const char *mode_name(uint32_t cpsr)
{
	switch (cpsr & PSR_MODE) {
	case 0x10:
		return "USR";
	case 0x11:
		return "FIQ";
	case 0x12:
		return "IRQ";
	case 0x13:
		return "SVC";
	case 0x17:
		return "ABT";
	case 0x1b:
		return "UND";
	case 0x1f:
		return "SYS";
	default:
		return "?";
	}
}

void show_frame(const char *what, const struct trap_frame *f)
{
	struct task *t = current();
	struct backtrace_regs regs;

	pr_err("%s in %s[%d]\n", what, t->comm, (int)t->pid);
	pr_err("  pc %08x  lr %08x  sp %08x  cpsr %08x (%s%s%s)\n", f->pc, f->lr, f->sp, f->cpsr,
	        mode_name(f->cpsr), f->cpsr & PSR_T ? ", Thumb" : "",
	        f->cpsr & PSR_I ? ", IRQs off" : "");
	for (int i = 0; i < 12; i += 4)
		pr_err("  r%-2d %08x  r%-2d %08x  r%-2d %08x  r%-2d %08x\n", i, f->r[i], i + 1,
		        f->r[i + 1], i + 2, f->r[i + 2], i + 3, f->r[i + 3]);
	pr_err("  r12 %08x  dacr %08x\n", f->r[12], f->dacr);
	if (frame_is_user(f))
		return;
	memcpy(regs.r, f->r, sizeof(f->r));
	regs.r[REG_SP] = f->sp;
	regs.r[REG_LR] = f->lr;
	regs.r[REG_PC] = f->pc;
	show_trace(&regs);
}

static const char *const type_names[] = {"strongly-ordered", "device", "non-cacheable", "normal"};

static void show_section(const char *level, pte_t l1)
{
	struct section s = section_decode(l1);

	pr_notice("  %s 0x%08x: section of 0x%08x, kernel %s%s, %s\n", level, l1, s.base,
	        s.writable ? "rw" : "r-", s.executable ? "x" : "-", type_names[s.type & 3]);
}

void show_descriptors(const struct mm *mm, uint32_t addr)
{
	pte_t l1, l2;
	struct small_page p;

	table_query(mm, addr, &l1, &l2);
	if (!l1_is_table(l1)) {
		if (l1_is_section(l1))
			show_section("L1", l1);
		else
			pr_notice("  L1 0x%08x: nothing mapped in this MiB\n", l1);
		return;
	}
	if (!pte_valid(l2)) {
		pr_notice("  L1 0x%08x: table, L2 0x%08x: no page\n", l1, l2);
		return;
	}
	p = small_page_decode(l2);
	pr_notice("  L1 0x%08x: table%s, L2 0x%08x: page 0x%08x, %s %s%s, %s, %s\n", l1,
	        l1_table_decode(l1).pxn ? " PXN" : "", l2, p.base, p.user ? "user" : "kernel",
	        p.writable ? "rw" : "r-", p.executable ? "x" : "-", p.global ? "global" : "by ASID",
	        type_names[p.type & 3]);
}

static void stop(void)
{
	if (panic_timeout) {
		int64_t end = clock_now() + (int64_t)panic_timeout * NSEC_PER_SEC;

		if (panic_timeout > 0)
			pr_err("Rebooting in %d seconds..\n", panic_timeout);
		while (panic_timeout > 0 && clock_now() < end)
			;
		machine_restart();
	}
	pr_err("halted\n");
	for (;;)
		wait_for_interrupt();
}

void panic(const char *fmt, ...)
{
	struct backtrace_regs regs;
	va_list ap;

	irq_disable();
	log_break_lock();
	if (!panicking) {
		panicking = true;
		printk(LOG_EMERG, "Kernel panic: ");
		va_start(ap, fmt);
		vprintk(LOG_EMERG, fmt, ap);
		va_end(ap);
		printk(LOG_EMERG, "\n");
		if (!trace_shown) {
			backtrace_save(&regs);
			show_trace(&regs);
		}
	}
	stop();
	__builtin_unreachable();
}
