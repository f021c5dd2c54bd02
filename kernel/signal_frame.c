/* SPDX-License-Identifier: MIT */
/*
 * Running a signal handler: saving what the program was doing on its own stack, and restoring it
 * when the handler returns (Linux: arch/arm/kernel/signal.c). What comes back from the user's stack
 * is not trusted: only user-mode state is taken from it.
 */
#include <arm/layout.h>
#include <arm/vfp.h>
#include <kernel/signal.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/ucontext.h>
#include <lib/errno.h>
#include <stddef.h>
#include <string.h>

#define SIGRETURN_CODE (KUSER_PAGE + 0x500) /* kernel/kuser.S: sigreturn, rt_sigreturn */

/*
 * A frame up to the unused part of its ucontext, to be put together on the kernel stack and written in
 * one piece. Without SA_SIGINFO it starts at flags.
 */
struct frame_head {
	struct user_siginfo info;
	uint32_t flags;
	uint32_t link;
	struct sigaltstack stack;
	struct sigcontext registers;
	ksigset_t mask;
};

#define CONTEXT_HEAD (sizeof(struct frame_head) - offsetof(struct frame_head, flags))

_Static_assert(offsetof(struct frame_head, flags) == offsetof(struct rt_sigframe, uc) &&
                       CONTEXT_HEAD == offsetof(struct ucontext, __reserved),
        "same layout");

_Static_assert(offsetof(struct vfp_state, d) == offsetof(struct vfp_sigframe, fpregs) &&
                       offsetof(struct vfp_state, end_mark) == VFP_STORAGE_SIZE,
        "a signal frame takes it as it is");

_Static_assert(
        offsetof(struct trap_frame, cpsr) - offsetof(struct trap_frame, r) == 16 * 4 &&
                offsetof(struct sigcontext, arm_cpsr) - offsetof(struct sigcontext, arm_r0) ==
                        16 * 4,
        "the seventeen registers stand in the same order in both");

int siginfo_to_user(struct user_siginfo __user *to, const struct siginfo *info)
{
	int err = copy_to_user(to, info, sizeof(*info));

	return err ? err
	           : clear_user((char __user *)to + sizeof(*info), sizeof(*to) - sizeof(*info));
}

int siginfo_from_user(struct siginfo *info, const struct user_siginfo __user *from)
{
	struct user_siginfo k;

	if (copy_from_user(&k, from, sizeof(k)))
		return -EFAULT;
	*info = k.info;
	/* What these codes come with is known to end here: behind it may be anything. */
	if (info->si_code <= SI_USER && info->si_code >= SI_DETHREAD)
		return 0;
	for (size_t i = sizeof(*info) / 4; i < sizeof(k) / 4; i++) {
		if (k.__pad[i])
			return -E2BIG;
	}
	return 0;
}

/* Nobody is on one that is disabled, size 0, or disarms itself: while a handler is there, it is not the task's. */
static bool on_altstack(const struct sigaltstack *s, uint32_t sp)
{
	return sp - s->ss_sp - 1 < s->ss_size && !(s->ss_flags & SS_AUTODISARM);
}

static uint32_t frame_address(const struct trap_frame *f, const struct ksigaction *a, size_t size)
{
	const struct sigaltstack *alt = &current()->signal.altstack;
	uint32_t sp = f->sp;

	if ((a->sa_flags & SA_ONSTACK) && alt->ss_size && !on_altstack(alt, sp))
		sp = alt->ss_sp + alt->ss_size;
	return (sp - size) & ~7u; /* the ABI's stack alignment */
}

/* The seventeen registers as blocks, which the compiler copies by a few LDM and STM. */
struct registers {
	struct {
		uint32_t words[8];
	} blocks[2];
	uint32_t cpsr;
} __attribute__((may_alias));

static struct registers *frame_registers(const struct trap_frame *f)
{
	return (struct registers *)((uintptr_t)f + offsetof(struct trap_frame, r));
}

static struct registers *context_registers(const struct sigcontext *sc)
{
	return (struct registers *)((uintptr_t)sc + offsetof(struct sigcontext, arm_r0));
}

static void copy_registers(struct registers *to, const struct registers *from)
{
	to->blocks[0] = from->blocks[0];
	to->blocks[1] = from->blocks[1];
	to->cpsr = from->cpsr;
}

