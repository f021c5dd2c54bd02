#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the table that gives a kernel backtrace its function names (kernel/symbols.c reads it).

The table is part of the image that it describes, so the kernel is linked twice:

    mksymtab.py < /dev/null > empty.S          and link 1 with it
    nm -n link1.elf | mksymtab.py > symtab.S   and link 2 with that
    nm -n link2.elf | mksymtab.py | cmp - symtab.S

The table is in the input section .rodata_symtab, which the linker script puts behind all text, so
link 2 moves no function; cmp proves it, since the table holds every function's address.

The table has one entry per function, by rising address: half the bytes up to the next function, in
seven bits a byte, and the name, which ends in a 0 byte.

Names are packed by byte pair encoding: bytes from 0x80 stand for the pairs of bytes that are most
frequent in the names, and either byte of a pair may be such a byte again.
"""

import argparse
import collections
import re
import sys

TOKENS = 128
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


def most_frequent_pair(words, depth):
    counts = collections.Counter()
    for word in words:
        counts.update(zip(word, word[1:]))
    usable = [
        (count, pair)
        for pair, count in counts.items()
        if max(depth.get(pair[0], 0), depth.get(pair[1], 0)) < MAX_DEPTH
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
    """Returns the pairs that the codes from 0x80 stand for, and each name as a list of codes."""
    words = [list(name.encode("ascii")) for name in names]
    pairs, depth = [], {}
    while len(pairs) < TOKENS:
        count, pair = most_frequent_pair(words, depth)
        if count < 4:
            break
        code = 0x80 + len(pairs)
        depth[code] = 1 + max(depth.get(pair[0], 0), depth.get(pair[1], 0))
        pairs.append(pair)
        words = [merge(word, pair, code) for word in words]
    return pairs, words


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


def assembly(symbols, end):
    base = min(symbols, default=0)
    addresses = [*symbols, end] if symbols else []
    sizes = [(after - before) // 2 for before, after in zip(addresses, addresses[1:])]
    pairs, words = compress(symbols.values())
    lines = ["/* SPDX-License-Identifier: MIT */"]
    lines += ["/* Function names for backtraces, made by tools/mksymtab.py. */"]
    lines += ['\t.section .rodata_symtab, "a"', "\t.balign 4"]
    lines += ["\t.globl symtab", "symtab:"]
    lines += [f"\t.word\t{base:#x}", f"\t.word\t{len(symbols)}"]
    lines += ["\t.globl symtab_pairs", "symtab_pairs:"]
    lines += directive(".byte", [byte for pair in pairs for byte in pair])
    lines += ["\t.globl symtab_entries", "symtab_entries:"]
    entries = [[*number(size), *word, 0] for size, word in zip(sizes, words)]
    lines += directive(".byte", [byte for entry in entries for byte in entry])
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description="nm -n on stdin, assembler on stdout")
    parser.add_argument("--end", default="__text_end", help="the symbol at the end of the text")
    options = parser.parse_args()
    symbols, end = read_symbols(sys.stdin, options.end)
    if symbols and end is None:
        sys.exit(f"mksymtab: no symbol {options.end}")
    symbols = {address: name for address, name in symbols.items() if address < (end or 0)}
    sys.stdout.write(assembly(symbols, end))


if __name__ == "__main__":
    main()
