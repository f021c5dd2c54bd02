# SPDX-License-Identifier: MIT
"""Can a person step through the moment at which the MMU comes on, with symbols on both sides?"""

import re

import pytest

from debugger import Debugged

BOARDS = {
    "virt": ({}, 0x40010000),
    "hyp": ({"machine_opts": "virtualization=on"}, 0x40010000),
    "secure": ({"machine_opts": "secure=on"}, 0x40010000),
    "raspi2b": ({"board": "raspi2b"}, 0x10000),
}

TELL = 'printf "at %08x\\n", $pc', "info symbol $pc", "info line *$pc"


@pytest.fixture(params=BOARDS.values(), ids=BOARDS.keys())
def start(request):
    settings, address = request.param
    with Debugged("-- run true", halted=True, **settings) as machine:
        yield machine, address


def places(text):
    """(address, function, line of boot/start.S) wherever the commands of TELL were given."""
    found = re.findall(
        r'^at ([0-9a-f]{8})\n(\w+)(?: \+ \d+)? in section .*\nLine (\d+) of "boot/start\.S"', text, re.M
    )
    return [(int(at, 16), name, int(line)) for at, name, line in found]


def test_the_first_instruction_has_a_name_and_a_line(start):
    machine, address = start
    text = machine.gdb(f"hbreak *{address:#x}", "continue", *TELL, "stepi", *TELL)
    (first, name, _), (second, then, _) = places(text)
    assert (first, name) == (address, "_start")
    assert second > first and then == "entered"


def test_stepping_from_physical_to_virtual_addresses(start):
    machine, address = start
    step = ("stepi", *TELL)
    text = machine.gdb("hbreak mmu_on", "continue", "delete", *TELL, *step, *step, *step, *step)
    at_mmu_on, at_isb, at_bx, after, one_more = places(text)
    assert at_mmu_on[1] == at_isb[1] == at_bx[1] == "mmu_on"
    assert at_isb[0] == at_mmu_on[0] + 4 and at_bx[0] == at_isb[0] + 4
    assert address <= at_mmu_on[0] < address + 0x1000
    assert after[1] == one_more[1] == "at_virtual" and after[0] >= 0xFF000000
    assert at_mmu_on[0] - address == 0xFF000000 + (at_mmu_on[0] - address) - 0xFF000000
    lines = [place[2] for place in (at_mmu_on, at_isb, at_bx, after, one_more)]
    assert lines == sorted(set(lines))


def test_tables_can_be_read_before_and_after_the_switch(start):
    machine, address = start
    tell = ("quire pt", 'printf "sctlr %d\\n", $SCTLR & 1')
    text = machine.gdb("hbreak mmu_on", "continue", "delete", *tell, "stepi", *tell)
    before, after = text.split("sctlr ")[:2]
    assert "The MMU is off" in before and "The MMU is off" not in after
    identity = address & 0xFFF00000
    for listing in (before, after):
        assert re.search(rf"^{identity:08x}-\w+ +1M -> {identity:08x} section kernel R-X", listing, re.M)
        assert re.search(rf"^ff000000-\w+ .* -> {address:08x} small +kernel R-X user ---", listing, re.M)


def test_identity_map_is_gone_when_c_begins(start):
    machine, _ = start
    text = machine.gdb("hbreak kernel_main", "continue", "quire pt 0 0x80000000", 'printf "the end\\n"')
    assert "kernel_main" in text and "the end" in text
    assert not re.search(r"^[0-7]\w{7}-", text, re.M)


def test_debugged_machine_still_boots(start):
    machine, _ = start
    machine.gdb("hbreak mmu_on", "continue", "delete", "stepi", "stepi", "stepi")
    assert "init: true ended with status 0" in machine.wait_end()


# Where an exception can strike: gdb's commands to get there, and the letters that are written by then.
DEATHS = {
    "caches-off": (["hbreak levels_done", "continue"], "q"),
    "at-the-switch": (["hbreak mmu_on", "continue", "delete", "stepi"], "qui"),
    "unpacking-begins": (["hbreak unpack_image", "continue"], "quir"),
    "deep-in-unpacking": (["hbreak fill_table", "continue", "delete", "stepi 100"], "quir"),
}


@pytest.mark.parametrize("way, letters", DEATHS.values(), ids=DEATHS.keys())
def test_an_exception_is_seen_whatever_the_registers_hold(start, way, letters):
    """A '!' behind the letters; and on a Pi, the LED is blinked by as many."""
    machine, address = start
    machine.gdb(*way, "delete", "set $pc = 0xe0000000", "detach")
    machine.wait(rf"\b{letters}!", 10)
    if address == 0x10000:
        led = 0xFFFD1000 if "r" in letters or "i" in letters else 0x3F200000
        told = machine.gdb('printf "led %x, %d blinks\\n", $r8, $r3')
        assert f"led {led:x}, {len(letters)} blinks" in told
