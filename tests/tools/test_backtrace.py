# SPDX-License-Identifier: MIT
"""Do the kernel's unwinder and symbol table tell the truth about code that the compiler made?

Builds a small program with kernel/unwind.c, backtrace.c and symbols.c as the kernel is built (same
flags, two links, tools/mksymtab.py between them) and runs it under QEMU.
"""

import pathlib
import re
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
HERE = TOP / "tests/tools"
FLAGS = "-std=gnu11 -ffreestanding -mcpu=cortex-a7 -mthumb -mfloat-abi=soft -g -funwind-tables"
SOURCES = ["kernel/unwind.c", "kernel/backtrace.c", "kernel/symbols.c", "kernel/backtrace_save.S"]


def gcc(*arguments):
    subprocess.run(["arm-none-eabi-gcc", *FLAGS.split(), *map(str, arguments)], check=True)


def mksymtab(elf, assembly):
    tools = [["nm", "-n"], ["readelf", "-u"]] if elf else []
    lines = b"".join(
        subprocess.run([f"arm-none-eabi-{name}", *options, elf], check=True, capture_output=True).stdout
        for name, *options in tools
    )
    table = subprocess.run(
        ["python3", TOP / "tools/mksymtab.py"], input=lines, check=True, capture_output=True
    ).stdout
    assembly.write_bytes(table)
    return table


def link(build, objects, table, name):
    gcc(
        "-nostdlib", "-T", HERE / "backtrace_target.ld", *objects, table, "-lc", "-lgcc",
        "-o", build / name,
    )
    return build / name


@pytest.fixture(scope="module", params=["-O2", "-Os", "-O0"])
def output(request, tmp_path_factory):
    build = tmp_path_factory.mktemp("backtrace")
    objects = []
    sources = [TOP / source for source in SOURCES]
    for source in [HERE / "backtrace_start.S", HERE / "backtrace_target.c", *sources]:
        objects.append(build / (source.stem.replace("backtrace_start", "start") + ".o"))
        gcc(request.param, "-I", TOP / "include", "-c", source, "-o", objects[-1])
    mksymtab(None, build / "empty.S")
    first = link(build, objects, build / "empty.S", "first.elf")
    table = mksymtab(first, build / "symtab.S")
    final = link(build, objects, build / "symtab.S", "final.elf")
    assert mksymtab(final, build / "check.S") == table, "the table moved a function"
    run = subprocess.run(
        ["qemu-system-arm", "-M", "virt", "-cpu", "cortex-a7", "-nic", "none", "-display", "none"]
        + ["-semihosting-config", "enable=on,target=native", "-kernel", final],
        capture_output=True, text=True, timeout=30, check=False,
    )
    return [re.sub(r" $", "", line) for line in (run.stdout + run.stderr).splitlines()]


def test_frames_of_every_kind(output):
    chain = "show_here+ variable_frame+ large_frame+ many_registers+ target_main+ _start+"
    assert output[:2] == [chain, chain]


def test_recursion(output):
    assert output[2] == "show_here+ " + "recurse+ " * 4 + "target_main+ _start+"


def test_fault_in_a_function_without_unwind_data(output):
    assert output[3].split()[0] in ("memset", "memset+")
    assert output[3].split()[1:] == ["bad_memset+", "target_main+", "_start+"]
