/* SPDX-License-Identifier: MIT */
/* Devicetree addresses and interrupts: a device states both in its parents' terms, and these
 * functions translate them into the CPU's. Devicetree Specification v0.4 sections 2.3 and 2.4. */
#include "dtb_token.h"
#include <lib/errno.h>

/* How a bus writes its children's addresses and sizes. */
struct bus {
	int node;
	int na; /* #address-cells */
	int ns; /* #size-cells */
};

static int read_bus(const struct dtb *dt, int node, struct bus *bus)
{
	uint32_t na = 2, ns = 1;

	if (node < 0)
		return node;
	/* Without the property the specification's default stays. */
	(void)dtb_u32(dt, node, "#address-cells", 0, &na);
	(void)dtb_u32(dt, node, "#size-cells", 0, &ns);
	if (na < 1 || na > 2 || ns > 2)
		return -EINVAL;
	*bus = (struct bus){.node = node, .na = na, .ns = ns};
	return 0;
}

static uint64_t read_size(const uint8_t *p, int ncells)
{
	return ncells ? dtb_cells(p, ncells) : 0;
}

/* Translate *addr from `bus` to the bus above it, `up`. */
static int translate(
        const struct dtb *dt, const struct bus *bus, const struct bus *up, uint64_t *addr)
{
	int len, entry = 4 * (bus->na + up->na + bus->ns);
	const uint8_t *p = dtb_prop(dt, bus->node, "ranges", &len);

	if (!p)
		return -ENXIO;
	if (len == 0)
		return 0;
	for (; len >= entry; p += entry, len -= entry) {
		uint64_t child = dtb_cells(p, bus->na);
		uint64_t parent = dtb_cells(p + 4 * bus->na, up->na);
		uint64_t size = read_size(p + 4 * (bus->na + up->na), bus->ns);

		if (*addr < child || *addr - child >= size)
			continue;
		if (parent > UINT64_MAX - (*addr - child))
			return -EINVAL;
		*addr = parent + (*addr - child);
		return 0;
	}
	return -ENXIO;
}

static int translate_to_cpu(const struct dtb *dt, struct bus bus, uint64_t *addr)
{
	struct bus up;
	int err;

	while (bus.node != DTB_ROOT) {
		err = read_bus(dt, dtb_parent(dt, bus.node), &up);
		if (err)
			return err;
		err = translate(dt, &bus, &up, addr);
		if (err)
			return err;
		bus = up;
	}
	return 0;
}

int dtb_reg(const struct dtb *dt, int node, int index, uint64_t *addr, uint64_t *size)
{
	struct bus bus;
	uint64_t len;
	int plen, entry, err;
	const uint8_t *p = dtb_prop(dt, node, "reg", &plen);

	if (!p || node == DTB_ROOT)
		return -ENOENT;
	err = read_bus(dt, dtb_parent(dt, node), &bus);
	if (err)
		return err;
	entry = 4 * (bus.na + bus.ns);
	if (index < 0 || index >= plen / entry)
		return -ENOENT;
	p += index * entry;
	*addr = dtb_cells(p, bus.na);
	len = read_size(p + 4 * bus.na, bus.ns);
	err = translate_to_cpu(dt, bus, addr);
	if (err)
		return err;
	if (len && len - 1 > UINT64_MAX - *addr)
		return -EINVAL;
	if (size)
		*size = len;
	return 0;
}

int dtb_reg_by_name(
        const struct dtb *dt, int node, const char *name, uint64_t *addr, uint64_t *size)
{
	int index = dtb_stringlist_find(dt, node, "reg-names", name);

	return index < 0 ? index : dtb_reg(dt, node, index, addr, size);
}

/* #interrupt-cells of a controller; -EINVAL if it has none that can be. */
static int irq_cells(const struct dtb *dt, int controller)
{
	uint32_t n;

	if (controller < 0 || dtb_u32(dt, controller, "#interrupt-cells", 0, &n))
		return -EINVAL;
	return n >= 1 && n <= DTB_MAX_IRQ_CELLS ? (int)n : -EINVAL;
}

/* The controller that the node's "interrupts" mean: the nearest interrupt-parent on the way up. A
 * parent that has #interrupt-cells itself is one without being named. */
static int find_controller(const struct dtb *dt, int node)
{
	uint32_t phandle, n;

	for (int hops = 0; hops < DTB_MAX_DEPTH && node >= 0; hops++) {
		if (dtb_u32(dt, node, "interrupt-parent", 0, &phandle) == 0)
			node = dtb_find_phandle(dt, phandle);
		else
			node = dtb_parent(dt, node);
		if (node >= 0 && dtb_u32(dt, node, "#interrupt-cells", 0, &n) == 0)
			return node;
	}
	return -EINVAL;
}

static int fill_irq(
        const struct dtb *dt, int controller, const uint8_t *p, int ncells, struct dtb_irq *irq)
{
	if (!dtb_prop(dt, controller, "interrupt-controller", NULL) &&
	        dtb_prop(dt, controller, "interrupt-map", NULL))
		return -ENOSYS;
	*irq = (struct dtb_irq){.controller = controller, .ncells = ncells};
	for (int i = 0; i < ncells; i++)
		irq->cells[i] = dtb_be32(p + 4 * i);
	return 0;
}

/* p: a list of phandle and cells; each controller says how many cells are its own. */
static int irq_extended(
        const struct dtb *dt, const uint8_t *p, int len, int index, struct dtb_irq *irq)
{
	while (len >= 4) {
		int controller = dtb_find_phandle(dt, dtb_be32(p));
		int ncells = irq_cells(dt, controller);

		if (ncells < 0)
			return ncells;
		if (ncells > len / 4 - 1)
			return -EINVAL;
		if (index-- == 0)
			return fill_irq(dt, controller, p + 4, ncells, irq);
		p += 4 + 4 * ncells;
		len -= 4 + 4 * ncells;
	}
	return -ENOENT;
}

int dtb_irq(const struct dtb *dt, int node, int index, struct dtb_irq *irq)
{
	int len, controller, ncells;
	const uint8_t *p;

	if (index < 0)
		return -ENOENT;
	p = dtb_prop(dt, node, "interrupts-extended", &len);
	if (p)
		return irq_extended(dt, p, len, index, irq);
	p = dtb_prop(dt, node, "interrupts", &len);
	if (!p)
		return -ENOENT;
	controller = find_controller(dt, node);
	ncells = irq_cells(dt, controller);
	if (ncells < 0)
		return ncells;
	if (index >= len / (4 * ncells))
		return -ENOENT;
	return fill_irq(dt, controller, p + 4 * ncells * index, ncells, irq);
}
