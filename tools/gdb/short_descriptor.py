# SPDX-License-Identifier: MIT
"""Reads ARMv7-A translation tables in the short-descriptor format (ARM DDI 0406C, B3.5).

Pure functions: whoever calls gives them registers, and a function that reads physical memory. A
kernel that wrote a descriptor and a reader that shares its macros would share its mistakes, so
this decodes everything that the architecture defines, and uses nothing of the kernel's.
"""

import collections
import struct

# What a walk depends on. DACR may be None: then domains are shown without their state.
Regime = collections.namedtuple("Regime", "ttbr0 ttbr1 ttbcr sctlr prrr nmrr dacr")

SCTLR_M, SCTLR_TRE, SCTLR_AFE = 1 << 0, 1 << 28, 1 << 29
SCTLR_WXN, SCTLR_UWXN = 1 << 19, 1 << 20
TTBCR_PD0, TTBCR_PD1, TTBCR_EAE = 1 << 4, 1 << 5, 1 << 31

# The kind of a descriptor ("fault", "table", "section", "supersection", "large", "small"), where
# it leads, and how much it maps. Fields that a kind does not have are None.
Descriptor = collections.namedtuple(
    "Descriptor", "kind value base size ap xn pxn ng s tex c b domain ns", defaults=[None] * 12
)

# One mapping: a virtual range, its descriptor and, for pages, the table descriptor above it.
Mapping = collections.namedtuple("Mapping", "start end leaf table")

CACHE_POLICIES = ("NC", "WB-WA", "WT", "WB")


class WalkError(Exception):
    """These tables can't be read."""


def bits(value, high, low):
    return value >> low & (1 << (high - low + 1)) - 1


def decode_l1(value):
    """A first-level descriptor (B3.5.1)."""
    kind = value & 3
    if kind == 0:
        return Descriptor("fault", value)
    if kind == 1:
        return Descriptor(
            "table", value, base=value & ~0x3FF, pxn=bits(value, 2, 2), ns=bits(value, 3, 3),
            domain=bits(value, 8, 5),
        )  # fmt: skip
    common = {
        "ap": bits(value, 15, 15) << 2 | bits(value, 11, 10),
        "xn": bits(value, 4, 4),
        "pxn": bits(value, 0, 0),
        "ng": bits(value, 17, 17),
        "s": bits(value, 16, 16),
        "tex": bits(value, 14, 12),
        "c": bits(value, 3, 3),
        "b": bits(value, 2, 2),
        "ns": bits(value, 19, 19),
    }
    if value & 1 << 18:
        base = bits(value, 8, 5) << 36 | bits(value, 23, 20) << 32 | value & 0xFF000000
        return Descriptor("supersection", value, base=base, size=16 << 20, domain=0, **common)
    domain = bits(value, 8, 5)
    return Descriptor(
        "section", value, base=value & 0xFFF00000, size=1 << 20, domain=domain, **common
    )


def decode_l2(value):
    """A second-level descriptor (B3.5.1). PXN and domain stand in the table descriptor above."""
    if value & 3 == 0:
        return Descriptor("fault", value)
    common = {
        "ap": bits(value, 9, 9) << 2 | bits(value, 5, 4),
        "ng": bits(value, 11, 11),
        "s": bits(value, 10, 10),
        "c": bits(value, 3, 3),
        "b": bits(value, 2, 2),
    }
    if value & 2:
        return Descriptor(
            "small", value, base=value & ~0xFFF, size=4096, xn=value & 1, tex=bits(value, 8, 6),
            **common,
        )  # fmt: skip
    return Descriptor(
        "large", value, base=value & ~0xFFFF, size=65536, xn=bits(value, 15, 15),
        tex=bits(value, 14, 12), **common,
    )  # fmt: skip


def access(ap, afe):
    """AP[2:0] as what (kernel, user) may do with data, and notes (B3.7.1)."""
    if afe:
        rights = (("RW", "--"), ("RW", "RW"), ("R-", "--"), ("R-", "R-"))[ap >> 1]
        return rights, [] if ap & 1 else ["access flag clear"]
    rights = (
        ("--", "--"), ("RW", "--"), ("RW", "R-"), ("RW", "RW"),
        ("??", "??"), ("R-", "--"), ("R-", "R-"), ("R-", "R-"),
    )[ap]  # fmt: skip
    return rights, {4: ["reserved AP"], 6: ["deprecated AP"]}.get(ap, [])


