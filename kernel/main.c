/* SPDX-License-Identifier: MIT */
/*
 * The kernel from its first C function to the first program.
 */
#include <arm/cache.h>
#include <arm/layout.h>
#include <arm/sysreg.h>
#include <drivers/device.h>
#include <drivers/resource.h>
#include <drivers/serial.h>
#include <fs/initramfs.h>
#include <fs/vfs.h>
#include <kernel/kernel.h>
#include <kernel/proc.h>
#include <kernel/sched.h>
#include <kernel/setup.h>
#include <kernel/task.h>
#include <lib/errno.h>
#include <lib/printk.h>
#include <mm/kernel_table.h>
#include <mm/page.h>
#include <string.h>

void kernel_main(uint32_t machine, uint32_t params, paddr_t image, pte_t *l1);

extern const char kuser_start[], kuser_end[];
extern const char kuser_sigreturn_start[], kuser_sigreturn_end[];

/* The page at 0xffff0000 that the ARM Linux ABI promises to programs. */
static void map_kuser_page(void)
{
	struct page *page = page_alloc(0, ALLOC_ZERO);
	char *p;
	struct small_page desc = {
	        .type = MT_NORMAL,
	        .user = true,
	        .executable = true,
	        .global = true,
	};

	BUG_ON(!page);
	p = page_address(page);
	memcpy(p + 0xf60, kuser_start, kuser_end - kuser_start);
	memcpy(p + 0x500, kuser_sigreturn_start, kuser_sigreturn_end - kuser_sigreturn_start);
	sync_instructions(p, PAGE_SIZE);
	desc.base = page_to_phys(page);
	BUG_ON(kernel_map_page(KUSER_PAGE, small_page_encode(desc)));
}

static void mount_root(struct path *root)
{
	const void *archive;
	size_t size;
	struct fs_context *fs;
	struct vfs_at at = {.cred = &root_cred};
	int err = vfs_mount_root("rootfs", root);

	if (err)
		panic("cannot mount the root file system: error %d", -err);
	fs = fs_context_alloc(root);
	BUG_ON(!fs);
	fs->umask = 0;
	at.fs = fs;
	archive = setup_initrd(&size);
	initramfs_unpack(&at, archive, size);
	setup_free_initrd();
	mount_standard(&at);
	fs_context_put(fs);
}

/* Opens the console as descriptors 0, 1 and 2 of init. */
static void open_console(void)
{
	struct vfs_at at = {.fs = current()->fs, .cred = &current()->cred};
	struct file *file;

	if (vfs_open(&at, "/dev/console", O_RDWR, 0, &file)) {
		pr_warn("no /dev/console: init starts without files\n");
		return;
	}
	for (int fd = 0; fd < 3; fd++) {
		file_get(file);
		if (fd_open(current()->files, file, 3, 0) < 0)
			file_put(file);
	}
	file_put(file);
}

/* The counter starts with the machine, so this is the way from reset to the first program. */
static void report_start(const char *path)
{
	uint64_t count = read_cntvct();
	uint32_t khz = read_cntfrq() / 1000;

	if (khz)
		pr_info("%s starts %llu us after reset\n", path, count * 1000 / khz);
}

static int try_init(const char *path)
{
	struct vfs_at at = {.fs = current()->fs, .cred = &current()->cred};
	char *argv[INIT_STRINGS + 2] = {(char *)path};
	int err;

	for (int i = 0; i < INIT_STRINGS && boot_options.init_args[i]; i++)
		argv[i + 1] = boot_options.init_args[i];
	err = kernel_execve(path, argv, boot_options.init_env);
	if (err == -ENOENT && vfs_access(&at, path, F_OK, 0) == 0)
		pr_err("%s cannot be started: error %d, the interpreter that it names is missing\n",
		        path, ENOENT);
	else if (err && err != -ENOENT)
		pr_err("%s cannot be started: error %d\n", path, -err);
	if (!err)
		report_start(path);
	return err;
}

/* What pid 1 does in the kernel: becomes init. Order and names as in Linux. */
static void start_init(void)
{
	static const char *const fallbacks[] = {"/sbin/init", "/etc/init", "/bin/init", "/bin/sh"};

	open_console();
	if (boot_options.rdinit && try_init(boot_options.rdinit) == 0)
		return;
	if (boot_options.init) {
		if (try_init(boot_options.init) == 0)
			return;
		panic("Requested init %s failed", boot_options.init);
	}
	for (unsigned int i = 0; i < sizeof(fallbacks) / sizeof(fallbacks[0]); i++) {
		if (try_init(fallbacks[i]) == 0)
			return;
	}
	panic("No working init found: no %s, /sbin/init, /etc/init, /bin/init or /bin/sh",
	        boot_options.rdinit);
}

void kernel_main(uint32_t machine, uint32_t params, paddr_t image, pte_t *l1)
{
	struct path root;

	kernel_table_init(l1, image);
	task_init();
	traps_init();
	vfp_init();
	early_console_init((void *)FIXMAP_UART);
	pr_notice("Quire, loaded at 0x%08x\n", image);
	setup_memory(machine, params);
	setup_options();
	map_kuser_page();
	fs_init();
	sched_init();
	hooks_init();
	irq_enable();
	devices_probe(&boot_dtb);
	devmem_init();
	sysfs_devices_init();
	sched_timer_found();
	mount_root(&root);
	if (task_start_init(start_init, &root))
		panic("no memory for the first task");
	sched_idle();
}
