# SPDX-License-Identifier: MIT
"""Do many address spaces, and programs that only compute, leave each other alone?"""

import os
import re
import time

import pytest

import images

# More than there are ASIDs, many times over.
IN_TURN = int(os.environ.get("MANY", "10100"))


@pytest.mark.parametrize("board", ["virt", "raspi2b"])
def test_300_address_spaces_at_once(boot, board):
    text = boot("-- run many", board=board).wait_end()
    if "one ended before the last was born" in text:  # too slow, on a busy computer: once more
        text = boot("-- run many", board=board).wait_end()
    assert "many: 300 address spaces, 300 right\n" in text
    assert "init: many ended with status 0" in text


@pytest.mark.limit(120)
def test_more_than_10000_address_spaces_in_turn(program_machine):
    text, status = program_machine.run(f"many -t {IN_TURN}", patience=110)
    assert text.endswith(f"many: {IN_TURN} address spaces in turn, {IN_TURN} right\n")
    assert status == 0


@pytest.mark.parametrize("board", ["virt", "raspi2b"])
def test_two_computations_in_neon_registers_stay_right(boot, board):
    machine = boot(board=board)
    machine.wait_prompt()
    status = machine.run("neon 2 1 & neon 2 2").status
    machine.run("sleep 1")  # the one in the background ends a moment before or after the other
    results = re.findall(
        r"seed (\d): (\d+) rounds, right: vectors (\d+), doubles (\d+), rounding mode (\d+)",
        machine.log,
    )
    assert sorted(result[0] for result in results) == ["1", "2"]
    for _, rounds, *right in results:
        assert int(rounds) > 0 and set(right) == {rounds}
    assert status == 0 and "ended with status 0" in machine.log


def test_the_shell_answers_while_others_compute(program_machine):
    started = program_machine.text_of("/test/spin & /test/spin & /test/spin & sleep 0")
    pids = re.findall(r"\[(\d+)\]", started)
    assert len(pids) == 3
    began = time.monotonic()
    assert program_machine.text_of("echo here I am") == "here I am\n"
    assert program_machine.text_of("cat /etc/motd") == images.built_in_files()["etc/motd"].decode()
    assert time.monotonic() - began < 5
    assert program_machine.run(f"kill -KILL {' '.join(pids)}").status == 0
    program_machine.run("sleep 0.2")
    for pid in pids:
        assert f"[{pid}] Killed\n" in program_machine.log


def test_sleeping_takes_as_long_as_was_asked(program_machine):
    began = time.monotonic()
    assert program_machine.run("sleep 1").status == 0
    assert 0.9 < time.monotonic() - began < 3
