#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs the programs of tests/conformance on Quire and on Debian's Linux, in the same machine with the
same files, and compares what they print (`make conformance`).

A program prints lines "label: what it saw". Where the two kernels differ, the program must say why:

    /* DIFFERS: the label: the reason */

A difference without a reason fails, and so does a reason without a difference.
"""

import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
TOP = HERE.parents[1]
BUILD = TOP / os.environ.get("BUILD", "build")
PROGRAMS = BUILD / "tests/conformance"
PATIENCE = float(os.environ.get("CONFORMANCE_TIMEOUT", "240"))  # seconds for a kernel
APPEND = {"quire": "quiet loglevel=0 panic=-1", "linux": "quiet loglevel=0 panic=-1 console=ttyAMA0"}
DIFFERS = re.compile(r"/\* DIFFERS: (.+?): (.+?) \*/", re.S)

sys.path.insert(0, str(TOP / "tools"))

import qemu_args  # noqa: E402


class Unavailable(Exception):
    """Linux can't be had here; the text says why."""


def linux_image():
    """The path of Linux's zImage."""
    fetch = subprocess.run([HERE / "get_linux.sh"], capture_output=True, text=True, check=False)
    if fetch.returncode:
        raise Unavailable(fetch.stderr.strip())
    return fetch.stdout.strip()


def build():
    subprocess.run(
        ["make", "-s", "-f", "tests/conformance/conformance.mk", f"BUILD={BUILD}", "conformance-initrd"],
        cwd=TOP, check=True,
    )  # fmt: skip


def sources():
    return sorted(HERE.glob("*.c"))


def boot(name, kernel, files):
    """Boots a kernel; returns all that it printed until the machine was off."""
    line = qemu_args.command(
        kernel=kernel, initrd=files, append=APPEND[name], serial="stdio", extra=["-no-reboot"]
    )
    try:
        qemu = subprocess.run(
            line, cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=PATIENCE, check=False
        )
        output, ended = qemu.stdout, True
    except subprocess.TimeoutExpired as timeout:
        output, ended = timeout.stdout or b"", False
    text = output.decode(errors="replace").replace("\r", "")
    if not ended or "\n== all: " not in text:
        last = "\n".join(text.splitlines()[-15:])
        raise RuntimeError(f"{name} did not come to the end; its last lines:\n{last}")
    return text


def observations(text):
    """{program: {label: what was seen}} of one kernel's output."""
    seen, program = {}, None
    for line in text.splitlines():
        label, colon, value = line.partition(": ")
        if label == "== begin":
            program = value
            seen[program] = {}
        elif label.startswith("== end "):
            seen[program]["end"] = value
            program = None
        elif program and colon:
            if label in seen[program]:
                value = f"{seen[program][label]} | {value} (the label twice)"
            seen[program][label] = value
    return seen


def reasons(source):
    """{label: reason} of a program's DIFFERS lines."""
    found = DIFFERS.findall(source.read_text())
    return {label: " ".join(re.sub(r"\n \*", " ", reason).split()) for label, reason in found}


def compare_program(source, quire, linux):
    """Returns (problems, explained): texts."""
    excuses = reasons(source)
    problems, explained = [], []
    for label in [*linux, *(label for label in quire if label not in linux)]:
        mine, theirs = quire.get(label, "(nothing)"), linux.get(label, "(nothing)")
        reason = excuses.pop(label, None)
        what = f"{source.stem}: {label}: Quire {mine}, Linux {theirs}"
        if "(the label twice)" in mine + theirs:
            problems.append(f"{what}: a label must stand once")
        elif mine == theirs and reason:
            problems.append(f"{source.stem}: {label}: {mine} on both: its DIFFERS line must go")
        elif mine != theirs:
            (explained if reason else problems).append(f"{what} ({reason})" if reason else what)
    problems += [f"{source.stem}: {label}: DIFFERS, but nobody printed it" for label in excuses]
    return problems, explained


def compare(quire, linux):
    """From what both saw: (problems, explained, the number of lines compared)."""
    problems, explained, lines = [], [], 0
    for source in sources():
        mine, theirs = quire.get(source.stem, {}), linux.get(source.stem, {})
        if len(theirs) < 2 or theirs["end"] != "exit 0":
            problems.append(f"{source.stem}: did not come to its end on Linux")
        bad, known = compare_program(source, mine, theirs)
        problems += bad
        explained += known
        lines += len(theirs)
    return problems, explained, lines


def run():
    """Builds, boots both, compares. Unavailable without Linux, RuntimeError if a kernel fails."""
    kernels = {"quire": BUILD / "quire.img", "linux": linux_image()}
    build()
    files = PROGRAMS / "initrd.cpio"
    with concurrent.futures.ThreadPoolExecutor() as both:
        runs = {name: both.submit(boot, name, kernel, files) for name, kernel in kernels.items()}
        texts = {name: run.result() for name, run in runs.items()}
    for name, text in texts.items():
        (PROGRAMS / f"{name}.txt").write_text(text)
    return compare(observations(texts["quire"]), observations(texts["linux"]))


def main():
    try:
        problems, explained, lines = run()
    except (Unavailable, RuntimeError) as error:
        sys.exit(f"conformance: {error}")
    for line in explained:
        print(f"explained: {line}")
    for line in problems:
        print(f"DIFFERENT: {line}")
    print(
        f"{lines} lines of {len(sources())} programs compared: "
        f"{len(explained)} explained differences, {len(problems)} failures"
    )
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