static void save_registers(struct sigcontext *sc, const struct trap_frame *f)
{
	const struct task *t = current();

	copy_registers(context_registers(sc), frame_registers(f));
	sc->trap_no = t->fault_trap;
	sc->error_code = t->fault_error;
	sc->fault_address = t->fault_address;
}

/* The VFP block, if the program has used the unit, and the end mark. */
static int write_vfp(uint32_t __user *regspace)
{
	struct vfp_state *v = &current()->vfp;

	if (!v->used)
		return put_user_u32(0, regspace);
	if (!vfp_to_frame(regspace))
		return 0;
	/* Page by page, then. */
	vfp_sync(current());
	v->magic = VFP_MAGIC;
	v->size = VFP_STORAGE_SIZE;
	v->fpexc = FPEXC_EN;
	return copy_to_user(regspace, v, VFP_STORAGE_SIZE + sizeof(v->end_mark));
}

/* Leads the program into the handler, in the instruction set that its address names. */
static void enter_handler(
        struct trap_frame *f, const struct ksigaction *a, uint32_t sp, uint32_t return_code)
{
	uint32_t cpsr = f->cpsr & ~(PSR_J | PSR_T | PSR_E | PSR_IT);

	if (a->sa_handler & 1)
		cpsr |= PSR_T;
	f->cpsr = cpsr;
	f->sp = sp;
	f->lr = a->sa_flags & SA_RESTORER ? a->sa_restorer : return_code;
	f->pc = a->sa_handler & ~1u;
}

static void fill_info(struct user_siginfo *to, const struct siginfo *info)
{
	to->info = *info;
#pragma GCC unroll 24
	for (size_t i = sizeof(*info) / 4; i < sizeof(*to) / 4; i++)
		to->__pad[i] = 0;
}

int signal_setup_frame(struct trap_frame *f, int sig, const struct ksigaction *a,
        const struct siginfo *info, ksigset_t mask)
{
	bool rt = a->sa_flags & SA_SIGINFO;
	uint32_t sp =
	        frame_address(f, a, rt ? sizeof(struct rt_sigframe) : sizeof(struct sigframe));
	struct rt_sigframe __user *frame = (struct rt_sigframe __user *)sp;
	struct frame_head head;
	int err;

	head.link = 0;
	head.stack = current()->signal.altstack;
	save_registers(&head.registers, f);
	head.registers.oldmask = mask;
	head.mask = mask;
	if (rt) {
		fill_info(&head.info, info);
		head.flags = 0;
		err = copy_to_user(frame, &head, sizeof(head)) || write_vfp(frame->uc.uc_regspace);
	} else {
		/* The mark by which debuggers know the frame's kind. */
		head.flags = 0x5ac3c35a;
		err = copy_to_user(frame, &head.flags, CONTEXT_HEAD) ||
		      write_vfp(((struct sigframe __user *)sp)->uc.uc_regspace);
	}
	if (err)
		return -EFAULT;
	enter_handler(f, a, sp, SIGRETURN_CODE + (rt ? 8 : 0));
	f->r[0] = sig;
	if (rt) {
		f->r[1] = (uint32_t)&frame->info;
		f->r[2] = (uint32_t)&frame->uc;
	}
	f->syscall = NO_SYSCALL;
	if (head.stack.ss_flags & SS_AUTODISARM) /* until sigreturn() */
		current()->signal.altstack = (struct sigaltstack){.ss_flags = SS_DISABLE};
	return 0;
}

/*
 * A program may choose its flags, instruction set and endianness, never its mode or masks. False where it tried;
 * what stays is a user's state in any case, for a handler that hears of it (Linux: valid_user_regs()). There is
 * no Jazelle or ThumbEE on these cores to return to.
 */
static bool tame_cpsr(struct trap_frame *f)
{
	bool tame = (f->cpsr & (PSR_MODE | PSR_I)) == PSR_MODE_USR;

	f->cpsr = (f->cpsr & ~(PSR_MODE | PSR_I | PSR_F | PSR_A | PSR_J)) | PSR_MODE_USR;
	return tame;
}

