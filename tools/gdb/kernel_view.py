# SPDX-License-Identifier: MIT
"""What the gdb commands see of a stopped machine: registers, physical memory, kernel objects.

The kernel's memory is read through its own translation table, not through the processor's eyes:
QEMU answers a debugger with the rights of the mode that the processor is in, and a stop in user
mode would hide the kernel.
"""

import gdb

import short_descriptor as sd


def register(name):
    """A system register of the current core, from the bank of the world (secure or not) it is in."""
    if not has_register("SCR") or int(gdb.parse_and_eval("$SCR")) & 1:
        banked = name
    else:
        banked = name + "_S"
    for candidate in (banked, name + "_EL1", name):
        if has_register(candidate):
            return int(gdb.parse_and_eval("$" + candidate)) & 0xFFFFFFFF
    raise gdb.GdbError(f"the debugger does not show {name}")


def has_register(name):
    return gdb.parse_and_eval("$" + name).type.code != gdb.TYPE_CODE_VOID


def regime():
    """The current core's translation regime. gdb calls PRRR and NMRR by their LPAE names."""
    return sd.Regime(
        ttbr0=register("TTBR0"),
        ttbr1=register("TTBR1"),
        ttbcr=register("TTBCR"),
        sctlr=register("SCTLR"),
        prrr=register("MAIR0"),
        nmrr=register("MAIR1"),
        dacr=register("DACR"),
    )


def mmu_is_on():
    return bool(register("SCTLR") & sd.SCTLR_M)


class PhysicalMode:
    """with PhysicalMode() as read: read(address, size) gives bytes of physical memory."""

    def __enter__(self):
        self.set("1")
        return read_memory

    def __exit__(self, *_):
        self.set("0")

    @staticmethod
    def set(value):
        answer = gdb.execute(f"maintenance packet Qqemu.PhyMemMode:{value}", to_string=True)
        if '"OK"' not in answer:
            raise gdb.GdbError("this target can't show physical memory (QEMU can)")
        gdb.execute("maintenance flush dcache", to_string=True)


def read_memory(address, size):
    try:
        return bytes(gdb.selected_inferior().read_memory(address, size))
    except gdb.MemoryError:
        raise gdb.GdbError(f"no memory at {address:#x}") from None


def read_virtual(address, size):
    """Bytes at a virtual address of the current core, whatever mode it is in."""
    if not mmu_is_on():
        raise gdb.GdbError("the MMU is off: the kernel has not got this far")
    tables, data = regime(), b""
    with PhysicalMode() as read:
        while size:
            physical = sd.walk(read, tables, address)[1]
            if physical is None:
                raise gdb.GdbError(f"{address:#x} is not mapped")
            chunk = min(size, 4096 - address % 4096)
            data += read(physical, chunk)
            address, size = address + chunk, size - chunk
    return data


def physical_address(address):
    with PhysicalMode() as read:
        physical = sd.walk(read, regime(), address)[1]
    if physical is None:
        raise gdb.GdbError(f"{address:#x} is not mapped")
    return physical


def find_field(kind, name):
    """(bit offset, type) of a member, also within anonymous unions and structures."""
    for field in kind.fields():
        if field.name == name:
            return field.bitpos, field.type.strip_typedefs()
        if not field.name:
            inner = find_field(field.type.strip_typedefs(), name)
            if inner:
                return field.bitpos + inner[0], inner[1]
    return None


class Object:
    """A C structure in the kernel's memory, copied once. Members read as int, str or Object; a
    pointer reads as the address, and follow() goes where it points."""

    def __init__(self, kind, address, data=None):
        self.kind, self.address = kind, address
        self.data = read_virtual(address, kind.sizeof) if data is None else data

    def __getattr__(self, name):
        offset, kind = self.member(name)
        data = self.data[offset : offset + kind.sizeof]
        if kind.code in (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION):
            return Object(kind, self.address + offset, data)
        if kind.code == gdb.TYPE_CODE_ARRAY:
            return data.split(b"\0")[0].decode(errors="replace")
        if kind.code == gdb.TYPE_CODE_ENUM:
            value = int.from_bytes(data, "little")
            return next((f.name for f in kind.fields() if f.enumval == value), str(value))
        signed = kind.code == gdb.TYPE_CODE_INT and kind.is_signed
        return int.from_bytes(data, "little", signed=signed)

    def member(self, name):
        found = find_field(self.kind, name)
        if not found:
            raise gdb.GdbError(f"{self.kind} has no member {name}: is build/quire.elf of this kernel?")
        return found[0] // 8, found[1]

    def follow(self, name):
        """The structure that a pointer member points to; None if it is NULL."""
        address = getattr(self, name)
        kind = self.member(name)[1].target().strip_typedefs()
        return Object(kind, address) if address else None


def structure(name, address):
    return Object(gdb.lookup_type("struct " + name), address)


def variable(name):
    """A global structure of the kernel."""
    symbol = gdb.lookup_global_symbol(name) or gdb.lookup_static_symbol(name)
    if not symbol:
        raise gdb.GdbError(f"no symbol {name}: load build/quire.elf")
    return Object(symbol.type.strip_typedefs(), int(symbol.value().address))


def list_members(head, link):
    """The elements of a TAILQ, of which each has the member `link`."""
    element = head.follow("tqh_first")
    while element:
        yield element
        element = getattr(element, link).follow("tqe_next")


def tree_members(root, link):
    """The elements of an RB tree in order."""
    stack, node = [], root.follow("rbh_root")
    while stack or node:
        while node:
            stack.append(node)
            node = getattr(node, link).follow("rbe_left")
        node = stack.pop()
        yield node
        node = getattr(node, link).follow("rbe_right")


def each_core():
    """Yields (core number, TPIDRPRW) for each core, and leaves the selected one selected."""
    selected = gdb.selected_thread()
    frame = gdb.selected_frame()
    try:
        for thread in sorted(gdb.selected_inferior().threads(), key=lambda t: t.num):
            thread.switch()
            yield thread.num - 1, register("TPIDRPRW")
    finally:
        selected.switch()
        if frame.is_valid():
            frame.select()
