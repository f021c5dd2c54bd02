/* SPDX-License-Identifier: MIT */
/* Tests of the devicetree reader: what a kernel asks about a board. */
#include "test_dtb.h"

uint8_t *open_dtb(const char *file, struct dtb *dt)
{
	size_t size;
	uint8_t *data = load_file(file, &size);

	assert_int_equal(dtb_open(dt, data, size), 0);
	return data;
}

static struct dtb dt;
static uint8_t *blob;

static int open_pi(void **state)
{
	blob = open_dtb("pi.dtb", &dt);
	return 0;
}

static int open_wide(void **state)
{
	blob = open_dtb("wide.dtb", &dt);
	return 0;
}

static int open_virt(void **state)
{
	blob = open_dtb("virt.dtb", &dt);
	return 0;
}

static int close_blob(void **state)
{
	free(blob);
	return 0;
}

static void expect_reg(const char *path, int index, int err, uint64_t addr, uint64_t size)
{
	uint64_t a = 0, s = 0;
	int node = dtb_find_path(&dt, path);

	assert_true(node > 0);
	assert_int_equal(dtb_reg(&dt, node, index, &a, &s), err);
	if (err == 0) {
		assert_true(a == addr);
		assert_true(s == size);
	}
}

/* Are bus addresses translated to where the CPU sees them? */
static void pi_addresses(void **state)
{
	uint64_t addr, size;

	expect_reg("/soc/serial@7e201000", 0, 0, 0x3f201000, 0x200);
	expect_reg("serial0", 1, 0, 0x3f202000, 0x10);
	expect_reg("serial0", 2, -ENOENT, 0, 0);
	expect_reg("serial0", -1, -ENOENT, 0, 0);
	expect_reg("/soc/interrupt-controller@40000000", 0, 0, 0x40000000, 0x100);
	expect_reg("/soc/outside@10000000", 0, -ENXIO, 0, 0);
	expect_reg("/soc", 0, -ENOENT, 0, 0);
	assert_int_equal(
	        dtb_reg_by_name(&dt, dtb_find_path(&dt, "serial0"), "extra", &addr, &size), 0);
	assert_int_equal(addr, 0x3f202000);
	assert_int_equal(
	        dtb_reg_by_name(&dt, dtb_find_path(&dt, "serial0"), "no", &addr, &size), -ENOENT);
}

/* Are interrupts found with the controller that they belong to? */
static void pi_interrupts(void **state)
{
	int intc = dtb_find_compatible(&dt, DTB_ROOT, "brcm,bcm2836-armctrl-ic");
	int local = dtb_find_compatible(&dt, DTB_ROOT, "brcm,bcm2836-l1-intc");
	int node = dtb_find_compatible(&dt, DTB_ROOT, "arm,pl011");
	struct dtb_irq irq;

	assert_int_equal(dtb_irq(&dt, node, 1, &irq), 0);
	assert_int_equal(irq.controller, intc);
	assert_int_equal(irq.ncells, 2);
	assert_int_equal(irq.cells[0], 2);
	assert_int_equal(irq.cells[1], 26);
	assert_int_equal(dtb_irq(&dt, node, 2, &irq), -ENOENT);
	assert_int_equal(dtb_irq(&dt, node, -1, &irq), -ENOENT);
	assert_int_equal(dtb_irq(&dt, intc, 0, &irq), 0);
	assert_int_equal(irq.controller, local);
	assert_int_equal(
	        dtb_irq(&dt, dtb_find_compatible(&dt, DTB_ROOT, "arm,armv7-timer"), 1, &irq), 0);
	assert_int_equal(irq.controller, local);
	assert_int_equal(irq.cells[0], 1);
	assert_int_equal(dtb_irq(&dt, dtb_find_path(&dt, "/cpus"), 0, &irq), -ENOENT);
}

