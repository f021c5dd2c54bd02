# SPDX-License-Identifier: MIT
"""Does Quire answer as Linux does? Boots both with the programs of tests/conformance."""

import sys

import pytest

from machine import TOP

sys.path.insert(0, str(TOP / "tests/conformance"))

import compare  # noqa: E402


@pytest.mark.limit(120)
def test_quire_answers_as_linux_does():
    try:
        problems, _, lines = compare.run()
    except compare.Unavailable as reason:
        pytest.skip(str(reason))
    assert not problems, "\n".join(problems)
    assert lines > 100
