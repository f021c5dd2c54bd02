/* SPDX-License-Identifier: MIT */
/*
 * What to do about exceptions: assembly captures (entry.S), arm/fsr.h decodes, this decides.
 *
 *			user mode		a copy from or to a user	the kernel itself
 * paging fault		page in, else signal	page in, else -EFAULT		panic
 * alignment fault	emulate, else signal	-EFAULT				panic
 * anything else	signal			-EFAULT				panic
 */
#include <arm/fsr.h>
#include <arm/uaccess.h>
#include <kernel/alignment.h>
#include <kernel/kernel.h>
#include <kernel/log.h>
#include <kernel/sched.h>
#include <kernel/task.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <mm/mm.h>

void trap_init_core(uint32_t *words);

/* The fix-up table: where uaccess.S may fault, and where it then goes on. */
struct extable_entry {
	uint32_t insn, fixup;
};

extern const struct extable_entry __extable_start[], __extable_end[];

static bool fix_up(struct trap_frame *f)
{
	for (const struct extable_entry *e = __extable_start; e < __extable_end; e++) {
		if (e->insn == f->pc) {
			f->pc = e->fixup;
			return true;
		}
	}
	return false;
}

static const char *const access_names[] = {
        [FAULT_READ] = "read", [FAULT_WRITE] = "write", [FAULT_EXECUTE] = "execute"};

/* One line that says what a program did wrong, and the descriptors behind the address. */
static void report_user(
        const struct trap_frame *f, const struct fault_status *fs, uint32_t addr, int sig)
{
	struct task *t = current();

	if (t->signal.actions->action[sig - 1].sa_handler > SIG_IGN)
		return; /* the program handles it */
	pr_notice("%s[%d] asid %u: %s of 0x%08x: %s, pc 0x%08x lr 0x%08x\n", t->comm, (int)t->pid,
	        t->mm->context.asid, access_names[fs->access], addr, fault_name(fs->kind), f->pc,
	        f->lr);
	show_descriptors(t->mm, addr);
}

/* What the region lookup says against the access. */
static int lookup_signal(enum mm_fault_result result, int *code)
{
	switch (result) {
	case MM_FAULT_ACCERR:
		*code = SEGV_ACCERR;
		return SIGSEGV;
	case MM_FAULT_BUS:
		*code = BUS_ADRERR;
		return SIGBUS;
	default:
		*code = SEGV_MAPERR;
		return SIGSEGV;
	}
}

static enum mm_access to_mm_access(enum fault_access access)
{
	return access == FAULT_WRITE     ? ACCESS_WRITE
	       : access == FAULT_EXECUTE ? ACCESS_EXECUTE
	                                 : ACCESS_READ;
}

/*
 * Before a report on the kernel itself. It may have stopped while it was printing, so the log's lock
 * means nothing; and what it reports on may make the report fault in its turn, which ends it.
 */
static void begin_report(void)
{
	static bool reporting;

	irq_disable();
	log_break_lock();
	if (reporting)
		panic("another fault while reporting one");
	reporting = true;
}

static void kernel_fault(struct trap_frame *f, const struct fault_status *fs, uint32_t addr)
        __attribute__((noreturn));

static void kernel_fault(struct trap_frame *f, const struct fault_status *fs, uint32_t addr)
{
	begin_report();
	pr_err("kernel %s of 0x%08x: %s\n", access_names[fs->access], addr, fault_name(fs->kind));
	show_descriptors(current()->mm, addr);
	show_frame("kernel fault", f);
	panic("kernel fault at 0x%08x", addr);
}

/* For signal frames. 14 is the number that Linux gives memory faults (arch/arm/mm/fault.c). */
static void remember_fault(uint32_t fsr, uint32_t far)
{
	struct task *t = current();

	t->fault_trap = 14;
	t->fault_error = fsr;
	t->fault_address = far;
}

/* `fsr` is what fs was decoded from. */
static void user_fault(
        struct trap_frame *f, const struct fault_status *fs, uint32_t fsr, uint32_t addr)
{
	int code, sig;

	if (fault_is_paging(fs->kind)) {
		enum mm_fault_result r = mm_fault(current()->mm, addr, to_mm_access(fs->access));

		/* Out of memory: only where this task itself has been killed for it, and ends now. */
		if (r == MM_FAULT_OK || r == MM_FAULT_OOM)
			return;
		sig = lookup_signal(r, &code);
		/*
		 * A permission fault on an address of the kernel: mapped, but not for users. Linux
		 * reports what the MMU said there.
		 */
		if (addr >= USER_END)
			sig = fault_signal(fs->kind, &code);
	} else {
		int err = fs->kind == FAULT_ALIGNMENT ? alignment_emulate(f) : -EINVAL;

		if (!err)
			return;
		sig = fault_signal(fs->kind, &code);
		if (err == -EFAULT)
			sig = lookup_signal(MM_FAULT_MAPERR, &code);
	}
	report_user(f, fs, addr, sig);
	remember_fault(fsr, addr);
	signal_force(sig, code, addr);
}