/* Do extended interrupts, each with a controller of its own, come apart? */
static void pi_extended_interrupts(void **state)
{
	int node = dtb_find_path(&dt, "/soc/mixed");
	struct dtb_irq irq;

	assert_false(dtb_okay(&dt, node));
	assert_int_equal(dtb_irq(&dt, node, 0, &irq), 0);
	assert_int_equal(irq.cells[0], 3);
	assert_int_equal(dtb_irq(&dt, node, 1, &irq), 0);
	assert_int_equal(irq.controller, dtb_find_path(&dt, "/soc/one-cell"));
	assert_int_equal(irq.ncells, 1);
	assert_int_equal(irq.cells[0], 7);
	assert_int_equal(dtb_irq(&dt, node, 2, &irq), 0);
	assert_int_equal(irq.cells[1], 2);
	assert_int_equal(dtb_irq(&dt, node, 3, &irq), -ENOENT);
}

/* Is memory found in all its ranges, without the empty ones? */
static void pi_memory(void **state)
{
	struct dtb_reserved res;
	uint64_t addr, size;

	assert_int_equal(dtb_memory(&dt, 0, &addr, &size), 0);
	assert_int_equal(addr, 0);
	assert_int_equal(size, 0x3b400000);
	assert_int_equal(dtb_memory(&dt, 1, &addr, &size), 0);
	assert_int_equal(addr, 0x40010000);
	assert_int_equal(dtb_memory(&dt, 2, &addr, &size), -ENOENT);
	assert_int_equal(dtb_memreserve(&dt, 1, &addr, &size), 0);
	assert_int_equal(addr, 0x3b400000);
	assert_int_equal(dtb_memreserve(&dt, 2, &addr, &size), -ENOENT);
	assert_int_equal(dtb_memreserve(&dt, -1, &addr, &size), -ENOENT);
	assert_int_equal(dtb_reserved_memory(&dt, 0, &res), 0);
	assert_int_equal(res.addr, 0x1000);
	assert_true(res.no_map && !res.reusable);
	assert_int_equal(dtb_reserved_memory(&dt, 2, &res), 0);
	assert_int_equal(res.addr, 0x20000);
	assert_true(!res.no_map && res.reusable);
	assert_int_equal(dtb_reserved_memory(&dt, 3, &res), -ENOENT);
}

/* Does /chosen say what to boot with, and is the console found through its alias? */
static void pi_chosen(void **state)
{
	const char *options;
	uint64_t start, end;

	assert_string_equal(dtb_chosen_bootargs(&dt), "console=ttyAMA0,115200 quiet");
	assert_int_equal(dtb_chosen_initrd(&dt, &start, &end), 0);
	assert_int_equal(start, 0x02000000);
	assert_int_equal(end, 0x02400000);
	assert_int_equal(dtb_chosen_stdout(&dt, &options),
	        dtb_find_compatible(&dt, DTB_ROOT, "arm,primecell"));
	assert_string_equal(options, "115200n8");
}

/* Are the CPUs found that can be started, with the way to start them? */
static void pi_cpus(void **state)
{
	struct dtb_cpu cpu;

	assert_int_equal(dtb_cpu(&dt, 0, &cpu), 0);
	assert_int_equal(cpu.mpidr, 0xf00);
	assert_string_equal(cpu.enable_method, "brcm,bcm2836-smp");
	assert_int_equal(cpu.release_addr, 0);
	assert_int_equal(dtb_cpu(&dt, 1, &cpu), 0);
	assert_int_equal(cpu.mpidr, 0xf01);
	assert_string_equal(cpu.enable_method, "spin-table");
	assert_int_equal(cpu.release_addr, 0xd8);
	assert_int_equal(dtb_cpu(&dt, 2, &cpu), -ENOENT);
}

/* Do paths lead to nodes only if they are right? Does an alias that names itself end? */
static void pi_paths(void **state)
{
	assert_int_equal(dtb_find_path(&dt, "/"), DTB_ROOT);
	assert_int_equal(dtb_find_path(&dt, "/soc/serial"), dtb_find_path(&dt, "serial0"));
	assert_int_equal(dtb_find_path(&dt, "bus/timer"), dtb_find_path(&dt, "/soc/timer"));
	assert_int_equal(dtb_find_path(&dt, "/so"), -ENOENT);
	assert_int_equal(dtb_find_path(&dt, "/soc/serial@7e2"), -ENOENT);
	assert_int_equal(dtb_find_path(&dt, "/soc/serial@7e201000/x"), -ENOENT);
	assert_int_equal(dtb_find_path(&dt, "loop"), -ENOENT);
	assert_int_equal(dtb_find_path(&dt, "none"), -ENOENT);
	assert_int_equal(dtb_find_path(&dt, "an-alias-that-is-much-too-long-to-be-one"), -ENOENT);
	assert_int_equal(dtb_find_path(&dt, ""), -ENOENT);
	assert_int_equal(dtb_find_phandle(&dt, 0), -ENOENT);
	assert_int_equal(dtb_find_phandle(&dt, 0xffffffff), -ENOENT);
}

