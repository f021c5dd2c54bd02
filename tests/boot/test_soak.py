# SPDX-License-Identifier: MIT
"""Do pages get lost when many processes come and go? (`make soak` runs 100,000.)"""

import os
import re

import pytest

CYCLES = int(os.environ.get("CYCLES", "10000"))
COUNTS = re.compile(r"soak: (\d+) of (\d+) processes .*, (\d+) KiB free before, (\d+) KiB after\n")


def soak(machine, number):
    """Reads what soak printed; returns the KiB that are free."""
    text = machine.wait_end(100)
    done, of, before, after = map(int, COUNTS.search(text).groups())
    assert done == of == number
    assert before == after
    assert "init: soak ended with status 0\n" in text
    return after


@pytest.mark.limit(120)
def test_no_page_is_lost_by_processes_in_turn(boot):
    soak(boot(f"quiet -- run soak cycles {CYCLES}"), CYCLES)


@pytest.mark.limit(120)
def test_1000_processes_at_once_in_64_mib(boot):
    assert soak(boot("quiet -- run soak crowd 1000", mem="64M"), 1000) < 64 * 1024


@pytest.mark.limit(120)
def test_1000_processes_at_once_on_a_pi(boot):
    soak(boot("quiet mem=64M -- run soak crowd 1000", board="raspi2b"), 1000)