def rights(leaf, table, sctlr):
    """("RWX", "R--"): what kernel and user may do with what a leaf maps, and notes."""
    pxn = table.pxn if table else leaf.pxn
    (kernel, user), notes = access(leaf.ap, sctlr & SCTLR_AFE)
    kernel_never, user_never = leaf.xn or pxn, leaf.xn
    if sctlr & SCTLR_WXN:  # what can be written is not executable (B3.7.2)
        kernel_never, user_never = kernel_never or "W" in kernel, user_never or "W" in user
    if sctlr & SCTLR_UWXN:  # what users can write is not executable for the kernel
        kernel_never = kernel_never or "W" in user
    kernel += "X" if "R" in kernel and not kernel_never else "-"
    user += "X" if "R" in user and not user_never else "-"
    return (kernel, user), notes


def remapped_type(leaf, prrr, nmrr):
    """The memory type under TEX remap: PRRR and NMRR hold it for number TEX[0]:C:B (B3.8.3)."""
    n = (leaf.tex & 1) << 2 | leaf.c << 1 | leaf.b
    kind = bits(prrr, 2 * n + 1, 2 * n)
    if kind < 2:
        shared = prrr & 1 << (17 if leaf.s else 16)
        return ("Strongly-ordered", "Device" if shared else "Device non-shareable")[kind]
    if kind == 3:
        return "reserved type"
    inner = CACHE_POLICIES[bits(nmrr, 2 * n + 1, 2 * n)]
    outer = CACHE_POLICIES[bits(nmrr, 2 * n + 17, 2 * n + 16)]
    shared = prrr & 1 << (19 if leaf.s else 18)
    share = ("inner" if prrr & 1 << (24 + n) else "outer") + " shareable" if shared else "non-shareable"
    return f"Normal {normal_caches(inner, outer)} {share}"


def normal_caches(inner, outer):
    return inner if inner == outer else f"inner {inner} outer {outer}"


def plain_type(leaf):
    """The memory type without TEX remap (B3.8.2, table B3-10)."""
    share = "shareable" if leaf.s else "non-shareable"
    if leaf.tex & 4:
        inner = CACHE_POLICIES[leaf.c << 1 | leaf.b]
        return f"Normal {normal_caches(inner, CACHE_POLICIES[leaf.tex & 3])} {share}"
    fixed = {0: "Strongly-ordered", 1: "Device", 8: "Device non-shareable"}
    normal = {2: "WT", 3: "WB", 4: "NC", 7: "WB-WA"}
    code = leaf.tex << 2 | leaf.c << 1 | leaf.b
    if code in normal:
        return f"Normal {normal[code]} {share}"
    return fixed.get(code, "reserved type")


def memory_type(leaf, regime):
    if regime.sctlr & SCTLR_TRE:
        return remapped_type(leaf, regime.prrr, regime.nmrr)
    return plain_type(leaf)


def domain_text(number, dacr):
    if dacr is None:
        return f"domain {number}"
    state = ("closed", "client", "reserved", "manager")[bits(dacr, 2 * number + 1, 2 * number)]
    return f"domain {number} {state}"


def describe(leaf, table, regime):
    """Everything about a leaf but its addresses, in one line."""
    (kernel, user), notes = rights(leaf, table, regime.sctlr)
    owner = table or leaf
    flags = [
        "XN" if leaf.xn else "--",
        "PXN" if owner.pxn else "---",
        "nG" if leaf.ng else "G ",
        "S" if leaf.s else "-",
    ]
    text = (
        f"kernel {kernel} user {user}  {' '.join(flags)}  {memory_type(leaf, regime)}  "
        f"{domain_text(owner.domain, regime.dacr)}"
    )
    if owner.ns:
        notes = [*notes, "NS"]
    return text + (f"  ({', '.join(notes)})" if notes else "")


def split(ttbcr):
    """The first address that TTBR1 translates: 2^32 where TTBR0 has everything (B3.5.4)."""
    if ttbcr & TTBCR_EAE:
        raise WalkError("TTBCR.EAE is set: these are long descriptors")
    return 1 << (32 - (ttbcr & 7))


def l1_table(regime, address):
    """(register name, physical base) of the table for an address, None where walks are disabled."""
    n = regime.ttbcr & 7
    if address < split(regime.ttbcr):
        base = regime.ttbr0 & ~((1 << (14 - n)) - 1) & 0xFFFFFFFF
        return "TTBR0", None if regime.ttbcr & TTBCR_PD0 else base
    return "TTBR1", None if regime.ttbcr & TTBCR_PD1 else regime.ttbr1 & 0xFFFFC000


