# SPDX-License-Identifier: MIT
"""Does the demonstration show what it claims: every crime answered, and left and right untouched?"""

import re

import pytest

from machine import PASSED, Machine

# What is tried, the signal or error that Linux gives, and what the kernel's log must say of it:
# the access and the decoded cause. None: a refused system call is no fault, and not logged.
NULL = r"section translation fault|page translation fault"
CRIMES = [
    ("read through a null pointer", "SIGSEGV", ("read", NULL)),
    ("write through a null pointer", "SIGSEGV", ("write", NULL)),
    ("call a null pointer", "SIGSEGV", ("execute", NULL)),
    ("read the kernel's map of RAM", "SIGSEGV", ("read", "section permission fault")),
    ("write to the kernel", "SIGSEGV", ("write", "page permission fault")),
    ("read the kernel's mappings", "SIGSEGV", ("read", "page permission fault|translation fault")),
    ("execute the kernel", "SIGSEGV", ("execute", "page permission fault")),
    ("read the UART of 'virt'", "SIGSEGV", ("read", "translation fault")),
    ("read the UART of a Pi 2", "SIGSEGV", ("read", "translation fault")),
    ("write to its own code", "SIGSEGV", ("write", "page permission fault")),
    ("write to its own constant", "SIGSEGV", ("write", "page permission fault")),
    ("execute its own data", "SIGSEGV", ("execute", "page permission fault")),
    ("execute its own stack", "SIGSEGV", ("execute", "page permission fault")),
    ("jump to nowhere", "SIGSEGV", ("execute", "translation fault")),
    ("recurse without end", "SIGSEGV", ("write", "translation fault")),
    ("read a system register (MRC)", "SIGILL", ("execute", "undefined instruction")),
    ("mask interrupts (CPSID)", "(no effect)", None),
    ("an undefined instruction", "SIGILL", ("execute", "undefined instruction")),
    ("a breakpoint, no debugger", "SIGTRAP", ("execute", "debug event")),
    ("LDREX at an odd address", "SIGBUS", ("read", "alignment fault")),
    ("LDRD at an odd address", "emulated it", None),
    ("LDM at an odd address", "emulated it", None),
    ("write(2) from kernel memory", "refused: EFAULT", None),
    ("getcwd(2) into the kernel", "refused: EFAULT", None),
    ("write(2) from a null pointer", "refused: EFAULT", None),
    ("system call 999", "refused: ENOSYS", None),
]
FAULTS = [(tried, log) for tried, _, log in CRIMES if log]

LOG_LINE = re.compile(
    r"crimes\[(?P<pid>\d+)\] asid (?P<asid>\d+): (?P<access>read|write|execute) of "
    r"(?P<address>0x[0-9a-f]{8}): (?P<cause>[^,]+),(?: pc (?P<pc>0x[0-9a-f]{8}))? lr 0x[0-9a-f]{8}"
)


@pytest.fixture(scope="module", params=["virt", "raspi2b"])
def output(request):
    with Machine("-- demo", board=request.param) as machine:
        return machine.wait_end()


def crime_report(output, tried):
    """What stands between the announcement of a crime and that of the next one, or the table."""
    return re.search(rf"crime: {re.escape(tried)}(?: at (\S+))?\n(.*?)(?=crime: |\n\n)", output, re.S)


@pytest.mark.parametrize("tried, answer", [crime[:2] for crime in CRIMES])
def test_crime_is_answered_as_linux_would(output, tried, answer):
    assert re.search(rf"^  {re.escape(tried)}  .*  {re.escape(answer)} +yes$", output, re.M)


def test_no_crime_is_missing_from_this_list(output):
    assert f"crimes: {len(CRIMES)} tried, {len(CRIMES)} answered as expected" in output


@pytest.mark.parametrize("tried, log", FAULTS, ids=[fault[0] for fault in FAULTS])
def test_kernel_says_who_tried_what_where_and_why_it_failed(output, tried, log):
    address, text = crime_report(output, tried).groups()
    line = LOG_LINE.search(text)
    assert line, text
    access, cause = log
    assert line["access"] == access
    assert re.search(cause, line["cause"])
    assert int(line["pid"]) > 1 and 1 <= int(line["asid"]) <= 255
    if address:
        assert line["address"] == address


@pytest.mark.parametrize("tried", [fault[0] for fault in FAULTS])
def test_kernel_shows_the_descriptors_behind_the_address(output, tried):
    text = crime_report(output, tried)[2]
    assert re.search(r"\] +L1 0x[0-9a-f]{8}: ", text), text


@pytest.mark.parametrize(
    "tried, descriptors",
    [
        ("read the kernel's map of RAM", r"L1 0x\w+: section of 0x\w+, kernel rw-, normal"),
        ("write to its own code", r"table PXN, L2 0x\w+: page 0x\w+, user r-x, by ASID, normal"),
        ("execute its own stack", r"table PXN, L2 0x\w+: page 0x\w+, user rw-, by ASID, normal"),
        ("write to the kernel", r"L2 0x\w+: page 0x\w+, kernel r-x, global, normal"),
        ("jump to nowhere", r"L1 0x00000000: nothing mapped"),
    ],
)
def test_descriptors_are_those_of_the_address_map(output, tried, descriptors):
    assert re.search(descriptors, crime_report(output, tried)[2])


def test_a_breakpoint_is_logged_at_its_own_address(output):
    """IFAR says nothing for a debug event (ARM DDI 0406C, B3.12.3): the pc does."""
    line = LOG_LINE.search(crime_report(output, "a breakpoint, no debugger")[2])
    assert line["address"] == line["pc"]


def test_left_and_right_hold_different_values_at_one_address_with_different_asids(output):
    tell = re.compile(r"(left|right) *: pid (\d+), ASID (\d+), the word at (0x\w+) holds (0x\w+)")
    told = {found[0]: found[1:] for found in tell.findall(output)}
    (left_pid, left_asid, left_at, left_value) = told["left"]
    (right_pid, right_asid, right_at, right_value) = told["right"]
    assert left_at == right_at
    assert left_pid != right_pid and left_asid != right_asid and left_value != right_value


def test_left_and_right_went_on_during_the_crimes(output):
    rows = re.findall(r"^  (left|right) +(\d+) +(\d+) +(\d+)  (\w+)$", output, re.M)
    assert [row[0] for row in rows] == ["left", "right"]
    for _, before, after, foreign, undisturbed in rows:
        assert int(after) > int(before) and foreign == "0" and undisturbed == "yes"


def test_the_last_word_is_that_it_passed(output):
    assert PASSED in "\n".join(output.splitlines()[-5:])