/* The kernel met a fault. Only the instructions of uaccess.S may, and only on user addresses or bad ones. */
static void kernel_mode_fault(struct trap_frame *f, const struct fault_status *fs, uint32_t addr)
{
	bool was_copying = f->dacr == DACR_USER;

	if (was_copying && fault_is_paging(fs->kind) && current()->mm && addr < USER_END) {
		/* Copies sleep for pages only where their caller may sleep: interrupts were on. */
		if (!(f->cpsr & PSR_I)) {
			irq_enable();
			if (mm_fault(current()->mm, addr, to_mm_access(fs->access)) == MM_FAULT_OK)
				return;
		}
	}
	if (was_copying && fix_up(f))
		return;
	kernel_fault(f, fs, addr);
}

void trap_data_abort(struct trap_frame *f, uint32_t dfsr, uint32_t dfar)
{
	struct fault_status fs = decode_dfsr(dfsr);

	if (frame_is_user(f))
		user_fault(f, &fs, dfsr, dfar);
	else
		kernel_mode_fault(f, &fs, dfar);
}

void trap_prefetch_abort(struct trap_frame *f, uint32_t ifsr, uint32_t ifar)
{
	struct fault_status fs = decode_ifsr(ifsr);

	if (!frame_is_user(f))
		kernel_fault(f, &fs, ifar);
	if (fs.kind == FAULT_DEBUG) {
		/* BKPT comes as a prefetch abort, and IFAR is then unknown (B3.13.2). */
		report_user(f, &fs, f->pc, SIGTRAP);
		remember_fault(ifsr, f->pc);
		signal_force(SIGTRAP, TRAP_HWBKPT, f->pc);
		return;
	}
	user_fault(f, &fs, ifsr, ifar);
}

/* Where the undefined instruction stands: the saved address is that of the one behind it. */
static uint32_t undefined_pc(const struct trap_frame *f)
{
	return f->cpsr & PSR_T ? f->pc - 2 : f->pc - 4;
}

/* Linux's own breakpoints for ARM and Thumb (arch/arm/kernel/ptrace.c), used by debuggers. */
static bool is_breakpoint(const struct trap_frame *f)
{
	uint32_t word;
	uint16_t half[2];

	if (f->cpsr & PSR_T) {
		if (copy_from_user(half, (void __user *)f->pc, 2))
			return false;
		if (half[0] == 0xde01)
			return true;
		/* The 32-bit form; its second half may stand in a page that is not there. */
		return half[0] == 0xf7f0 &&
		       copy_from_user(half + 1, (void __user *)(f->pc + 2), 2) == 0 &&
		       half[1] == 0xa000;
	}
	return get_user_u32(&word, (uint32_t __user *)f->pc) == 0 &&
	       (word & 0x0fffffff) == 0x07f001f0;
}

void trap_undefined(struct trap_frame *f)
{
	struct task *t = current();

	f->pc = undefined_pc(f);
	if (!frame_is_user(f)) {
		begin_report();
		show_frame("undefined instruction in the kernel", f);
		panic("undefined instruction at 0x%08x", f->pc);
	}
	if (vfp_trap(t))
		return;
	irq_enable();
	if (is_breakpoint(f)) {
		signal_force(SIGTRAP, TRAP_BRKPT, f->pc);
		return;
	}
	if (t->signal.actions->action[SIGILL - 1].sa_handler <= SIG_IGN) {
		pr_notice("%s[%d] asid %u: execute of 0x%08x: undefined instruction, lr 0x%08x\n",
		        t->comm, (int)t->pid, t->mm->context.asid, f->pc, f->lr);
		show_descriptors(t->mm, f->pc);
	}
	signal_force(SIGILL, ILL_ILLOPC, f->pc);
}

void trap_return_work(struct trap_frame *f)
{
	struct task *t = current();

	if (t->work & WORK_RESCHED)
		schedule();
	if (t->work & WORK_SIGNAL || t->signal.restore_mask) {
		irq_enable();
		signal_deliver(f);
		irq_disable();
	}
}

void trap_unexpected(struct trap_frame *f)
{
	begin_report();
	show_frame("unexpected exception", f);
	panic("unexpected exception at 0x%08x", f->pc);
}

void trap_stack_overflow(struct trap_frame *f)
{
	struct task *t = current();

	begin_report();
	pr_err("kernel stack overflow: %s[%d] ran into the guard page below 0x%08x\n", t->comm,
	        (int)t->pid, (uint32_t)t->kstack - KSTACK_SIZE);
	show_frame("kernel stack overflow", f);
	panic("kernel stack overflow");
}

void traps_init(void)
{
	/* Four words for ABT mode and four for UND mode, see entry.S; per core. */
	static uint32_t words[MAX_CPUS][8];

	trap_init_core(words[cpu_id()]);
}
