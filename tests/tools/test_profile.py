# SPDX-License-Identifier: MIT
"""Does `make profile` count what a benchmark executes, and put it down to the right functions?"""

import pathlib
import re
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]


def profile(*arguments):
    line = [TOP / "tools/profile.py", *arguments]
    return subprocess.run(line, capture_output=True, text=True, timeout=100, check=False)


@pytest.fixture(autouse=True)
def image():
    if not (TOP / "build/quire.elf").exists():
        pytest.skip("needs the image")


def test_a_system_call():
    text = profile("getppid", "--annotate", "sys_getppid").stdout
    total = int(re.search(r"getppid: (\d+) instructions a round", text)[1])
    assert 30 < total < 60
    counts = {name: float(n) for n, name in re.findall(r"^ +([\d.]+) +[\d.]+%  (\S+)$", text, re.M)}
    assert counts["vector_svc"] >= 15
    assert sum(counts.values()) == pytest.approx(total, abs=2)
    assert re.search(r"^ +1\.0\d  ff[0-9a-f]{6}:\tbx\tlr", text, re.M)


def test_a_function_that_is_not_there():
    result = profile("getppid", "--per", "no_such_function")
    assert result.returncode and "no_such_function" in result.stderr
