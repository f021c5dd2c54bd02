# SPDX-License-Identifier: MIT
"""Is Quire as fast as it promises? One instruction is one virtual nanosecond under -icount shift=0, so
these numbers do not depend on what the test runs on. `make bench` prints all of them."""

import re

import pytest

from machine import BUILD, IMAGE, TOP, Machine

# sleep=off: virtual time passes with instructions alone, also before the first of them.
ICOUNT = "shift=0,sleep=off"

# As user/bench/main.c has them, which says "over" behind a number that is larger.
LIMITS = dict(
    re.findall(r'^ +\{"(\S+)", bench_\w+, (\d+), \d+\},$', (TOP / "user/bench/main.c").read_text(), re.M)
)


@pytest.fixture(scope="module")
def numbers():
    with Machine("quiet -- run bench", icount=ICOUNT) as machine:
        text = machine.wait_end(50)
    return {name: int(cost) for name, cost in re.findall(r"^(\S+) +(\d+) .*$", text, re.M)}


@pytest.mark.parametrize("name, limit", LIMITS.items())
def test_instructions(numbers, name, limit):
    assert 0 < numbers[name] <= int(limit)


def test_there_are_limits():
    assert len(LIMITS) >= 16 and LIMITS["getppid"] == "60" and LIMITS["signal-to-self"] == "900"


def test_reset_to_first_user_instruction(boot):
    text = boot("-- run true", icount=ICOUNT).wait_end()
    assert int(re.search(r"/init starts (\d+) us after reset", text)[1]) <= 3000


@pytest.mark.xfail(strict=True, reason="/proc and the function names for backtraces take what is over")
def test_kernel_without_its_files_is_at_most_128_kib():
    files = (BUILD / "initramfs.cpio").stat().st_size
    assert IMAGE.stat().st_size - files <= 128 * 1024
