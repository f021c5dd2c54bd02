# SPDX-License-Identifier: MIT
"""Does the debugger's page-table reader decode descriptors as the ARM manual defines them?"""

import pathlib
import struct
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tools/gdb"))

import short_descriptor as sd  # noqa: E402

# Quire's registers: TEX remap, types 0-3 strongly-ordered, Device, Normal NC, Normal WB-WA.
PRRR, NMRR = 0xFF0B00A4, 0x00400040
REGIME = sd.Regime(0x40018000, 0x40014000, 1, sd.SCTLR_M | sd.SCTLR_TRE, PRRR, NMRR, 0x1)


class Memory:
    """Physical memory: {address: word}, zeros elsewhere."""

    def __init__(self, words):
        self.words = words

    def __call__(self, address, size):
        return b"".join(
            struct.pack("<I", self.words.get(at, 0)) for at in range(address, address + size, 4)
        )


@pytest.mark.parametrize(
    "value, kind, base",
    [
        (0x00000000, "fault", None),
        (0xFFFFFFFC, "fault", None),
        (0x40018401, "table", 0x40018400),
        (0x4001041E, "section", 0x40000000),
        (0x4001041F, "section", 0x40000000),  # bit 0 is PXN
        (0x40040402, "supersection", 0x40000000),
        (0x40340442, "supersection", 0x2340000000),  # 40-bit address
    ],
)
def test_first_level_kinds(value, kind, base):
    entry = sd.decode_l1(value)
    assert (entry.kind, entry.base) == (kind, base)


@pytest.mark.parametrize(
    "value, kind, base, xn",
    [
        (0x00000000, "fault", None, None),
        (0x4001041E, "small", 0x40010000, 0),
        (0x4001041F, "small", 0x40010000, 1),
        (0x40010411, "large", 0x40010000, 0),
        (0x40018411, "large", 0x40010000, 1),
    ],
)
def test_second_level_kinds(value, kind, base, xn):
    entry = sd.decode_l2(value)
    assert (entry.kind, entry.base, entry.xn) == (kind, base, xn)


def test_each_bit_of_a_section_is_its_own():
    fields = {
        0: ("pxn", 1), 2: ("b", 1), 3: ("c", 1), 4: ("xn", 1), 5: ("domain", 1), 8: ("domain", 8),
        10: ("ap", 1), 11: ("ap", 2), 12: ("tex", 1), 14: ("tex", 4), 15: ("ap", 4), 16: ("s", 1),
        17: ("ng", 1), 19: ("ns", 1),
    }  # fmt: skip
    plain = sd.decode_l1(2)
    for bit, (field, value) in fields.items():
        expected = plain._replace(value=2 | 1 << bit, **{field: value})
        assert sd.decode_l1(2 | 1 << bit) == expected


def test_each_bit_of_a_small_page_is_its_own():
    fields = {
        0: ("xn", 1), 2: ("b", 1), 3: ("c", 1), 4: ("ap", 1), 5: ("ap", 2), 6: ("tex", 1),
        8: ("tex", 4), 9: ("ap", 4), 10: ("s", 1), 11: ("ng", 1),
    }  # fmt: skip
    plain = sd.decode_l2(2)
    for bit, (field, value) in fields.items():
        expected = plain._replace(value=2 | 1 << bit, **{field: value})
        assert sd.decode_l2(2 | 1 << bit) == expected


@pytest.mark.parametrize(
    "ap, kernel, user",
    [
        (0, "--", "--"), (1, "RW", "--"), (2, "RW", "R-"), (3, "RW", "RW"),
        (5, "R-", "--"), (6, "R-", "R-"), (7, "R-", "R-"),
    ],
)  # fmt: skip
def test_access_without_access_flag(ap, kernel, user):
    assert sd.access(ap, False)[0] == (kernel, user)


@pytest.mark.parametrize(
    "ap, kernel, user, noted",
    [
        (1, "RW", "--", False), (3, "RW", "RW", False), (5, "R-", "--", False),
        (7, "R-", "R-", False), (0, "RW", "--", True), (6, "R-", "R-", True),
    ],
)  # fmt: skip
def test_access_with_access_flag(ap, kernel, user, noted):
    words, notes = sd.access(ap, True)
    assert words == (kernel, user) and bool(notes) == noted


def test_who_may_execute():
    page = sd.decode_l2(2 | 3 << 4)  # both read and write
    table = sd.decode_l1(1)
    pxn = sd.decode_l1(1 | 1 << 2)
    assert sd.rights(page, table, 0)[0] == ("RWX", "RWX")
    assert sd.rights(page, pxn, 0)[0] == ("RW-", "RWX")
    assert sd.rights(page._replace(xn=1), table, 0)[0] == ("RW-", "RW-")
    assert sd.rights(page, table, sd.SCTLR_WXN)[0] == ("RW-", "RW-")
    assert sd.rights(page, table, sd.SCTLR_UWXN)[0] == ("RW-", "RWX")
    assert sd.rights(page._replace(ap=5), table, sd.SCTLR_WXN)[0] == ("R-X", "---")


