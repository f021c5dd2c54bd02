#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs /bin/bench on Quire and on Debian's Linux side by side (`make bench-vs-linux`): one file, the same
machine, the same initrd, instructions counted (QEMU's -icount shift=0). Arguments name benchmarks; without
any, all are run.

Prints both columns and their ratio. Exits with 1 if a kernel does not come to the end, and with 3 where
Debian's kernel can't be had, which is said.
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

import qemu_args

TOP = pathlib.Path(__file__).resolve().parent.parent
BUILD = TOP / os.environ.get("BUILD", "build")
FETCH = TOP / "tests/conformance/get_linux.sh"
PATIENCE = float(os.environ.get("BENCH_TIMEOUT", "300"))  # seconds for a kernel
# bench as process 1: the first user instruction is its own.
APPEND = "quiet loglevel=0 panic=-1 console=ttyAMA0 rdinit=/bin/bench --"
UNAVAILABLE = 3


class Unavailable(Exception):
    """Linux can't be had here; the text says why."""


def linux_image():
    """The path of Linux's zImage."""
    fetch = subprocess.run([FETCH], capture_output=True, text=True, check=False)
    if fetch.returncode:
        raise Unavailable(fetch.stderr.strip())
    return fetch.stdout.strip()


def boot(kernel, names):
    """Boots a kernel with bench as its first program. Returns what was printed; RuntimeError if bench failed."""
    line = qemu_args.command(
        kernel=kernel, initrd=BUILD / "initramfs.cpio", append=" ".join([APPEND, *names]), serial="stdio",
        icount="shift=0,sleep=off", extra=["-no-reboot"],
    )  # fmt: skip
    try:
        done = subprocess.run(line, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=PATIENCE, check=False)
        output = done.stdout
    except subprocess.TimeoutExpired as timeout:
        output = timeout.stdout or b""
    text = output.decode(errors="replace").replace("\r", "")
    if "bench: ended with status 0\n" not in text:
        raise RuntimeError(f"bench on {kernel} did not come to the end:\n" + "\n".join(text.splitlines()[-15:]))
    return text


def costs(text):
    """{benchmark: cost} from what bench printed; None where the kernel lacks what it needs."""
    rows = re.findall(r"^(\S+) +(?:(\d+) +\d+ +\d+(?:  over)?|unsupported)$", text, re.M)
    return {name: int(cost) if cost else None for name, cost in rows}


def run(names=()):
    """Returns the costs on Quire and on Linux. Unavailable or RuntimeError if there are none."""
    linux = linux_image()
    with concurrent.futures.ThreadPoolExecutor() as both:
        runs = [both.submit(boot, kernel, names) for kernel in (BUILD / "quire.img", linux)]
        return [costs(run.result()) for run in runs]


def table(quire, linux):
    """The lines to print."""
    lines = [f"{'':20} {'Quire':>13} {'Linux':>13}   Linux/Quire"]
    for name in linux:
        mine, theirs = quire.get(name), linux[name]
        ratio = f"{theirs / mine:.1f}" if mine and theirs is not None else "-"
        mine, theirs = (f"{cost:,}" if cost is not None else "unsupported" for cost in (mine, theirs))
        lines.append(f"{name:20} {mine:>13} {theirs:>13}   {ratio:>11}")
    return lines


def main():
    try:
        quire, linux = run(sys.argv[1:])
    except Unavailable as reason:
        print(f"bench-vs-linux: nothing to compare with, Debian's Linux can't be had here: {reason}")
        sys.exit(UNAVAILABLE)
    except RuntimeError as error:
        sys.exit(f"bench-vs-linux: {error}")
    print("instructions a round (QEMU's -icount shift=0), virt, one Cortex-A7, 128 MiB, the same /bin/bench")
    print("\n".join(table(quire, linux)))


if __name__ == "__main__":
    main()
