# SPDX-License-Identifier: MIT
"""Do the live translation tables keep, page by page, what the address map promises?"""

import json
import pathlib
import re

import pytest

from debugger import Debugged

DUMP = pathlib.Path(__file__).resolve().parent / "dump.py"

USER_START, USER_END = 0x00010000, 0x80000000
LINEAR, PAGES, IMAGE, HELPERS = 0x80000000, 0xF0000000, 0xFF000000, 0xFFFF0000
STACK_SIZE = 8192
RAM = {"virt": (0x40000000, 0x48000000), "raspi2b": (0, 0x3C000000)}
NORMAL = "Normal WB-WA inner shareable"
TWINS_ADDRESS = 0x00500000  # where left and right keep their values


@pytest.fixture(scope="module", params=["virt", "raspi2b", "hyp", "secure"])
def tables(request):
    """A dump from a machine where left and right compute in the background."""
    opts = {"hyp": "virtualization=on", "secure": "secure=on"}.get(request.param)
    settings = {"machine_opts": opts} if opts else {"board": request.param}
    with Debugged(**settings) as machine:
        machine.wait_prompt()
        machine.run("left 100 &")
        machine.run("right 100 &")
        machine.run("sleep 0.3")
        text = machine.gdb(script=DUMP)
        text += machine.gdb_at_command(
            "uname", "hbreak sys_uname", "continue", 'printf "system call: dacr %d\\n", $DACR', "delete"
        )
        machine.wait_prompt()  # the machine is none the worse for it
    lines = [line for line in text.splitlines() if line.startswith("dump: ")]
    assert lines, text
    found = json.loads(lines[0][6:])
    found["system_call_dacr"] = int(re.search(r"^system call: dacr (\d+)$", text, re.M)[1])
    found["board"] = request.param if request.param in RAM else "virt"
    return found


def users(tables):
    """(task, mapping) for everything that is mapped below 2 GiB in any address space."""
    for task in tables["tasks"]:
        for mapping in task.get("mappings", []):
            yield task, mapping


def everything(tables):
    yield from tables["kernel"]
    for _, mapping in users(tables):
        yield mapping


def kernel_range(tables, start, end):
    return [m for m in tables["kernel"] if start <= m["start"] < end]


def none(mappings):
    """Fails with the first few mappings, in hexadecimal, if there are any."""
    found = [f"{m['start']:08x}-{m['end']:08x} {m}" for m in mappings]
    assert not found, "\n".join(found[:5])


def task_named(tables, name):
    return next(task for task in tables["tasks"] if task["name"] == name)


def at(mappings, address):
    return next((m for m in mappings if m["start"] <= address < m["end"]), None)


def test_the_dump_is_worth_reading(tables):
    assert {"init", "sh", "left", "right"} <= {task["name"] for task in tables["tasks"]}
    assert len(tables["kernel"]) > 100
    for name in ("left", "right", "sh", "init"):
        assert len(task_named(tables, name)["mappings"]) > 5


def test_registers(tables):
    regime = tables["regime"]
    assert regime["ttbcr"] & 0x80000037 == 1  # N = 1, no PD0 or PD1, short descriptors
    assert regime["sctlr"] & 0x10001805 == 0x10001805  # TRE, I, Z, C, M
    assert regime["ttbr1"] & 0x7F == regime["ttbr0"] & 0x7F == 0x6A  # walks: cacheable, shareable


def test_nothing_is_both_writable_and_executable(tables):
    none(m for m in everything(tables) if "W" in m["kernel"] + m["user"] and "X" in m["kernel"] + m["user"])


def test_no_access_permission_is_reserved_or_deprecated(tables):
    none(m for m in everything(tables) if m["notes"])


def test_nothing_at_the_null_pointer(tables):
    none(m for _, m in users(tables) if m["start"] < USER_START)
    none(m for m in tables["current"] if m["start"] < USER_START)


def test_the_boots_identity_map_is_gone(tables):
    """What TTBR0 shows now is the address space of one of the tasks, or nothing at all."""
    table = tables["regime"]["ttbr0"] & 0xFFFFE000
    if tables["current"]:
        assert table in [task["table"] for task in tables["tasks"]]


def test_everything_of_users_is_tagged_with_the_asid(tables):
    none(m for _, m in users(tables) if not m["ng"])


def test_everything_of_users_is_never_executable_for_the_kernel(tables):
    none(m for _, m in users(tables) if not m["pxn"] or "X" in m["kernel"])


def test_everything_of_users_is_in_the_user_domain_and_normal_memory(tables):
    none(m for _, m in users(tables) if m["domain"] != 1 or m["type"] != NORMAL)


def test_user_memory_is_ram(tables):
    start, end = RAM[tables["board"]]
    none(m for _, m in users(tables) if not start <= m["physical"] < end)


def test_user_domain_is_open_only_for_users(tables):
    assert tables["system_call_dacr"] == 0x1
    if tables["user_mode"]:
        assert tables["regime"]["dacr"] == 0x5


def test_kernel_is_global_and_in_its_own_domain(tables):
    none(m for m in tables["kernel"] if m["ng"] or m["domain"] != 0)


def test_users_reach_nothing_of_the_kernel_but_the_helper_page(tables):
    none(m for m in tables["kernel"] if m["user"] != "---" and m["start"] != HELPERS)


