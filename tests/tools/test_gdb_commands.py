# SPDX-License-Identifier: MIT
"""Do the debugger's commands work on a live kernel, from the first instruction to user programs?"""

import os
import pathlib
import re
import subprocess

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(
    not (TOP / "build/quire.elf").exists(), reason="there is no build/quire.elf: make builds it"
)

MACHINES = {
    "virt": {"BOARD": "virt"},
    "secure": {"BOARD": "virt", "MACHINE_OPTS": "secure=on"},
    "raspi2b": {"BOARD": "raspi2b"},
}


@pytest.fixture(params=MACHINES)
def debug(request, tmp_path):
    """Runs gdb commands as `make debug` would, on a kernel told to run the demonstration; returns
    what gdb prints. The serial port goes elsewhere."""

    def run(*commands):
        script = tmp_path / "commands"
        script.write_text("\n".join(commands) + "\n")
        settings = {"APPEND": "-- demo", "SERIAL": f"file:{tmp_path}/serial"}
        result = subprocess.run(
            [TOP / "tools/debug.sh", "-batch", "-x", script], stdin=subprocess.DEVNULL,
            capture_output=True, text=True, timeout=60, check=False,
            env={**os.environ, **settings, **MACHINES[request.param]},
        )  # fmt: skip
        return result.stdout + result.stderr

    return run


def test_the_first_instructions_have_source_lines(debug):
    found = debug("quire boot", "python gdb.execute(f'hbreak *{load_address():#x}')", "continue", "stepi")
    assert re.search(r"_start \(\) at boot/start\.S:\d+", found)
    assert re.search(r"entered \(\) at boot/start\.S:\d+", found)


def test_tables_after_boot(debug):
    found = debug("hbreak kernel_main", "continue", "quire pt", "quire pt kernel_main", "quire user init")
    assert re.search(r"^ff000000-ff0\w+ +\d+K -> \w+ small +kernel R-X user ---", found, re.MULTILINE)
    assert re.search(r"^TTBR1 L1\[0xff0\] at \w+: \w+ table", found, re.MULTILINE)
    assert "Symbols of" in found


def test_tasks_and_their_memory(debug):
    found = debug(
        "hbreak kernel_main",
        "continue",
        "delete",
        "quire user crimes",
        'hbreak crimes/main.c:commit if $_streq($comm(), "crimes")',
        "continue",
        "quire tasks",
        "python gdb.execute(f'quire vmas {current_task().pid}')",
        "quire pt $pc",
        "python gdb.execute(f'quire pt 0x10000 0x20000 --pid {current_task().tgid}')",
        "print crime->name",
    )
    assert re.search(r"^ +1 +1 +0  interruptible +\d+  \w{8}  init$", found, re.MULTILINE)
    assert re.search(r"^\*\d +\d+ +\d+ +\d+  running +\d+  \w{8}  crimes$", found, re.MULTILINE)
    assert re.search(r"^00010000-\w+ r-xp  file, ", found, re.MULTILINE)
    assert re.search(r"-7ffff000 rw-p  anonymous  grows down$", found, re.MULTILINE)
    assert re.search(r"^\w+-\w+ +4K -> \w+ small +kernel R-- user R-X  -- PXN nG S", found, re.MULTILINE)
    assert re.search(r"^L2\[0x1\w\] .* user R-X .* domain 1 client$", found, re.MULTILINE)
    assert re.search(r'^\$1 = \w+ "', found, re.MULTILINE)


def test_mistakes_are_explained(debug):
    commands = ["quire user init", "quire tasks", "quire odd", "quire pt --pid 9999"]
    found = debug(*(f"python\ntry: gdb.execute('{c}')\nexcept gdb.error as e: print(e)\nend" for c in commands))
    assert "the MMU is off; first: hbreak kernel_main" in found
    assert found.count("the MMU is off: the kernel has not got this far") == 2
    assert "quire has no command odd" in found
    assert "Traceback" not in found


def test_what_is_wrong_with_a_command_is_said_in_a_line(debug):
    found = debug(
        "python",
        "def say(command):",
        "    try:",
        "        gdb.execute(command)",
        "    except gdb.error as error:",
        "        print('said:', error)",
        "end",
        "hbreak kernel_main",
        "continue",
        *(f"python say('quire {words}')" for words in (
            "pt zzz", "pt --pid", "pt --pid zzz", "pt 1 2 3", "vmas", "vmas 99", "user", "user nobody",
        )),
    )  # fmt: skip
    assert found.count("said:") == 8, found
    assert "Python" not in found
