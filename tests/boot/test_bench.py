# SPDX-License-Identifier: MIT
"""Is Quire as fast as it promises? One instruction is one virtual nanosecond under -icount shift=0, so
these numbers do not depend on what the test runs on. `make bench` prints all of them."""

import re

import pytest

from machine import BUILD, IMAGE, TOP, Machine

import bench_vs_linux

# sleep=off: virtual time passes with instructions alone, also before the first of them.
ICOUNT = "shift=0,sleep=off"

# As user/bench/main.c has them, which says "over" behind a number that is larger.
LIMITS = dict(
    re.findall(r'^ +\{"(\S+)", bench_\w+, (\d+), \d+\},$', (TOP / "user/bench/main.c").read_text(), re.M)
)


@pytest.fixture(scope="module")
def numbers():
    with Machine("quiet rdinit=/bin/bench", icount=ICOUNT) as machine:
        text = machine.wait_end(150)  # 20 s where nothing else runs
    return {name: int(cost) for name, cost in re.findall(r"^(\S+) +(\d+) .*$", text, re.M)}


@pytest.mark.limit(160)
@pytest.mark.parametrize("name, limit", LIMITS.items())
def test_instructions(numbers, name, limit):
    assert 0 < numbers[name] <= int(limit)


def test_there_are_limits():
    assert len(LIMITS) >= 16 and LIMITS["getppid"] == "60" and LIMITS["signal-to-self"] == "900"


def documented(pattern):
    return re.findall(pattern, (TOP / "docs/performance.md").read_text(), re.M)


def test_the_numbers_in_the_documentation_are_these(numbers):
    rows = documented(r"^\| ([\w-]+) \| ([\d,]+) \| [\d,]+ \| [\d,]+ \|")
    said = {name: int(cost.replace(",", "")) for name, cost in rows}
    assert set(said) == set(numbers)
    del said["fault-to-wait"]  # there it includes the report on the console
    assert not {name: (said[name], numbers[name]) for name in said if abs(said[name] - numbers[name]) > numbers[name] / 20}


def test_the_size_in_the_documentation_is_this():
    size = (IMAGE.stat().st_size - (BUILD / "initramfs.cpio").stat().st_size) / 1024
    said = documented(r"^\| kernel image [^|]*\| (\d+) KiB \|") + documented(r"^The (\d+) KiB are the file less")
    assert len(said) == 2 and all(abs(int(kib) - size) <= 3 for kib in said)


def test_reset_to_first_user_instruction(boot):
    text = boot("-- run true", icount=ICOUNT).wait_end()
    assert int(re.search(r"/init starts (\d+) us after reset", text)[1]) <= 3000


def test_kernel_without_its_files_is_at_most_128_kib():
    files = (BUILD / "initramfs.cpio").stat().st_size
    assert IMAGE.stat().st_size - files <= 128 * 1024


@pytest.mark.limit(180)
def test_every_benchmark_costs_less_than_on_linux():
    try:
        quire, linux = bench_vs_linux.run()
    except bench_vs_linux.Unavailable as reason:
        pytest.skip(str(reason))
    source = (TOP / "user/bench/main.c").read_text()
    assert list(quire) == list(linux) == re.findall(r'\{"([\w-]+)", bench_', source)
    slower = [name for name in linux if not 0 < quire[name] < linux[name]]
    assert not slower, "\n".join(bench_vs_linux.table(quire, linux))


def test_the_table_of_both_kernels():
    text = "noise\nfast  100  60  0  over\nnone  unsupported\nzero  0  1  0\nnot a row 1\n"
    assert bench_vs_linux.costs(text) == {"fast": 100, "none": None, "zero": 0}
    rows = bench_vs_linux.table({"a": 1000, "b": None, "c": 0}, {"a": 2500, "b": 5, "c": 7})
    assert [row.split() for row in rows[1:]] == [
        ["a", "1,000", "2,500", "2.5"],
        ["b", "unsupported", "5", "-"],
        ["c", "0", "7", "-"],
    ]
