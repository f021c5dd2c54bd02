#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Checks the rules that keep the kernel's parts apart (docs of the design: "How it is put together").

    lib < mm < fs, drivers < kernel     a folder includes public headers of itself and to its left
    arm                                 included by all, includes only lib
    boot                                includes arm, lib and kernel
    "private.h"                         only from the same folder
    privileged instructions, barriers   only in boot/*.S, kernel/*.S and include/arm/
    #if on a board's name               nowhere: boards are data
    stores to a translation table       only in pte_write()

Public headers (include/NAME/) obey the rule of their folder. user/, tests/ and tools/ are not the
kernel and not looked at. Prints one line for each offence and fails if there is one.
"""

import pathlib
import re
import sys

ALLOWED = {
    "arm": {"lib"},
    "lib": {"lib"},
    "mm": {"lib", "mm"},
    "fs": {"lib", "mm", "fs"},
    "drivers": {"lib", "mm", "drivers"},
    "kernel": {"lib", "mm", "fs", "drivers", "kernel"},
    "boot": {"lib", "kernel", "boot"},
}
FOLDERS = [folder for folder in ALLOWED if folder != "arm"]

# Of the C library, what has no types or numbers that differ from Linux's.
LIBRARY_HEADERS = {
    "limits.h", "stdarg.h", "stdbool.h", "stddef.h", "stdint.h", "string.h",
    "sys/queue.h", "sys/tree.h",
}  # fmt: skip

INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^>"]+)[>"]')

CONDITION = r"(?:eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le|al)?"
PRIVILEGED = re.compile(
    r"\b(mcrr?2?|mrr?c2?|cdp2?|ldc2?l?|stc2?l?|msr|mrs|vmsr|vmrs|cps(?:ie|id)?|"
    r"(?:srs|rfe)(?:ia|ib|da|db|ea|ed|fa|fd)?|hvc|smc|eret|wfi|wfe|sevl?|dmb|dsb|isb)"
    + CONDITION
    + r"(?:\.[nw])?\b",
    re.IGNORECASE,
)
ASM = re.compile(r"\b(?:asm|__asm__|__asm)\b\s*(?:volatile|__volatile__|inline|goto|\s)*\(")
STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"')

CONDITIONAL = re.compile(r"\s*#\s*(?:if|ifdef|ifndef|elif)\b(.*)")
BOARD = re.compile(r"(?:^|_)(?:BOARD|MACHINE|RASPI\w*|RPI\w*|BCM\w*|VIRT|QEMU)(?:_|$)", re.IGNORECASE)

PTE_NAME = re.compile(r"\bpte_t\s*(?:\*\s*(?:const\s+)?(\w+)|(\w+)\s*\[)")
# Functions that may store through a pte_t *; table_query() hands descriptors to its caller's variables.
EXEMPT = {"pte_write", "table_query"}
FUNCTION = re.compile(r"^[A-Za-z_][^;={}]*?\b(\w+)\s*\([^;{}]*\)\s*\{", re.MULTILINE)


def blank(match):
    """Spaces in place of what was matched, so that line numbers stay."""
    return re.sub(r"[^\n]", " ", match[0])


def without_comments(text):
    pattern = r'"(?:[^"\\\n]|\\.)*"|/\*.*?\*/|//[^\n]*'
    return re.sub(pattern, lambda m: m[0] if m[0][0] == '"' else blank(m), text, flags=re.DOTALL)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def folder_of(path):
    """The layer that a file (relative to the top) belongs to, or None."""
    parts = path.parts
    if parts[0] == "include" and len(parts) > 2:
        return parts[1]
    return parts[0] if parts[0] in ALLOWED else None


def check_includes(top, path, text):
    folder = folder_of(path)
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        quote, name = match.groups()
        first = name.split("/")[0]
        if quote == '"':
            if "/" in name or not (top / path.parent / name).is_file():
                yield number, f'"{name}" is not beside this file: use <folder/name.h>'
        elif first in ALLOWED:
            if first not in ALLOWED[folder] | {"arm"}:
                yield number, f"{folder} may not include <{name}>"
        elif name not in LIBRARY_HEADERS:
            yield number, f"<{name}> is not a header that kernel code may include"


