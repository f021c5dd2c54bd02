# SPDX-License-Identifier: MIT
"""Is QEMU started as it should be, and does `make run` tell success from failure?"""

import os
import pathlib
import subprocess
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tools"))

import qemu_args  # noqa: E402


def test_defaults():
    line = qemu_args.command()
    assert line[:7] == "qemu-system-arm -M virt -cpu cortex-a7 -m 128M".split()
    assert "mon:stdio" in line and "-S" not in line and "-append" not in line


def test_every_setting_arrives():
    settings = {
        "MEM": "64M", "CPU": "cortex-a15", "CPUS": "4", "MACHINE_OPTS": "secure=on", "GDB": "99",
        "APPEND": "quiet x='a b'", "INITRD": "i", "DTB": "d", "KERNEL": "k", "ICOUNT": "shift=0",
        "SERIAL": "stdio", "QEMU": "q", "QEMU_ARGS": "-d 'a b'",
    }  # fmt: skip
    line = qemu_args.command(**qemu_args.from_environment(settings))
    assert line == [
        "q", "-M", "virt,secure=on", "-cpu", "cortex-a15", "-m", "64M", "-smp", "4", "-nic", "none",
        "-display", "none", "-serial", "stdio", "-monitor", "none", "-kernel", "k", "-initrd", "i",
        "-append", "quiet x='a b'", "-dtb", "d", "-icount", "shift=0",
        "-S", "-gdb", "tcp:127.0.0.1:99", "-d", "a b",
    ]  # fmt: skip


def test_raspi2b_takes_no_other_processor():
    assert "-cpu" not in qemu_args.command(board="raspi2b", dtb="pi.dtb")
    with pytest.raises(ValueError, match="MEM"):
        qemu_args.command(board="raspi2b", mem="64M")
    with pytest.raises(ValueError, match="virt, raspi2b"):
        qemu_args.command(board="raspi3")


def run(tmp_path, script, **variables):
    """`make run` without a terminal, with a shell script in QEMU's place."""
    qemu = tmp_path / "qemu"
    qemu.write_text("#!/bin/sh\n" + script)
    qemu.chmod(0o755)
    return subprocess.run(
        [sys.executable, TOP / "tools/run.py"], stdin=subprocess.DEVNULL, capture_output=True,
        text=True, env={**os.environ, "QEMU": str(qemu), **variables}, timeout=30, check=False,
    )  # fmt: skip


def test_a_demonstration_that_passes(tmp_path):
    result = run(tmp_path, 'echo "$@"; echo "demonstration: passed"\n', APPEND="quiet")
    assert result.returncode == 0
    assert "-append quiet -- demo -no-reboot" in result.stdout
    assert "demonstration: passed" in result.stdout


def test_arguments_for_init_are_kept(tmp_path):
    result = run(tmp_path, 'echo "$@"; echo "demonstration: passed"\n', APPEND="-- demo short")
    assert "-append -- demo short -no-reboot" in result.stdout


@pytest.mark.parametrize(
    "script",
    [
        "echo demonstration: failed\n",
        "echo demonstration: passed; exit 1\n",
        "echo demonstration: passed; exec sleep 20\n",
        "echo demonstration: passed; seq 100\n",
        "exit 0\n",
    ],
)
def test_a_demonstration_that_does_not(tmp_path, script):
    assert run(tmp_path, script, RUN_TIMEOUT="1").returncode == 1
