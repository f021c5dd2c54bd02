# SPDX-License-Identifier: MIT
"""Can a program reach a device that no driver has, and only such a one? On QEMU's virt: the clock chip, a
PL031. (tests/conformance/devmem.c compares errors and mappings with Linux.)"""

import re

import pytest

from machine import Machine

CLOCK = 0x09010000
IDENTITY = (0x31, 0x10, 0x14, 0x00, 0x0D, 0xF0, 0x05, 0xB1)  # ARM DDI 0224, 3.4.9 and 3.4.10; revision 1


@pytest.fixture(scope="module")
def virt():
    with Machine() as machine:
        machine.wait_prompt()
        yield machine


def owned(virt):
    """[(first, last)] of what /proc/iomem shows, outermost ranges only."""
    text = virt.text_of("cat /proc/iomem")
    return [(int(a, 16), int(b, 16)) for a, b in re.findall(r"^([0-9a-f]{8})-([0-9a-f]{8}) : ", text, re.M)]


def test_an_unowned_device_can_be_read(virt):
    registers = [virt.run(f"devmem {CLOCK + 0xfe0 + 4 * i:#x}") for i in range(8)]
    assert [(r.status, int(r.text, 16)) for r in registers] == [(0, value) for value in IDENTITY]


def test_and_written(virt):
    match = CLOCK + 4
    assert virt.run(f"devmem {match:#x} 32 0x12345678").status == 0
    assert virt.run(f"devmem {match:#x}").text == "0x12345678\n"


def test_its_time_passes(virt):
    before = int(virt.text_of(f"devmem {CLOCK:#x}"), 16)
    assert virt.run("sleep 2").status == 0
    assert 1 <= int(virt.text_of(f"devmem {CLOCK:#x}"), 16) - before <= 30


def test_nothing_that_has_an_owner_can_be_mapped(virt):
    ranges = owned(virt)
    assert len(ranges) >= 4  # RAM, the serial port, two parts of the interrupt controller
    for first, last in ranges:
        for address in (first, last & ~3):
            text, status = virt.run(f"devmem {address:#x}")
            assert status == 1 and "Not owner" in text, f"{address:#x}: {text}"


def test_the_serial_port_is_among_them(virt):
    assert any(first == 0x09000000 for first, _ in owned(virt))


def test_where_no_device_answers_only_the_program_ends(virt):
    assert virt.run("devmem 0x0b000000").status == 128 + 7  # SIGBUS: an external abort
