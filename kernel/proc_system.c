/* SPDX-License-Identifier: MIT */
/*
 * /proc/stat, uptime, loadavg, version and cmdline: the machine's time and work.
 */
#include <drivers/irq.h>
#include <drivers/timer.h>
#include <kernel/clock.h>
#include <kernel/proc.h>
#include <kernel/sched.h>
#include <kernel/setup.h>
#include <kernel/uts.h>
#include <lib/printk.h>
#include <string.h>
#include "proc_files.h"

void task_totals(struct task_totals *totals)
{
	uint32_t flags = spin_lock_irqsave(&tasks_lock);
	struct task *t;

	memset(totals, 0, sizeof(*totals));
	totals->forks = total_forks;
	totals->last_pid = last_pid;
	TAILQ_FOREACH (t, &all_tasks, all_link) {
		totals->tasks++;
		totals->blocked += t->state == TASK_UNINTERRUPTIBLE || t->state == TASK_KILLABLE;
		totals->cpu_time += sched_cpu_time(t) + t->children_usage.cpu_time;
		/* Each of those who share a space adds its part. */
		if (t->mm)
			totals->table_bytes += t->mm->table_bytes / t->mm->users;
	}
	spin_unlock_irqrestore(&tasks_lock, flags);
}

/* ns that the cores had nothing to do. */
static int64_t idle_time(const struct task_totals *totals)
{
	int64_t idle = clock_now() * CPUS_ONLINE - totals->cpu_time;

	return idle > 0 ? idle : 0;
}

static int show_uptime(struct seq *seq, void *arg)
{
	struct task_totals totals;
	uint64_t up, idle;

	(void)arg;
	task_totals(&totals);
	up = ticks(clock_now());
	idle = ticks(idle_time(&totals));
	seq_printf(seq, "%u.%02u %u.%02u\n", (uint32_t)(up / 100), (uint32_t)(up % 100),
	        (uint32_t)(idle / 100), (uint32_t)(idle % 100));
	return 0;
}

static int show_loadavg(struct seq *seq, void *arg)
{
	struct task_totals totals;
	uint32_t load[3];

	(void)arg;
	task_totals(&totals);
	sched_load(load);
	for (int i = 0; i < 3; i++) {
		uint32_t hundredths = (load[i] * 100 + 1024) / 2048;

		seq_printf(seq, "%u.%02u ", hundredths / 100, hundredths % 100);
	}
	seq_printf(seq, "%u/%u %d\n", sched_running(), totals.tasks, totals.last_pid);
	return 0;
}

static uint32_t irq_total(unsigned int irq)
{
	const struct irq_chip *chip;
	const struct irq_action *action = irq_action(irq, &chip);
	uint32_t n = 0;

	for (int i = 0; action && i < IRQ_CPUS; i++)
		n += action->count[i];
	return n;
}

/* User and system time are not told apart: all of it is user time. */
static void show_cpu(struct seq *seq, const char *name, const struct task_totals *totals)
{
	seq_printf(seq, "%s %llu 0 0 %llu 0 0 0 0 0 0\n", name, ticks(totals->cpu_time),
	        ticks(idle_time(totals)));
}

static int show_stat(struct seq *seq, void *arg)
{
	unsigned int limit = irq_limit();
	struct task_totals totals;
	uint32_t interrupts = 0;

	(void)arg;
	task_totals(&totals);
	show_cpu(seq, "cpu ", &totals);
	show_cpu(seq, "cpu0", &totals);
	for (unsigned int irq = 0; irq < limit; irq++)
		interrupts += irq_total(irq);
	seq_printf(seq, "intr %u", interrupts);
	for (unsigned int irq = 0; irq < limit; irq++)
		seq_printf(seq, " %u", irq_total(irq));
	seq_printf(seq, "\nctxt %llu\nbtime %llu\nprocesses %u\n", sched_switches(),
	        (uint64_t)realtime_offset() / NSEC_PER_SEC, totals.forks);
	seq_printf(seq, "procs_running %u\nprocs_blocked %u\n", sched_running(), totals.blocked);
	seq_puts(seq, "softirq 0 0 0 0 0 0 0 0 0 0 0\n");
	return 0;
}

static int show_version(struct seq *seq, void *arg)
{
	struct utsname uts;

	(void)arg;
	uts_get(&uts);
	seq_printf(seq, "%s version %s (gcc %s) %s\n", uts.sysname, uts.release, __VERSION__,
	        uts.version);
	return 0;
}

static int show_cmdline(struct seq *seq, void *arg)
{
	(void)arg;
	seq_printf(seq, "%s\n", boot_options.cmdline);
	return 0;
}

static const struct proc_entry entries[] = {
        {.name = "uptime", .mode = 0444, .show = show_uptime},
        {.name = "loadavg", .mode = 0444, .show = show_loadavg},
        {.name = "stat", .mode = 0444, .show = show_stat},
        {.name = "version", .mode = 0444, .show = show_version},
        {.name = "cmdline", .mode = 0444, .show = show_cmdline},
};

void proc_system_init(void)
{
	if (proc_register(entries, COUNT(entries)))
		panic("no memory for /proc/stat");
}

void proc_init(void)
{
	proc_pids_init();
	proc_memory_init();
	proc_system_init();
	proc_hardware_init();
	proc_sysctl_init();
}
