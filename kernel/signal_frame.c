/* SPDX-License-Identifier: MIT */
/*
 * Running a signal handler: saving what the program was doing on its own stack, and restoring it
 * when the handler returns (Linux: arch/arm/kernel/signal.c). What comes back from the user's stack
 * is not trusted: only user-mode state is taken from it.
 */
#include <arm/layout.h>
#include <kernel/signal.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <lib/abi/ucontext.h>
#include <lib/errno.h>
#include <stddef.h>
#include <string.h>

#define SIGRETURN_CODE (KUSER_PAGE + 0x500) /* kernel/kuser.S: sigreturn, rt_sigreturn */

/* A ucontext up to its unused part and the long uc_regspace, to be put together on the kernel stack. */
struct ucontext_head {
	uint32_t uc_flags;
	uint32_t uc_link;
	struct sigaltstack uc_stack;
	struct sigcontext uc_mcontext;
	ksigset_t uc_sigmask;
};

_Static_assert(
        sizeof(struct ucontext_head) == offsetof(struct ucontext, __reserved), "same layout");

_Static_assert(offsetof(struct vfp_state, d) == offsetof(struct vfp_sigframe, fpregs) &&
                       offsetof(struct vfp_state, end_mark) == VFP_STORAGE_SIZE,
        "a signal frame takes it as it is");

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
	for (size_t i = sizeof(*info) / 4; i < sizeof(k) / 4; i++) {
		if (k.__pad[i])
			return -E2BIG;
	}
	*info = k.info;
	return 0;
}

static bool on_altstack(const struct sigaltstack *s, uint32_t sp)
{
	return !(s->ss_flags & SS_DISABLE) && sp - s->ss_sp - 1 < s->ss_size;
}

/* What sigaltstack() and a frame say about the alternate stack. */
static struct sigaltstack altstack_state(uint32_t sp)
{
	struct sigaltstack s = current()->signal.altstack;

	if (on_altstack(&s, sp))
		s.ss_flags |= SS_ONSTACK;
	return s;
}

static uint32_t frame_address(const struct trap_frame *f, const struct ksigaction *a, size_t size)
{
	const struct sigaltstack *alt = &current()->signal.altstack;
	uint32_t sp = f->sp;

	if ((a->sa_flags & SA_ONSTACK) && !(alt->ss_flags & SS_DISABLE) && !on_altstack(alt, sp))
		sp = alt->ss_sp + alt->ss_size;
	return (sp - size) & ~7u; /* the ABI's stack alignment */
}

static void save_registers(struct sigcontext *sc, const struct trap_frame *f)
{
	const struct task *t = current();

	memcpy(&sc->arm_r0, f->r, sizeof(f->r));
	sc->arm_sp = f->sp;
	sc->arm_lr = f->lr;
	sc->arm_pc = f->pc;
	sc->arm_cpsr = f->cpsr;
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
	vfp_sync(current());
	v->magic = VFP_MAGIC;
	v->size = VFP_STORAGE_SIZE;
	v->fpexc = 1u << 30;
	return copy_to_user(regspace, v, VFP_STORAGE_SIZE + sizeof(v->end_mark));
}

static int write_context(
        struct ucontext __user *uc, const struct trap_frame *f, ksigset_t mask, uint32_t uc_flags)
{
	struct ucontext_head head;
	int err;