def asm_texts(text):
    """(position, text) of each string within an asm statement."""
    for match in ASM.finditer(text):
        depth, end = 1, match.end()
        masked = STRING.sub(blank, text)
        while depth and end < len(masked):
            depth += {"(": 1, ")": -1}.get(masked[end], 0)
            end += 1
        for string in STRING.finditer(text, match.end(), end):
            yield string.start(), string[1].replace("\\n", " ").replace("\\t", " ")


def check_instructions(path, text):
    if path.parts[:2] == ("include", "arm"):
        return
    if path.suffix == ".S":
        if path.parts[0] in ("boot", "kernel"):
            return
        pieces = [(m.start(), m[0]) for m in re.finditer(r"[^\n]+", re.sub(r"@[^\n]*", blank, text))]
    else:
        pieces = asm_texts(text)
    for position, piece in pieces:
        for match in PRIVILEGED.finditer(piece):
            yield line_of(text, position), f"{match[0]} belongs into boot/*.S, kernel/*.S or include/arm/"


def check_boards(text):
    for number, line in enumerate(text.splitlines(), 1):
        match = CONDITIONAL.match(line)
        for name in re.findall(r"\w+", match[1]) if match else []:
            if BOARD.search(name) and not name.endswith("_H"):
                yield number, f"#if on {name}: boards are data (DTB), not conditions"


def pte_names(text):
    """Variables, parameters and fields that are declared as pte_t * or pte_t []."""
    return {match[1] or match[2] for match in PTE_NAME.finditer(text)}


def without_exempt(text):
    """The text with the bodies of the EXEMPT functions blanked."""
    for match in FUNCTION.finditer(text):
        if match[1] in EXEMPT:
            end = text.find("\n}", match.end())
            body = re.sub(r"[^\n]", " ", text[match.end() : end])
            text = text[: match.end()] + body + text[end:]
    return text


def check_stores(text, fields):
    """Heuristic: `*p = `, `*p++ = `, `p[i] = ` and `x->p[i] = ` where p was declared as pte_t *."""
    text = without_exempt(text)
    assign = r"\s*(?:[-+|&^]|<<|>>)?=(?!=)"
    subscript = r"\s*\[[^\]\n;]*\]"
    for name in sorted(pte_names(text)):
        plain = rf"(?<![\w\s*,])\s*\*\s*(?:\(\s*)?{name}\b(?:\+\+|--|[^;=(){{}}\n]*\))?{assign}"
        indexed = rf"(?<![\w.>])(?<!pte_t ){name}{subscript}{assign}"
        for match in re.finditer(rf"(?:{plain})|(?:{indexed})", text):
            yield line_of(text, match.end()), f"store through {name}: only pte_write() writes tables"
    for name in sorted(fields):
        access = rf"(?:->|\.)\s*{name}\b"
        pattern = rf"(?:{access}{subscript}{assign})|(?:(?<![\w\s*])\s*\*\s*\w+{access}{assign})"
        for match in re.finditer(pattern, text):
            yield line_of(text, match.end()), f"store through {name}: only pte_write() writes tables"


def sources(top):
    for folder in [*FOLDERS, "include"]:
        for path in sorted((top / folder).rglob("*")):
            if path.suffix in (".c", ".h", ".S"):
                yield path.relative_to(top)


def check_tree(top):
    """All offences below `top` as "path:line: what"."""
    texts = {path: without_comments((top / path).read_text()) for path in sources(top)}
    fields = set()
    for path, text in texts.items():
        if path.suffix == ".h":
            for body in re.findall(r"\bstruct\s+\w+\s*\{(.*?)\n\}", text, re.DOTALL):
                fields |= pte_names(body)
    offences = []
    for path, text in texts.items():
        if folder_of(path) not in ALLOWED:
            offences.append(f"{path}:1: include/{path.parts[1]} is no folder of the design")
            continue
        found = [*check_includes(top, path, text), *check_instructions(path, text)]
        found += check_boards(text)
        if path.suffix != ".S":
            found += check_stores(text, fields)
        offences += [f"{path}:{number}: {what}" for number, what in sorted(found)]
    return offences


def main():
    top = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    offences = check_tree(top)
    print("\n".join(offences), end="\n" if offences else "")
    sys.exit(1 if offences else 0)


if __name__ == "__main__":
    main()
