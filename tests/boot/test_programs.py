# SPDX-License-Identifier: MIT
"""Does a static program run that was built for Linux, whichever C library it is linked with?"""

import re

import pytest

import images
from machine import BUILD

PROGRAMS = BUILD / "tests/programs"
LIBRARIES = {"glibc": "hello-glibc", "musl": "hello-musl", "newlib": "hello"}


@pytest.fixture(params=LIBRARIES.values(), ids=LIBRARIES.keys())
def hello(request):
    if not (PROGRAMS / request.param).exists():
        pytest.skip("musl for armhf is missing: run tests/programs/get_musl.sh")
    return request.param


def check_start(text, path):
    """What every program is told at its start, as Linux tells it."""
    assert f"hello from {path}\n" in text
    assert "argv end null\n" in text
    aux = dict(re.findall(r"^aux (\w+) (\S+)$", text, re.M))
    assert aux["PAGESZ"] == "0x1000" and aux["PHENT"] == "0x20"
    assert aux["UID"] == "0x0" and aux["SECURE"] == "0x0"
    assert aux["PLATFORM"] == "v7l" and aux["EXECFN"] == path
    assert int(aux["PHNUM"], 16) >= 1
    pointers = ["ENTRY", "RANDOM"]
    if not text.count("PHDR 0x0\n"):  # 0: no segment of that program holds its headers
        pointers.append("PHDR")
    for pointer in pointers:
        assert 0x10000 <= int(aux[pointer], 16) < 0x80000000
    # HWCAP bits of Linux's asm/hwcap.h: HALF, THUMB, FAST_MULT, VFP, EDSP, NEON, VFPv3, TLS, VFPv4
    wanted = 0x2 | 0x4 | 0x10 | 0x40 | 0x80 | 0x1000 | 0x2000 | 0x8000 | 0x10000
    assert int(aux["HWCAP"], 16) & wanted == wanted
    assert "memory 3\n" in text
    assert "float 1000\n" in text


def test_from_the_shell_with_arguments_and_an_exit_status(program_machine, hello):
    text, status = program_machine.run(f"/test/{hello} 42 'two words' end")
    check_start(text, f"/test/{hello}")
    assert "argv[1] 42\nargv[2] two words\nargv[3] end\n" in text
    assert "env PATH=/bin\n" in text
    assert status == 42


@pytest.mark.parametrize("board", ["virt", "raspi2b"])
def test_as_init(boot, tmp_path, hello, board):
    """Linux gives init the unknown words of the command line, and HOME and TERM."""
    files = {"dev": None, "init": (PROGRAMS / hello).read_bytes()}
    machine = boot(
        "panic=-1 colour=blue -- 7 last", board=board, initrd=images.initrd(tmp_path, files),
        extra=["-no-reboot"],
    )  # fmt: skip
    text = machine.wait_end()
    check_start(text, "/init")
    assert "argv[1] 7\nargv[2] last\nargv end null\n" in text
    for variable in ("HOME=/", "TERM=linux", "colour=blue"):
        assert f"env {variable}\n" in text
    assert re.search(r"Kernel panic: .*init.*0x0*700\b", text)


def test_rdinit_names_another_first_program(boot, tmp_path, hello):
    files = {"dev": None, "start": (PROGRAMS / hello).read_bytes()}
    machine = boot(
        "panic=-1 rdinit=/start", initrd=images.initrd(tmp_path, files), extra=["-no-reboot"]
    )
    check_start(machine.wait_end(), "/start")


@pytest.mark.parametrize("library", ["newlib", "glibc"])
def test_answers_at_the_edges_are_those_of_linux(program_machine, library):
    """tests/programs/edges.c asks; each question was once answered wrongly."""
    text, status = program_machine.run("/test/edges" + ("-glibc" if library == "glibc" else ""), 30)
    assert status == 0 and re.search(r"\b0 wrong\b", text), text


def test_ctrl_c_during_fork_reaches_the_child_or_comes_before_it(program_machine):
    """Not: it ends the parent, and the child was not yet one of the group."""
    for _ in range(12):
        program_machine.type("/test/forker\r")
        program_machine.wait_text("forking\r")
        program_machine.type("\x03")
        program_machine.wait_prompt()
        assert "forker" not in program_machine.text_of("ps")
