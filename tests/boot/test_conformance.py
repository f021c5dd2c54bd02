# SPDX-License-Identifier: MIT
"""Does Quire answer as Linux does? Boots both with the programs of tests/conformance."""

import sys

import pytest

from machine import TOP

sys.path.insert(0, str(TOP / "tests/conformance"))

import compare  # noqa: E402


@pytest.mark.limit(300)
def test_quire_answers_as_linux_does():
    try:
        problems, _, lines = compare.run()
    except compare.Unavailable as reason:
        pytest.skip(str(reason))
    assert not problems, "\n".join(problems)
    assert lines > 100


def test_what_counts_as_a_difference(tmp_path):
    source = tmp_path / "program.c"
    source.write_text("/* DIFFERS: b: a reason\n * of two lines */\n/* DIFFERS: c: no more */\n")
    quire = {"a": "1", "b": "2", "c": "3", "only here": "4"}
    linux = {"a": "0", "b": "1", "c": "3"}
    problems, explained = compare.compare_program(source, quire, linux)
    assert explained == ["program: b: Quire 2, Linux 1 (a reason of two lines)"]
    assert problems == [
        "program: a: Quire 1, Linux 0",
        "program: c: 3 on both: its DIFFERS line must go",
        "program: only here: Quire 4, Linux (nothing)",
    ]


def test_a_label_that_stands_twice_is_noticed():
    text = "noise\n== begin: p\nx: 1\nx: 2\n== end p: exit 0\n== all: 1 programs\n"
    assert compare.observations(text) == {"p": {"x": "1 | 2 (the label twice)", "end": "exit 0"}}
