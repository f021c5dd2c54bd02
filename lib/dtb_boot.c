/* SPDX-License-Identifier: MIT */
/* What a kernel asks a devicetree for before it has drivers: memory, reserved memory, CPUs, command
 * line, initrd and console. Devicetree Specification v0.4 chapter 3; bindings as in Linux 6.1. */
#include "dtb_token.h"
#include <lib/errno.h>
#include <string.h>

int dtb_memreserve(const struct dtb *dt, int index, uint64_t *addr, uint64_t *size)
{
	for (int i = 0;; i++) {
		/* dtb_open() has found the end of the list inside the table. */
		const uint8_t *entry = dt->blob + dt->rsvmap + 16 * (size_t)i;

		*addr = dtb_be64(entry);
		*size = dtb_be64(entry + 8);
		if (*addr == 0 && *size == 0)
			return -ENOENT;
		if (i == index)
			return 0;
	}
}

static bool is_memory(const struct dtb *dt, int node)
{
	const char *type = dtb_string(dt, node, "device_type");

	return type && !strcmp(type, "memory") && dtb_okay(dt, node);
}

int dtb_memory(const struct dtb *dt, int index, uint64_t *addr, uint64_t *size)
{
	int node = dtb_first_child(dt, DTB_ROOT);

	for (; node >= 0; node = dtb_next_sibling(dt, node)) {
		int err = 0;

		if (!is_memory(dt, node))
			continue;
		for (int i = 0; !err; i++) {
			err = dtb_reg(dt, node, i, addr, size);
			if (err == 0 && *size > 0 && index-- == 0)
				return 0;
		}
		if (err != -ENOENT)
			return err;
	}
	return -ENOENT;
}

int dtb_reserved_memory(const struct dtb *dt, int index, struct dtb_reserved *res)
{
	int parent = dtb_find_path(dt, "/reserved-memory");
	int node = dtb_first_child(dt, parent);

	for (; node >= 0; node = dtb_next_sibling(dt, node)) {
		int err = dtb_okay(dt, node) ? 0 : -ENOENT;

		for (int i = 0; !err; i++) {
			err = dtb_reg(dt, node, i, &res->addr, &res->size);
			if (err || res->size == 0 || index-- > 0)
				continue;
			res->node = node;
			res->no_map = dtb_prop(dt, node, "no-map", NULL) != NULL;
			res->reusable = dtb_prop(dt, node, "reusable", NULL) != NULL;
			return 0;
		}
		if (err != -ENOENT)
			return err;
	}
	return -ENOENT;
}

static int chosen(const struct dtb *dt)
{
	return dtb_find_path(dt, "/chosen");
}

const char *dtb_chosen_bootargs(const struct dtb *dt)
{
	return dtb_string(dt, chosen(dt), "bootargs");
}

int dtb_chosen_initrd(const struct dtb *dt, uint64_t *start, uint64_t *end)
{
	int err = dtb_number(dt, chosen(dt), "linux,initrd-start", start);

	if (!err)
		err = dtb_number(dt, chosen(dt), "linux,initrd-end", end);
	if (!err && *end <= *start)
		err = -EINVAL;
	return err;
}

int dtb_chosen_stdout(const struct dtb *dt, const char **options)
{
	const char *path = dtb_string(dt, chosen(dt), "stdout-path");
	const char *colon;
	int node;

	if (!path)
		path = dtb_string(dt, chosen(dt), "linux,stdout-path");
	if (!path)
		return -ENOENT;
	node = dtb_find_path(dt, path);
	colon = strchr(path, ':');
	if (options)
		*options = colon ? colon + 1 : "";
	return node < 0 ? -ENOENT : node;
}

static bool is_cpu(const struct dtb *dt, int node)
{
	const char *type = dtb_string(dt, node, "device_type");
	const char *name = dtb_name(dt, node);

	if (!(type && !strcmp(type, "cpu")) && strncmp(name, "cpu@", 4) && strcmp(name, "cpu"))
		return false;
	/* A disabled CPU is one that waits to be started, and its enable-method says how; "fail" is
	 * broken. */
	return dtb_okay(dt, node) || dtb_stringlist_find(dt, node, "status", "disabled") == 0;
}

static int fill_cpu(const struct dtb *dt, int cpus, int node, struct dtb_cpu *cpu)
{
	uint64_t reg;
	int err = dtb_number(dt, node, "reg", &reg);

	/* Only the affinity fields of MPIDR may be set: ARM DDI 0406C B4.1.106. */
	if (err || reg > 0xffffff)
		return -EINVAL;
	*cpu = (struct dtb_cpu){.node = node, .mpidr = reg};
	cpu->enable_method = dtb_string(dt, node, "enable-method");
	if (!cpu->enable_method)
		cpu->enable_method = dtb_string(dt, cpus, "enable-method");
	err = dtb_number(dt, node, "cpu-release-addr", &cpu->release_addr);
	return err == -ENOENT ? 0 : err;
}

int dtb_cpu(const struct dtb *dt, int index, struct dtb_cpu *cpu)
{
	int cpus = dtb_find_path(dt, "/cpus");
	int node = dtb_first_child(dt, cpus);

	for (; node >= 0; node = dtb_next_sibling(dt, node))
		if (is_cpu(dt, node) && index-- == 0)
			return fill_cpu(dt, cpus, node, cpu);
	return -ENOENT;
}