def read_word(read, address):
    return struct.unpack("<I", bytes(read(address, 4)))[0]


def walk(read, regime, address):
    """Follows one address. Returns its steps [(name, address of the descriptor, Descriptor)] and,
    if it is mapped, the physical address (else None). read(physical, size) returns bytes."""
    name, base = l1_table(regime, address)
    if base is None:
        return [], None
    slot = base + (address >> 20) * 4
    first = decode_l1(read_word(read, slot))
    steps = [(f"{name} L1[{address >> 20:#x}]", slot, first)]
    if first.kind == "table":
        slot = first.base + bits(address, 19, 12) * 4
        steps.append((f"L2[{bits(address, 19, 12):#x}]", slot, decode_l2(read_word(read, slot))))
    leaf = steps[-1][2]
    if leaf.kind == "fault":
        return steps, None
    return steps, leaf.base + address % leaf.size


def mappings(read, regime, start=0, end=1 << 32):
    """Every leaf that translates something in [start, end), in order, one by one."""
    border = split(regime.ttbcr)
    for low, high in ((start, min(end, border)), (max(start, border), end)):
        if low >= high:
            continue
        base = l1_table(regime, low)[1]
        if base is None:
            continue
        first, last = low >> 20, (high + 0xFFFFF) >> 20
        table = struct.unpack(f"<{last - first}I", bytes(read(base + first * 4, (last - first) * 4)))
        for index, value in enumerate(table, first):
            entry = decode_l1(value)
            if entry.kind == "table":
                yield from pages(read, entry, index << 20, low, high)
            elif entry.kind != "fault":
                # A supersection's descriptor is there 16 times; each stands for 1 MiB of it.
                base = entry.base + (index % 16 << 20 if entry.kind == "supersection" else 0)
                yield Mapping(index << 20, (index + 1) << 20, entry._replace(base=base), None)


def pages(read, table, address, low, high):
    values = struct.unpack("<256I", bytes(read(table.base, 1024)))
    for index, value in enumerate(values):
        start = address + index * 4096
        entry = decode_l2(value)
        if entry.kind == "fault" or not low <= start < high:
            continue
        base = entry.base + (index % 16 * 4096 if entry.kind == "large" else 0)
        yield Mapping(start, start + 4096, entry._replace(base=base), table)


def fold(mapped, regime):
    """Joins neighbours that are described alike and go on physically. Yields (start, end, physical
    address, kind, description)."""
    run = None
    for m in mapped:
        text = describe(m.leaf, m.table, regime)
        if run and (run[1], run[2] + run[1] - run[0], *run[3:]) == (m.start, m.leaf.base, m.leaf.kind, text):
            run = (run[0], m.end, *run[2:])
            continue
        if run:
            yield run
        run = (m.start, m.end, m.leaf.base, m.leaf.kind, text)
    if run:
        yield run


def size_text(size):
    for unit, letter in ((1 << 30, "G"), (1 << 20, "M")):
        if size % unit == 0:
            return f"{size // unit}{letter}"
    return f"{size >> 10}K"


def table_lines(mapped, regime):
    """The whole-table form, one line for each run."""
    for start, end, physical, kind, text in fold(mapped, regime):
        yield f"{start:08x}-{end - 1:08x} {size_text(end - start):>5} -> {physical:08x} {kind:7} {text}"


def walk_lines(read, regime, address):
    """The one-address form: each step, then the verdict."""
    steps, physical = walk(read, regime, address)
    if not steps:
        return [f"{address:08x}: {l1_table(regime, address)[0]} walks are disabled (TTBCR.PD)"]
    lines = []
    table = None
    for name, slot, entry in steps:
        lines.append(f"{name} at {slot:08x}: {entry.value:08x} {entry.kind}")
        if entry.kind == "table":
            table = entry
            lines[-1] += f" -> {entry.base:08x}  {domain_text(entry.domain, regime.dacr)}"
            lines[-1] += "  PXN" if entry.pxn else ""
        elif entry.kind != "fault":
            lines[-1] += f" -> {entry.base:08x}  {describe(entry, table, regime)}"
    where = "not mapped" if physical is None else f"physical {physical:08x}"
    return lines + [f"{address:08x}: {where}"]