	head.uc_flags = uc_flags;
	head.uc_link = 0;
	head.uc_stack = altstack_state(f->sp);
	save_registers(&head.uc_mcontext, f);
	head.uc_mcontext.oldmask = mask;
	head.uc_sigmask = mask;
	err = copy_to_user(uc, &head, sizeof(head));
	return err ? err : write_vfp(uc->uc_regspace);
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

int signal_setup_frame(struct trap_frame *f, int sig, const struct ksigaction *a,
        const struct siginfo *info, ksigset_t mask)
{
	bool rt = a->sa_flags & SA_SIGINFO;
	uint32_t sp =
	        frame_address(f, a, rt ? sizeof(struct rt_sigframe) : sizeof(struct sigframe));
	struct rt_sigframe __user *frame = (struct rt_sigframe __user *)sp;
	int err;

	if (rt) {
		err = siginfo_to_user(&frame->info, info);
		if (!err)
			err = write_context(&frame->uc, f, mask, 0);
	} else {
		/* The mark by which debuggers know the frame's kind. */
		err = write_context((struct ucontext __user *)sp, f, mask, 0x5ac3c35a);
	}
	if (err)
		return err;
	enter_handler(f, a, sp, SIGRETURN_CODE + (rt ? 8 : 0));
	f->r[0] = sig;
	if (rt) {
		f->r[1] = (uint32_t)&frame->info;
		f->r[2] = (uint32_t)&frame->uc;
	}
	f->syscall = NO_SYSCALL;
	return 0;
}

/* A program may choose its flags, instruction set and endianness, never its mode or masks. */
static bool cpsr_acceptable(uint32_t cpsr)
{
	return (cpsr & PSR_MODE) == PSR_MODE_USR && !(cpsr & PSR_I);
}

static int restore_vfp(const struct vfp_sigframe __user *saved)
{
	struct task *t = current();
	uint32_t magic, size;

	if (get_user_u32(&magic, &saved->magic))
		return -EFAULT;
	if (magic != VFP_MAGIC) {
		/* The handler may have computed; the program had not: its registers were zero. */
		if (t->vfp.used)
			vfp_reset(t);
		return 0;
	}
	if (get_user_u32(&size, &saved->size) || size != VFP_STORAGE_SIZE)
		return -EFAULT;
	t->vfp.used = true;
	vfp_reload(t); /* first: what the unit holds now is not to be saved over the copy */
	return copy_from_user(t->vfp.d, saved->fpregs, sizeof(t->vfp.d) + sizeof(t->vfp.fpscr));
}

static int restore_context(struct trap_frame *f, const struct ucontext __user *uc)
{
	struct ucontext_head head;

	if (copy_from_user(&head, uc, sizeof(head)) ||
	        !cpsr_acceptable(head.uc_mcontext.arm_cpsr) ||
	        restore_vfp((const struct vfp_sigframe __user *)uc->uc_regspace))
		return -EFAULT;
	memcpy(f->r, &head.uc_mcontext.arm_r0, sizeof(f->r));
	f->sp = head.uc_mcontext.arm_sp;
	f->lr = head.uc_mcontext.arm_lr;
	f->pc = head.uc_mcontext.arm_pc;
	f->cpsr = head.uc_mcontext.arm_cpsr & ~(PSR_F | PSR_A); /* as Linux: valid_user_regs() */
	f->syscall = NO_SYSCALL;
	signal_set_blocked(head.uc_sigmask);
	return 0;
}

static long sigreturn(const struct ucontext __user *(*context)(uint32_t sp))
{
	struct trap_frame *f = task_frame(current());

	if ((f->sp & 7) || restore_context(f, context(f->sp))) {
		signal_force(SIGSEGV, SI_KERNEL, f->sp);
		return 0;
	}
	return f->r[0]; /* entry.S stores the result there */
}

static const struct ucontext __user *plain_context(uint32_t sp)
{
	return &((const struct sigframe __user *)sp)->uc;
}

static const struct ucontext __user *rt_context(uint32_t sp)
{
	return &((const struct rt_sigframe __user *)sp)->uc;
}

long sys_sigreturn(void)
{
	return sigreturn(plain_context);
}

long sys_rt_sigreturn(void)
{
	return sigreturn(rt_context);
}

long sys_sigaltstack(const struct sigaltstack __user *new, struct sigaltstack __user *old)
{
	struct signal_state *s = &current()->signal;
	uint32_t sp = task_frame(current())->sp;
	struct sigaltstack before = altstack_state(sp), k;

	if (new) {
		if (copy_from_user(&k, new, sizeof(k)))
			return -EFAULT;
		if (on_altstack(&s->altstack, sp))
			return -EPERM;
		if (k.ss_flags & ~(SS_DISABLE | SS_ONSTACK))
			return -EINVAL;
		if (k.ss_flags & SS_DISABLE)
			k = (struct sigaltstack){.ss_flags = SS_DISABLE};
		else if (k.ss_size < MINSIGSTKSZ)
			return -ENOMEM;
		else
			k.ss_flags = 0;
		s->altstack = k;
	}
	return old && copy_to_user(old, &before, sizeof(before)) ? -EFAULT : 0;
}
