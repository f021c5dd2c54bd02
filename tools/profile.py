#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Where the instructions of a benchmark go (`make profile BENCH=name`).

    profile.py [--per FUNCTION] [--annotate FUNCTION] [--top N] NAME

Boots QEMU with one instruction per translation block and its trace of executed blocks on, runs
`bench NAME`, and counts the instructions of a window of that run by function of build/quire.elf.
The window may hold a little of what the benchmark does before and between its rounds.

--per divides the counts by how often that function began. Where this file knows a function that the
benchmark enters in each round, it takes that, so that the numbers are those of a round.
--annotate prints a function's instructions with their counts.
"""

import argparse
import bisect
import collections
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import qemu_args

ROOT = pathlib.Path(__file__).resolve().parent.parent
ELF = ROOT / "build/quire.elf"

# The kernel takes 2.8 million instructions to its first program.
SKIP, WINDOW = 3_400_000, 1_000_000

# A function of the kernel that a round of the benchmark enters once, or twice.
ONCE_A_ROUND = {
    "getppid": "sys_getppid",
    "fault-to-wait": "sys_wait4",
    "fork-exit-wait": "sys_wait4",
    "fork-exec-exit-wait": "sys_wait4",
    "fork-1MiB-exit-wait": "sys_wait4",
    "mmap-munmap-64KiB": "sys_munmap",
    "signal-to-self": "sys_kill",
    "segv-mprotect-resume": "sys_rt_sigreturn",
}
TWICE_A_ROUND = {"yield-pair": "sys_sched_yield", "pipe-round-trip": "sys_write", "mprotect-pair": "sys_mprotect"}

TRACE = re.compile(rb"\[[0-9a-f]+/([0-9a-f]+)/")


def symbols():
    """The addresses of functions, sorted, and their names."""
    text = subprocess.run(["arm-none-eabi-nm", "-n", ELF], capture_output=True, text=True, check=True).stdout
    found = {}
    for line in text.splitlines():
        address, kind, *name = line.split()
        if kind in "tTW" and name and not name[0].startswith("$"):
            found.setdefault(int(address, 16) & ~1, name[0])
    return list(found), list(found.values())


def trace(name, skip):
    """Counts of the program counter, from a window of the benchmark's run."""
    counts = collections.Counter()
    with tempfile.TemporaryDirectory() as directory:
        fifo = os.path.join(directory, "trace")
        os.mkfifo(fifo)
        line = qemu_args.command(
            kernel=ROOT / "build/quire.img",
            append=f"quiet -- run bench {name}",
            icount="shift=0,sleep=off",
            serial="null",
            extra=["-no-reboot", "-singlestep", "-d", "exec,nochain", "-D", fifo],
        )
        qemu = subprocess.Popen(line, stdin=subprocess.DEVNULL)
        try:
            with open(fifo, "rb", buffering=1 << 20) as lines:
                for number, text in enumerate(lines):
                    if number >= skip + WINDOW:
                        break
                    if number >= skip and (match := TRACE.search(text)):
                        counts[int(match[1], 16)] += 1
        finally:
            qemu.kill()
            qemu.wait()
    return counts


def by_function(counts, starts, names):
    totals = collections.Counter()
    for address, n in counts.items():
        at = bisect.bisect_right(starts, address) - 1
        totals["(user)" if address < 0x80000000 else names[at] if at >= 0 else "?"] += n
    return totals


def annotate(counts, symbol, rounds):
    line = ["arm-none-eabi-objdump", "-d", f"--disassemble={symbol}", "--no-show-raw-insn", ELF]
    for text in subprocess.run(line, capture_output=True, text=True, check=True).stdout.splitlines():
        match = re.match(r"([0-9a-f]+):\s", text)
        if match:
            n = counts[int(match[1], 16)]
            print(f"{n / rounds:8.2f}  {text}" if n else f"{'':8}  {text}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("name")
    parser.add_argument("--per")
    parser.add_argument("--annotate", action="append", default=[])
    parser.add_argument("--top", type=int, default=60)
    parser.add_argument("--skip", type=int, default=SKIP, help="instructions before the window")
    args = parser.parse_args()
    starts, names = symbols()
    per, divide = args.per or ONCE_A_ROUND.get(args.name), 1
    if not per and args.name in TWICE_A_ROUND:
        per, divide = TWICE_A_ROUND[args.name], 2
    if per and per not in names:
        sys.exit(f"profile: the kernel has no function {per}")
    counts = trace(args.name, args.skip)
    if not counts:
        sys.exit(f"profile: it was over after fewer than {args.skip} instructions: is {args.name} a benchmark?")
    rounds = counts[starts[names.index(per)]] / divide if per else 1
    if not rounds:
        sys.exit(f"profile: {per} did not run")
    total = sum(counts.values()) / rounds
    print(f"{args.name}: {total:.0f} instructions a round ({rounds:.0f} rounds)")
    for name, n in by_function(counts, starts, names).most_common(args.top):
        print(f"{n / rounds:10.1f}  {100 * n / rounds / total:5.1f}%  {name}")
    for symbol in args.annotate:
        print()
        annotate(counts, symbol, rounds)


if __name__ == "__main__":
    main()
