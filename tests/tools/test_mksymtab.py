# SPDX-License-Identifier: MIT
"""Does the symbol table hold the right names and ways to undo a frame, and is it small?

test_backtrace.py has kernel/symbols.c read such a table; here the format is unpacked again.
"""

import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tools"))

import mksymtab  # noqa: E402


def unpack(assembly):
    """The table as {address: name}, [way of each], the end of the text, and the size in bytes."""
    parts, part = {}, None
    for line in assembly.splitlines():
        if match := re.match(r"(\w+):", line):
            part = parts.setdefault(match[1], [])
        elif match := re.match(r"\s+\.(word|hword|byte)\s+(.*)", line):
            part += [int(value, 16) if "x" in value else int(value) for value in match[2].split(", ")]
    base, count = parts["symtab"]
    pairs = parts["symtab_pairs"]
    ways, rest = [None], iter(parts["symtab_unwind"])
    for length in rest:
        ways.append([next(rest) for _ in range(length)])

    def expand(code):
        if code == 0:
            return ""
        if 0x30 <= code < 0x80:
            return chr(code)
        at = 2 * ((code - 0x80) % 256)
        return expand(pairs[at]) + expand(pairs[at + 1])

    names, addresses, unwind, entries = [], [base], [], iter(parts["symtab_entries"])

    def number():
        shift, value = 0, 0
        while (byte := next(entries)) & 0x80:
            value |= (byte & 0x7F) << shift
            shift += 7
        return value | byte << shift

    for _ in range(count):
        addresses.append(addresses[-1] + 2 * number())
        unwind.append(ways[number()])
        codes = [next(entries)]
        while codes[-1] >= 0x30:
            codes.append(next(entries))
        names.append("".join(map(expand, codes)))
    assert next(entries, None) is None
    size = 8 + len(pairs) + len(parts["symtab_unwind"]) + len(parts["symtab_entries"])
    return dict(zip(addresses, names)), unwind, addresses[-1], size


def table(lines):
    symbols, end = mksymtab.read_symbols(lines, "__text_end")
    return unpack(mksymtab.assembly(symbols, end, mksymtab.read_unwind(lines)))


def test_functions_and_nothing_else():
    names, _, end, _ = table([
        "ff000000 T _start",
        "ff000100 t local",
        "ff000200 T __aeabi_memcpy",
        "ff000200 T memcpy",
        "ff000200 t memcpy_alias",
        "ff000300 t long_function.part.0",
        "ff000400 R constant",
        "ff000500 t $t",
        "ff001000 T __text_end",
        "         U undefined",
    ])  # fmt: skip
    assert names == {
        0xFF000000: "_start",
        0xFF000100: "local",
        0xFF000200: "memcpy",
        0xFF000300: "long_function",
    }
    assert end == 0xFF001000


def test_an_empty_table():
    assert table([]) == ({}, [], 0, 8)


def test_each_function_gets_the_way_of_the_last_entry_at_or_before_it():
    names, unwind, _, _ = table([
        "ff000000 T before",
        "ff000100 T first",
        "ff000180 T like_first",
        "ff000200 T assembly",
        "ff000300 T large",
        "ff000400 T leaf",
        "ff001000 T __text_end",
        "Unwind section '.ARM.exidx' at offset 0xc2f88 contains 4 entries:",
        "",
        "0xff000100 <first>: 0x8001aeb0",
        "  Compact model index: 0",
        "  0x01      vsp = vsp + 8",
        "  0xae      pop {r4, r5, r6, r7, r8, r9, r10, r14}",
        "  0xb0      finish",
        "",
        "0xff0001fe <like_first+0x7e>: 0x1 [cantunwind]",
        "",
        "0xff000300 <large>: @0xff0c1d00",
        "  Compact model index: 1",
        "  0xb2 0x81 0x01 vsp = vsp + 1032",
        "  0xb1 0x08 pop {r3}",
        "  0x84 0x00 pop {r14}",
        "  0xb0      finish",
        "  0xb0      finish",
        "",
        "0xff000400 <leaf>: 0x80b0b0b0",
        "  Compact model index: 0",
        "  0xb0      finish",
        "  0xb0      finish",
        "  0xb0      finish",
    ])  # fmt: skip
    assert dict(zip(names.values(), unwind)) == {
        "before": None,
        "first": [0x01, 0xAE],
        "like_first": [0x01, 0xAE],
        "assembly": None,
        "large": [0xB2, 0x81, 0x01, 0xB1, 0x08, 0x84, 0x00],
        "leaf": [],
    }


def test_a_kernel_sized_table_is_small():
    words = "page table vma map alloc free file inode read write wait task mm get put find lock".split()
    names = [f"{a}_{b}_{c}"[: 8 + len(a + c) % 9] + str(i) for i, (a, b, c) in enumerate(
        (a, b, c) for a in words for b in words[:7] for c in words[:7]
    )]  # fmt: skip
    lines = [f"{0xFF000000 + 100 * i:x} T {name}" for i, name in enumerate(names)]
    found, _, _, size = table([*lines, "ff01fffe T __text_end"])
    assert list(found.values()) == names
    assert size < 13 * 1024


def test_names_nest_no_deeper_than_the_kernel_unpacks():
    pairs, _ = mksymtab.compress(["ab" * 30 + str(i) for i in range(100)])
    depth = {}
    for code, pair in pairs.items():
        depth[code] = 1 + max(depth.get(byte, 0) for byte in pair)
    assert max(depth.values()) <= mksymtab.MAX_DEPTH
    symbols = (TOP / "kernel/symbols.c").read_text()
    assert f"#define MAX_DEPTH {mksymtab.MAX_DEPTH} " in symbols


def test_a_function_may_be_of_any_size():
    lines = ["ff000000 T small", "ff000002 T large", "ff100000 T last", "ff100100 T __text_end"]
    names, _, end, _ = table(lines)
    assert names == {0xFF000000: "small", 0xFF000002: "large", 0xFF100000: "last"}
    assert end == 0xFF100100
