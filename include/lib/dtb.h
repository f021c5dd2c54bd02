/* SPDX-License-Identifier: MIT */
/*
 * The devicetree: a table, handed over by the boot loader or carried in the image, that names the
 * machine's memory, CPUs and devices. These functions read it where it lies: they allocate and
 * write nothing, and no table, however damaged, makes them read outside it or run forever. Format:
 * Devicetree Specification v0.4.
 *
 * A node is an int: its place in the table, never negative. Negative ints are errors. Nodes and
 * pointers stay valid as long as the table stays mapped and unchanged. No locks are needed: nothing
 * changes.
 */
#ifndef LIB_DTB_H
#define LIB_DTB_H

#include <lib/types.h>

struct dtb {
	const uint8_t *blob;
	uint32_t size;          /* bytes of the whole table */
	const uint8_t *structs; /* the structure block */
	uint32_t structs_size;
	const char *strings;   /* the strings block */
	uint32_t strings_size; /* up to its last NUL */
	uint32_t rsvmap;       /* offset of the memory reservation block */
};

/* Deepest nesting that is followed. Linux has the same limit. */
#define DTB_MAX_DEPTH     64
/* Most cells that one interrupt specifier may have. */
#define DTB_MAX_IRQ_CELLS 8
/* The root node: always there in a table that dtb_open() accepted. */
#define DTB_ROOT          0

/* ---- Structure: lib/dtb.c ---- */

/*
 * Check the table at blob and fill in dt. max: readable bytes at blob (the table may be shorter).
 * blob may have any alignment. Returns 0; -EINVAL if it is no devicetree of version 16 or 17, its
 * blocks overlap its end, or its nodes do not nest (too deep counts as not nesting).
 */
int dtb_open(struct dtb *dt, const void *blob, size_t max);

/* The size that a table states in its header; 0 if blob does not start like one. Reads 8 bytes. */
uint32_t dtb_blob_size(const void *blob);

/* First child, next sibling; -ENOENT if there is none, -EINVAL if node is not a node. */
int dtb_first_child(const struct dtb *dt, int node);
int dtb_next_sibling(const struct dtb *dt, int node);

/*
 * The next node in the order of the table, whole tree: pass DTB_ROOT with *depth = 0 first; *depth
 * follows the nesting. depth may be NULL. -ENOENT after the last.
 */
int dtb_next(const struct dtb *dt, int node, int *depth);

/* -ENOENT for the root. Searches from the start. */
int dtb_parent(const struct dtb *dt, int node);

/* "serial@9000000"; "" for the root and for what is not a node. */
const char *dtb_name(const struct dtb *dt, int node);

/*
 * A property's value, or NULL if node has none of that name. *len (may be NULL) becomes its length
 * in bytes; values are big-endian and aligned to 4 bytes relative to blob.
 */
const void *dtb_prop(const struct dtb *dt, int node, const char *name, int *len);

/* 32-bit cell number `index` of a property. 0, or -ENOENT if the property is missing or too
 * short. */
int dtb_u32(const struct dtb *dt, int node, const char *name, int index, uint32_t *val);

/* Whole number of one or two cells, whichever the property has. 0; -ENOENT; -EINVAL for another
 * length. */
int dtb_number(const struct dtb *dt, int node, const char *name, uint64_t *val);

/* A property that is a string (or the first of a list); NULL if missing or not NUL-terminated. */
const char *dtb_string(const struct dtb *dt, int node, const char *name);

/* String number `index` of a list; NULL past the end or if not NUL-terminated. */
const char *dtb_string_at(const struct dtb *dt, int node, const char *name, int index);

/* Where str stands in a property that is a list of strings: 0 and up; -ENOENT. */
int dtb_stringlist_find(const struct dtb *dt, int node, const char *name, const char *str);

/* Does the node's "compatible" list contain compat? */
bool dtb_compatible(const struct dtb *dt, int node, const char *compat);

/* Is "status" missing, "okay" or "ok"? */
bool dtb_okay(const struct dtb *dt, int node);

/*
 * Look a node up by path ("/soc/serial@7e201000"; the part from '@' may be left out, the first
 * match counts) or by a path that starts with an alias ("serial0"). A ':' ends the path. -ENOENT if
 * there is none.
 */
