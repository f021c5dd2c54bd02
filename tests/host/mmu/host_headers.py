#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Copies headers of include/ for the simulated MMU: host_headers.py INCLUDE OUT NAME...

Every asm statement becomes a call of the simulated core with the instruction as text, so that the
sequences and the encodings that the tests run are those of the kernel:

    __asm__ volatile("mcr p15, 0, %0, c8, c3, 1" ::"r"(x) : "memory")  ->  sim_set("mcr ...", x)
    __asm__ volatile("mrc p15, 0, %0, c0, c0, 5" : "=r"(v)::"memory")  ->  v = sim_get("mrc ...")
    __asm__ volatile("dsb ish" ::: "memory")                           ->  sim_do("dsb ish")

Two more lines change: reads and stores of descriptors are told to the core.
"""

import os
import re
import sys

ASM = re.compile(r"__asm__(?: volatile)?\s*\(((?:[^()\"]|\"[^\"]*\"|\((?:[^()]|\([^()]*\))*\))*)\)")
STRING = re.compile(r'"[^"]*"')
STORE = "*(volatile pte_t *)slot = value;"
LOAD = "return *(const volatile pte_t *)slot;"


def operand(text):
    """The expression of `"r"(expression)`, or None."""
    match = re.match(r'\s*"[^"]*"\s*\((.*)\)\s*$', text.replace("\\\n", " "), re.S)
    return match.group(1) if match else None


def statement(match):
    body = match.group(1)
    hidden = STRING.sub(lambda s: s.group().replace(":", "\0"), body)
    parts = [p.replace("\0", ":") for p in hidden.split(":")] + ["", "", ""]
    insn = parts[0].strip(" \t\n\\")
    output, value = operand(parts[1]), operand(parts[2])
    if output:
        return f"{output} = (__typeof__({output}))(uintptr_t)sim_get({insn})"
    if value:
        return f"sim_set({insn}, (uintptr_t)({value}))"
    return f"sim_do({insn})"


def convert(name, text):
    text, count = ASM.subn(statement, text)
    if name == "arm/tlb.h":
        assert STORE in text and LOAD in text
        text = text.replace(LOAD, "return sim_pte_read(slot);")
        text = text.replace(STORE, "sim_pte_write(slot, value);")
    assert count and "__asm__" not in text, name
    guard = re.search(r"#define \w+_H\n", text)
    return text[: guard.end()] + '\n#include "sim_insn.h"\n' + text[guard.end() :]


def write_if_changed(path, text):
    """Leaves the file's date alone where its text is the same, so that make has less to do."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if os.path.exists(path):
        with open(path, encoding="utf-8") as target:
            if target.read() == text:
                return
    with open(path, "w", encoding="utf-8") as target:
        target.write(text)


def main():
    include, out, *names = sys.argv[1:]
    for name in names:
        with open(os.path.join(include, name), encoding="utf-8") as source:
            text = convert(name, source.read())
        write_if_changed(os.path.join(out, name), text)


main()
