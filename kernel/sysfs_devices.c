/* SPDX-License-Identifier: MIT */
/*
 * /sys: which devices are in service and by which driver, and which cores there are. Places and forms
 * are Linux's (Documentation/ABI/testing/sysfs-bus-platform, sysfs-devices-system-cpu).
 */
#include <drivers/device.h>
#include <fs/procfs.h>
#include <kernel/proc.h>
#include <lib/errno.h>
#include <lib/printf.h>
#include <lib/printk.h>
#include <mm/kmalloc.h>
#include <string.h>

#define NAME_MAX_LEN 96

/* /sys/devices/platform/NAME/uevent and /sys/bus/platform/drivers/DRIVER/NAME. */
struct device_files {
	char uevent[NAME_MAX_LEN], link[NAME_MAX_LEN], target[NAME_MAX_LEN];
	struct proc_entry entries[2];
};

/* As Linux names it: the address that the CPU uses, then the node's name ("9000000.pl011"). */
static void platform_name(const struct device *dev, char *buf, size_t size)
{
	int len = strcspn(dev->name, "@");
	uint64_t addr;

	if (dtb_reg(dev->dtb, dev->node, 0, &addr, NULL))
		snprintf(buf, size, "%.*s", len, dev->name);
	else
		snprintf(buf, size, "%llx.%.*s", addr, len, dev->name);
}

static int show_uevent(struct seq *seq, void *arg)
{
	const struct device *dev = arg;
	const char *compatible;
	char path[128];
	int n = 0;

	seq_printf(seq, "DRIVER=%s\nOF_NAME=%.*s\n", dev->driver->name,
	        (int)strcspn(dev->name, "@"), dev->name);
	if (dtb_path(dev->dtb, dev->node, path, sizeof(path)) >= 0)
		seq_printf(seq, "OF_FULLNAME=%s\n", path);
	while ((compatible = dtb_string_at(dev->dtb, dev->node, "compatible", n)))
		seq_printf(seq, "OF_COMPATIBLE_%d=%s\n", n++, compatible);
	seq_printf(seq, "OF_COMPATIBLE_N=%d\n", n);
	return 0;
}

static int add_device(const struct device *dev)
{
	struct device_files *f = kmalloc(sizeof(*f));
	char name[NAME_MAX_LEN / 2];

	if (!f)
		return -ENOMEM;
	platform_name(dev, name, sizeof(name));
	snprintf(f->uevent, sizeof(f->uevent), "devices/platform/%s/uevent", name);
	snprintf(f->link, sizeof(f->link), "bus/platform/drivers/%s/%s", dev->driver->name, name);
	snprintf(f->target, sizeof(f->target), "../../../../devices/platform/%s", name);
	f->entries[0] = (struct proc_entry){
	        .name = f->uevent, .mode = 0444, .show = show_uevent, .arg = (void *)dev};
	f->entries[1] = (struct proc_entry){.name = f->link, .mode = 0777, .target = f->target};
	return sysfs_register(f->entries, 2);
}

static int show_cpus(struct seq *seq, void *arg)
{
	(void)arg;
	seq_puts(seq, "0\n");
	return 0;
}

static const struct proc_entry cpu_entries[] = {
        {.name = "devices/system/cpu/online", .mode = 0444, .show = show_cpus},
        {.name = "devices/system/cpu/possible", .mode = 0444, .show = show_cpus},
        {.name = "devices/system/cpu/present", .mode = 0444, .show = show_cpus},
};

void sysfs_devices_init(void)
{
	const struct device *dev = NULL;
	int err = sysfs_register(cpu_entries, sizeof(cpu_entries) / sizeof(cpu_entries[0]));

	while (!err && (dev = device_next(dev)))
		err = add_device(dev);
	if (err)
		pr_warn("/sys is incomplete: error %d\n", -err);
}