/* Is a number of an alias found for its node, and only of the kind asked for? */
static void pi_alias_ids(void **state)
{
	int uart = dtb_find_path(&dt, "/soc/serial"), timer = dtb_find_path(&dt, "/soc/timer");

	assert_int_equal(dtb_alias_id(&dt, uart, "serial"), 0);
	assert_int_equal(dtb_alias_id(&dt, uart, "seria"), -ENOENT);
	assert_int_equal(dtb_alias_id(&dt, timer, "timer"), 12);
	assert_int_equal(dtb_alias_id(&dt, timer, "timer1"), 2);
	assert_int_equal(dtb_alias_id(&dt, timer, "serial"), -ENOENT);
	assert_int_equal(dtb_alias_id(&dt, -1, "serial"), -ENOENT);
}

/* Are strings and numbers only handed out where they are whole? */
static void pi_values(void **state)
{
	int uart = dtb_find_path(&dt, "serial0");
	uint64_t number;
	uint32_t cell;
	int len;

	assert_string_equal(dtb_string(&dt, DTB_ROOT, "model"), "A board");
	assert_string_equal(dtb_string_at(&dt, DTB_ROOT, "compatible", 1), "example,soc");
	assert_null(dtb_string_at(&dt, DTB_ROOT, "compatible", 2));
	assert_int_equal(dtb_u32(&dt, uart, "reg", 3, &cell), 0);
	assert_int_equal(cell, 0x10);
	assert_int_equal(dtb_u32(&dt, uart, "reg", 4, &cell), -ENOENT);
	assert_int_equal(dtb_number(&dt, uart, "reg", &number), -EINVAL);
	assert_int_equal(dtb_number(&dt, uart, "nothing", &number), -ENOENT);
	assert_non_null(dtb_prop(&dt, uart, "reg", &len));
	assert_int_equal(len, 16);
	assert_true(dtb_compatible(&dt, uart, "arm,primecell"));
	assert_false(dtb_compatible(&dt, uart, "arm"));
}

/* Are cell counts respected that change from level to level? */
static void wide_addresses(void **state)
{
	expect_reg("/bus@100000000/dev@0", 0, 0, 0x100001000, 0x100);
	expect_reg("/bus@100000000/inner/dev@10", 0, 0, 0x100008010, 4);
	expect_reg("/bus@100000000/inner/dev@10", 1, -ENXIO, 0, 0);
	expect_reg("/bus@100000000/inner/same/dev@20", 0, 0, 0x100008020, 8);
}

/* Are addresses refused that the CPU can't reach: behind no ranges, 3 cells, past the end? */
static void wide_unreachable(void **state)
{
	expect_reg("/bus@100000000/i2c/rtc@68", 0, -ENXIO, 0, 0);
	expect_reg("/pci@10000000/ethernet@0", 0, -EINVAL, 0, 0);
	expect_reg("/far", 0, -EINVAL, 0, 0);
}

/* Do 64-bit memory and initrd come out whole, and is a disabled range left out? */
static void wide_memory(void **state)
{
	uint64_t addr, size, end;

	assert_int_equal(dtb_memory(&dt, 1, &addr, &size), 0);
	assert_true(addr == 0x880000000 && size == 0x100000000);
	assert_int_equal(dtb_memory(&dt, 2, &addr, &size), -ENOENT);
	assert_int_equal(dtb_chosen_initrd(&dt, &addr, &end), 0);
	assert_true(addr == 0x48000000 && end == 0x48100000);
	assert_int_equal(dtb_chosen_stdout(&dt, NULL), dtb_find_path(&dt, "/bus@100000000/dev@0"));
	assert_null(dtb_chosen_bootargs(&dt));
}