/* A program that has not used the unit had zeros in its registers, and its frame has no block. */
static int restore_vfp(const uint32_t __user *regspace)
{
	struct task *t = current();
	struct vfp_state *v = &t->vfp;
	uint32_t head[2];

	if (v->used && !vfp_from_frame(regspace))
		return 0;
	if (copy_from_user(head, regspace, sizeof(head)))
		return -EFAULT;
	if (!head[0]) {
		if (v->used) /* by the handler alone */
			vfp_reset(t);
		return 0;
	}
	if (head[0] != VFP_MAGIC || head[1] != VFP_STORAGE_SIZE)
		return -EFAULT;
	vfp_reload(t); /* first: what the unit holds now is not to be saved over the copy */
	if (copy_from_user(v, regspace, offsetof(struct vfp_state, pad))) {
		vfp_reset(t);
		return -EFAULT;
	}
	v->used = true;
	return 0;
}

/*
 * `head` has room for more than is read: its user_siginfo stays empty. As on Linux, of a bad frame the mask and the
 * registers are taken all the same, as far as it could be read.
 */
static int restore_context(
        struct trap_frame *f, struct frame_head *head, const struct ucontext __user *uc)
{
	if (copy_from_user(&head->flags, uc, CONTEXT_HEAD))
		return -EFAULT;
	copy_registers(frame_registers(f), context_registers(&head->registers));
	f->syscall = NO_SYSCALL;
	signal_set_blocked(head->mask);
	return tame_cpsr(f) ? restore_vfp(uc->uc_regspace) : -EFAULT;
}

/* -- the alternate stack -- */

/* What sigaltstack() says of it. */
static struct sigaltstack altstack_state(uint32_t sp)
{
	struct sigaltstack s = current()->signal.altstack;
	uint32_t now = !s.ss_size ? SS_DISABLE : on_altstack(&s, sp) ? SS_ONSTACK : 0;

	s.ss_flags = (s.ss_flags & SS_AUTODISARM) | now;
	return s;
}

static bool same_altstack(const struct sigaltstack *a, const struct sigaltstack *b)
{
	return a->ss_sp == b->ss_sp && a->ss_size == b->ss_size && a->ss_flags == b->ss_flags;
}

/* Linux: do_sigaltstack(). */
static int set_altstack(const struct sigaltstack *new, uint32_t sp)
{
	struct sigaltstack *s = &current()->signal.altstack;
	uint32_t mode = new->ss_flags & ~SS_AUTODISARM;

	if (on_altstack(s, sp))
		return -EPERM;
	if (mode > SS_DISABLE) /* 0 and SS_ONSTACK say the same */
		return -EINVAL;
	if (mode == SS_DISABLE)
		*s = (struct sigaltstack){.ss_flags = new->ss_flags};
	else if (new->ss_size < MINSIGSTKSZ)
		return -ENOMEM;
	else
		*s = *new;
	return 0;
}

long sys_sigaltstack(const struct sigaltstack __user *new, struct sigaltstack __user *old)
{
	uint32_t sp = task_frame(current())->sp;
	struct sigaltstack before = altstack_state(sp), k;
	int err;

	if (new) {
		if (copy_from_user(&k, new, sizeof(k)))
			return -EFAULT;
		err = set_altstack(&k, sp);
		if (err)
			return err;
	}
	return old && copy_to_user(old, &before, sizeof(before)) ? -EFAULT : 0;
}

/* -- returning -- */

static long bad_frame(void)
{
	signal_force(SIGSEGV, SI_KERNEL, 0);
	return 0;
}

long sys_sigreturn(void)
{
	struct trap_frame *f = task_frame(current());
	struct frame_head head;

	if ((f->sp & 7) || restore_context(f, &head, &((const struct sigframe __user *)f->sp)->uc))
		return bad_frame();
	return f->r[0]; /* entry.S stores the result there */
}

long sys_rt_sigreturn(void)
{
	struct trap_frame *f = task_frame(current());
	struct frame_head head;

	if ((f->sp & 7) ||
	        restore_context(f, &head, &((const struct rt_sigframe __user *)f->sp)->uc))
		return bad_frame();
	/* A handler may change that too; nonsense is ignored (Linux: restore_altstack()). */
	if (!same_altstack(&head.stack, &current()->signal.altstack))
		set_altstack(&head.stack, f->sp);
	return f->r[0];
}
