# SPDX-License-Identifier: MIT
"""A machine under QEMU that a test can type at. tools/qemu_args.py knows how it is started."""

import collections
import io
import os
import pathlib
import re
import socket
import sys

import pexpect

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = TOP / os.environ.get("BUILD", "build")
sys.path.insert(0, str(TOP / "tools"))

import qemu_args  # noqa: E402

IMAGE = BUILD / "quire.img"
PI2_DTB = BUILD / "boot/dts/bcm2836-rpi-2-b.dtb"
PATIENCE = 30  # seconds that anything may take, if a test does not say otherwise

# What the shell prints before it waits for a line: the directory, and nothing typed yet.
PROMPT = r"\r/\S* # \x1b\[K"
PASSED = "demonstration: passed"
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")

Result = collections.namedtuple("Result", "text status")


def plain(text):
    """What a person would read: without escape sequences and carriage returns."""
    return ESCAPES.sub("", text).replace("\r", "")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Machine:
    """A running QEMU. Settings are those of qemu_args.command(); a `with` block ends it for certain."""

    def __init__(self, append="-- shell", patience=PATIENCE, bare=False, **settings):
        """bare: QEMU does not act as boot loader; `extra` brings what is to run."""
        settings.setdefault("kernel", IMAGE)
        line = qemu_args.command(append=append, serial="mon:stdio", **settings)
        if bare:
            at = line.index("-kernel")
            del line[at : at + 2]
        self.console = pexpect.spawn(
            line[0], line[1:], cwd=str(TOP), encoding="utf-8", codec_errors="replace", echo=False,
            timeout=patience, maxread=65536,
        )  # fmt: skip
        self.console.delaybeforesend = None
        self.console.logfile_read = io.StringIO()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.console.close(force=True)

    @property
    def log(self):
        """All that the machine has printed so far and that has been read."""
        return plain(self.console.logfile_read.getvalue())

    def wait(self, pattern, patience=-1):
        """Waits until a regular expression matches; returns the text before and the match."""
        self.console.expect(pattern, timeout=patience)
        return plain(self.console.before), self.console.match

    def wait_text(self, text, patience=-1):
        """The same for plain text."""
        return self.wait(re.escape(text), patience)[0]

    def wait_prompt(self, patience=-1):
        return self.wait(PROMPT, patience)[0]

    def type(self, text):
        self.console.send(text)

    def run(self, command, patience=-1):
        """Types a command at the prompt. Returns what was printed up to the next prompt, and $?."""
        text = self.text_of(command, patience)
        # Others, in the background, may print at the same time.
        status = re.findall(r"status (\d+)\n", self.text_of("echo status $?"))[-1]
        return Result(text, int(status))

    def text_of(self, command, patience=-1):
        self.type(command + "\r")
        return self.wait_prompt(patience).partition("\n")[2]

    def wait_end(self, patience=-1):
        """Waits until QEMU ends by itself; returns what was printed meanwhile. Its status must be 0."""
        self.console.expect(pexpect.EOF, timeout=patience)
        self.console.wait()
        assert self.console.exitstatus == 0, f"QEMU ended with {self.console.exitstatus}"
        return plain(self.console.before)