int dtb_find_path(const struct dtb *dt, const char *path);

/* N where /aliases calls node stemN ("serial0"). -ENOENT if it has no such name. */
int dtb_alias_id(const struct dtb *dt, int node, const char *stem);

/* The first compatible node after `start` in table order (DTB_ROOT to begin). -ENOENT if there is
 * none. */
int dtb_find_compatible(const struct dtb *dt, int start, const char *compat);

/* The node that a phandle cell means. -ENOENT if there is none. */
int dtb_find_phandle(const struct dtb *dt, uint32_t phandle);

/* Write the node's full path, NUL-terminated. Its length; -ERANGE if size bytes do not hold it. */
int dtb_path(const struct dtb *dt, int node, char *buf, size_t size);

/* ---- Addresses and interrupts: lib/dtb_bus.c ---- */

/*
 * Entry `index` of "reg" as the CPU sees it: translated through "ranges" of every bus above. *size
 * may be NULL. 0; -ENOENT if there is no such entry; -ENXIO if a bus above has no "ranges" or none
 * that fits; -EINVAL if a cell count is not 1 or 2 (sizes: 0 to 2) or a sum wraps.
 */
int dtb_reg(const struct dtb *dt, int node, int index, uint64_t *addr, uint64_t *size);

/* As dtb_reg(), for the entry that "reg-names" calls `name`. */
int dtb_reg_by_name(
        const struct dtb *dt, int node, const char *name, uint64_t *addr, uint64_t *size);

struct dtb_irq {
	int controller; /* node */
	int ncells;
	uint32_t
	        cells[DTB_MAX_IRQ_CELLS]; /* in the CPU's byte order; meaning is the controller's */
};

/*
 * Interrupt `index` of the node, from "interrupts-extended" or from "interrupts" and the nearest
 * "interrupt-parent". 0; -ENOENT if there is no such interrupt; -EINVAL if the controller is
 * missing or has a bad #interrupt-cells; -ENOSYS if it lies behind an interrupt-map (PCI).
 */
int dtb_irq(const struct dtb *dt, int node, int index, struct dtb_irq *irq);

/* ---- What a kernel asks at boot: lib/dtb_boot.c ---- */

/* Entry `index` of the memory reservation block. 0, or -ENOENT. */
int dtb_memreserve(const struct dtb *dt, int index, uint64_t *addr, uint64_t *size);

/* Range `index` over all memory nodes that are okay; empty ranges are skipped. 0, -ENOENT or as
 * dtb_reg(). */
int dtb_memory(const struct dtb *dt, int index, uint64_t *addr, uint64_t *size);

struct dtb_reserved {
	int node;
	uint64_t addr, size;
	bool no_map;   /* not even the kernel may map it */
	bool reusable; /* the kernel may use it until a driver claims it */
};

/* Range `index` over the okay children of /reserved-memory that have "reg". 0, -ENOENT or as
 * dtb_reg(). */
int dtb_reserved_memory(const struct dtb *dt, int index, struct dtb_reserved *res);

/* /chosen's "bootargs"; NULL if there are none. */
const char *dtb_chosen_bootargs(const struct dtb *dt);

/* Physical range [*start, *end) of the initrd. 0; -ENOENT if there is none; -EINVAL if it is
 * nonsense. */
int dtb_chosen_initrd(const struct dtb *dt, uint64_t *start, uint64_t *end);

/* /chosen's "stdout-path" (or "linux,stdout-path"): its node, and in *options what follows the ':'
 * ("115200n8", or ""; options may be NULL). -ENOENT if missing or if it leads nowhere. */
int dtb_chosen_stdout(const struct dtb *dt, const char **options);

struct dtb_cpu {
	int node;
	uint32_t mpidr;            /* "reg": what MPIDR reads on that core, affinity bits only */
	const char *enable_method; /* the node's own or /cpus'; NULL if neither has one */
	uint64_t release_addr;     /* for "spin-table"; 0 if there is none */
};

/* CPU number `index` in table order; broken ones (status "fail") are left out, "disabled" ones,
 * which only wait to be started, are not. 0, -ENOENT; -EINVAL for a node without a sensible reg. */
int dtb_cpu(const struct dtb *dt, int index, struct dtb_cpu *cpu);

#endif