@pytest.mark.parametrize(
    "value, text",
    [
        (0x00, "Strongly-ordered"),
        (0x04, "Device"),
        (0x08, "Normal NC non-shareable"),
        (0x408, "Normal NC inner shareable"),
        (0x40C, "Normal WB-WA inner shareable"),
        (0x18C, "Normal WB-WA non-shareable"),  # TEX[2:1] mean nothing
        (0x40, "Strongly-ordered"),
    ],
)
def test_types_with_tex_remap(value, text):
    assert sd.memory_type(sd.decode_l2(value | 2), REGIME) == text


@pytest.mark.parametrize(
    "tex, c, b, text",
    [
        (0, 0, 0, "Strongly-ordered"), (0, 0, 1, "Device"), (2, 0, 0, "Device non-shareable"),
        (0, 1, 0, "Normal WT non-shareable"), (0, 1, 1, "Normal WB non-shareable"),
        (1, 0, 0, "Normal NC non-shareable"), (1, 1, 1, "Normal WB-WA non-shareable"),
        (5, 1, 0, "Normal inner WT outer WB-WA non-shareable"), (3, 0, 0, "reserved type"),
    ],
)  # fmt: skip
def test_types_without_tex_remap(tex, c, b, text):
    assert sd.memory_type(sd.decode_l2(2 | tex << 6 | c << 3 | b << 2), REGIME._replace(sctlr=1)) == text


@pytest.mark.parametrize(
    "ttbcr, address, name, base",
    [
        (0, 0xFFFFFFFF, "TTBR0", 0x40018000),
        (1, 0x7FFFFFFF, "TTBR0", 0x4001A000),
        (1, 0x80000000, "TTBR1", 0x4001C000),
        (7, 0x01FFFFFF, "TTBR0", 0x4001BF80),
        (7, 0x02000000, "TTBR1", 0x4001C000),
        (0x11, 0x1000, "TTBR0", None),
        (0x21, 0x80000000, "TTBR1", None),
    ],
)
def test_which_table(ttbcr, address, name, base):
    regime = REGIME._replace(ttbcr=ttbcr, ttbr0=0x4001BFEA, ttbr1=0x4001C06A)
    assert sd.l1_table(regime, address) == (name, base)


def test_long_descriptors_are_refused():
    with pytest.raises(sd.WalkError):
        sd.l1_table(REGIME._replace(ttbcr=1 << 31), 0)


def test_walk():
    memory = Memory({
        0x40018000 + 4 * 4: 0x40020021,  # page table, domain 1
        0x40020000 + 5 * 4: 0x41234C7E,  # small page: user RW, nG, S, Normal
        0x40014000 + 0x801 * 4: 0x4011041E,
    })  # fmt: skip
    steps, physical = sd.walk(memory, REGIME, 0x00405678)
    assert [step[1] for step in steps] == [0x40018010, 0x40020014]
    assert physical == 0x41234678
    assert sd.walk(memory, REGIME, 0x80112345)[1] == 0x40112345
    assert sd.walk(memory, REGIME, 0x00406000)[1] is None
    assert sd.walk(memory, REGIME, 0x00500000)[1] is None
    lines = sd.walk_lines(memory, REGIME, 0x00405678)
    assert "kernel RWX user RWX" in lines[1] and "nG S" in lines[1] and "domain 1 closed" in lines[1]
    assert lines[-1] == "00405678: physical 41234678"


def test_runs_are_folded():
    words = {0x40014000 + (0x800 + i) * 4: 0x4001041E + (i << 20) for i in range(8)}
    words[0x40014000 + 0x806 * 4] = 0x5001041E  # physically elsewhere
    words[0x40014000 + 0xFF0 * 4] = 0x40020001
    words |= {0x40020000 + i * 4: 0x4000061E + (i << 12) for i in range(4)}
    words[0x40020000 + 2 * 4] = 0x4000241F  # other rights
    words |= {0x40020000 + (32 + i) * 4: 0x42000411 for i in range(16)}  # a large page
    lines = list(sd.table_lines(sd.mappings(Memory(words), REGIME), REGIME))
    assert [line.split(" kernel")[0].rstrip() for line in lines] == [
        "80000000-805fffff    6M -> 40000000 section",
        "80600000-806fffff    1M -> 50000000 section",
        "80700000-807fffff    1M -> 40700000 section",
        "ff000000-ff001fff    8K -> 40000000 small",
        "ff002000-ff002fff    4K -> 40002000 small",
        "ff003000-ff003fff    4K -> 40003000 small",
        "ff020000-ff02ffff   64K -> 42000000 large",
    ]


def test_a_range_is_cut_out():
    words = {0x40014000 + 0xFF0 * 4: 0x40020001}
    words |= {0x40020000 + i * 4: 0x4000061E + (i << 12) for i in range(256)}
    mapped = list(sd.mappings(Memory(words), REGIME, 0xFF001000, 0xFF003000))
    assert [m.start for m in mapped] == [0xFF001000, 0xFF002000]
    assert len(list(sd.mappings(Memory(words), REGIME))) == 256
