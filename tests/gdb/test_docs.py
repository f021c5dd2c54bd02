# SPDX-License-Identifier: MIT
"""Do the sessions of docs/debugging.md work as they are printed there?

A session is a ```console block that begins with `$ make debug`, and those after it up to the next such
block. Numbers and addresses may differ; `...` stands for anything.
"""

import os
import re
import shlex
import subprocess

import pytest

from machine import BUILD, TOP

DOCUMENT = TOP / "docs/debugging.md"
MARK = "=== next command"


def sessions():
    """[(environment, [(command, expected output)])]"""
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", DOCUMENT.read_text(), re.M | re.S):
        for line in block.splitlines():
            if line.startswith("$ make debug"):
                settings = dict(word.split("=", 1) for word in shlex.split(line)[3:])
                found.append((settings, []))
            elif line.startswith("(gdb) "):
                found[-1][1].append((line[6:], []))
            else:
                found[-1][1][-1][1].append(line)
    return [(settings, [(c, "\n".join(text)) for c, text in steps]) for settings, steps in found]


def without_numbers(text):
    """Addresses, sizes and counts become #, runs of blanks one; the $1 of gdb's history stays."""
    text = re.sub(r"\b0x[0-9a-f]+\b|\b[0-9a-f]{8}\b|(?<![$\w])\d+[KMG]?\b", "#", text)
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def agrees(expected, actual):
    parts = [re.escape(part) for part in without_numbers(expected).split("...")]
    return re.fullmatch(r"\s*" + ".*?".join(parts) + r"\s*", without_numbers(actual), re.S)


def replay(settings, commands):
    """What gdb printed after each command."""
    line = ["tools/debug.sh", "-batch"]
    for command in commands:
        line += ["-ex", f"echo {MARK}\\n", "-ex", command]
    environment = {**os.environ, "SERIAL": "null", "KERNEL": str(BUILD / "quire.img"), **settings}
    result = subprocess.run(
        line, cwd=TOP, env=environment, text=True, timeout=50, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return result.stdout.split(MARK + "\n")[1:]


@pytest.mark.parametrize("settings, steps", sessions(), ids=lambda value: None)
def test_session(settings, steps):
    outputs = replay(settings, [command for command, _ in steps])
    assert len(outputs) == len(steps)
    # After the last command gdb lets the machine go, and says so.
    outputs[-1] = outputs[-1].partition("[Inferior 1")[0]
    for (command, expected), actual in zip(steps, outputs):
        assert agrees(expected, actual), f"(gdb) {command}\n{actual}\n-- the document says:\n{expected}"


def test_there_is_something_to_replay():
    assert len(sessions()) >= 3