/* Is an interrupt behind a map said to be one, and not misread? */
static void wide_interrupts(void **state)
{
	struct dtb_irq irq;

	assert_int_equal(dtb_irq(&dt, dtb_find_path(&dt, "/pci/ethernet"), 0, &irq), -ENOSYS);
	assert_int_equal(dtb_irq(&dt, dtb_find_path(&dt, "/bus/dev"), 0, &irq), 0);
	assert_int_equal(irq.controller, dtb_find_path(&dt, "/gic"));
	assert_int_equal(irq.cells[2], 4);
}

/* Is a path written as it is read, and refused where it does not fit? */
static void wide_path_names(void **state)
{
	int leaf = dtb_find_path(&dt, "/deep/a/b/c/d/e/f/leaf");
	char buf[64];

	assert_int_equal(dtb_path(&dt, leaf, buf, sizeof(buf)), 22);
	assert_string_equal(buf, "/deep/a/b/c/d/e/f/leaf");
	assert_int_equal(dtb_path(&dt, leaf, buf, 23), 22);
	assert_int_equal(dtb_path(&dt, leaf, buf, 22), -ERANGE);
	assert_int_equal(dtb_path(&dt, DTB_ROOT, buf, 2), 1);
	assert_string_equal(buf, "/");
	assert_int_equal(dtb_path(&dt, DTB_ROOT, buf, 1), -ERANGE);
	assert_int_equal(dtb_path(&dt, leaf + 1, buf, sizeof(buf)), -EINVAL);
}

/* Is QEMU's virt machine what hardware notes say it is? */
static void virt_machine(void **state)
{
	int uart = dtb_find_compatible(&dt, DTB_ROOT, "arm,pl011");
	struct dtb_irq irq;
	struct dtb_cpu cpu;
	uint64_t addr, size;
	int slots = 0;

	assert_int_equal(dtb_chosen_stdout(&dt, NULL), uart);
	assert_int_equal(dtb_reg(&dt, uart, 0, &addr, &size), 0);
	assert_int_equal(addr, 0x09000000);
	assert_int_equal(dtb_irq(&dt, uart, 0, &irq), 0);
	assert_true(dtb_compatible(&dt, irq.controller, "arm,cortex-a15-gic"));
	assert_int_equal(irq.cells[1], 1);
	assert_int_equal(dtb_memory(&dt, 0, &addr, &size), 0);
	assert_int_equal(addr, 0x40000000);
	assert_int_equal(dtb_cpu(&dt, 3, &cpu), 0);
	assert_string_equal(cpu.enable_method, "psci");
	assert_int_equal(dtb_cpu(&dt, 4, &cpu), -ENOENT);
	for (int n = DTB_ROOT; (n = dtb_find_compatible(&dt, n, "virtio,mmio")) >= 0;)
		slots++;
	assert_int_equal(slots, 32);
}

#define WITH(board, test) cmocka_unit_test_setup_teardown(test, open_##board, close_blob)

int main(void)
{
	const struct CMUnitTest tests[] = {
	        WITH(pi, pi_addresses),
	        WITH(pi, pi_interrupts),
	        WITH(pi, pi_extended_interrupts),
	        WITH(pi, pi_memory),
	        WITH(pi, pi_chosen),
	        WITH(pi, pi_cpus),
	        WITH(pi, pi_paths),
	        WITH(pi, pi_alias_ids),
	        WITH(pi, pi_values),
	        WITH(wide, wide_addresses),
	        WITH(wide, wide_unreachable),
	        WITH(wide, wide_memory),
	        WITH(wide, wide_interrupts),
	        WITH(wide, wide_path_names),
	        WITH(virt, virt_machine),
	        cmocka_unit_test(oracle_structure),
	        cmocka_unit_test(oracle_properties),
	        cmocka_unit_test(oracle_lookups),
	        cmocka_unit_test(oracle_reservations),
	        cmocka_unit_test(broken_headers),
	        cmocka_unit_test(broken_structure),
	        cmocka_unit_test(wrong_handles),
	        cmocka_unit_test(nops_and_age),
	        cmocka_unit_test(broken_boot_data),
	        cmocka_unit_test(too_deep),
	        cmocka_unit_test(damaged_tables),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
