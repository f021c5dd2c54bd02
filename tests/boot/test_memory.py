# SPDX-License-Identifier: MIT
"""What happens when memory runs out?"""

import re

import pytest

import images


@pytest.fixture(scope="module")
def initrd(tmp_path_factory):
    return images.with_test_programs(tmp_path_factory.mktemp("initrd"))


def test_hogs_are_killed_and_nobody_else(boot, initrd):
    text = boot("-- run /test/hogs-glibc 2", mem="64M", initrd=initrd).wait_end(100)
    assert "hogs: all were killed, nobody else was, and the memory is back" in text
    assert re.search(
        r"Out of memory: Killed process \d+ \(hogs-glibc\) total-vm:\d+kB, anon-rss:\d+kB, file-rss:\d+kB, "
        r"shmem-rss:\d+kB, UID:0 pgtables:\d+kB oom_score_adj:500\n",
        text,
    )


@pytest.mark.limit(150)
def test_any_allocation_may_fail(boot, initrd):
    text = boot("-- run /test/failnth-glibc", mem="64M", initrd=initrd).wait_end(140)
    assert "failnth: 0 failures" in text


def test_if_nobody_can_be_killed_the_kernel_says_so(boot, initrd):
    text = boot("rdinit=/test/hogs-glibc panic=-1 -- eat", mem="64M", initrd=initrd, extra=["-no-reboot"]).wait_end(30)
    assert "Kernel panic" in text and "no killable processes" in text


def test_tlb_invalidations_are_counted(boot, initrd):
    text = boot("-- run /test/tlbcount", initrd=initrd).wait_end(30)
    assert "tlbcount: 0 wrong" in text


def test_panic_on_oom(boot, initrd):
    append = "sysctl.vm.panic_on_oom=1 panic=-1 -- run /test/hogs-glibc eat"
    text = boot(append, mem="64M", initrd=initrd, extra=["-no-reboot"]).wait_end(30)
    assert "Out of memory: system-wide panic_on_oom is enabled" in text and "Killed process" not in text
