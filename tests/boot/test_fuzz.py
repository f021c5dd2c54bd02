# SPDX-License-Identifier: MIT
"""Does the kernel live through system calls whose arguments are wrong in interesting ways?"""

import re

import pytest

import images


@pytest.mark.parametrize("board, seed", [("virt", 1), ("virt", 2), ("raspi2b", 3)])
def test_random_calls(boot, tmp_path, board, seed):
    initrd = images.with_test_programs(tmp_path)
    text = boot(f"loglevel=4 -- run /test/fuzz-glibc {seed} 4000", board=board, initrd=initrd).wait_end(60)
    told = re.search(rf"fuzz: seed {seed}: (\d+) calls by \d+ children, free memory (\d+) kB, then (\d+) kB\n", text)
    assert told, text[-2000:]
    calls, before, after = map(int, told.groups())
    assert calls > 1000
    assert after + 256 > before  # the kernel's caches may have grown
