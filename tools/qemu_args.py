#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""How to start QEMU for Quire: the one place that knows.

As a program, prints the command line (or with --exec becomes QEMU) for what the environment says:

    BOARD         virt (default) or raspi2b
    CPU MEM CPUS  virt only: cortex-a7, 128M, 1
    MACHINE_OPTS  virt only: virtualization=on, secure=on, ...
    KERNEL        build/quire.img
    INITRD        a cpio to use in place of the built-in files
    APPEND        the kernel's command line
    DTB           a device tree for -dtb; raspi2b has ATAGs without one
    ICOUNT        e.g. shift=0: 1 ns of virtual time for each instruction
    GDB           a port: wait there for a debugger before the first instruction
    SERIAL        where the serial port goes: mon:stdio (default), stdio, pty, file:NAME, ...
    QEMU          qemu-system-arm
    QEMU_ARGS     more options, as a shell would split them

As a module, command() does the same from arguments, and from_environment() gathers them.
"""

import os
import shlex
import sys

BOARDS = ("virt", "raspi2b")
SETTINGS = (
    "board", "cpu", "mem", "cpus", "machine_opts", "kernel", "initrd", "append", "dtb", "icount",
    "gdb", "serial", "qemu",
)  # fmt: skip


def machine(board, cpu, mem, cpus, machine_opts):
    """The options that say what hardware there is."""
    if board == "virt":
        name = f"virt,{machine_opts}" if machine_opts else "virt"
        options = ["-M", name, "-cpu", cpu or "cortex-a7", "-m", str(mem or "128M")]
        if cpus:
            options += ["-smp", str(cpus)]
        # Without it, QEMU wants the boot ROM of a network card, which may not be installed.
        return options + ["-nic", "none"]
    if board == "raspi2b":
        fixed = {"CPU": cpu, "MEM": mem, "CPUS": cpus, "MACHINE_OPTS": machine_opts}
        given = [name for name, value in fixed.items() if value]
        if given:
            raise ValueError(f"{', '.join(given)} can't be chosen on raspi2b (mem= in APPEND can)")
        return ["-M", "raspi2b"]
    raise ValueError(f"BOARD is {board!r}, but must be one of: {', '.join(BOARDS)}")


def command(
    board=None, cpu=None, mem=None, cpus=None, machine_opts=None, kernel=None, initrd=None,
    append=None, dtb=None, icount=None, gdb=None, serial=None, qemu=None, extra=(),
):  # fmt: skip
    """QEMU's command line as a list. None or "" means the default; ValueError if it can't be."""
    serial = serial or "mon:stdio"
    line = [qemu or "qemu-system-arm"]
    line += machine(board or "virt", cpu, mem, cpus, machine_opts)
    line += ["-display", "none", "-serial", serial]
    if not serial.startswith("mon:"):
        line += ["-monitor", "none"]
    line += ["-kernel", str(kernel or "build/quire.img")]
    for option, value in (("-initrd", initrd), ("-append", append), ("-dtb", dtb), ("-icount", icount)):
        if value:
            line += [option, str(value)]
    if gdb:
        line += ["-S", "-gdb", f"tcp:127.0.0.1:{gdb}"]
    return line + list(extra)


def from_environment(environment=os.environ):
    """The arguments for command() that the environment gives."""
    arguments = {name: environment.get(name.upper(), "") for name in SETTINGS}
    arguments["extra"] = shlex.split(environment.get("QEMU_ARGS", ""))
    return arguments


def main():
    try:
        line = command(**from_environment())
    except ValueError as error:
        sys.exit(f"qemu_args: {error}")
    if sys.argv[1:] == ["--exec"]:
        os.execvp(line[0], line)
    print(shlex.join(line))


if __name__ == "__main__":
    main()
