# SPDX-License-Identifier: MIT
"""Is a fault of the kernel itself reported so that it can be found? gdb plays the bug."""

import re

import pytest

from debugger import Debugged

# In the middle of a system call of a program: the kernel is about to run what each bug makes of it.
STOP = "hbreak sys_uname", "continue"
END = ("delete", "detach")



def jump_to(function):
    """Enters a function of newlib, which may be ARM or Thumb code: cpsr bit 5 says which."""
    thumb = f"$_as_string(0)" if False else None
    return [f"set $pc = {function}"]


# A bug: gdb's commands; then the access, the address or None, and the cause that must be reported.
BUGS = {
    # The user domain is closed, and QEMU looks at that before it looks for a page.
    "calls a null pointer": (["set $pc = 0"], "execute", 0, "translation fault|domain fault"),
    "executes data": (["set $pc = &all_tasks"], "execute", "all_tasks", "permission fault"),
    "writes to its own text": (
        ["set $r0 = &_start", "set $pc = wait_queue_init"], "write", "_start", "permission fault"
    ),
    "writes to a constant": (
        ["set $r0 = &syscall_table", "set $pc = wait_queue_init"],
        "write", "syscall_table", "permission fault",
    ),
    "reads through a wild pointer": (
        ["set $r0 = 0xe1234560", "set $pc = dtb_blob_size"], "read", 0xE1234560, "translation fault"
    ),
    "touches user memory on its own": (
        ["set $r0 = 0x10000", "set $pc = dtb_blob_size"], "read", 0x10000, "domain fault"
    ),
    "executes user memory": (["set $pc = 0x10000"], "execute", 0x10000, "permission fault|domain fault"),
}  # fmt: skip


def crash(commands, board="virt", append="panic=0 -- shell"):
    """Boots, lets gdb spoil a system call, and returns (what gdb printed, the kernel's report)."""
    with Debugged(append, board=board) as machine:
        machine.wait_prompt()
        told = machine.gdb_at_command("uname", *STOP, *commands, *END)
        report = machine.wait_text("halted", 10)
    return told, report


def trace_of(report):
    """The function names of a backtrace."""
    return re.findall(r"\]   0x[0-9a-f]{8} (\w+)\+0x[0-9a-f]+", report.partition("call trace:")[2])


def address_of(symbol, told):
    return int(re.search(rf"^{symbol} is at (\w+)$", told, re.M)[1], 16)


@pytest.mark.parametrize("commands, access, address, cause", BUGS.values(), ids=BUGS.keys())
def test_report_decodes_the_fault(commands, access, address, cause):
    if isinstance(address, str):
        commands = [*commands, f'printf "{address} is at %x\\n", &{address}']
    told, report = crash(commands)
    if isinstance(address, str):
        address = address_of(address, told)
    line = re.search(r"kernel (\w+) of (0x[0-9a-f]{8}): (.+)\n", report)
    assert line, report
    assert line[1] == access and int(line[2], 16) == address
    assert re.search(cause, line[3])
    assert re.search(r"\] +L1 0x[0-9a-f]{8}: ", report)
    assert f"Kernel panic: kernel fault at {address:#010x}" in report


@pytest.mark.parametrize("board", ["virt", "raspi2b"])
def test_report_has_registers_mode_task_and_a_backtrace_with_names(board):
    commands, *_ = BUGS["reads through a wild pointer"]
    _, report = crash(["set $r4 = 0x44444444", "set $r11 = 0xbbbbbbbb", *commands], board)
    assert re.search(r"kernel fault in uname\[\d+\]", report)
    assert re.search(r"pc [0-9a-f]{8}  lr [0-9a-f]{8}  sp [0-9a-f]{8}  cpsr [0-9a-f]{8} \(SVC", report)
    assert re.search(r"r4 +44444444", report) and re.search(r"r11 +bbbbbbbb", report)
    assert trace_of(report)[0] == "dtb_blob_size" and trace_of(report)[-1] == "vector_svc"


@pytest.mark.parametrize("where", [0, "strlen"])
def test_backtrace_gets_over_code_that_it_cannot_unwind(where):
    """A call of a null pointer, and newlib's assembly: the caller is in lr."""
    _, report = crash(["set $r0 = 0xe1234560", f"set $pc = {where}"])
    assert trace_of(report)[-1] == "vector_svc"


def test_undefined_instruction():
    """UDF #0 in Thumb is 0xde00."""
    _, report = crash(["set {unsigned short}$pc = 0xde00"])
    assert re.search(r"undefined instruction in the kernel in uname\[\d+\]", report)
    assert re.search(r"0x[0-9a-f]{8} sys_uname\+0x", report)
    assert "Kernel panic: undefined instruction at 0x" in report


@pytest.mark.parametrize("room", [0, 4, 16, 64])
def test_running_over_a_kernel_stack_is_reported_as_that(room):
    """Whatever is left of the stack when the next push does not fit. Interrupts are masked: one could
    be the first to meet the end of the stack."""
    bottom = f"set $sp = ((unsigned)$sp & ~0x1fff) + {room}"
    _, report = crash(["set $cpsr = $cpsr | 0x80", bottom])
    assert re.search(r"kernel stack overflow: uname\[\d+\] ran into the guard page below 0xf", report)
    assert "sys_uname" in trace_of(report)
    assert "Kernel panic: kernel stack overflow" in report


def test_panic_1_restarts_after_a_kernel_fault():
    with Debugged("panic=1 -- shell", extra=["-no-reboot"]) as machine:
        machine.wait_prompt()
        machine.gdb_at_command("uname", *STOP, "set $pc = 0", *END)
        report = machine.wait_end()
    assert "Kernel panic" in report and "Rebooting in 1 seconds" in report


def test_a_fault_while_reporting_a_fault_ends_too():
    """The report reads memory; if that is damaged as well, at least it stops."""
    with Debugged("panic=1 -- shell", extra=["-no-reboot"]) as machine:
        machine.wait_prompt()
        machine.gdb_at_command(
            "uname", *STOP, "set $r11 = 0xe0000001", "set $r7 = 0xe0000001", "set $lr = 0xe0000001",
            "set $pc = 0", *END,
        )  # fmt: skip
        assert "Kernel panic" in machine.wait_end()


@pytest.mark.parametrize("board", ["virt", "raspi2b"])
@pytest.mark.parametrize("steps, letters", [(0, "qui!"), (40, "quir!")])
def test_an_exception_while_booting_is_an_exclamation_mark(board, steps, letters):
    """At the instruction that turns the MMU on, and 40 later, when the identity map is gone."""
    undefined = "set {unsigned}$pc = 0xe7f000f0"  # UDF #0
    with Debugged("-- run true", halted=True, board=board) as machine:
        machine.gdb("hbreak mmu_on", "continue", "delete", f"stepi {steps}", undefined)
        machine.wait_text(letters, 5)
