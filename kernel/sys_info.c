/* SPDX-License-Identifier: MIT */
/*
 * System calls about the machine as a whole: its name, memory, randomness, and switching it off.
 */
#include <arm/barrier.h>
#include <arm/irqflags.h>
#include <drivers/power.h>
#include <drivers/timer.h>
#include <kernel/sched.h>
#include <kernel/syscall.h>
#include <kernel/task.h>
#include <kernel/uts.h>
#include <lib/abi/random.h>
#include <lib/abi/reboot.h>
#include <lib/abi/sysinfo.h>
#include <lib/abi/utsname.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <lib/random.h>
#include <mm/page.h>
#include <string.h>

#define LOAD_BITS 11 /* sched_load() counts in 1/2048 */

static struct {
	spinlock_t lock;
	/* under lock: nodename and domainname */
	struct utsname name;
} uts = {
        /*
	 * Programs ask for "Linux" and a release to know the system calls: these are Linux 6.1's. C
	 * libraries refuse kernels with an older number.
	 */
        .name =
                {
                        .sysname = "Linux",
                        .nodename = "quire",
                        .release = "6.1.0-quire",
                        .version = "#1 Quire",
                        .machine = "armv7l",
                        .domainname = "(none)",
                },
};

void uts_get(struct utsname *copy)
{
	spin_lock(&uts.lock);
	*copy = uts.name;
	spin_unlock(&uts.lock);
}

int uts_set(size_t offset, const char *text, size_t n)
{
	char *field = (char *)&uts.name + offset;

	if (!cred_is_root(&current()->cred))
		return -EPERM;
	if (n >= UTSNAME_LEN)
		return -EINVAL;
	spin_lock(&uts.lock);
	memset(field, 0, UTSNAME_LEN);
	memcpy(field, text, n);
	spin_unlock(&uts.lock);
	return 0;
}

long sys_uname(struct utsname __user *name)
{
	struct utsname copy;

	uts_get(&copy);
	return copy_to_user(name, &copy, sizeof(copy));
}

static long set_name(size_t offset, const char __user *name, int n)
{
	char text[UTSNAME_LEN];

	if (!cred_is_root(&current()->cred))
		return -EPERM;
	if (n < 0 || n >= UTSNAME_LEN)
		return -EINVAL;
	return copy_from_user(text, name, n) ? -EFAULT : uts_set(offset, text, n);
}

long sys_sethostname(const char __user *name, int n)
{
	return set_name(offsetof(struct utsname, nodename), name, n);
}

long sys_setdomainname(const char __user *name, int n)
{
	return set_name(offsetof(struct utsname, domainname), name, n);
}

static uint16_t count_tasks(void)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	uint16_t count = 0;
	struct task *t;

	TAILQ_FOREACH (t, &all_tasks, all_link)
		count++;
	spin_unlock_irqrestore(&tasks_lock, flags);
	return count;
}

long sys_sysinfo(struct sysinfo __user *user_info)
{
	struct sysinfo info;
	uint32_t load[3];

	memset(&info, 0, sizeof(info));
	info.uptime = (clock_now() + NSEC_PER_SEC - 1) / NSEC_PER_SEC;
	sched_load(load);
	for (int i = 0; i < 3; i++)
		info.loads[i] = load[i] << (SI_LOAD_SHIFT - LOAD_BITS);
	info.totalram = page_total_count() * PAGE_SIZE;
	info.freeram = page_free_count() * PAGE_SIZE;
	info.mem_unit = 1;
	info.procs = count_tasks();
	return copy_to_user(user_info, &info, sizeof(info));
}

/* The generator never waits, so all three kinds of random bytes are the same. */
long sys_getrandom(void __user *buf, size_t n, uint32_t flags)
{
	const uint32_t both = GRND_RANDOM | GRND_INSECURE;
	char block[256];
	size_t done = 0;

	if ((flags & ~(GRND_NONBLOCK | both)) || (flags & both) == both)
		return -EINVAL;
	if (n > INT32_MAX)
		n = INT32_MAX;
	while (done < n && !(done && signal_pending())) {
		size_t part = n - done < sizeof(block) ? n - done : sizeof(block);

		random_bytes(block, part);
		if (copy_to_user((char __user *)buf + done, block, part))
			return done ? (long)done : -EFAULT;
		done += part;
	}
	memset(block, 0, sizeof(block));
	__asm__ volatile("" ::"r"(block) : "memory"); /* or the compiler drops the memset */
	return done;
}

static bool magic_ok(uint32_t magic1, uint32_t magic2)
{
	return magic1 == LINUX_REBOOT_MAGIC1 &&
	       (magic2 == LINUX_REBOOT_MAGIC2 || magic2 == LINUX_REBOOT_MAGIC2A ||
	               magic2 == LINUX_REBOOT_MAGIC2B || magic2 == LINUX_REBOOT_MAGIC2C);
}

static void halt(void) __attribute__((noreturn));

static void halt(void)
{
	irq_disable();
	for (;;)
		wait_for_interrupt();
}

static void restart(void) __attribute__((noreturn));

static void restart(void)
{
	printk(LOG_EMERG, "reboot: Restarting system\n");
	irq_disable();
	machine_restart();
	halt();
}

/* The argument is for the boot loader; nothing here passes it on. */
static int show_argument(const char __user *arg)
{
	char text[256];

	if (strncpy_from_user(text, arg, sizeof(text) - 1) < 0)
		return -EFAULT;
	text[sizeof(text) - 1] = '\0';
	printk(LOG_EMERG, "reboot: argument '%s'\n", text);
	return 0;
}

long sys_reboot(uint32_t magic1, uint32_t magic2, uint32_t cmd, const char __user *arg)
{
	if (!cred_is_root(&current()->cred))
		return -EPERM;
	if (!magic_ok(magic1, magic2))
		return -EINVAL;
	switch (cmd) {
	case LINUX_REBOOT_CMD_CAD_ON:
	case LINUX_REBOOT_CMD_CAD_OFF:
		return 0; /* what Ctrl-Alt-Del does; a serial line has no such keys */
	case LINUX_REBOOT_CMD_RESTART2:
		if (show_argument(arg))
			return -EFAULT;
		restart();
	case LINUX_REBOOT_CMD_RESTART:
		restart();
	case LINUX_REBOOT_CMD_POWER_OFF:
		printk(LOG_EMERG, "reboot: Power down\n");
		irq_disable();
		machine_power_off();
		halt();
	case LINUX_REBOOT_CMD_HALT:
		printk(LOG_EMERG, "reboot: System halted\n");
		halt();
	}
	return -EINVAL;
}
