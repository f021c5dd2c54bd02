#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Test data for test_unpack.c: make_packed.py FOLDER writes CASE, and CASE.packed by tools/pack.py."""

import pathlib
import random
import sys

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tools"))

import pack  # noqa: E402

choose = random.Random(1)
CASES = {
    "one": b"x",
    "same": bytes(5000),
    "text": (TOP / "README.md").read_bytes(),
    # No match at all: the longest runs of literals.
    "noise": choose.randbytes(3000),
    # Matches near and far, of all lengths.
    "mixed": b"".join(choose.choice([choose.randbytes(choose.randrange(1, 40)), bytes(n), b"abcdefg" * n])
                      for n in range(150)),
    # The longest distances.
    "far": (noise := choose.randbytes(900)) + choose.randbytes(150_000) + noise,
}  # fmt: skip


def main():
    folder = pathlib.Path(sys.argv[1])
    for name, data in CASES.items():
        (folder / name).write_bytes(data)
        (folder / f"{name}.packed").write_bytes(pack.compress(data))


main()
