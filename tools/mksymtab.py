#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the table that a kernel backtrace reads (kernel/symbols.c): where functions are, what
they are called, and how to undo their frames.

The table is part of the image that it describes, so the kernel is linked twice:

    mksymtab.py < /dev/null > empty.S                          and link 1 with it
    (nm -n link1.elf; readelf -u link1.elf) | mksymtab.py > symtab.S   and link 2 with that
    (nm -n link2.elf; readelf -u link2.elf) | mksymtab.py | cmp - symtab.S

The table is in the input section .rodata_symtab, which the linker script puts behind all text, so
link 2 moves no function; cmp proves it, since the table holds every function's address.

The table has one entry per function, by rising address: half the bytes up to the next function, the
number of a way to undo its frame (0: none is known), both in seven bits a byte, and the name.

A way is a row of unwind instructions as the compiler leaves them in .ARM.exidx and .ARM.extab. Many
functions have the same, so each stands there once, the most frequent first. That is half as long as
these sections, and leaves nothing to search: they are in quire.elf, and not in the image.

Names are packed by byte pair encoding: codes stand for the pairs of codes that are most frequent in
the names. What is from '0' to 0x7f is a character. A code below that ends the name: 0 does, and the
others stand for a pair that does. Those from 0x80 are pairs in the midst of names.
"""

import argparse
import bisect
import collections
import re
import sys

FIRST_CHARACTER = ord("0")
MIDDLE_TOKENS = [*range(0x80, 0x100)]
LAST_TOKENS = [*range(1, FIRST_CHARACTER)]
MAX_DEPTH = 8  # of tokens within tokens; kernel/symbols.c has a stack for this
MAX_NAME = 63
RANK = "TWt"  # of two names at an address, the first of these types wins


def read_symbols(lines, end_name):
    """The functions in nm's output as {address: name}, and the address of end_name (or None)."""
    best = {}
    end = None
    for line in lines:
        match = re.match(r"([0-9a-f]+) (\w) ([\w.$]+)$", line.strip(), re.IGNORECASE)
        if not match:
            continue
        address, kind, name = int(match[1], 16), match[2], match[3]
        if name == end_name:
            end = address
        elif kind in RANK and not name.startswith("$"):
            # nm shows Thumb functions without bit 0. "f.part.0" is a piece of f.
            name = name.split(".")[0][:MAX_NAME]
            rank = (RANK.index(kind), name.startswith("_"), len(name), name)
            if name and (address not in best or rank < best[address][0]):
                best[address] = (rank, name)
    return {address: best[address][1] for address in sorted(best)}, end


def read_unwind(lines):
    """What readelf -u says: [(address, unwind instructions or None)], by rising address."""
    entries, finished = [], True
    for line in lines:
        if match := re.match(r"0x([0-9a-f]+) <.*?>: (.*)", line):
            known = "cantunwind" not in match[2]
            entries.append((int(match[1], 16), [] if known else None))
            finished = not known
        elif not finished and (match := re.match(r" +((0x[0-9a-f]{2} )+) *(\w+)", line)):
            finished = match[3] == "finish"
            if not finished:
                entries[-1][1].extend(int(byte, 16) for byte in match[1].split())
    return sorted(entries)


def ways_of(addresses, unwind):
    """The different ways, the most frequent first, and for each address the number of its own."""
    starts = [start for start, _ in unwind]
    of_each = []
    for address in addresses:
        at = bisect.bisect_right(starts, address) - 1
        way = unwind[at][1] if at >= 0 else None
        of_each.append(None if way is None else bytes(way))
    counts = collections.Counter(way for way in of_each if way is not None)
    ways = sorted(counts, key=lambda way: (-counts[way], way))
    numbers = {None: 0, **{way: i for i, way in enumerate(ways, 1)}}
    return ways, [numbers[way] for way in of_each]


def most_frequent_pair(words, depth, middle, last):
    """(How often, which) of those for which there is a code left."""
    counts = collections.Counter()
    for word in words:
        counts.update(zip(word, word[1:]))
    usable = [
        (count, pair)
        for pair, count in counts.items()
        if max(depth.get(pair[0], 0), depth.get(pair[1], 0)) < MAX_DEPTH
        and (last if pair[1] < FIRST_CHARACTER else middle)
    ]
    return max(usable, default=(0, None))


def merge(word, pair, code):
    out, i = [], 0
    while i < len(word):
        if tuple(word[i : i + 2]) == pair:
            out.append(code)
            i += 2
        else:
            out.append(word[i])
            i += 1
    return out


def compress(names):
    """Returns the pairs by the codes that stand for them, and each name as a list of codes."""
    words = [list(name.encode("ascii") + b"\0") for name in names]
    pairs, depth = {}, {}
    middle, last = MIDDLE_TOKENS[:], LAST_TOKENS[:]
    while True:
        count, pair = most_frequent_pair(words, depth, middle, last)
        if count < 4:
            return pairs, words
        code = (last if pair[1] < FIRST_CHARACTER else middle).pop(0)
        depth[code] = 1 + max(depth.get(pair[0], 0), depth.get(pair[1], 0))
        pairs[code] = pair
        words = [merge(word, pair, code) for word in words]


def number(value):
    """Seven bits a byte, the lowest first; the highest bit says that more follow."""
    if value < 0x80:
        return [value]
    return [value & 0x7F | 0x80, *number(value >> 7)]


def directive(kind, values):
    lines = []
    for i in range(0, len(values), 16):
        lines.append(f"\t{kind}\t" + ", ".join(f"{v:#x}" for v in values[i : i + 16]))
    return lines


def assembly(symbols, end, unwind):
    base = min(symbols, default=0)
    addresses = [*symbols, end] if symbols else []
    sizes = [(after - before) // 2 for before, after in zip(addresses, addresses[1:])]
    ways, way_of = ways_of(symbols, unwind)
    pairs, words = compress(symbols.values())
    codes = [*MIDDLE_TOKENS, 0, *LAST_TOKENS] if pairs else []
    lines = ["/* SPDX-License-Identifier: MIT */"]
    lines += ["/* The kernel's functions for backtraces, made by tools/mksymtab.py. */"]
    lines += ['\t.section .rodata_symtab, "a"', "\t.balign 4"]
    lines += ["\t.globl symtab", "symtab:"]
    lines += [f"\t.word\t{base:#x}", f"\t.word\t{len(symbols)}"]
    lines += ["\t.globl symtab_pairs", "symtab_pairs:"]
    lines += directive(".byte", [byte for code in codes for byte in pairs.get(code, (0, 0))])
    lines += ["\t.globl symtab_unwind", "symtab_unwind:"]
    lines += directive(".byte", [byte for way in ways for byte in (len(way), *way)])
    lines += ["\t.globl symtab_entries", "symtab_entries:"]
    entries = [[*number(s), *number(way), *word] for s, way, word in zip(sizes, way_of, words)]
    lines += directive(".byte", [byte for entry in entries for byte in entry])
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description="nm -n and readelf -u on stdin, assembler on stdout")
    parser.add_argument("--end", default="__text_end", help="the symbol at the end of the text")
    options = parser.parse_args()
    lines = sys.stdin.readlines()
    symbols, end = read_symbols(lines, options.end)
    if symbols and end is None:
        sys.exit(f"mksymtab: no symbol {options.end}")
    symbols = {address: name for address, name in symbols.items() if address < (end or 0)}
    sys.stdout.write(assembly(symbols, end, read_unwind(lines)))


if __name__ == "__main__":
    main()
