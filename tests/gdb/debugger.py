# SPDX-License-Identifier: MIT
"""gdb-multiarch in batch mode, with the project's own commands, on a machine of a test."""

import subprocess

from machine import BUILD, TOP, Machine, free_port


class Debugged(Machine):
    """A machine that gdb can be connected to at any time, as often as one likes."""

    def __init__(self, *arguments, halted=False, **settings):
        self.port = free_port()
        extra = ["-gdb", f"tcp:127.0.0.1:{self.port}"] + ["-S"] * halted
        super().__init__(*arguments, extra=extra + settings.pop("extra", []), **settings)

    def start_gdb(self, *commands, script=None):
        """Starts gdb, which stops the machine, and lets it go on when the commands are done."""
        line = ["gdb-multiarch", "-q", "-nx", "-batch", "-x", "tools/gdb/quire.py"]
        line += ["-ex", f"quire connect {self.port}"]
        for command in commands:
            line += ["-ex", command]
        if script:
            line += ["-x", str(script)]
        return subprocess.Popen(
            line + [str(BUILD / "quire.elf")], cwd=TOP, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def gdb(self, *commands, script=None, patience=40):
        """Runs gdb to its end; returns what it printed."""
        with self.start_gdb(*commands, script=script) as process:
            return finish(process, patience)

    def gdb_at_command(self, typed, *commands, patience=40):
        """The same, where the commands wait for something that typing a shell command causes."""
        with self.start_gdb(*commands) as process:
            text = ""
            for text_line in process.stdout:
                text += text_line
                if "Connected." in text_line:
                    break
            self.type(typed + "\r")
            return text + finish(process, patience)


def finish(process, patience):
    try:
        return process.communicate(timeout=patience)[0]
    finally:
        process.kill()
