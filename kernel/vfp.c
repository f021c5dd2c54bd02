/* SPDX-License-Identifier: MIT */
/*
 * Who owns the VFP/NEON registers. They are saved when a task that has touched them leaves its
 * core, and loaded at the first touch after it came back: a task that does not compute pays
 * nothing. Nothing stays behind on a core, so a task may move to another.
 */
#include <arm/vfp.h>
#include <kernel/task.h>
#include <lib/abi/ucontext.h>
#include <string.h>

/* kernel/uaccess.S. The unit is on, interrupts are off. */
int vfp_to_user(uint32_t __user *block, uint32_t magic, uint32_t size, uint32_t fpexc);
int vfp_from_user(const uint32_t __user *block, uint32_t magic, uint32_t size);

void vfp_init(void)
{
	write_fpexc(0);
}

bool vfp_trap(struct task *t)
{
	if (read_fpexc() & FPEXC_EN)
		return false; /* the unit is on: the instruction really is undefined */
	write_fpexc(FPEXC_EN);
	t->vfp.used = true;
	vfp_load(t->vfp.d, t->vfp.fpscr);
	return true;
}

void vfp_switch_out(struct task *prev)
{
	if (!(read_fpexc() & FPEXC_EN))
		return;
	vfp_store(prev->vfp.d, &prev->vfp.fpscr);
	write_fpexc(0);
}

void vfp_sync(struct task *t)
{
	uint32_t flags = irq_save();

	if (read_fpexc() & FPEXC_EN)
		vfp_store(t->vfp.d, &t->vfp.fpscr);
	irq_restore(flags);
}

void vfp_reload(struct task *t)
{
	/* Off: the next touch traps and loads. */
	(void)t;
	write_fpexc(0);
}

/*
 * With interrupts off, so that no switch takes the unit away on the way; a fault then has no way to
 * page anything in, and the call fails.
 */
int vfp_to_frame(uint32_t __user *block)
{
	struct vfp_state *v = &current()->vfp;
	uint32_t flags = irq_save();
	int err;

	if (!(read_fpexc() & FPEXC_EN)) {
		write_fpexc(FPEXC_EN);
		vfp_load(v->d, v->fpscr);
	}
	err = vfp_to_user(block, VFP_MAGIC, VFP_STORAGE_SIZE, FPEXC_EN);
	irq_restore(flags);
	return err;
}

int vfp_from_frame(const uint32_t __user *block)
{
	uint32_t flags = irq_save();
	bool was_on = read_fpexc() & FPEXC_EN;
	int err;

	if (!was_on)
		write_fpexc(FPEXC_EN);
	err = vfp_from_user(block, VFP_MAGIC, VFP_STORAGE_SIZE);
	if (err && !was_on)
		write_fpexc(0); /* it holds nothing */
	irq_restore(flags);
	return err;
}

void vfp_reset(struct task *t)
{
	uint32_t flags = irq_save();

	write_fpexc(0);
	memset(&t->vfp, 0, sizeof(t->vfp));
	irq_restore(flags);
}
