/* SPDX-License-Identifier: MIT */
/*
 * /proc/cpuinfo, iomem, interrupts and devices: what the machine has and who serves it.
 */
#include <arm/hwcap.h>
#include <arm/sysreg.h>
#include <drivers/irq.h>
#include <drivers/resource.h>
#include <kernel/setup.h>
#include <lib/chardev.h>
#include <lib/dtb.h>
#include <lib/printk.h>
#include <mm/kernel_table.h>
#include <mm/memblock.h>
#include <string.h>
#include "proc_files.h"

/* -- cpuinfo -- */

/* By bit of AT_HWCAP, as Linux calls them; "" for what no ARMv7 core has. */
static const char hwcap_names[22][9] = {
        "swp",
        "half",
        "thumb",
        "26bit",
        "fastmult",
        "fpa",
        "vfp",
        "edsp",
        "java",
        "iwmmxt",
        "crunch",
        "thumbee",
        "neon",
        "vfpv3",
        "vfpv3d16",
        "tls",
        "vfpv4",
        "idiva",
        "idivt",
        "vfpd32",
        "lpae",
        "evtstrm",
};

/*
 * Linux waits with the generic timer, whose rate then gives BogoMIPS (arch/arm/kernel/smp.c: loops in a
 * jiffy, divided by 500000 / HZ). The fields of MIDR: ARM DDI 0406C, B4.1.105.
 */
static void show_core(struct seq *seq, unsigned int cpu)
{
	uint32_t midr = read_midr(), rate = read_cntfrq(), caps = arm_hwcap();

	seq_printf(seq, "processor\t: %u\nmodel name\t: ARMv7 Processor rev %u (v7l)\n", cpu,
	        midr & 15);
	seq_printf(seq, "BogoMIPS\t: %u.%02u\nFeatures\t: ", rate / 500000, rate / 5000 % 100);
	for (unsigned int i = 0; i < COUNT(hwcap_names); i++) {
		if (caps & 1u << i)
			seq_printf(seq, "%s ", hwcap_names[i]);
	}
	seq_printf(seq, "\nCPU implementer\t: 0x%02x\nCPU architecture: 7\n", midr >> 24);
	seq_printf(seq, "CPU variant\t: 0x%x\nCPU part\t: 0x%03x\nCPU revision\t: %u\n\n",
	        midr >> 20 & 15, midr >> 4 & 0xfff, midr & 15);
}

static int show_cpuinfo(struct seq *seq, void *arg)
{
	const char *model = dtb_string(&boot_dtb, DTB_ROOT, "model");
	const char *serial = dtb_string(&boot_dtb, DTB_ROOT, "serial-number");
	int system = dtb_find_path(&boot_dtb, "/system");
	uint32_t revision = 0;

	(void)arg;
	for (unsigned int cpu = 0; cpu < CPUS_ONLINE; cpu++)
		show_core(seq, cpu);
	if (system >= 0)
		dtb_u32(&boot_dtb, system, "linux,revision", 0, &revision);
	seq_printf(seq, "Hardware\t: %s\nRevision\t: %04x\nSerial\t\t: %s\n",
	        model ? model : "Generic DT based system", revision,
	        serial ? serial : "0000000000000000");
	return 0;
}

/* -- iomem -- */

extern const char __text_start[], __text_end[], __rodata_end[], __image_memory_end[];

struct range {
	paddr_t first, last;
};

/* RAM, by rising address; filled in once. */
#define RAM_RANGES 8

static struct range ram[RAM_RANGES];
static unsigned int ram_count;

static void add_ram(uint64_t start, uint64_t end)
{
	if (ram_count < RAM_RANGES)
		ram[ram_count++] = (struct range){start, end - 1};
}

static bool inside(const struct range *r, paddr_t at)
{
	return at >= r->first && at <= r->last;
}

/* Addresses are for root only, as in Linux. */
static void show_range(
        struct seq *seq, const char *indent, paddr_t first, paddr_t last, const char *name)
{
	bool root = cred_is_root(&current()->cred);

	seq_printf(seq, "%s%08x-%08x : %s\n", indent, root ? first : 0, root ? last : 0, name);
}

static void show_ram(struct seq *seq, const struct range *r)
{
	paddr_t code = image_to_phys(__text_start), data = image_to_phys(__rodata_end);

	show_range(seq, "", r->first, r->last, "System RAM");
	if (!inside(r, code))
		return;
	show_range(seq, "  ", code, image_to_phys(__text_end) - 1, "Kernel code");
	show_range(seq, "  ", data, image_to_phys(__image_memory_end) - 1, "Kernel data");
}

/* Two sorted lists become one. */
static int show_iomem(struct seq *seq, void *arg)
{
	const struct resource *res = resource_next(NULL);
	unsigned int i = 0;

	(void)arg;
	while (res || i < ram_count) {
		if (res && (i == ram_count || res->first < ram[i].first)) {
			show_range(seq, "", res->first, res->last, res->name);
			res = resource_next(res);
		} else {
			show_ram(seq, &ram[i++]);
		}
	}
	return 0;
}

/* -- interrupts -- */

static int show_interrupts(struct seq *seq, void *arg)
{
	unsigned int limit = irq_limit();

	(void)arg;
	seq_printf(seq, "%11s", "");
	for (unsigned int cpu = 0; cpu < CPUS_ONLINE; cpu++)
		seq_printf(seq, "CPU%-8u", cpu);
	seq_putc(seq, '\n');
	for (unsigned int irq = 0; irq < limit; irq++) {
		const struct irq_chip *chip;
		const struct irq_action *action = irq_action(irq, &chip);

		if (!action)
			continue;
		seq_printf(seq, "%3u: ", irq);
		for (unsigned int cpu = 0; cpu < CPUS_ONLINE; cpu++)
			seq_printf(seq, "%10u ", action->count[cpu]);
		seq_printf(seq, " %8s %3u  %s\n", chip->name, irq - chip->base, action->name);
	}
	seq_printf(seq, "Err: %10u\n", irq_spurious_count());
	return 0;
}

/* -- devices -- */

/* A major number is named after its first device: "ttyAMA" for ttyAMA0. */
static void show_major(struct seq *seq, const struct chardev *dev)
{
	int len = strlen(dev->name);

	while (len > 1 && dev->name[len - 1] >= '0' && dev->name[len - 1] <= '9')
		len--;
	if (dev->major == 1)
		seq_puts(seq, "  1 mem\n");
	else
		seq_printf(seq, "%3u %.*s\n", dev->major, len, dev->name);
}

static int show_devices(struct seq *seq, void *arg)
{
	(void)arg;
	seq_puts(seq, "Character devices:\n");
	for (struct chardev *dev = chardev_next(NULL); dev; dev = chardev_next(dev)) {
		struct chardev *first = chardev_next(NULL);

		while (first->major != dev->major)
			first = chardev_next(first);
		if (first == dev)
			show_major(seq, dev);
	}
	seq_puts(seq, "\nBlock devices:\n");
	return 0;
}

static const struct proc_entry entries[] = {
        {.name = "cpuinfo", .mode = 0444, .show = show_cpuinfo},
        {.name = "iomem", .mode = 0400, .show = show_iomem},
        {.name = "interrupts", .mode = 0444, .show = show_interrupts},
        {.name = "devices", .mode = 0444, .show = show_devices},
};

void proc_hardware_init(void)
{
	memblock_for_each_ram(add_ram);
	if (proc_register(entries, COUNT(entries)))
		panic("no memory for /proc/cpuinfo");
}