def test_helper_page_can_be_read_and_executed_by_users_only(tables):
    page = at(tables["kernel"], HELPERS)
    assert page["user"] == "R-X" and page["pxn"]
    assert "W" not in page["kernel"] and "X" not in page["kernel"]


def test_linear_map_is_sections_of_ram_never_executable(tables):
    linear = kernel_range(tables, LINEAR, PAGES)
    none(m for m in linear if m["kind"] != "section" or m["kernel"] != "RW-" or not m["xn"])
    none(m for m in linear if m["type"] != NORMAL)
    start, end = RAM[tables["board"]]
    offset = LINEAR - linear[0]["physical"]
    none(m for m in linear if m["start"] - m["physical"] != offset)
    assert linear[0]["physical"] == start and linear[-1]["physical"] + (1 << 20) == end


def test_image_is_text_rodata_and_data(tables):
    symbols = tables["symbols"]
    parts = [
        ("_start", "__initramfs_start", "R-X"),
        ("__text_start", "__text_end", "R-X"),
        ("__text_end", "__rodata_end", "R--"),
        ("__rodata_end", "__image_memory_end", "RW-"),
    ]
    for start, end, rights in parts:
        pages = kernel_range(tables, symbols[start], symbols[end])
        assert pages
        none(m for m in pages if m["kernel"] != rights or m["type"] != NORMAL)
    text = kernel_range(tables, symbols["__text_start"], symbols["__text_end"])
    assert len(text) * 4096 == symbols["__text_end"] - symbols["__text_start"]  # no holes
    # The default files have been given back.
    assert not kernel_range(tables, symbols["__initramfs_start"], symbols["__text_start"])


def test_nothing_else_of_the_kernel_is_executable(tables):
    symbols = tables["symbols"]
    pages = {symbols["_start"], *range(symbols["__text_start"], symbols["__text_end"], 4096)}
    none(m for m in tables["kernel"] if "X" in m["kernel"] and m["start"] not in pages)


def test_what_is_not_ram_is_device_memory_never_executable(tables):
    start, end = RAM[tables["board"]]
    outside = [m for m in tables["kernel"] if not start <= m["physical"] < end]
    assert outside  # the UART at least
    none(m for m in outside if m["type"] != "Device" or not m["xn"] or m["kernel"] != "RW-")


def test_every_kernel_stack_has_a_guard(tables):
    pages = {m["start"] for m in kernel_range(tables, PAGES, IMAGE)}
    for task in tables["tasks"]:
        bottom = task["stack_top"] - STACK_SIZE
        assert PAGES <= bottom < IMAGE
        for page in range(bottom, task["stack_top"], 4096):
            assert at(tables["kernel"], page)["kernel"] == "RW-"
        for page in range(bottom - STACK_SIZE, bottom, 4096):
            assert page not in pages, f"{task['name']}: {page:#x} is mapped"


def test_boot_stack_has_a_guard(tables):
    symbols = tables["symbols"]
    assert at(tables["kernel"], symbols["boot_stack_top"] - 4)["kernel"] == "RW-"
    assert at(tables["kernel"], symbols["boot_stack_guard"]) is None
    assert at(tables["kernel"], symbols["boot_stack_top"] - STACK_SIZE - 4) is None


def test_no_page_of_a_user_is_a_page_of_the_image_or_a_stack(tables):
    mine = {
        page
        for m in kernel_range(tables, PAGES, 1 << 32)
        if m["start"] != HELPERS
        for page in range(m["physical"], m["physical"] + m["end"] - m["start"], 4096)
    }
    none(m for _, m in users(tables) if m["physical"] in mine)


def test_no_page_of_a_user_is_a_translation_table(tables):
    roots = {page for t in tables["tasks"] if t["table"] for page in (t["table"], t["table"] + 4096)}
    none(m for _, m in users(tables) if m["physical"] in roots)


def test_what_users_may_write_belongs_to_one_task(tables):
    """Writable to two at once would be shared memory, and nobody here has asked for any."""
    owners = {}
    for task, m in users(tables):
        if "W" in m["user"]:
            assert owners.setdefault(m["physical"], task["pid"]) == task["pid"]


def test_left_and_right_same_address_different_pages_and_asids(tables):
    left, right = task_named(tables, "left"), task_named(tables, "right")
    pages = [at(task["mappings"], TWINS_ADDRESS) for task in (left, right)]
    assert pages[0]["user"] == pages[1]["user"] == "RW-"
    assert pages[0]["physical"] != pages[1]["physical"]
    assert left["asid"] != right["asid"] and left["table"] != right["table"]
    assert 1 <= left["asid"] <= 255 and 1 <= right["asid"] <= 255


def test_asids_of_running_programs_are_different(tables):
    asids = [task["asid"] for task in tables["tasks"] if task["asid"]]
    assert len(asids) == len(set(asids))


def test_contextidr_holds_the_asid_that_goes_with_ttbr0(tables):
    table = tables["regime"]["ttbr0"] & 0xFFFFE000
    owners = [task for task in tables["tasks"] if task["table"] == table]
    if owners:
        assert tables["contextidr"] & 0xFF == owners[0]["asid"]


def test_left_and_right_share_their_kernel(tables):
    """One table in TTBR1 serves everyone: it is none of the tasks' own."""
    root = tables["regime"]["ttbr1"] & 0xFFFFC000
    assert root not in [task["table"] for task in tables["tasks"]]
